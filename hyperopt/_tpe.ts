import { canonicalText } from "./_canonical.ts";
import { copyPlain } from "./_copy.ts";
import { normalCdf, normalQuantile, type Random } from "./_random.ts";
import { fromUnit, toUnit } from "./_unit.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import { drawValue } from "./random_sampler.ts";

/** The standard deviation of a kernel in [0, 1] that stands for one point alone. */
const BANDWIDTH = 0.2;
/** The weight of the kernel that covers everything; that of a point is 1. */
const PRIOR_WEIGHT = 1;
const ROOT_TAU = Math.sqrt(2 * Math.PI);

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

/** A point as numbers, NaN where a parameter does not take part. */
export type Code = Float64Array;

/**
 * A density over points as a mixture of one kernel for each point and one that is uniform. A kernel
 * is a product over the parameters: a normal distribution cut to [0, 1] for a number, for a category
 * its own value or, with a small probability, any. Parameters are thereby learned together: what
 * counts is to be near a point in all of them. A parameter that does not take part counts as
 * uniform. Kernels narrow with the number of points, by Scott's rule.
 *
 * After Bergstra et al., "Algorithms for Hyper-Parameter Optimization" (2011), section 4, and for
 * products of kernels Falkner et al., "BOHB: Robust and Efficient Hyperparameter Optimization at
 * Scale" (2018), section 3.
 */
export class ParzenEstimator {
  readonly #dimensions: readonly Dimension[];
  readonly #points: readonly Code[];
  /** The standard deviation of a kernel by dimension. */
  readonly #widths: Float64Array;
  /** How likely a kernel of a category is to give any category. */
  readonly #smoothing: number;
  /** The logarithm of the height of each kernel, such that it holds 1 in [0, 1]. */
  readonly #heights: Float64Array;

  constructor(dimensions: readonly Dimension[], points: readonly Code[]) {
    const width = BANDWIDTH * Math.max(points.length, 1) ** (-1 / (dimensions.length + 4));
    this.#dimensions = dimensions;
    this.#points = points;
    // Not narrower than the interval that a whole number stands for.
    this.#widths = Float64Array.from(dimensions, ({ halfStep }) => Math.max(width, halfStep));
    this.#smoothing = PRIOR_WEIGHT / (points.length + PRIOR_WEIGHT);
    this.#heights = Float64Array.from(points, (point) => this.#heightOf(point));
  }

  /** The point of a kernel that is drawn by weight; undefined for the uniform one. */
  drawKernel(random: Random): Code | undefined {
    return this.#points[Math.floor(random() * (this.#points.length + PRIOR_WEIGHT))];
  }

  /** A number that a kernel gives in one dimension. */
  draw(own: number, dimension: number, random: Random): number {
    const { categories } = this.#dimensions[dimension]!;
    if (categories > 0) {
      return random() < this.#smoothing ? Math.floor(random() * categories) : own;
    }
    const width = this.#widths[dimension]!;
    const [from, to] = [normalCdf(-own / width), normalCdf((1 - own) / width)];
    const drawn = own + width * normalQuantile(from + random() * (to - from));
    return Math.min(Math.max(drawn, 0), 1);
  }

  /** The logarithm of the density at a point, relative to a uniform one. */
  logDensity(code: Code): number {
    const exponents = new Float64Array(this.#points.length + 1);
    let highest = exponents[this.#points.length] = Math.log(PRIOR_WEIGHT);
    for (let k = 0; k < this.#points.length; k++) {
      const exponent = exponents[k] = this.#heights[k]! + this.#logKernel(this.#points[k]!, code);
      if (exponent > highest) highest = exponent;
    }
    let total = 0;
    for (const exponent of exponents) total += Math.exp(exponent - highest);
    return highest + Math.log(total / (this.#points.length + PRIOR_WEIGHT));
  }

  /** The logarithm of a kernel without its height. */
  #logKernel(point: Code, code: Code): number {
    let squares = 0;
    let sum = 0;
    for (let d = 0; d < code.length; d++) {
      const [own, other] = [point[d]!, code[d]!];
      if (Number.isNaN(own) || Number.isNaN(other)) continue;
      const { categories } = this.#dimensions[d]!;
      if (categories === 0) {
        const distance = (other - own) / this.#widths[d]!;
        squares += distance * distance;
      } else {
        const share = own === other ? categories * (1 - this.#smoothing) : 0;
        sum += Math.log(share + this.#smoothing);
      }
    }
    return sum - squares / 2;
  }

  #heightOf(point: Code): number {
    let height = 0;
    for (let d = 0; d < point.length; d++) {
      const own = point[d]!;
      if (Number.isNaN(own) || this.#dimensions[d]!.categories > 0) continue;
      const width = this.#widths[d]!;
      const inside = normalCdf((1 - own) / width) - normalCdf(-own / width);
      height -= Math.log(width * ROOT_TAU * inside);
    }
    return height;
  }
}
