const STEP_REGEXP = /\[(-?\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]]+)/y;
// Control characters, C0 and C1, line ends of any kind, and what turns the direction of a text.
const SIMPLE_KEY_REGEXP =
  // deno-lint-ignore no-control-regex -- a terminal would act on them
  /^[^.[\]"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+$/;
// deno-lint-ignore no-control-regex -- as above
const CONTROL_REGEXP = /[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const UNESCAPED_REGEXP = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

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

/** Replaces what a terminal would act on, tabs aside: a text stays one line, and itself. */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll(CONTROL_REGEXP, "\ufffd");
}

/** The same of a text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** A JSON string without any control character. */
function quote(key: string): string {
  return JSON.stringify(key).replaceAll(
    UNESCAPED_REGEXP,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A dotted path with the key of a mapping added. */
export function appendKey(path: string, key: string): string {
  if (!SIMPLE_KEY_REGEXP.test(key)) return `${path}[${quote(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
