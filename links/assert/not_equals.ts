import { equal } from "./_equal.ts";
import { format, suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(
    `Values are equal, expected others than ${format(expected)}${suffix(msg)}`,
  );
}
