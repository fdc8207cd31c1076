import { suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

function describeType(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return value === null ? "null" : typeof value;
  }
  return value.constructor?.name ?? "Object";
}

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<
  // deno-lint-ignore no-explicit-any -- a constructor of any parameters
  T extends abstract new (...args: any[]) => any,
>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    `The value is of type "${describeType(actual)}", expected "${expectedType.name}"${suffix(msg)}`,
  );
}
