import { stringify as stringifyToml, TomlDate } from "smol-toml";

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /** Accepted for the original's sake: keys are never aligned here. */
  keyAlignment?: boolean;
}

/** What the original leaves out of a table without a word. */
function isDropped(value: unknown): boolean {
  return ["undefined", "bigint", "function", "symbol"].includes(typeof value);
}

/** In an array the original writes a date as a string. */
function toElement(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : toWritable(value);
}

function toWritable(value: unknown): unknown {
  if (value instanceof Date) return TomlDate.wrapAsLocalDateTime(value);
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return value.map(toElement);
  return typeof value === "object" && value !== null ? toTable(value) : value;
}

/** Null becomes an empty table, as in the original: TOML has no word for it. */
function toTable(value: object): Record<string, unknown> {
  const table: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) {
    if (!isDropped(entry)) table[key] = entry === null ? {} : toWritable(entry);
  }
  return table;
}

/** Writes plain data as a TOML text. A date is written in UTC without saying so. */
export function stringify(obj: Record<string, unknown>, _options?: StringifyOptions): string {
  return stringifyToml(toTable(obj));
}
