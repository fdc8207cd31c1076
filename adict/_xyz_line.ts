import { TextFault } from "./_text_fault.ts";
import type { XyzMarks } from "./_xyz_marks.ts";
import { endOfQuoted, isPlainText, quote, unquote } from "./_xyz_scalar.ts";

/** A line of XYZ text without its indentation. */
export interface XyzEntry {
  /** The key, or the index in a list. */
  readonly key: string | number;
  /** The offset of the key or index, behind its prefix. */
  readonly keyOffset: number;
  /** The offset of the value; undefined where the line has none. */
  readonly valueOffset: number | undefined;
}

const INDEX_REGEXP = /0|[1-9]\d*/y;
const BLANKS_REGEXP = /[ \t]*/y;

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
export function writeXyzKey(key: string, marks: XyzMarks): string {
  const bare = marks.keyPrefix + key + marks.keyPostfix;
  const isBare = isPlainText(key) && !/^["#]/.test(key) && isReadAs(key, bare, marks) &&
    isReadAs(key, `${bare} 0`, marks);
  return isBare ? bare : marks.keyPrefix + quote(key) + marks.keyPostfix;
}

function isReadAs(key: string, body: string, marks: XyzMarks): boolean {
  return readXyzEntry(body, marks).key === key;
}
