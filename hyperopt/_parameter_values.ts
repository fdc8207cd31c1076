import { canonicalText } from "./_canonical.ts";
import type { FloatSpace, IntegerSpace } from "./parameter_space.ts";

type NumericRange = Pick<FloatSpace | IntegerSpace, "paramType" | "paramRange">;

/** Whether a parameter with a range can have a value. */
export function isInRange(
  { paramType, paramRange: [low, high] }: NumericRange,
  value: unknown,
): value is number {
  const isKind = paramType === "INTEGER" ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isKind && (value as number) >= low && (value as number) <= high;
}

/** What such a parameter can have, as a message says it. */
export function describeRange({ paramType, paramRange: [low, high] }: NumericRange): string {
  return `${paramType === "INTEGER" ? "a whole number" : "a number"} from ${low} to ${high}`;
}

/** The place of a value among choices; -1 if it is none of them. */
export function indexOfChoice(choices: readonly unknown[], value: unknown): number {
  const text = canonicalText(value);
  return choices.findIndex((choice) => canonicalText(choice) === text);
}
