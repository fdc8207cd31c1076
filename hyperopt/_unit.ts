import type { FloatSpace, IntegerSpace } from "./parameter_space.ts";

type NumericSpace = FloatSpace | IntegerSpace;

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/**
 * The ends on the scale of the parameter. A whole number stands for the interval that rounds to it,
 * so that the first and the last one are as likely as the others.
 */
function endsOf({ paramType, paramRange: [low, high], spaceType }: NumericSpace): [number, number] {
  const margin = paramType === "INTEGER" ? 0.5 : 0;
  const ends: [number, number] = [low - margin, high + margin];
  return spaceType === "LOG" ? [Math.log(ends[0]), Math.log(ends[1])] : ends;
}

/** The place of a value in [0, 1], by even steps or even ratios. */
export function toUnit(space: NumericSpace, value: number): number {
  const [low, high] = endsOf(space);
  if (low === high) return 0.5;
  const scaled = space.spaceType === "LOG" ? Math.log(value) : value;
  // Each term by itself: the difference of the ends may be no finite number.
  return clamp((scaled / 2 - low / 2) / (high / 2 - low / 2), 0, 1);
}

/** The value at a place in [0, 1]. */
export function fromUnit(space: NumericSpace, unit: number): number {
  const [low, high] = endsOf(space);
  const scaled = low * (1 - unit) + high * unit;
  const value = space.spaceType === "LOG" ? Math.exp(scaled) : scaled;
  const [first, last] = space.paramRange;
  // Rounding gives -0 too, which is no value of its own.
  return clamp(space.paramType === "INTEGER" ? Math.round(value) : value, first, last) + 0;
}
