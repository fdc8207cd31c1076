import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";

const MAX_DECIMALS = 400;

/** How many bits a whole number has. */
export function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/** A number as a float, which a whole number may be too large for. */
export function floatOf(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === "number" || Number.isFinite(float)) return float;
  throw new Fault("a whole number too large for a float", "a smaller one");
}

/** Division that rounds towards minus infinity. */
export function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && (left < 0n) !== (right < 0n) ? quotient - 1n : quotient;
}

/** The remainder that goes with {@linkcode floorDivide}: it has the sign of the divisor. */
export function floorModulo(left: bigint, right: bigint): bigint {
  const rest = left % right;
  return rest !== 0n && (rest < 0n) !== (right < 0n) ? rest + right : rest;
}

/** Quotient and remainder of floats, as `float_divmod` of CPython computes them. */
export function divideFloats(left: number, right: number): [quotient: number, rest: number] {
  let rest = left % right;
  let quotient = (left - rest) / right;
  if (rest === 0) rest = right < 0 ? -0 : 0;
  else if ((right < 0) !== (rest < 0)) {
    rest += right;
    quotient -= 1;
  }
  if (quotient === 0) return [isNegative(left / right) ? -0 : 0, rest];
  const floored = Math.floor(quotient);
  return [quotient - floored > 0.5 ? floored + 1 : floored, rest];
}

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** The float nearest to the quotient of two whole numbers. */
export function divideWhole(left: bigint, right: bigint): number {
  const [a, b] = [Number(left), Number(right)];
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a / b;
  const quotient = nearestFloat(left, right);
  if (Number.isFinite(quotient)) return quotient;
  throw new Fault("a quotient too large for a float", "a smaller one, or //");
}

/** The float nearest to a fraction; ties go to the even one. */
function nearestFloat(numerator: bigint, denominator: bigint): number {
  const sign = (numerator < 0n) !== (denominator < 0n) ? -1 : 1;
  const [up, down] = [numerator, denominator].map((part) => part < 0n ? -part : part) as [
    bigint,
    bigint,
  ];
  if (up === 0n) return sign * 0;
  // At least 64 significant bits, and a last one that says whether anything was cut off.
  const shift = 66 + bitLength(down) - bitLength(up);
  const scaled = shift > 0 ? up << BigInt(shift) : up;
  const divisor = shift > 0 ? down : down << BigInt(-shift);
  const quotient = scaled / divisor << 1n | (scaled % divisor === 0n ? 0n : 1n);
  const result = Number(quotient) * 2 ** Math.max(-shift - 1, -1000) *
    2 ** Math.min(0, -shift - 1 + 1000);
  return sign * result;
}

/** A power of two whole numbers: a float where the exponent is negative. */
export function powerWhole(base: bigint, exponent: bigint, budget: Budget): bigint | number {
  if (exponent < 0n) {
    if (base === 0n) throw new Fault("zero to a negative power", "a number that is not zero");
    return powerFloats(floatOf(base), floatOf(exponent));
  }
  const isSmall = base >= -1n && base <= 1n;
  if (!isSmall) {
    budget.spendBits(exponent > 1_000_000n ? Infinity : bitLength(base) * Number(exponent));
  }
  if (isSmall) return exponent === 0n ? 1n : exponent % 2n === 0n ? base * base : base;
  return base ** exponent;
}

/**
 * A power of floats. Exact where the exponent is a whole number, and then rounded once: `Math.pow`
 * may be off by the last bit where the C library is not.
 */
export function powerFloats(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) {
    throw new Fault("zero to a negative power", "a number that is not zero");
  }
  if (base === 1 || exponent === 0) return 1;
  const estimate = Math.pow(base, exponent);
  if (Number.isNaN(estimate) && base < 0 && Number.isFinite(base) && Number.isFinite(exponent)) {
    throw new Fault("the result would be a complex number", "a base that is not negative");
  }
  const isExact = Number.isInteger(exponent) && Math.abs(exponent) <= 64 &&
    Number.isFinite(estimate) && Math.abs(estimate) > 1e-290;
  if (!isExact || !Number.isFinite(base)) {
    if (Math.abs(estimate) === Infinity && Number.isFinite(base) && Number.isFinite(exponent)) {
      throw new Fault("the result is too large for a float", "a smaller one");
    }
    return estimate;
  }
  const { numerator, denominator } = fractionOf(base);
  const size = BigInt(Math.abs(exponent));
  const [up, down] = [numerator ** size, denominator ** size];
  return exponent < 0 ? nearestFloat(down, up) : nearestFloat(up, down);
}

/** A float cut or rounded to a whole number, which it has to have. */
export function wholeOf(value: number): bigint {
  if (Number.isFinite(value)) return BigInt(value);
  throw new Fault(`${value} as a whole number`, "a finite one");
}

/** A finite float as the fraction that it is. */
export function fractionOf(value: number): { numerator: bigint; denominator: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const exponent = high >>> 20 & 0x7ff;
  const fraction = BigInt(high & 0xfffff) << 32n | BigInt(bits.getUint32(4));
  const mantissa = exponent === 0 ? fraction : fraction | 1n << 52n;
  const power = Math.max(exponent, 1) - 1075;
  const signed = high >>> 31 === 1 ? -mantissa : mantissa;
  return power >= 0
    ? { numerator: signed << BigInt(power), denominator: 1n }
    : { numerator: signed, denominator: 1n << BigInt(-power) };
}

/** The whole number nearest to a fraction; ties go to the even one. */
export function roundFraction(numerator: bigint, denominator: bigint): bigint {
  const floor = floorDivide(numerator, denominator);
  const twice = 2n * (numerator - floor * denominator);
  if (twice < denominator) return floor;
  return twice > denominator || floor % 2n !== 0n ? floor + 1n : floor;
}

/** A finite float times a power of ten, rounded to a whole number from its exact value. */
export function scaleFloat(value: number, decimals: number): bigint {
  if (Math.abs(decimals) > MAX_DECIMALS) {
    throw new Fault(`${decimals} decimals`, `${MAX_DECIMALS} at most`);
  }
  const { numerator, denominator } = fractionOf(value);
  const power = 10n ** BigInt(Math.abs(decimals));
  return decimals >= 0
    ? roundFraction(numerator * power, denominator)
    : roundFraction(numerator, denominator * power);
}

/** `round(value, decimals)` of a float. */
export function roundFloat(value: number, decimals: number): number {
  // Beyond what a float has, rounding changes nothing, or leaves nothing.
  if (!Number.isFinite(value) || decimals > 323) return value;
  if (decimals < -308) return 0 * value;
  const scaled = scaleFloat(value, decimals);
  const rounded = Number(`${scaled}e${-decimals}`);
  return rounded === 0 && isNegative(value) ? -0 : rounded;
}

/** A float as Python writes it: the shortest digits that give it back. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa, power] = value.toExponential().split("e") as [string, string];
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) return `${mantissa}e${formatExponent(exponent)}`;
  const text = exponent < 0
    ? value.toFixed(mantissa.replace(/\D/g, "").length - 1 - exponent)
    : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** An exponent with its sign and at least two digits. */
export function formatExponent(exponent: number): string {
  return (exponent < 0 ? "-" : "+") + String(Math.abs(exponent)).padStart(2, "0");
}
