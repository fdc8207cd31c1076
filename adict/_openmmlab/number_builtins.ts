import { asCount, asText, bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { asNumber } from "./keys.ts";
import { floatOf, roundFloat, roundFraction, scaleFloat, wholeOf } from "./numbers.ts";
import { applyBinary } from "./operators.ts";
import { toSlots } from "./sequences.ts";
import { type Arguments, Callable, PyTuple, typeName, type Value } from "./values.ts";

const FLOAT_REGEXP = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const DIGITS: Readonly<Record<number, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^\d+$/,
  16: /^[\da-f]+$/i,
};
const PREFIXES: Readonly<Record<number, string>> = { 2: "0b", 8: "0o", 10: "", 16: "0x" };
const MAX_DIGITS = 4300;

/** What is defined without an import and makes numbers. */
export function makeNumberBuiltins(budget: Budget): [string, Callable][] {
  const inRadix = (name: string, radix: number): [string, Callable] => [
    name,
    new Callable(name, (args) => {
      const [value] = bind(name, args, "number");
      if (typeof value !== "bigint") throw new Fault(`${name}() of no whole number`, "one");
      const digits = (value < 0n ? -value : value).toString(radix);
      budget.spendText(digits.length);
      return (value < 0n ? "-" : "") + PREFIXES[radix] + digits;
    }),
  ];
  return [
    ["int", new Callable("int", (args) => toWhole(args, budget), "type")],
    ["float", new Callable("float", (args) => toFloat(args, budget), "type")],
    ["round", new Callable("round", round)],
    [
      "abs",
      new Callable("abs", (args) => {
        const number = requireNumber(bind("abs", args, "x")[0], "abs()");
        return typeof number === "bigint" ? number < 0n ? -number : number : Math.abs(number);
      }),
    ],
    [
      "pow",
      new Callable("pow", (args) => {
        const [base, exponent] = bind("pow", args, "base", "exp");
        return applyBinary("**", base!, exponent!, budget);
      }),
    ],
    [
      "divmod",
      new Callable("divmod", (args) => {
        const [left, right] = bind("divmod", args, "x", "y") as [Value, Value];
        const results = ["//", "%"].map((operator) => applyBinary(operator, left, right, budget));
        return new PyTuple(toSlots(results));
      }),
    ],
    inRadix("hex", 16),
    inRadix("oct", 8),
    inRadix("bin", 2),
  ];
}

/** A number, or a truth value as one. */
export function requireNumber(value: Value | undefined, what: string): bigint | number {
  const number = asNumber(value ?? null);
  if (number !== undefined) return number;
  throw new Fault(`${what} of a ${typeName(value ?? null)}`, "a number");
}

/** No number is longer than that, and a search in a long text takes time. */
function checkLength(given: Value, budget: Budget): void {
  if (typeof given !== "string") return;
  budget.spendText(given.length);
  if (given.length <= 2 * MAX_DIGITS) return;
  throw new Fault(`a text of ${given.length} characters as a number`, "a shorter one");
}

function toWhole(args: Arguments, budget: Budget): Value {
  const [given = 0n, base] = bind("int", args, "x?", "base?");
  checkLength(given, budget);
  if (typeof given !== "string") {
    const number = requireNumber(given, "int()");
    return typeof number === "bigint" ? number : wholeOf(Math.trunc(number));
  }
  const radix = base === undefined ? 10 : asCount(base, "the base");
  const [, sign, body] = /^([-+]?)(.*)$/s.exec(given.trim())!;
  const prefix = PREFIXES[radix];
  const digits = prefix !== undefined && prefix !== "" && body!.toLowerCase().startsWith(prefix)
    ? body!.slice(2).replace(/^_/, "")
    : body!;
  const plain = digits.replace(/(?<=[\da-f])_(?=[\da-f])/gi, "");
  if (prefix === undefined || !DIGITS[radix]!.test(plain) || plain.length > MAX_DIGITS) {
    throw new Fault(`int() of ${JSON.stringify(given)}`, "a whole number in base 2, 8, 10 or 16");
  }
  const value = BigInt(prefix + plain);
  return sign === "-" ? -value : value;
}

function toFloat(args: Arguments, budget: Budget): Value {
  const [given = 0] = bind("float", args, "x?");
  checkLength(given, budget);
  if (typeof given !== "string") return floatOf(requireNumber(given, "float()"));
  const text = given.trim().toLowerCase().replace(/(?<=\d)_(?=\d)/g, "");
  const word = /^([-+]?)(inf|infinity|nan)$/.exec(text);
  if (word !== null) return word[2] === "nan" ? NaN : word[1] === "-" ? -Infinity : Infinity;
  if (FLOAT_REGEXP.test(text)) return Number(text);
  throw new Fault(`float() of ${JSON.stringify(asText(given, "a text"))}`, "a number");
}

function round(args: Arguments): Value {
  const [given, decimals = null] = bind("round", args, "number", "ndigits?");
  const number = requireNumber(given, "round()");
  if (decimals === null) {
    if (typeof number === "bigint") return number;
    wholeOf(Math.trunc(number));
    return scaleFloat(number, 0);
  }
  const count = asCount(decimals, "the number of digits");
  if (typeof number === "number") return roundFloat(number, count);
  if (count >= 0) return number;
  const unit = 10n ** BigInt(Math.min(-count, MAX_DIGITS));
  return roundFraction(number, unit) * unit;
}
