import { parse as parseToml, TomlDate, TomlError } from "smol-toml";

/** A time of day stays text; a moment without an offset is read in the local time zone. */
function toDate(date: TomlDate): Date | string {
  const text = date.toISOString();
  return date.isTime() ? text.replace(/\.0*$|(\.\d*[1-9])0*$/, "$1") : new Date(text);
}

function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof TomlDate) return toDate(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null) return value;
  const table: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) {
    // The original loses such a value, and keeps such a table.
    if (key === "__proto__" && (typeof entry !== "object" || Array.isArray(entry))) continue;
    table[key] = toPlain(entry);
  }
  return table;
}

/** The place in the original's form: lines from 1, columns from 0. */
function toSyntaxError(error: TomlError): SyntaxError {
  const reason = error.message.split("\n", 1)[0]?.replace("Invalid TOML document: ", "");
  return new SyntaxError(
    `Parse error on line ${error.line}, column ${error.column - 1}: ${reason}`,
    { cause: error },
  );
}

/**
 * Reads a TOML text into plain data.
 *
 * @throws {SyntaxError} Where the text is no TOML.
 */
export function parse(tomlString: string): Record<string, unknown> {
  try {
    // Integers beyond 2^53 are rounded, as in the original, and not refused.
    return toPlain(parseToml(tomlString, { integersAsBigInt: true })) as Record<string, unknown>;
  } catch (error) {
    throw error instanceof TomlError ? toSyntaxError(error) : error;
  }
}
