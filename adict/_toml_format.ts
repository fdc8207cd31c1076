import type { ConfigFormat } from "./_config_format.ts";
import { restoreWholeNumbers } from "./_exact_numbers.ts";
import { refuseSmallBigint, toPlainData } from "./_plain_data.ts";
import { placeOf } from "./_text_place.ts";
import { writeToml } from "./_toml_writer.ts";
import { ConfigSyntaxError } from "./config_syntax_error.ts";

/** TOML; the top is a mapping and nothing is null. */
export const TOML_FORMAT: ConfigFormat = {
  parse: parseToml,
  stringify: stringifyToml,
  locate: async (text) => await (await import("./_toml_places.ts")).locateToml(text),
};

/** What a text contains, perhaps escaped, that has the key `__proto__`. */
const PROTO_REGEXP = /__proto__|\\u005f|\\U0000005f|\\x5f/i;
const MESSAGE_REGEXP = /^Parse error on line (\d+), column (\d+): ([^\n]*)/;

async function parseToml(text: string, path: string): Promise<unknown> {
  const { parse } = await import("@std/toml/parse");
  try {
    const value = parse(text);
    if (PROTO_REGEXP.test(text)) await checkKeys(text, path);
    await restoreWholeNumbers(value, text, TOML_FORMAT.locate);
    return value;
  } catch (cause) {
    const isFault = cause instanceof SyntaxError || cause instanceof RangeError;
    if (!isFault || cause instanceof ConfigSyntaxError) throw cause;
    // The parser counts columns from 0.
    const [, line = 1, column = 0, state = cause.message] = MESSAGE_REGEXP.exec(cause.message) ??
      [];
    throw new ConfigSyntaxError(state, {
      text,
      path,
      line: Number(line),
      column: Number(column) + 1,
      expected: "valid TOML",
      cause,
    });
  }
}

/** Refuses a key that `@std/toml` drops without a word. */
async function checkKeys(text: string, path: string): Promise<void> {
  const { locateToml } = await import("./_toml_places.ts");
  const found = (await locateToml(text)).find("__proto__");
  if (found === undefined) return;
  const place = placeOf(text, found.offset);
  throw new ConfigSyntaxError('the key "__proto__"', {
    text,
    path,
    ...place,
    expected: "plain data",
  });
}

function stringifyToml(value: unknown): string {
  const data = toPlainData(value, { format: "TOML", refuse: refuseInToml });
  if (Array.isArray(data) || typeof data !== "object" || data instanceof Date) {
    const kind = Array.isArray(data) ? "a list" : data instanceof Date ? "a date" : typeof data;
    throw new TypeError(`Cannot write the value as TOML: ${kind} at the top, expected a mapping`);
  }
  return writeToml(data as Record<string, unknown>);
}

function refuseInToml(leaf: unknown): string | undefined {
  if (leaf === null) return "a value, or no key at all: TOML has no null";
  if (typeof leaf === "bigint") return refuseBigint(leaf);
  if (typeof leaf === "string") return leaf.isWellFormed() ? undefined : "well-formed Unicode";
  if (leaf instanceof Uint8Array) return "an array of numbers: Array.from(bytes)";
  if (!(leaf instanceof Date)) return undefined;
  const year = leaf.getUTCFullYear();
  return year >= 100 && year <= 9999 ? undefined : "a date of the years 100 to 9999";
}

/** Whole numbers of TOML have 64 bits. */
function refuseBigint(leaf: bigint): string | undefined {
  if (BigInt.asIntN(64, leaf) !== leaf) return `a number of 64 bits, or a string such as "${leaf}"`;
  return refuseSmallBigint(leaf);
}
