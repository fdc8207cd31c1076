import { describe } from "./_describe.ts";
import { numericFields } from "./_numeric_fields.ts";
import type { FloatSpace, NumericSpaceOptions } from "./parameter_space.ts";

/**
 * A real parameter from `low` to `high`, both included. The search that gets it checks it, since
 * only there the parameter has a name.
 *
 * @param low The lowest value.
 * @param high The highest value.
 * @param options The number of grid values and their scale.
 * @returns The space in its object form.
 * @throws {SearchSpaceError} If an option is unknown, or the scale.
 *
 * @example Usage
 * ```ts
 * import { float, GridSpace } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const grid = new GridSpace({ lr: float(0.001, 0.1, { samples: 3, scale: "log" }) });
 * assertEquals([...grid], [{ lr: 0.001 }, { lr: 0.01 }, { lr: 0.1 }]);
 * ```
 */
export function float(low: number, high: number, options: NumericSpaceOptions = {}): FloatSpace {
  return {
    paramType: "FLOAT",
    paramRange: [low, high],
    ...numericFields(options, `float(${describe(low)}, ${describe(high)})`),
  };
}
