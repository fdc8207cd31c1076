import { appendKey } from "./_key_text.ts";

/** One step of a path: the key of a mapping or the index of a list. */
export type PathKey = string | number;

/**
 * Writes the steps to a value as one text: `model.layers[0]`; a key with a dot, bracket, quote or
 * control character in it, or without any character, as `["a.b"]`. No two paths give the same text.
 *
 * @param path The steps from the root.
 * @returns The dotted path.
 *
 * @example Usage
 * ```ts
 * import { formatPath } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatPath(["model", "layers", 0]), "model.layers[0]");
 * assertEquals(formatPath(["a.b", "c"]), '["a.b"].c');
 * ```
 */
export function formatPath(path: readonly PathKey[]): string {
  let text = "";
  for (const key of path) {
    text = typeof key === "number" ? `${text}[${key}]` : appendKey(text, key);
  }
  return text;
}
