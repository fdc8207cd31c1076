import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { asNumber } from "./keys.ts";
import { formatExponent, reprFloat, scaleFloat } from "./numbers.ts";
import { charactersOf, toText } from "./text.ts";
import { typeName, type Value } from "./values.ts";

const SPEC_REGEXP =
  /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d{1,7})?([,_])?(?:\.(\d{1,7}))?([a-zA-Z%])?$/su;

/** What stands behind the colon of a replacement field, or behind a percent sign. */
export interface FormatSpec {
  readonly fill?: string | undefined;
  readonly align?: string | undefined;
  readonly sign?: string | undefined;
  readonly isAlternate?: boolean;
  readonly width?: number | undefined;
  readonly group?: string | undefined;
  readonly precision?: number | undefined;
  readonly type?: string | undefined;
}

/** A value in the format that a text such as `>8.2f` names. */
export function formatValue(value: Value, spec: string, budget: Budget): string {
  if (spec === "") return toText(value, budget);
  const match = SPEC_REGEXP.exec(spec);
  if (match === null) {
    throw new Fault(`no format: ${JSON.stringify(spec)}`, "one such as .2f or >8");
  }
  const [, fill, align, sign, alternate, zero, width, group, precision, type] = match;
  return applyFormat(value, {
    fill: fill ?? (zero === undefined ? undefined : "0"),
    align: align ?? (zero === undefined || typeof value === "string" ? undefined : "="),
    sign,
    isAlternate: alternate !== undefined,
    width: width === undefined ? undefined : Number(width),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  }, budget);
}

/** A value in a format. */
export function applyFormat(value: Value, spec: FormatSpec, budget: Budget): string {
  const length = typeof value === "string" ? value.length : 0;
  budget.spendText(length + (spec.width ?? 0) + (spec.precision ?? 0));
  const number = asNumber(value);
  if (number === undefined) {
    return pad("", formatText(toText(value, budget), value, spec), {
      ...spec,
      align: spec.align ?? "<",
    });
  }
  const isWhole = typeof number === "bigint" && !/[eEfFgG%]/.test(spec.type ?? "");
  const digits = isWhole
    ? formatWhole(number < 0n ? -number : number, spec)
    : formatFloat(Math.abs(Number(number)), spec);
  budget.spendText(digits.length);
  const isNegative = number < 0 || Object.is(number, -0);
  const sign = isNegative ? "-" : spec.sign === "+" || spec.sign === " " ? spec.sign : "";
  return pad(sign, groupDigits(digits, spec.group), { ...spec, align: spec.align ?? ">" });
}

function formatText(text: string, value: Value, { type, precision }: FormatSpec): string {
  if (type !== undefined && type !== "s") throw unknownType(type, value);
  if (precision === undefined) return text;
  const characters = charactersOf(text);
  return typeof characters === "string"
    ? characters.slice(0, precision)
    : characters.slice(0, precision).join("");
}

function unknownType(type: string, value: Value): Fault {
  return new Fault(`the format ${type} of a ${typeName(value)}`, "one that fits the value");
}

function formatWhole(value: bigint, { type = "d", isAlternate = false }: FormatSpec): string {
  if (type === "d" || type === "n") return String(value);
  if (type === "c") {
    if (value <= 0x10ffffn) return String.fromCodePoint(Number(value));
    throw new Fault("a character beyond Unicode", "a number up to 0x10ffff");
  }
  const radix = { b: 2, o: 8, x: 16, X: 16 }[type];
  if (radix === undefined) throw unknownType(type, value);
  const digits = value.toString(radix);
  return (isAlternate ? `0${type}` : "") + (type === "X" ? digits.toUpperCase() : digits);
}

function formatFloat(value: number, spec: FormatSpec): string {
  const type = spec.type ?? (spec.precision === undefined ? "r" : "g");
  if (!Number.isFinite(value)) {
    const text = reprFloat(value) + (type === "%" ? "%" : "");
    return /[EFG]/.test(type) ? text.toUpperCase() : text;
  }
  if (type === "r") return reprFloat(value);
  const precision = spec.precision ?? 6;
  switch (type.toLowerCase()) {
    case "f":
      return fixed(value, precision);
    case "%":
      return `${fixed(value * 100, precision)}%`;
    case "e":
      return inCase(exponential(value, precision), type);
    case "g":
      return inCase(general(value, Math.max(1, precision), spec), type);
    default:
      throw unknownType(type, value);
  }
}

function inCase(text: string, type: string): string {
  return type === type.toUpperCase() ? text.toUpperCase() : text;
}

function fixed(value: number, precision: number): string {
  const digits = String(scaleFloat(value, precision)).padStart(precision + 1, "0");
  if (precision === 0) return digits;
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/** The digits of a float and its power of ten, rounded to some decimals behind the first digit. */
function significant(value: number, decimals: number): { digits: string; power: number } {
  if (value === 0) return { digits: "0".repeat(decimals + 1), power: 0 };
  const power = Number(value.toExponential(20).split("e")[1]);
  const digits = String(scaleFloat(value, decimals - power));
  if (digits.length <= decimals + 1) return { digits, power };
  return { digits: digits.slice(0, -1), power: power + 1 };
}

function exponential(value: number, precision: number): string {
  const { digits, power } = significant(value, precision);
  const fraction = precision === 0 ? "" : `.${digits.slice(1)}`;
  return `${digits[0]}${fraction}e${formatExponent(power)}`;
}

function general(value: number, precision: number, spec: FormatSpec): string {
  const { digits, power } = significant(value, precision - 1);
  const strip = (text: string): string =>
    spec.isAlternate || !text.includes(".") ? text : text.replace(/\.?0+$/, "");
  if (power >= -4 && power < precision) {
    const text = strip(fixed(value, precision - 1 - power));
    // Without a type a float stays recognisable as one.
    return spec.type === undefined && !text.includes(".") ? `${text}.0` : text;
  }
  const mantissa = precision === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${strip(mantissa)}e${formatExponent(power)}`;
}

function groupDigits(text: string, group: string | undefined): string {
  if (group === undefined) return text;
  return text.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, group));
}

function pad(sign: string, text: string, { fill = " ", align, width = 0 }: FormatSpec): string {
  const missing = width - charactersOf(sign + text).length;
  if (missing <= 0) return sign + text;
  if (align === "=") return sign + fill.repeat(missing) + text;
  const before = align === "<" ? 0 : align === "^" ? missing >> 1 : missing;
  return fill.repeat(before) + sign + text + fill.repeat(missing - before);
}
