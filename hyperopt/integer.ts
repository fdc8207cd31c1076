import { describe } from "./_describe.ts";
import { numericFields } from "./_numeric_fields.ts";
import type { IntegerSpace, NumericSpaceOptions } from "./parameter_space.ts";

/**
 * A whole-number parameter from `low` to `high`, both included. The search that gets it checks it,
 * since only there the parameter has a name.
 *
 * @param low The lowest value.
 * @param high The highest value.
 * @param options The number of grid values and their scale; without a number a linear space holds
 * every integer of the range.
 * @returns The space in its object form.
 * @throws {SearchSpaceError} If an option is unknown, or the scale.
 *
 * @example Usage
 * ```ts
 * import { GridSpace, integer } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const grid = new GridSpace({ batch_size: integer(16, 64, { samples: 3, scale: "log" }) });
 * assertEquals([...grid], [{ batch_size: 16 }, { batch_size: 32 }, { batch_size: 64 }]);
 * ```
 */
export function integer(
  low: number,
  high: number,
  options: NumericSpaceOptions = {},
): IntegerSpace {
  return {
    paramType: "INTEGER",
    paramRange: [low, high],
    ...numericFields(options, `integer(${describe(low)}, ${describe(high)})`),
  };
}
