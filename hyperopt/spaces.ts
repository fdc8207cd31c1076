import { describe, describeChoice } from "./_describe.ts";
import { checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";
import type {
  CategorySpace,
  CategorySpaceOptions,
  Condition,
  FloatSpace,
  IntegerSpace,
  NumericSpaceOptions,
  SpaceType,
} from "./parameter_space.ts";

const SPACE_TYPES: ReadonlyMap<unknown, SpaceType> = new Map([
  ["linear", "LINEAR"],
  ["log", "LOG"],
]);

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

/**
 * A parameter with listed values of any kind.
 *
 * @typeParam T The type of the values.
 * @param categories The values, in the order in which a grid visits them.
 * @param options What is known of the parameter besides.
 * @returns The space in its object form.
 * @throws {SearchSpaceError} If an option is unknown.
 *
 * @example Usage
 * ```ts
 * import { category, GridSpace } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const grid = new GridSpace({ "model.name": category(["resnet50", "resnet101"]) });
 * assertEquals([...grid], [{ "model.name": "resnet50" }, { "model.name": "resnet101" }]);
 * ```
 */
export function category<const T>(
  categories: readonly T[],
  options: CategorySpaceOptions<NoInfer<T>> = {},
): CategorySpace<T> {
  checkOptions(options, { action: "space category() by", names: ["prior", "when"] });
  return { paramType: "CATEGORY", categories, ...options };
}

/** The fields that the two numeric spaces share, absent where they were not given. */
export interface NumericFields {
  readonly numSamples?: number;
  readonly spaceType: SpaceType;
  readonly prior?: number;
  readonly when?: Condition;
}

/**
 * Translates the options. `call` stands for the parameter, which has no name before a search gets
 * it; the values that the search checks with that name are left to it.
 *
 * @throws {SearchSpaceError} If an option is unknown, or the scale; it names the option.
 */
function numericFields(options: NumericSpaceOptions, call: string): NumericFields {
  const action = `space ${call} by`;
  checkOptions(options, { action, names: ["samples", "scale", "prior", "when"] });
  const { samples, scale = "linear", prior, when } = options;
  const spaceType = SPACE_TYPES.get(scale);
  if (spaceType === undefined) {
    const expected = describeChoice(["linear", "log"], scale);
    refuse("scale", `Cannot ${action} "scale": ${describe(scale)}, expected ${expected}`);
  }
  return {
    ...samples === undefined ? {} : { numSamples: samples },
    spaceType,
    ...prior === undefined ? {} : { prior },
    ...when === undefined ? {} : { when },
  };
}
