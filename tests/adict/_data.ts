import fc from "../_property.ts";

/** Strings that a careless writer or parser takes for something else. */
export const TREACHEROUS_STRINGS: readonly string[] = [
  "",
  " ",
  " a",
  "a ",
  "a\nb",
  "\n",
  "\r\n",
  "a\tb",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "\u0085",
  "\u007f",
  "None",
  "null",
  "~",
  "True",
  "true",
  "yes",
  "nan",
  "NaN",
  "-inf",
  ".inf",
  "Infinity",
  "1",
  "-1",
  "+1",
  "007",
  "0o17",
  "0x1f",
  "1_000",
  "1e3",
  ".5",
  "5.",
  "10n",
  "2026-01-31",
  "2026-01-31T12:00:00.000Z",
  "12:30:45",
  "{}",
  "[]",
  "[1]",
  "{a: 1}",
  '"',
  '"a"',
  "'a'",
  "\\",
  "#",
  "# a",
  "#xyz {}",
  "a #b",
  "a: b",
  "a:",
  ": a",
  "a:b",
  "0)",
  "0) a",
  "1",
  "-",
  "- a",
  "---",
  "...",
  "? a",
  "!tag",
  "&a",
  "*a",
  "<<",
  "=",
  "a = b",
  "%",
  "@a",
  "`a`",
  "|",
  ">",
  ">-\n a",
  "\u00fc\u4e2d\u{1f600}",
  "constructor",
];

/** What the values of a test may be. */
export interface DataShape {
  /** The leaves besides strings, numbers and booleans. */
  readonly leaves?: readonly fc.Arbitrary<unknown>[];
  /** The numbers; all doubles by default. */
  readonly numbers?: fc.Arbitrary<number>;
  /** Whether strings and keys may hold halves of surrogate pairs. */
  readonly halfPairs?: boolean;
  /** Which keys there may be. */
  readonly isKey?: (text: string) => boolean;
}

/** Objects that are nested, with every kind of key and leaf. */
export function objects(shape: DataShape = {}): fc.Arbitrary<Record<string, unknown>> {
  const { leaves = [], numbers = fc.double(), halfPairs = true, isKey = () => true } = shape;
  const texts = fc.oneof(
    fc.constantFrom(...TREACHEROUS_STRINGS),
    fc.string({ unit: "grapheme-ascii", maxLength: 8 }),
    fc.string({ unit: "binary", maxLength: 8 }),
  ).filter((text) => halfPairs || text.isWellFormed());
  const keys = texts.filter((key) => key !== "__proto__" && isKey(key));
  const { top } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(texts, numbers, fc.boolean(), ...leaves),
      fc.array(tie("value"), { maxLength: 4 }),
      tie("top"),
    ),
    top: fc.dictionary(keys, tie("value"), { maxKeys: 5, noNullPrototype: true }),
  }));
  return top as fc.Arbitrary<Record<string, unknown>>;
}

/** Dates that every format with dates can hold. */
export function dates(): fc.Arbitrary<Date> {
  return fc.date({
    min: new Date("0100-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
}

/** Whether two values are the same to the last bit: `-0` is not `0`, a bigint no number. */
export function isSameData(left: unknown, right: unknown): boolean {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return Object.is(left, right);
  }
  if (left instanceof Date || right instanceof Date) {
    return left instanceof Date && right instanceof Date && left.getTime() === right.getTime();
  }
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) =>
      Object.hasOwn(right, key) && isSameData(Reflect.get(left, key), Reflect.get(right, key))
    );
}
