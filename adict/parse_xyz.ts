import { TextFault } from "./_text_fault.ts";
import { XyzBuilder, type XyzItem } from "./_xyz_builder.ts";
import { readXyzEntry } from "./_xyz_line.ts";
import { DEFAULT_XYZ_MARKS, readXyzHeader, type XyzMarks } from "./_xyz_marks.ts";
import { readXyzScalar } from "./_xyz_scalar.ts";
import { ConfigSyntaxError } from "./config_syntax_error.ts";

/** Options of {@linkcode parseXyz}. */
export interface ParseXyzOptions {
  /** The file that the text came from, for messages. */
  path?: string;
}

interface Line {
  /** The line without its indentation. */
  readonly body: string;
  /** Spaces before it. */
  readonly indent: number;
  /** Counted from 1. */
  readonly number: number;
}

/**
 * Reads XYZ text: a key or index on each line, nesting by indentation.
 *
 * A value is `None`, `True`, `False`, a number (also `nan`, `inf`, `1_000`, `0x1f`), a bigint
 * (`10n`, or an integer that a number cannot hold), a date as `Date.prototype.toISOString` writes
 * it, `{}`, `[]`, a string in double quotes escaped as in JSON, or a bare string. The other usual
 * spellings `null`, `true` and `false` are read as well. Text without a line is an empty mapping.
 *
 * @example Usage
 * ```ts
 * import { parseXyz } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const text = `
 * lr: 1e-3
 * model:
 *   backbone: resnet50
 *   layers:
 *     0) 64
 *     1) 128
 * `;
 * assertEquals(parseXyz(text), { lr: 0.001, model: { backbone: "resnet50", layers: [64, 128] } });
 * ```
 *
 * @param text The text, with a header line if its marks are not the default ones.
 * @param options Options.
 * @returns An object or an array.
 * @throws {ConfigSyntaxError} If the text is not XYZ, repeats a key or has the key `__proto__`.
 */
export function parseXyz(
  text: string,
  options: ParseXyzOptions = {},
): Record<string, unknown> | unknown[] {
  const content = text.replace(/^\ufeff/, "");
  let line: Line = { body: "", indent: 0, number: 1 };
  try {
    const [first = "", ...rest] = content.split(/\r?\n/);
    const announced = readXyzHeader(first);
    const marks = announced ?? DEFAULT_XYZ_MARKS;
    const whole = announced === undefined ? content : content.slice(first.length);
    if (/^\s*(?:\{\}|\[\])\s*$/.test(whole)) return whole.trim() === "[]" ? [] : {};
    const builder = new XyzBuilder();
    for (const next of toLines([announced === undefined ? first : "", ...rest])) {
      // A tab has no width to compare; readItem() refuses it.
      if (!next.body.startsWith("\t") && !builder.fits(next.indent)) break;
      line = next;
      builder.add(readItem(line, marks));
    }
    if (builder.isWaiting) {
      throw new TextFault(
        "no value",
        line.body.trimEnd().length,
        "a value or indented lines below",
      );
    }
    return builder.result;
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    throw new ConfigSyntaxError(error.message, {
      text: content,
      line: line.number,
      column: line.indent + error.offset + 1,
      expected: error.expected,
      path: options.path,
    });
  }
}

/** The lines that are not blank. */
function* toLines(lines: readonly string[]): Generator<Line> {
  for (const [index, line] of lines.entries()) {
    const body = line.replace(/^ +/, "");
    if (/^[ \t]*$/.test(body)) continue;
    yield { body, indent: line.length - body.length, number: index + 1 };
  }
}

function readItem({ body, indent }: Line, marks: XyzMarks): XyzItem {
  if (body.startsWith("\t")) throw new TextFault("a tab in the indentation", 0, "spaces");
  const { key, valueOffset } = readXyzEntry(body, marks);
  if (valueOffset === undefined) return { key, indent, value: undefined };
  try {
    return { key, indent, value: readXyzScalar(body.slice(valueOffset).trimEnd()) };
  } catch (error) {
    throw error instanceof TextFault ? error.shifted(valueOffset) : error;
  }
}
