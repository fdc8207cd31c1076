import { describeDifference, suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

/** Asserts that two values are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  throw new AssertionError(
    `Values are not strictly equal${suffix(msg)}\n${describeDifference(actual, expected)}`,
  );
}
