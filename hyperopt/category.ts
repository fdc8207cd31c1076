import type { CategorySpace } from "./parameter_space.ts";

/**
 * A parameter with listed values of any kind.
 *
 * @typeParam T The type of the values.
 * @param categories The values, in the order in which a grid visits them.
 * @returns The space in its object form.
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
export function category<const T>(categories: readonly T[]): CategorySpace<T> {
  return { paramType: "CATEGORY", categories };
}
