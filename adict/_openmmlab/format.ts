import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { asNumber } from "./keys.ts";
import { floatOf, formatExponent, reprFloat, scaleFloat } from "./numbers.ts";
import { charactersOf, toText } from "./text.ts";
import { typeName, type Value } from "./values.ts";

const SPEC_REGEXP =
  /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d{1,7})?([,_])?(?:\.(\d{1,7}))?([a-zA-Z%])?$/su;

const FLOAT_TYPE_REGEXP = /[eEfFgG%]/;
const RADICES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

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
  const parsed = {
    fill: fill ?? (zero === undefined ? undefined : "0"),
    align: align ?? (zero === undefined || typeof value === "string" ? undefined : "="),
    sign,
    isAlternate: alternate !== undefined,
    width: width === undefined ? undefined : Number(width),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
  if (!isFitting(value, parsed)) {
    throw new Fault(`the format ${spec} of a ${typeName(value)}`, "one that fits the value");
  }
  return applyFormat(value, parsed, budget);
}

/** Whether the parts of a format go with the type and with each other; percent signs ask less. */
function isFitting(value: Value, spec: FormatSpec): boolean {
  const { align, sign, isAlternate = false, group, precision, type = "" } = spec;
  const number = asNumber(value);
  if (number === undefined) {
    return typeof value === "string" && align !== "=" && sign === undefined && !isAlternate &&
      group === undefined;
  }
  if (group !== undefined && /[cn]/.test(type) || group === "," && /[boxX]/.test(type)) {
    return false;
  }
  if (typeof number === "number" || FLOAT_TYPE_REGEXP.test(type)) return true;
  return precision === undefined && (type !== "c" || sign === undefined && !isAlternate);
}

/** A value in a format. */
export function applyFormat(value: Value, spec: FormatSpec, budget: Budget): string {
  const length = typeof value === "string" ? value.length : 0;
  budget.spendText(length + (spec.width ?? 0) + (spec.precision ?? 0));
  const number = asNumber(value);
  if (number === undefined) {
    const text = formatText(toText(value, budget), value, spec);
    return pad("", text, { ...spec, align: spec.align ?? "<" });
  }
  const { type = "" } = spec;
  const isWhole = typeof number === "bigint" && !FLOAT_TYPE_REGEXP.test(type);
  const isNegative = number < 0 || Object.is(number, -0);
  if (isWhole && type === "c" && !(number >= 0n && number <= 0x10ffffn)) {
    throw new Fault(`${number} as a character`, "0 to 0x10ffff");
  }
  const digits = isWhole
    ? formatWhole(isNegative ? -number : number, spec)
    : formatFloat(Math.abs(floatOf(number)), spec);
  budget.spendText(digits.length);
  const sign = isNegative ? "-" : spec.sign === "+" || spec.sign === " " ? spec.sign : "";
  const prefix = isWhole && spec.isAlternate && type in RADICES ? `0${type}` : "";
  const lead = sign + prefix;
  return pad(lead, groupDigits(lead, digits, spec), { ...spec, align: spec.align ?? ">" });
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

function formatWhole(value: bigint, { type = "d", precision = 0 }: FormatSpec): string {
  if (type === "d" || type === "n") return String(value);
  if (type === "c") return String.fromCodePoint(Number(value));
  const radix = RADICES[type];
  if (radix === undefined) throw unknownType(type, value);
  const digits = value.toString(radix).padStart(precision, "0");
  return type === "X" ? digits.toUpperCase() : digits;
}

function formatFloat(value: number, spec: FormatSpec): string {
  const type = spec.type ?? (spec.precision === undefined ? "r" : "g");
  if (!Number.isFinite(value)) {
    const text = reprFloat(value) + (type === "%" ? "%" : "");
    return /[EFG]/.test(type) ? text.toUpperCase() : text;
  }
  if (type === "r") return inAlternate(reprFloat(value), spec);
  const precision = spec.precision ?? 6;
  switch (type.toLowerCase()) {
    case "f":
      return inAlternate(fixed(value, precision), spec);
    case "%":
      return inAlternate(`${fixed(value * 100, precision)}%`, spec);
    case "e":
      return inCase(inAlternate(exponential(value, precision), spec), type);
    case "g":
    case "n":
      return inCase(general(value, Math.max(1, precision), spec), type);
    default:
      throw unknownType(type, value);
  }
}

/** With a point in any case, which is what a number sign asks of floats. */
function inAlternate(text: string, { isAlternate = false }: FormatSpec): string {
  return !isAlternate || text.includes(".") ? text : text.replace(/^\d+/, "$&.");
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
  // Without a type a float stays recognisable as one, and needs a digit for that.
  const isBare = spec.type === undefined;
  if (power >= -4 && power < (isBare ? precision - 1 : precision)) {
    const text = strip(fixed(value, precision - 1 - power));
    return isBare && !text.includes(".") ? `${text}.0` : inAlternate(text, spec);
  }
  const mantissa = precision === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return inAlternate(`${strip(mantissa)}e${formatExponent(power)}`, spec);
}

/** Separates groups of digits before a point. Zeros that fill the width are grouped as well. */
function groupDigits(
  lead: string,
  text: string,
  { group, fill, align, width = 0, type = "" }: FormatSpec,
): string {
  if (group === undefined) return text;
  const size = type in RADICES ? 4 : 3;
  const whole = type in RADICES ? text : /^\d*/.exec(text)![0];
  if (whole === "") return text;
  const rest = text.slice(whole.length);
  const room = fill === "0" && align === "=" ? width - lead.length - rest.length : 0;
  const digits = whole.padStart(room - Math.floor((room - 1) / (size + 1)), "0");
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= size) {
    groups.push(digits.slice(Math.max(0, end - size), end));
  }
  return groups.reverse().join(group) + rest;
}

function pad(lead: string, text: string, { fill = " ", align, width = 0 }: FormatSpec): string {
  const missing = width - charactersOf(lead + text).length;
  if (missing <= 0) return lead + text;
  if (align === "=") return lead + fill.repeat(missing) + text;
  const before = align === "<" ? 0 : align === "^" ? missing >> 1 : missing;
  return fill.repeat(before) + lead + text + fill.repeat(missing - before);
}
