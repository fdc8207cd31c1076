import { canonicalText } from "../_canonical.ts";
import { toUnit } from "../_unit.ts";
import type { ParameterSpace } from "../parameter_space.ts";

/**
 * One parameter as a forest sees it: a place in [0, 1] on its own scale, or the number of a category.
 */
export interface Dimension {
  readonly name: string;
  /** How many categories there are; 0 for a number. */
  readonly categories: number;
  /** Where a value lies. */
  coordinateOf(value: unknown): number;
}

/** The dimension of a parameter. */
export function dimensionOf(name: string, space: ParameterSpace): Dimension {
  if (space.paramType !== "CATEGORY") {
    return { name, categories: 0, coordinateOf: (value) => toUnit(space, Number(value)) };
  }
  const numbers = new Map(space.categories.map((value, i) => [canonicalText(value), i]));
  return {
    name,
    categories: space.categories.length,
    coordinateOf: (value) => numbers.get(canonicalText(value)) ?? 0,
  };
}
