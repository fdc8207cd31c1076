// Control characters and what turns the direction of a text would act on a terminal.
const SIMPLE_KEY_REGEXP =
  // deno-lint-ignore no-control-regex -- as above
  /^[^.[\]"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+$/;
const UNESCAPED_REGEXP = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

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
