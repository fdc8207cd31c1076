/**
 * The marks around keys and indices in XYZ text; whatever is left out keeps its default.
 *
 * A mark holds no double quote, control character or half of a surrogate pair; a prefix does not
 * begin with white space, and the index postfix does not begin with a digit.
 *
 * @example Usage
 * ```ts
 * import { stringifyXyz, type XyzFormat } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const format: XyzFormat = { keyPostfix: " =", indexPrefix: "[", indexPostfix: "]" };
 * assertEquals(
 *   stringifyXyz({ layers: [64] }, format),
 *   '#xyz {"keyPostfix":" =","indexPrefix":"[","indexPostfix":"]"}\nlayers =\n  [0] 64',
 * );
 * ```
 */
export interface XyzFormat {
  /**
   * Text before a key.
   *
   * @default {""}
   */
  readonly keyPrefix?: string;
  /**
   * Text after a key.
   *
   * @default {":"}
   */
  readonly keyPostfix?: string;
  /**
   * Text before an index.
   *
   * @default {""}
   */
  readonly indexPrefix?: string;
  /**
   * Text after an index.
   *
   * @default {")"}
   */
  readonly indexPostfix?: string;
}
