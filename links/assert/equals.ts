import { equal } from "./_equal.ts";
import { describeDifference, suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

/** Asserts that two values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${suffix(msg)}\n${describeDifference(actual, expected)}`,
  );
}
