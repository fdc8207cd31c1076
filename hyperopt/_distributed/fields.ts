import { fromCanonical } from "../_from_canonical.ts";

// Everybody who can reach the server can write into a queue. So whatever comes out of one is held
// against what it has to be before anything is done with it, on both sides.

/** The version of what is said here; others are refused. */
export const VERSION = 1;
/** Of longer texts the beginning goes along. */
export const MAX_TEXT = 100_000;
/** The longest name of anything. */
export const MAX_NAME = 300;

/** The fields of a message, of which nothing is known. */
export type Fields = Record<string, unknown>;

/** Something in a queue that nobody of the search has written. */
export class MessageError extends Error {
  override readonly name = "MessageError";
}

/** @throws {MessageError} Always. */
export function refuse(what: string): never {
  throw new MessageError(`It has ${what}`);
}

/** An object that is no list. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  refuse(`no ${what}`);
}

/** Fields that are all of those that are known. */
export function knownOf(value: unknown, what: string, names: readonly string[]): Fields {
  const fields = fieldsOf(value, what);
  const other = Object.keys(fields).find((name) => !names.includes(name));
  return other === undefined ? fields : refuse(`a "${other.slice(0, MAX_NAME)}" of the ${what}`);
}

/** A list that is not empty. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  refuse(`no ${what}`);
}

/** A text that is not too long. */
export function textOf(value: unknown, what: string, most = MAX_TEXT): string {
  if (typeof value === "string" && value.length <= most) return value;
  refuse(`no text for ${what}`);
}

/** A whole number from a least one on. */
export function countOf(value: unknown, what: string, least = 0): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  refuse(`no whole number for ${what}`);
}

/** A number of any kind, in its canonical form. */
export function numberOf(value: unknown, what: string): number {
  const number = fromCanonical(value);
  if (typeof number === "number") return number;
  refuse(`no number for ${what}`);
}

/**
 * Data as any server can hold them: a database takes no text with a zero or half a character, so data
 * with one go as a text in which that is written otherwise.
 */
export function storable(data: unknown): unknown {
  const text = JSON.stringify(data);
  return /\\u(0000|d[89a-f])/.test(text) ? { json: text } : data;
}

/** What {@linkcode storable} was given. */
export function restored(data: unknown): unknown {
  const isText = typeof data === "object" && data !== null && "json" in data &&
    typeof data.json === "string";
  return isText ? JSON.parse(data.json as string) : data;
}

/** The fields of a message of this version. */
export function versionedOf(data: unknown, what: string): Fields {
  const fields = fieldsOf(data, what);
  const { v } = fields;
  if (v === VERSION) return fields;
  refuse(`version ${typeof v === "number" ? v : "none"} of the search, here it is ${VERSION}`);
}

/**
 * What is read of data from anywhere.
 *
 * @throws {MessageError} Whatever there is about them that nobody has thought of.
 */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MessageError) throw error;
    refuse(`what cannot be read: ${String((error as Error).message).slice(0, MAX_NAME)}`);
  }
}

/** Undefined where nothing was written. */
export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}
