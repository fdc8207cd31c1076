import { canonicalText } from "../_canonical.ts";
import { copyPlain } from "../_copy.ts";
import { drawValue } from "../random_sampler.ts";
import type { Random } from "../_random.ts";
import { fromUnit, toUnit } from "../_unit.ts";
import type { ParameterSpace } from "../parameter_space.ts";

/**
 * A parameter as numbers. A numeric one is a place in [0, 1] on its scale, a category the number of
 * its value.
 */
export interface Dimension {
  /** The number of categories; 0 for a numeric parameter. */
  readonly categories: number;
  /** Half the distance of neighbouring values in [0, 1]; 0 where there is a continuum. */
  readonly halfStep: number;
  /** The number that stands for a value. */
  encode(value: unknown): number;
  /** The value that a number stands for. */
  decode(code: number): unknown;
  /** A random number, near a prior where there is one. */
  draw(random: Random): number;
}

/** The numbers of a parameter. */
export function dimensionOf(space: ParameterSpace): Dimension {
  if (space.paramType !== "CATEGORY") {
    const [low, high] = space.paramRange;
    const isInteger = space.paramType === "INTEGER";
    const encode = (value: unknown) => toUnit(space, value as number);
    return {
      categories: 0,
      halfStep: isInteger ? 0.5 / (high - low + 1) : 0,
      encode,
      decode: (code) => fromUnit(space, code),
      draw: (random) => encode(drawValue(space, random)),
    };
  }
  const { categories } = space;
  const numbers = new Map(categories.map((value, i) => [canonicalText(value), i]));
  const encode = (value: unknown) => numbers.get(canonicalText(value)) ?? 0;
  return {
    categories: categories.length,
    halfStep: 0,
    encode,
    decode: (code) => copyPlain(categories[code]),
    draw: (random) => encode(drawValue(space, random)),
  };
}
