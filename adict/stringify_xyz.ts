import { toPlainData } from "./_plain_data.ts";
import { writeXyzScalar } from "./_scalar_text.ts";
import { completeXyzMarks, writeXyzHeader, writeXyzKey, type XyzMarks } from "./_xyz_line.ts";
import type { XyzFormat } from "./xyz_format.ts";

const INDENT = "  ";

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
