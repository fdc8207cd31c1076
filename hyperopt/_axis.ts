import { copyPlain } from "./_copy.ts";
import { type Axis, integerAxis } from "./_integer_axis.ts";
import { refuse } from "./_refuse.ts";
import type { FloatSpace, IntegerSpace, ParameterSpace } from "./parameter_space.ts";

/** Digits that survive the roundings of the spacing: 0.1 shall not read 0.09999999999999999. */
const FLOAT_DIGITS = 15;

function floatValue(low: number, high: number, share: number, isLog: boolean): number {
  if (!isLog) return low * (1 - share) + high * share;
  const ratio = high / low;
  if (Number.isFinite(ratio)) return low * ratio ** share;
  return Math.exp(Math.log(low) * (1 - share) + Math.log(high) * share);
}

function floatAxis([low, high]: readonly [number, number], samples: number, isLog: boolean): Axis {
  if (samples === 1 || low === high) return { size: 1, at: () => low };
  const last = samples - 1;
  return {
    size: samples,
    at(index) {
      if (index === 0) return low;
      if (index === last) return high;
      const value = floatValue(low, high, index / last, isLog);
      return Math.min(Math.max(Number(value.toPrecision(FLOAT_DIGITS)), low), high);
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
