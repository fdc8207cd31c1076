import { readXyz } from "./_xyz_reader.ts";

/** Options of {@linkcode parseXyz}. */
export interface ParseXyzOptions {
  /** The file that the text came from, for messages. */
  path?: string;
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
  return readXyz(text, { path: options.path });
}
