/**
 * What is wrong at an offset of a line. It stays inside this module: whoever knows the file and the
 * line throws a {@linkcode ConfigSyntaxError} in its place.
 */
export class TextFault extends SyntaxError {
  /** Characters before the mistake, in the text that the thrower was given. */
  readonly offset: number;
  /** What should be there. */
  readonly expected: string;

  constructor(state: string, offset: number, expected: string) {
    super(state);
    this.name = "TextFault";
    this.offset = offset;
    this.expected = expected;
  }

  /** The same fault in a text that has more characters before it. */
  shifted(by: number): TextFault {
    return new TextFault(this.message, this.offset + by, this.expected);
  }
}

const DECIMAL_REGEXP =
  /^[+-]?(?:(?:0|[1-9]\d*(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/;
const INTEGER_REGEXP = /^[+-]?(?:0|[1-9]\d*(?:_\d+)*)$/;
const HEXADECIMAL_REGEXP = /^[+-]?0[xX][\da-fA-F]+(?:_[\da-fA-F]+)*$/;
const BIGINT_REGEXP = /^-?(?:0|[1-9]\d*)n$/;
const DATE_REGEXP = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Characters that would vanish, break the line or not survive in a file. */
// Written out, because the class \p{Cc} takes longer to compile than a small config to merge.
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNFIT_REGEXP = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]/;
const UNSEEN_REGEXP = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["None", null],
  ["null", null],
  ["True", true],
  ["true", true],
  ["False", false],
  ["false", false],
  ["nan", NaN],
  ["NaN", NaN],
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["Infinity", Infinity],
  ["+Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/**
 * The value that a text behind a key or an index stands for. Only the empty containers are written
 * there, `{}` and `[]`.
 *
 * @throws {TextFault} If the text begins like a quoted string or a container and is none.
 */
export function readXyzScalar(text: string): unknown {
  if (text === "{}") return {};
  if (text === "[]") return [];
  if (text.startsWith('"')) return readQuoted(text);
  if (text.startsWith("[") || text.startsWith("{")) {
    const expected = `one indented line for each element, or a string in double quotes`;
    throw new TextFault(`${text[0]} opens a list or mapping in the line`, 0, expected);
  }
  return readBare(text);
}

function readQuoted(text: string): string {
  const end = endOfQuoted(text, 0);
  if (end < text.length) {
    throw new TextFault("text after the closing quote", end, "the end of the line");
  }
  return unquote(text, 0);
}

/** What a text without quotes stands for. */
function readBare(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text);
  if (BIGINT_REGEXP.test(text)) return BigInt(text.slice(0, -1));
  if (INTEGER_REGEXP.test(text) || HEXADECIMAL_REGEXP.test(text)) return readInteger(text);
  if (DECIMAL_REGEXP.test(text)) return Number(text.replaceAll("_", ""));
  if (DATE_REGEXP.test(text)) {
    const date = new Date(text);
    // Only the exact form is a date: 2024-02-30 rolls over in some engines.
    if (!Number.isNaN(date.getTime()) && date.toISOString() === text) return date;
  }
  return text;
}

/** A bigint where a number would lose digits, as with the integers of Python. */
function readInteger(text: string): number | bigint {
  const digits = text.replaceAll("_", "").replace(/^[+-]/, "");
  const number = text.startsWith("-") ? -Number(digits) : Number(digits);
  if (Number.isSafeInteger(number)) return number;
  return text.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

/** The offset behind the closing quote of a string that opens at an offset. */
export function endOfQuoted(text: string, start: number): number {
  for (let offset = start + 1; offset < text.length; offset++) {
    if (text[offset] === "\\") offset++;
    else if (text[offset] === '"') return offset + 1;
  }
  throw new TextFault("the line ends inside a string", text.length, "a closing double quote");
}

/** The string in quotes that starts at an offset of a text and reaches to its end. */
export function unquote(text: string, start: number): string {
  try {
    return JSON.parse(text.slice(start));
  } catch {
    throw new TextFault("no valid string", start, "a string escaped as in JSON");
  }
}

/** Whether a string can stand without quotes and be read back as the same string. */
export function isPlainText(text: string): boolean {
  return text !== "" && text === text.trim() && text.isWellFormed() && !UNFIT_REGEXP.test(text);
}

/** A string in quotes, on one line, with everything unseen escaped. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    UNSEEN_REGEXP,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The text of a value that is no container. */
export function writeXyzScalar(value: unknown): string {
  if (typeof value === "string") {
    const isBare = isPlainText(value) && !/^["[{]/.test(value) && readBare(value) === value;
    return isBare ? value : quote(value);
  }
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date) return value.toISOString();
  return writeNumber(value as number);
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  // Digits alone would be read as a bigint.
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? value.toExponential()
    : String(value);
}
