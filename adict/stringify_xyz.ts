import { toPlainData } from "./_plain_data.ts";
import {
  endOfQuoted,
  isPlainText,
  quote,
  TextFault,
  unquote,
  writeXyzScalar,
} from "./_scalar_text.ts";
import type { XyzFormat } from "./xyz_format.ts";

const INDENT = "  ";
const HEADER_START = "#xyz ";
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNFIT_REGEXP = /["\x00-\x1f\x7f-\x9f\u2028\u2029]/;
const INDEX_REGEXP = /0|[1-9]\d*/y;
const BLANKS_REGEXP = /[ \t]*/y;

/**
 * Writes an object or an array as XYZ text, which {@linkcode parseXyz} reads back as it was: types,
 * `NaN`, infinities, `-0`, bigints and dates included.
 *
 * Members that are undefined are left out, as `JSON.stringify` does; an undefined element of an
 * array is an error. A date is written as `2026-01-31T12:00:00.000Z`, a string that looks so in
 * quotes. The text has no line break at its end.
 *
 * @example Usage
 * ```ts
 * import { stringifyXyz } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { lr: 0.1, resume: null, layers: [64, { kind: "pool" }], tag: "007" };
 * assertEquals(
 *   stringifyXyz(config),
 *   `lr: 0.1
 * resume: None
 * layers:
 *   0) 64
 *   1)
 *     kind: pool
 * tag: 007`,
 * );
 * assertEquals(stringifyXyz({ version: "1.0" }), 'version: "1.0"');
 * ```
 *
 * @param value A plain object, an array or an ADict.
 * @param format The marks around keys and indices; others than the default ones are written as a
 * header line.
 * @returns The text.
 * @throws {TypeError} If the value holds functions, symbols, instances of classes, cycles or the
 * key `__proto__`, with the path; or if the marks are unfit.
 */
export function stringifyXyz(value: unknown, format: XyzFormat = {}): string {
  const marks = completeXyzMarks(format);
  const data = toPlainData(value, { format: "XYZ", refuse: refuseBytes });
  if (typeof data !== "object" || data === null || data instanceof Date) {
    throw new TypeError(
      `Cannot write the value as XYZ: ${describeTop(data)} at the top, expected an object or array`,
    );
  }
  const header = writeXyzHeader(marks);
  const lines = header === undefined ? [] : [header];
  if (isEmpty(data)) lines.push(emptyText(data));
  else pushLines(data, "", { lines, marks });
  return lines.join("\n");
}

function refuseBytes(leaf: unknown): string | undefined {
  return leaf instanceof Uint8Array ? "an array of numbers: Array.from(bytes)" : undefined;
}

function describeTop(data: unknown): string {
  if (data === null) return "null";
  return data instanceof Date ? "a date" : `a ${typeof data}`;
}

function isEmpty(container: object): boolean {
  return Object.keys(container).length === 0;
}

function emptyText(container: object): string {
  return Array.isArray(container) ? "[]" : "{}";
}

interface Output {
  readonly lines: string[];
  readonly marks: XyzMarks;
}

function pushLines(container: object, indent: string, output: Output): void {
  const { lines, marks } = output;
  const isList = Array.isArray(container);
  for (const [key, value] of Object.entries(container)) {
    const mark = isList ? marks.indexPrefix + key + marks.indexPostfix : writeXyzKey(key, marks);
    if (typeof value !== "object" || value === null || value instanceof Date) {
      lines.push(`${indent}${mark} ${writeXyzScalar(value)}`);
    } else if (isEmpty(value)) {
      lines.push(`${indent}${mark} ${emptyText(value)}`);
    } else {
      lines.push(indent + mark);
      pushLines(value, indent + INDENT, output);
    }
  }
}

/** All four marks of an XYZ text. */
export type XyzMarks = Required<XyzFormat>;

/** The marks of a text without a header. */
export const DEFAULT_XYZ_MARKS: XyzMarks = {
  keyPrefix: "",
  keyPostfix: ":",
  indexPrefix: "",
  indexPostfix: ")",
};

const MARK_NAMES: readonly string[] = Object.keys(DEFAULT_XYZ_MARKS);

/**
 * Fills in the defaults.
 *
 * @throws {TypeError} If a text with these marks could be read in two ways.
 */
function completeXyzMarks(format: XyzFormat): XyzMarks {
  const given = Object.entries(format).filter(([, mark]) => mark !== undefined);
  for (const [name, mark] of given) {
    const fault = findMarkFault(name, mark);
    if (fault !== undefined) throw new TypeError(`Cannot use the XYZ format: ${fault}`);
  }
  const marks: XyzMarks = { ...DEFAULT_XYZ_MARKS, ...Object.fromEntries(given) };
  const { keyPrefix, indexPrefix, indexPostfix } = marks;
  const rest = keyPrefix.startsWith(indexPrefix) ? keyPrefix.slice(indexPrefix.length) : "";
  const digits = /^\d+/.exec(rest)?.[0] ?? "";
  if (digits !== "" && rest.slice(digits.length).startsWith(`${indexPostfix} `)) {
    throw new TypeError(
      `Cannot use the XYZ format: the keyPrefix ${
        JSON.stringify(keyPrefix)
      } looks like an index, ` +
        "expected one that does not",
    );
  }
  return marks;
}

function findMarkFault(name: string, mark: unknown): string | undefined {
  if (!MARK_NAMES.includes(name)) {
    return `no such mark "${name}", expected ${MARK_NAMES.join(", ")}`;
  }
  if (typeof mark !== "string") return `${name} is of type ${typeof mark}, expected a string`;
  const shown = `${name} is ${JSON.stringify(mark)}, expected text`;
  if (UNFIT_REGEXP.test(mark)) return `${shown} without quotes and control characters`;
  if (!mark.isWellFormed()) return `${shown} without halves of surrogate pairs`;
  if (name.endsWith("Prefix") && mark !== mark.trimStart()) return `${shown} without a blank start`;
  if (name === "indexPostfix" && /^\d/.test(mark)) return `${shown} that begins with no digit`;
  return undefined;
}

/** The header line that announces the marks, where they are not the default. */
function writeXyzHeader(marks: XyzMarks): string | undefined {
  const changed = Object.entries(marks).filter(([name, mark]) =>
    mark !== DEFAULT_XYZ_MARKS[name as keyof XyzMarks]
  );
  if (changed.length === 0) return undefined;
  return HEADER_START + JSON.stringify(Object.fromEntries(changed));
}

/**
 * The marks that a header line announces; undefined for any other line.
 *
 * @throws {TextFault} If the line is a broken header.
 */
export function readXyzHeader(line: string): XyzMarks | undefined {
  if (!line.startsWith(HEADER_START)) return undefined;
  try {
    const format: unknown = JSON.parse(line.slice(HEADER_START.length));
    if (typeof format !== "object" || format === null) throw new SyntaxError("no mapping");
    return completeXyzMarks(format as XyzFormat);
  } catch (error) {
    const state = error instanceof TypeError
      ? error.message.replace("Cannot use the XYZ format: ", "")
      : "the header is no JSON mapping";
    throw new TextFault(state, HEADER_START.length, `a header such as #xyz {"keyPostfix":" ="}`);
  }
}

/** A line of XYZ text without its indentation. */
interface XyzEntry {
  /** The key, or the index in a list. */
  readonly key: string | number;
  /** The offset of the key or index, behind its prefix. */
  readonly keyOffset: number;
  /** The offset of the value; undefined where the line has none. */
  readonly valueOffset: number | undefined;
}

/**
 * Takes a line apart. An index comes before a key, and a bare key ends at the first postfix that
 * white space or the end follows, so that every line has one reading.
 *
 * @throws {TextFault} If the line is neither an index nor a key.
 */
export function readXyzEntry(body: string, marks: XyzMarks): XyzEntry {
  const entry = readIndex(body, marks) ?? readQuotedKey(body, marks) ?? readBareKey(body, marks);
  if (entry !== undefined) return entry;
  const { keyPrefix, keyPostfix, indexPrefix, indexPostfix } = marks;
  throw new TextFault(
    "neither a key nor an index",
    0,
    `"${keyPrefix}key${keyPostfix} value" or "${indexPrefix}0${indexPostfix} value"`,
  );
}

function readIndex(body: string, { indexPrefix, indexPostfix }: XyzMarks): XyzEntry | undefined {
  if (!body.startsWith(indexPrefix)) return undefined;
  INDEX_REGEXP.lastIndex = indexPrefix.length;
  const digits = INDEX_REGEXP.exec(body)?.[0];
  if (digits === undefined) return undefined;
  const offset = indexPrefix.length + digits.length;
  if (!body.startsWith(indexPostfix, offset)) return undefined;
  const end = offset + indexPostfix.length;
  return endEntry(body, end, { key: Number(digits), keyOffset: indexPrefix.length });
}

function readQuotedKey(body: string, { keyPrefix, keyPostfix }: XyzMarks): XyzEntry | undefined {
  const start = keyPrefix.length;
  if (!body.startsWith(`${keyPrefix}"`)) return undefined;
  const end = endOfQuoted(body, start);
  const key = unquote(body.slice(0, end), start);
  const entry = body.startsWith(keyPostfix, end)
    ? endEntry(body, end + keyPostfix.length, { key, keyOffset: start })
    : undefined;
  if (entry !== undefined) return entry;
  throw new TextFault("no value after the key", end, `"${keyPostfix} value"`);
}

function readBareKey(body: string, { keyPrefix, keyPostfix }: XyzMarks): XyzEntry | undefined {
  if (!body.startsWith(keyPrefix)) return undefined;
  const start = keyPrefix.length;
  for (let end = start + 1; end <= body.length; end++) {
    end = body.indexOf(keyPostfix, end);
    if (end === -1) return undefined;
    const key = body.slice(start, end);
    const entry = endEntry(body, end + keyPostfix.length, { key, keyOffset: start });
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** The entry, if white space or the end of the line follows its key. */
function endEntry(
  body: string,
  offset: number,
  start: Pick<XyzEntry, "key" | "keyOffset">,
): XyzEntry | undefined {
  if (offset < body.length && body[offset] !== " " && body[offset] !== "\t") return undefined;
  BLANKS_REGEXP.lastIndex = offset;
  const valueOffset = offset + BLANKS_REGEXP.exec(body)![0].length;
  return { ...start, valueOffset: valueOffset === body.length ? undefined : valueOffset };
}

/** The mark of a key, in quotes where it could be read as anything else. */
function writeXyzKey(key: string, marks: XyzMarks): string {
  const bare = marks.keyPrefix + key + marks.keyPostfix;
  const isBare = isPlainText(key) && !/^["#]/.test(key) && isReadAs(key, bare, marks) &&
    isReadAs(key, `${bare} 0`, marks);
  return isBare ? bare : marks.keyPrefix + quote(key) + marks.keyPostfix;
}

function isReadAs(key: string, body: string, marks: XyzMarks): boolean {
  return readXyzEntry(body, marks).key === key;
}
