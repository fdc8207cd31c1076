import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { BindValue } from "./statement.ts";

/** How the columns of a row are read. */
export interface ReadOptions {
  /** Whether integers keep 64 bits; otherwise the lower 32 are read. */
  readonly int64: boolean;
  /** Whether what a JSON function returns is parsed. */
  readonly parseJson: boolean;
}

const JSON_FUNCTION_REGEXP = /\bjson\w*\s*\(|->(?!>)/i;

/**
 * Whether a statement may return JSON. The original asks SQLite for the subtype of each value, which
 * `node:sqlite` does not show: a column of a table never has one, a computed column may.
 */
export function callsJsonFunction(sql: string): boolean {
  return JSON_FUNCTION_REGEXP.test(sql);
}

/** An integral number beyond 64 bits keeps its lower 64: the original's loss, not this package's. */
function toInteger(value: number): bigint {
  if (Object.is(value, -0)) {
    throw new TypeError("Cannot bind -0: expected an integer or a fraction");
  }
  return BigInt.asIntN(64, BigInt(value));
}

function toBoundObject(value: object): SQLInputValue {
  if (value instanceof Uint8Array) return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}

/** What is bound for a value: NaN becomes NULL in SQLite itself. */
export function toBound(value: BindValue): SQLInputValue {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? toInteger(value) : value;
    case "bigint":
      return BigInt.asIntN(64, value);
    case "boolean":
      return value ? 1n : 0n;
    case "string":
      return value;
    case "object":
      return toBoundObject(value);
    default:
      throw new Error(`Cannot bind ${Deno.inspect(value)}: SQLite has no such type`);
  }
}

function toReadInteger(value: bigint, options: ReadOptions): number | bigint {
  if (!options.int64) return Number(BigInt.asIntN(32, value));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function toReadText(text: string, mayBeJson: boolean): unknown {
  // The original reads a C string.
  const value = text.split("\0", 1)[0] ?? "";
  if (!mayBeJson || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What is read from a column; `isComputed` tells that it comes from no table. */
export function fromColumn(
  value: SQLOutputValue,
  options: ReadOptions & { readonly isComputed: boolean },
): unknown {
  if (typeof value === "bigint") return toReadInteger(value, options);
  if (typeof value === "string") return toReadText(value, options.isComputed && options.parseJson);
  return value;
}
