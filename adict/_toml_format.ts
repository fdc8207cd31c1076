import type { AST } from "toml-eslint-parser";
import type { ConfigFormat } from "./_config_format.ts";
import { restoreWholeNumbers } from "./_parsed_data.ts";
import { refuseSmallBigint, toPlainData } from "./_plain_data.ts";
import { PlaceNode, placeOf } from "./_text_place.ts";
import { ConfigSyntaxError } from "./file_errors.ts";

/** What a text contains, perhaps escaped, that has the key `__proto__`. */
const PROTO_REGEXP = /__proto__|\\u005f|\\U0000005f|\\x5f/i;
const MESSAGE_REGEXP = /^Parse error on line (\d+), column (\d+): ([^\n]*)/;
const BARE_KEY_REGEXP = /^[A-Za-z0-9_-]+$/;
const DELETE_REGEXP = /\u007f/g;

/** TOML; the top is a mapping and nothing is null. */
export const TOML_FORMAT: ConfigFormat = {
  parse: parseToml,
  stringify: stringifyToml,
  locate: locateToml,
};

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

/**
 * Where the values of a TOML text stand. A table or element of an array of tables stands at the last
 * key of its header.
 *
 * @throws {SyntaxError} If the text is not TOML 1.1.
 */
async function locateToml(text: string): Promise<PlaceNode> {
  const { parseTOML } = await import("toml-eslint-parser");
  const root = new PlaceNode(0);
  const [top] = parseTOML(text, { tomlVersion: "1.1" }).body;
  for (const entry of top.body) {
    if (entry.type === "TOMLKeyValue") addPair(root, entry);
    else {
      const table = reachTable(root, entry);
      for (const pair of entry.body) addPair(table, pair);
    }
  }
  return root;
}

/** The table of a header, whose steps are its keys, each with an index behind it in an array. */
function reachTable(root: PlaceNode, { key, resolvedKey }: AST.TOMLTable): PlaceNode {
  const keys = key.keys.values();
  let [node, offset] = [root, 0];
  for (const step of resolvedKey) {
    if (typeof step === "string") offset = keys.next().value!.range[0];
    node = node.reach(step, offset);
  }
  // An inner table may have made this one before.
  node.offset = offset;
  return node;
}

function addPair(table: PlaceNode, { key, value }: AST.TOMLKeyValue): void {
  let node = table;
  for (const part of key.keys) {
    node = node.reach(part.type === "TOMLBare" ? part.name : part.value, part.range[0]);
  }
  addContent(node, value);
}

function addContent(node: PlaceNode, value: AST.TOMLContentNode): void {
  if (value.type === "TOMLInlineTable") value.body.forEach((pair) => addPair(node, pair));
  if (value.type === "TOMLValue" && value.kind === "integer") node.source = value.number;
  if (value.type !== "TOMLArray") return;
  value.elements.forEach((element, index) =>
    addContent(node.add(index, element.range[0]), element)
  );
}

type Table = Record<string, unknown>;

/**
 * Writes a mapping as TOML. `@std/toml` writes a date without its time zone, a date in an array as
 * a string, `NaN` in an array as `null` and `-0` as `0`, hence this writer.
 *
 * Mappings become `[tables]` and lists of mappings `[[tables]]`, after the other keys of their
 * table, as the format demands; what is inside any other list is written inline.
 */
function writeToml(data: Table): string {
  const lines: string[] = [];
  pushTable(data, [], lines);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function pushTable(table: Table, path: readonly string[], lines: string[]): void {
  const entries = Object.entries(table);
  for (const [key, value] of entries) {
    if (!isSection(key, value)) lines.push(`${writeKey(key)} = ${writeInline(value)}`);
  }
  for (const [key, value] of entries) {
    if (!isSection(key, value)) continue;
    const inner = [...path, key];
    const header = inner.map(writeKey).join(".");
    for (const section of Array.isArray(value) ? value as Table[] : [value as Table]) {
      if (lines.length > 0) lines.push("");
      lines.push(Array.isArray(value) ? `[[${header}]]` : `[${header}]`);
      pushTable(section, inner, lines);
    }
  }
}

/**
 * Whether a value gets a header. In headers `@std/toml` misreads an empty key and the names that
 * every object inherits, such as `constructor`; inline it reads them well.
 */
function isSection(key: string, value: unknown): boolean {
  if (key === "" || key in Object.prototype) return false;
  return Array.isArray(value) ? value.length > 0 && value.every(isTable) : isTable(value);
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
}

function writeInline(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return writeNumber(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map(writeInline).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const pairs = Object.entries(value).map(([key, inner]) =>
    `${writeKey(key)} = ${writeInline(inner)}`
  );
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function writeKey(key: string): string {
  return BARE_KEY_REGEXP.test(key) ? key : quote(key);
}

/** The escapes of JSON are escapes of TOML too; TOML alone demands one for DEL. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(DELETE_REGEXP, "\\u007f");
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  // Integers of TOML have 64 bits: a larger one has to be a float.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return value.toExponential();
  return String(value);
}
