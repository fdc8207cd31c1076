import { AssertionError as NodeAssertionError, strictEqual } from "node:assert";

/** Writes a value in full, its keys sorted, so that equal values read alike. */
export function format(value: unknown): string {
  return Deno.inspect(value, {
    compact: false,
    depth: Infinity,
    getters: true,
    iterableLimit: Infinity,
    sorted: true,
    strAbbreviateSize: Infinity,
    trailingComma: true,
  });
}

/** The lines in which two values differ. */
export function describeDifference(actual: unknown, expected: unknown): string {
  const texts = [format(actual), format(expected)];
  try {
    strictEqual(texts[0], texts[1]);
  } catch (error) {
    if (error instanceof NodeAssertionError) return error.message;
    throw error;
  }
  return `Both read as ${texts[0]}`;
}

/** What follows the first sentence of a failure: the caller's own words, if there are any. */
export function suffix(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}
