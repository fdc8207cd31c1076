import { suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

/** Asserts that two numbers are close: by default within 1e-7 of `expected`, relatively. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const scale = Number.isFinite(expected) ? Math.abs(expected) : 1;
  const limit = tolerance ?? scale * 1e-7;
  const delta = Math.abs(expected - actual);
  if (delta <= limit) return;
  throw new AssertionError(
    `${actual} and ${expected} are ${delta} apart, expected at most ${limit}${suffix(msg)}`,
  );
}
