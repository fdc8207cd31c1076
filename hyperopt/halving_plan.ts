import { describe } from "./_describe.ts";
import { checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";

/** More rungs than this help nobody: the halving rate is a slip. */
const MAX_RUNGS = 100_000;
const MANTISSA_BITS = 52n;
/** The exponent of the last bit of the smallest doubles. */
const LOWEST_EXPONENT = -1074n;

/** Options of {@linkcode halvingPlan}. */
export interface HalvingPlanOptions {
  /** The number of configs at the first rung. */
  configs: number;
  /** The share of a rung that goes on to the next: more than 0, less than 1. */
  halvingRate: number;
  /** The number of configs without which a further rung is not worth running: at least 1. */
  numMinSamples: number;
}

/** How many configs every rung holds, and how long each of them is trained. */
export interface HalvingPlan {
  /** The number of configs of every rung; there is at least one rung. */
  readonly rungs: readonly number[];
  /**
   * The halving rate as numerator and denominator: the simplest fraction that rounds to the given
   * double. Exact while both are below 2^53, as they are for any rate above 10^-15.
   */
  readonly rate: readonly [numerator: number, denominator: number];
  /**
   * The steps of every rung: `ceil(maxSteps · rate^(last - rung))`, so that the last rung trains
   * for `maxSteps`.
   *
   * @param maxSteps The steps of the last rung: a whole number, at least 1.
   * @returns One number of steps a rung, ascending.
   * @throws {SearchSpaceError} If `maxSteps` is not a whole number of at least 1.
   */
  steps(maxSteps: number): number[];
}

function checkWhole(name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return;
  refuse(
    name,
    `Cannot plan "${name}": ${describe(value)}, expected a whole number from 1 to 2^53 - 1`,
  );
}

function checkRate(value: unknown): void {
  if (typeof value === "number" && value > 0 && value < 1) return;
  refuse(
    "halvingRate",
    `Cannot plan "halvingRate": ${describe(value)}, expected a number above 0 and below 1`,
  );
}

function planRungs({ configs, halvingRate, numMinSamples }: HalvingPlanOptions, rate: Fraction) {
  const rungs = [configs];
  let count = BigInt(configs) * rate.numerator / rate.denominator;
  while (count >= BigInt(numMinSamples)) {
    if (rungs.length === MAX_RUNGS) {
      refuse(
        "halvingRate",
        `Cannot plan "halvingRate": ${halvingRate} cuts ${configs} configs into more than ` +
          `${MAX_RUNGS} rungs, expected a smaller rate`,
      );
    }
    rungs.push(Number(count));
    count = count * rate.numerator / rate.denominator;
  }
  return rungs;
}

function planSteps(maxSteps: number, count: number, rate: Fraction): number[] {
  const steps = new Array<number>(count).fill(1);
  let numerator = BigInt(maxSteps);
  let denominator = 1n;
  for (let generation = count - 1; generation >= 0; generation--) {
    const rounded = Number((numerator + denominator - 1n) / denominator);
    // Once a step is left, one step it stays.
    if (rounded === 1) break;
    steps[generation] = rounded;
    numerator *= rate.numerator;
    denominator *= rate.denominator;
  }
  return steps;
}

/**
 * The plan of a successive halving, computed once in exact arithmetic. Whatever a search needs
 * to know, such as its survivors, the number of its rungs and their steps, follows from this one
 * plan.
 *
 * The first rung holds all configs and each further one `floor(previous · halvingRate)`, as long as
 * that is at least `numMinSamples`. A rate stands for the simplest fraction that rounds to its
 * double, so that `1 / 3` of 81 is 27 and 0.29 of 100 is 29. The scheme is that of Jamieson and
 * Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2016),
 * section 3, with any rate in place of one half.
 *
 * @param options The configs, the rate, and the least number of configs of a rung.
 * @returns The plan.
 * @throws {SearchSpaceError} If an option is unknown or out of its range; it names the option.
 *
 * @example Usage
 * ```ts
 * import { halvingPlan } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = halvingPlan({ configs: 300, halvingRate: 0.3, numMinSamples: 4 });
 * assertEquals(plan.rungs, [300, 90, 27, 8]);
 * assertEquals(plan.rate, [3, 10]);
 * assertEquals(plan.steps(100_000), [2700, 9000, 30_000, 100_000]);
 * ```
 */
export function halvingPlan(options: HalvingPlanOptions): HalvingPlan {
  checkOptions(options, { action: "plan", names: ["configs", "halvingRate", "numMinSamples"] });
  checkWhole("configs", options.configs);
  checkRate(options.halvingRate);
  checkWhole("numMinSamples", options.numMinSamples);
  const rate = simplestFraction(options.halvingRate);
  const rungs = planRungs(options, rate);
  return {
    rungs,
    rate: [Number(rate.numerator), Number(rate.denominator)],
    steps(maxSteps: number): number[] {
      checkWhole("maxSteps", maxSteps);
      return planSteps(maxSteps, rungs.length, rate);
    },
  };
}

/** A fraction in lowest terms. A denominator of zero stands for infinity. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

interface Double {
  readonly mantissa: bigint;
  readonly exponent: bigint;
}

/** A positive double as mantissa · 2^exponent. */
function decompose(value: number): Double {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n;
  const mantissa = bits & ((1n << MANTISSA_BITS) - 1n);
  const biased = bits >> MANTISSA_BITS;
  if (biased === 0n) return { mantissa, exponent: LOWEST_EXPONENT };
  return {
    mantissa: mantissa | (1n << MANTISSA_BITS),
    exponent: biased + LOWEST_EXPONENT - 1n,
  };
}

function scaled(mantissa: bigint, exponent: bigint): Fraction {
  if (exponent >= 0n) return { numerator: mantissa << exponent, denominator: 1n };
  return { numerator: mantissa, denominator: 1n << -exponent };
}

/**
 * The fraction with the smallest denominator, then numerator, strictly between two others: the
 * place where their paths in the Stern–Brocot tree part, found by their continued fractions.
 */
function simplestBetween(low: Fraction, high: Fraction): Fraction {
  const whole = low.numerator / low.denominator;
  const rest = low.numerator % low.denominator;
  const next = whole + 1n;
  if (next * high.denominator < high.numerator) return { numerator: next, denominator: 1n };
  const inverse = simplestBetween(
    { numerator: high.denominator, denominator: high.numerator - whole * high.denominator },
    { numerator: low.denominator, denominator: rest },
  );
  return {
    numerator: whole * inverse.numerator + inverse.denominator,
    denominator: inverse.numerator,
  };
}

/**
 * The simplest fraction that rounds to a positive double, so that 0.29 means 29/100 and 1 / 3
 * means 1/3, though neither is a double.
 */
export function simplestFraction(value: number): Fraction {
  const { mantissa, exponent } = decompose(value);
  // Everything in units of a quarter of the last bit: the interval reaches half a bit to either
  // side, but below a power of two the doubles lie twice as dense. (Not so below the smallest
  // normal one; among numbers so small the upper end alone decides.)
  const isPowerOfTwo = mantissa === 1n << MANTISSA_BITS;
  const low = scaled(4n * mantissa - (isPowerOfTwo ? 1n : 2n), exponent - 2n);
  const high = scaled(4n * mantissa + 2n, exponent - 2n);
  // Ties round to the even mantissa, which therefore owns both ends of its interval. Only a whole
  // lower end is simpler than all that lies between: the denominator of any other is a power of two
  // that exceeds the inverse of the width.
  const ownsEnds = mantissa % 2n === 0n;
  if (ownsEnds && low.numerator % low.denominator === 0n) {
    return { numerator: low.numerator / low.denominator, denominator: 1n };
  }
  return simplestBetween(low, high);
}
