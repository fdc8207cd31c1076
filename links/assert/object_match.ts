import { equal } from "./_equal.ts";
import { describeDifference, suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

type Seen = Map<object, object>;

function isCompound(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null &&
    !(value instanceof Date) &&
    !(value instanceof RegExp);
}

function containsEntries(
  actual: Map<unknown, unknown>,
  expected: Map<unknown, unknown>,
  seen: Seen,
): boolean {
  return expected.entries().every(([key, value]) =>
    actual.has(key) && contains(actual.get(key), value, seen)
  );
}

/** Of two arrays the expected one may be shorter. */
function containsElements(
  actual: unknown[],
  expected: unknown[],
  seen: Seen,
): boolean {
  return actual.length >= expected.length &&
    expected.every((value, index) => contains(actual[index], value, seen));
}

function contains(actual: unknown, expected: unknown, seen: Seen): boolean {
  if (!isCompound(actual) || !isCompound(expected)) {
    return equal(actual, expected);
  }
  if (seen.get(actual) === expected) return true;
  seen.set(actual, expected);
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return containsElements(actual, expected, seen);
  }
  if (actual instanceof Map && expected instanceof Map) {
    return containsEntries(actual, expected, seen);
  }
  if (actual instanceof Set && expected instanceof Set) {
    return expected.isSubsetOf(actual);
  }
  const keys = Reflect.ownKeys(actual);
  return Reflect.ownKeys(expected).every((key) =>
    keys.includes(key) && contains(actual[key], expected[key], seen)
  );
}

/** Asserts that `expected` is, deeply, a part of `actual`; classes do not matter. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- as the original: an interface is no Record of unknown
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  if (contains(actual, expected, new Map())) return;
  throw new AssertionError(
    `Values are not equal${suffix(msg)}\n${describeDifference(actual, expected)}`,
  );
}
