import { checkOptions } from "./_options.ts";
import type { CategorySpace, CategorySpaceOptions } from "./parameter_space.ts";

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
