import type { PathKey } from "./format_path.ts";

const STEP_REGEXP = /\[(-?\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]]+)/y;

/**
 * Reads a dotted path, such as {@linkcode formatPath} writes.
 *
 * @param text The path; `[-1]` is the last element of a list.
 * @returns The steps from the root.
 * @throws {SyntaxError} If the text is no path.
 *
 * @example Usage
 * ```ts
 * import { parsePath } from "@ato/core/adict";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parsePath('model.layers[0]["a.b"]'), ["model", "layers", 0, "a.b"]);
 * assertThrows(() => parsePath("model..depth"), SyntaxError, 'unexpected "." at character 6');
 * ```
 */
export function parsePath(text: string): PathKey[] {
  const path: PathKey[] = [];
  let offset = 0;
  do {
    STEP_REGEXP.lastIndex = offset;
    const match = STEP_REGEXP.exec(text);
    // The first step has no dot before it, every later name has one.
    const isName = match?.[3] !== undefined;
    if (match === null || (isName && match[0].startsWith(".") === (offset === 0))) {
      throw new SyntaxError(describeFault(text, offset));
    }
    path.push(readStep(match, text, offset));
    offset = STEP_REGEXP.lastIndex;
  } while (offset < text.length);
  return path;
}

function readStep([, index, quoted, name]: RegExpExecArray, text: string, offset: number): PathKey {
  if (index !== undefined) return Number(index);
  if (name !== undefined) return name;
  try {
    return JSON.parse(quoted!);
  } catch {
    throw new SyntaxError(describeFault(text, offset));
  }
}

function describeFault(text: string, offset: number): string {
  const found = offset < text.length ? `"${text[offset]}" at character ${offset + 1}` : "end";
  return `Cannot read the path "${text}": unexpected ${found}, ` +
    "expected keys joined by dots, such as model.layers[0]";
}
