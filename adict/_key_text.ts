// Control characters, C0 and C1, line ends of any kind, and what turns the direction of a text.
const SIMPLE_KEY_REGEXP =
  // deno-lint-ignore no-control-regex -- a terminal would act on them
  /^[^.[\]"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+$/;
// deno-lint-ignore no-control-regex -- as above
const CONTROL_REGEXP = /[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const UNESCAPED_REGEXP = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

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
