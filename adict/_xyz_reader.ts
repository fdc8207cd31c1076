import { TextFault } from "./_text_fault.ts";
import { XyzBuilder, type XyzItem } from "./_xyz_builder.ts";
import { readXyzEntry } from "./_xyz_line.ts";
import { DEFAULT_XYZ_MARKS, readXyzHeader, type XyzMarks } from "./_xyz_marks.ts";
import { readXyzScalar } from "./_xyz_scalar.ts";
import { ConfigSyntaxError } from "./config_syntax_error.ts";

/** Options of {@linkcode readXyz}. */
export interface ReadXyzOptions {
  /** The file that the text came from, for messages. */
  readonly path?: string | undefined;
  /** Called for each item with the steps to it and the offset of its key or index. */
  readonly onItem?: (path: readonly (string | number)[], offset: number) => void;
}

interface Line {
  /** The line without its indentation. */
  readonly body: string;
  /** Spaces before it. */
  readonly indent: number;
  /** Counted from 1. */
  readonly number: number;
  /** The offset of the body. */
  readonly offset: number;
}

/**
 * The value of an XYZ text.
 *
 * @throws {ConfigSyntaxError} If the text is not XYZ, repeats a key or has the key `__proto__`.
 */
export function readXyz(
  text: string,
  { path, onItem }: ReadXyzOptions,
): Record<string, unknown> | unknown[] {
  const content = text.replace(/^\ufeff/, "");
  let line: Line = { body: "", indent: 0, number: 1, offset: 0 };
  try {
    const [first = ""] = content.split(/\r?\n/, 1);
    const announced = readXyzHeader(first);
    const marks = announced ?? DEFAULT_XYZ_MARKS;
    const start = announced === undefined ? 0 : first.length;
    const whole = content.slice(start);
    if (/^\s*(?:\{\}|\[\])\s*$/.test(whole)) return whole.trim() === "[]" ? [] : {};
    const builder = new XyzBuilder();
    for (const next of toLines(content, start)) {
      // A tab has no width to compare; readItem() refuses it.
      if (!next.body.startsWith("\t") && !builder.fits(next.indent)) break;
      line = next;
      const { keyOffset, ...item } = readItem(line, marks);
      builder.add(item);
      onItem?.(builder.path, line.offset + keyOffset);
    }
    if (builder.isWaiting) {
      const end = line.body.trimEnd().length;
      throw new TextFault("no value", end, "a value or indented lines below");
    }
    return builder.result;
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    throw new ConfigSyntaxError(error.message, {
      text: content,
      line: line.number,
      column: line.indent + error.offset + 1,
      expected: error.expected,
      path,
    });
  }
}

/** The lines from an offset on that are not blank. */
function* toLines(text: string, start: number): Generator<Line> {
  const parts = text.slice(start).split(/(\r?\n)/);
  let offset = start;
  // Every second part is a line break.
  for (const [index, line] of parts.entries()) {
    const body = line.replace(/^ +/, "");
    const indent = line.length - body.length;
    if (index % 2 === 0 && !/^[ \t]*$/.test(body)) {
      yield { body, indent, number: index / 2 + 1, offset: offset + indent };
    }
    offset += line.length;
  }
}

function readItem(
  { body, indent }: Line,
  marks: XyzMarks,
): XyzItem & { readonly keyOffset: number } {
  if (body.startsWith("\t")) throw new TextFault("a tab in the indentation", 0, "spaces");
  const { key, keyOffset, valueOffset } = readXyzEntry(body, marks);
  if (valueOffset === undefined) return { key, keyOffset, indent, value: undefined };
  try {
    const value = readXyzScalar(body.slice(valueOffset).trimEnd());
    return { key, keyOffset, indent, value };
  } catch (error) {
    throw error instanceof TextFault ? error.shifted(valueOffset) : error;
  }
}
