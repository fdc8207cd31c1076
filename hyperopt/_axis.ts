import { copyPlain } from "./_copy.ts";
import { refuse } from "./_refuse.ts";
import type { FloatSpace, IntegerSpace, ParameterSpace } from "./parameter_space.ts";

/** Digits that survive the roundings of the spacing: 0.1 shall not read 0.09999999999999999. */
const FLOAT_DIGITS = 15;
/** Powers with more bits than this would take longer than the trial; doubles decide there. */
const MAX_POWER_BITS = 1 << 20;
/** Well above the relative error of a geometric spacing computed in doubles. */
const RELATIVE_ERROR = 2 ** -44;

function floatValue(low: number, high: number, share: number, isLog: boolean): number {
  if (!isLog) return low * (1 - share) + high * share;
  const ratio = high / low;
  if (Number.isFinite(ratio)) return low * ratio ** share;
  return Math.exp(Math.log(low) * (1 - share) + Math.log(high) * share);
}

function floatAxis([low, high]: readonly [number, number], samples: number, isLog: boolean): Axis {
  // With 0 added, since an end may be given as -0, which is no value of its own.
  if (samples === 1 || low === high) return { size: 1, at: () => low + 0 };
  const last = samples - 1;
  return {
    size: samples,
    at(index) {
      if (index === 0) return low + 0;
      if (index === last) return high + 0;
      const value = floatValue(low, high, index / last, isLog);
      return Math.min(Math.max(Number(value.toPrecision(FLOAT_DIGITS)), low), high) + 0;
    },
  };
}

function samplesOf(name: string, space: FloatSpace | IntegerSpace): number {
  if (space.numSamples !== undefined) return space.numSamples;
  // More samples than integers: every one of them.
  if (space.paramType === "INTEGER" && space.spaceType !== "LOG") return Infinity;
  refuse(
    name,
    `Cannot search "${name}" on a grid: no number of samples, expected one: { samples: 10 }`,
  );
}

/**
 * The grid values of one parameter.
 *
 * @throws {SearchSpaceError} If the space does not say how many there are.
 */
export function axisOf(name: string, space: ParameterSpace): Axis {
  if (space.paramType === "CATEGORY") {
    const { categories } = space;
    return { size: categories.length, at: (index) => copyPlain(categories[index]) };
  }
  const samples = samplesOf(name, space);
  const isLog = space.spaceType === "LOG";
  return space.paramType === "FLOAT"
    ? floatAxis(space.paramRange, samples, isLog)
    : integerAxis(space.paramRange, { samples, isLog });
}

/** Values that are computed when they are asked for. */
export interface Axis {
  readonly size: number;
  at(index: number): unknown;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** `low · (high / low)^(index / last)`, rounded to the nearest integer. */
function geometric(low: number, high: number, index: number, last: number): number {
  if (index === 0) return low;
  if (index === last) return high;
  const estimate = low * (high / low) ** (index / last);
  const rounded = Math.min(Math.max(Math.round(estimate), low), high);
  const toHalf = Math.abs(estimate - Math.floor(estimate) - 0.5);
  if (toHalf > estimate * RELATIVE_ERROR) return rounded;

  // The value is the root of an integer: root^order = low^(order - power) · high^power. A half can
  // never be one, so the comparisons below do not meet a tie.
  const divisor = greatestCommonDivisor(index, last);
  const order = last / divisor;
  const power = index / divisor;
  if (order * Math.log2(2 * high) > MAX_POWER_BITS) return rounded;
  const exponent = BigInt(order);
  const doubled = (BigInt(low) ** BigInt(order - power) * BigInt(high) ** BigInt(power)) <<
    exponent;
  let nearest = BigInt(rounded);
  while ((2n * nearest + 1n) ** exponent < doubled) nearest++;
  while ((2n * nearest - 1n) ** exponent > doubled) nearest--;
  return Number(nearest);
}

/**
 * Even ratios. Up to some index neighbours are less than one apart, so rounding them reaches every
 * integer; from there on they are more than one apart, so rounding keeps them distinct. Hence the
 * values without duplicates are known without listing them. Neighbours that are just one apart
 * belong to either side, so the border does not have to be exact.
 */
function logAxis(low: number, high: number, samples: number): Axis {
  const last = samples - 1;
  function valueAt(index: number): number {
    return geometric(low, high, index, last);
  }
  const logRatio = Math.log(high / low) / last;
  const firstSparse = Math.ceil(-Math.log(Math.expm1(logRatio) * low) / logRatio);
  const border = Math.min(Math.max(firstSparse, 0), last);
  const dense = valueAt(border) - low;
  return {
    size: dense + (last - border) + 1,
    at: (index) => index <= dense ? low + index : valueAt(border + index - dense),
  };
}

/** Even steps; exactly halfway between two integers the larger one. */
function linearAxis(low: number, high: number, samples: number): Axis {
  const width = BigInt(high) - BigInt(low);
  if (samples > width) {
    return { size: Number(width + 1n), at: (index) => low + index };
  }
  const last = BigInt(samples - 1);
  return {
    size: samples,
    at: (index) => Number(BigInt(low) + (2n * width * BigInt(index) + last) / (2n * last)),
  };
}

/** The grid values of a whole-number parameter: ascending, distinct, and within the range. */
function integerAxis(
  [low, high]: readonly [number, number],
  options: { samples: number; isLog: boolean },
): Axis {
  if (options.samples === 1 || low === high) return { size: 1, at: () => low + 0 };
  const axis = options.isLog ? logAxis : linearAxis;
  return axis(low, high, options.samples);
}
