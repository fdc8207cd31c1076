const INTEGER_REGEXP = /^[-+]?(?:0|[1-9](?:_?\d)*)$/;
const RADIX_REGEXP = /^([-+]?)(0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/;
const FLOAT_REGEXP =
  /^[-+]?(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][-+]?\d(?:_?\d)*)?$/;
const ZERO_LED_INTEGER_REGEXP = /^[-+]?0[\d_]+$/;

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["True", true],
  ["true", true],
  ["False", false],
  ["false", false],
  ["None", null],
  ["null", null],
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["nan", NaN],
  ["NaN", NaN],
]);

/** A whole number, as a bigint where a number could not hold it exactly. */
function toInteger(digits: string, sign: string): number | bigint {
  const value = BigInt(digits.replaceAll("_", "")) * (sign === "-" ? -1n : 1n);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number || 0 : value;
}

/** The value that a word without quotes stands for: a number, a constant, else the word itself. */
export function readWord(word: string): unknown {
  if (WORDS.has(word)) return WORDS.get(word);
  if (INTEGER_REGEXP.test(word)) return toInteger(word.replace(/^[-+]/, ""), word[0]!);
  const radix = RADIX_REGEXP.exec(word);
  if (radix) return toInteger(radix[2]!, radix[1]!);
  if (FLOAT_REGEXP.test(word) && !ZERO_LED_INTEGER_REGEXP.test(word)) {
    return Number(word.replaceAll("_", ""));
  }
  return word;
}
