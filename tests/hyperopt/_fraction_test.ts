import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { type Fraction, simplestFraction } from "../../hyperopt/halving_plan.ts";

function bitsOf(value: number): bigint {
  return new BigUint64Array(new Float64Array([value]).buffer)[0]!;
}

function doubleOf(bits: bigint): number {
  return new Float64Array(new BigUint64Array([bits]).buffer)[0]!;
}

/** A double as a fraction, by doubling it until it is whole. */
function exactly(value: number): Fraction {
  let [numerator, denominator] = [value, 1n];
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(numerator), denominator };
}

/** Negative, zero or positive as `left` is less than, equal to or more than `right`. */
function compare(left: Fraction, right: Fraction): bigint {
  return left.numerator * right.denominator - right.numerator * left.denominator;
}

/** Halfway between two doubles. */
function middle(left: number, right: number): Fraction {
  const [a, b] = [exactly(left), exactly(right)];
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: 2n * a.denominator * b.denominator,
  };
}

/** Whether a fraction rounds to a double, by the doubles beside it; ties go to the even one. */
function roundsTo(fraction: Fraction, value: number): boolean {
  if (fraction.denominator === 0n) return false;
  const bits = bitsOf(value);
  const above = compare(fraction, middle(doubleOf(bits - 1n), value));
  const below = compare(middle(value, doubleOf(bits + 1n)), fraction);
  return bits % 2n === 0n ? above >= 0n && below >= 0n : above > 0n && below > 0n;
}

/**
 * The two fractions of which the Stern–Brocot tree makes a third one as their mediant. Every
 * simpler fraction lies at one of them or beyond.
 */
function parents({ numerator, denominator }: Fraction): [Fraction, Fraction] {
  let [left, right] = [{ numerator: 0n, denominator: 1n }, { numerator: 1n, denominator: 0n }];
  const target = { numerator, denominator };
  while (true) {
    const mediant = {
      numerator: left.numerator + right.numerator,
      denominator: left.denominator + right.denominator,
    };
    const side = compare(target, mediant);
    if (side === 0n) return [left, right];
    // As many steps to one side as it takes, at once.
    const [near, far] = side > 0n ? [right, left] : [left, right];
    const distance = side > 0n ? compare(target, far) : compare(far, target);
    const width = side > 0n ? compare(near, target) : compare(target, near);
    const steps = (distance - 1n) / width;
    const moved = {
      numerator: far.numerator + steps * near.numerator,
      denominator: far.denominator + steps * near.denominator,
    };
    if (side > 0n) left = moved;
    else right = moved;
  }
}

function assertSimplest(value: number): void {
  const fraction = simplestFraction(value);
  assert(roundsTo(fraction, value), `${value} is not ${Deno.inspect(fraction)}`);
  for (const parent of parents(fraction)) {
    assert(!roundsTo(parent, value), `${value} is as well ${Deno.inspect(parent)}`);
  }
}

const { MIN_VALUE, MAX_VALUE } = Number;

/** Every positive double but the largest one, each exponent as likely as the other. */
const double = fc.bigInt({ min: 1n, max: bitsOf(MAX_VALUE) - 1n }).map(doubleOf);
const powerOfTwo = fc.integer({ min: -1074, max: 1023 }).map((exponent) => 2 ** exponent);
const subnormal = fc.bigInt({ min: 1n, max: (1n << 52n) + 1n }).map(doubleOf);
/**
 * The doubles that lie two, four or eight apart: whole numbers at both ends of what rounds to them.
 */
const sparse = fc.tuple(
  fc.integer({ min: 54, max: 56 }),
  fc.bigInt({ min: -4n, max: 4n }),
).map(([exponent, offset]) => doubleOf(bitsOf(2 ** exponent) + offset));
const ratio = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }))
  .map(([p, q]) => p / q);

Deno.test("simplestFraction() rounds to its double, and nothing simpler does", () => {
  const any = fc.oneof(double, powerOfTwo, subnormal, sparse, ratio);
  fc.assert(fc.property(any, assertSimplest), { numRuns: 300 });
});

Deno.test("simplestFraction() knows the borders of the doubles", () => {
  const smallestNormal = 2 ** -1022;
  const ulp = 2 ** -1074;
  const borders = [ulp, 2 * ulp, 3 * ulp, smallestNormal - ulp, smallestNormal];
  for (const value of [...borders, smallestNormal + ulp, MAX_VALUE / 2, 1]) assertSimplest(value);
  for (let exponent = -1074; exponent <= 1023; exponent += 9) assertSimplest(2 ** exponent);
});

Deno.test("simplestFraction() counts a tie to the even double, and to no other", () => {
  const cases: [value: number, numerator: bigint][] = [
    // Below a power of two the doubles lie half as far apart: 2^54 reaches down to 2^54 - 1.
    [2 ** 54, 2n ** 54n - 1n],
    [2 ** 54 - 2, 2n ** 54n - 2n],
    [2 ** 54 + 4, 2n ** 54n + 3n],
    [2 ** 54 + 8, 2n ** 54n + 6n],
    [2 ** 55, 2n ** 55n - 2n],
  ];
  for (const [value, numerator] of cases) {
    assertEquals(simplestFraction(value), { numerator, denominator: 1n });
    assertEquals([Number(numerator), Number(numerator - 1n) === value], [value, false]);
  }
});

Deno.test("simplestFraction() gives back a ratio of small numbers", () => {
  // Two such ratios lie further apart than one double reaches.
  const small = fc.integer({ min: 1, max: 30_000_000 });
  fc.assert(fc.property(small, small, (p, q) => {
    const { numerator, denominator } = simplestFraction(p / q);
    assertEquals(numerator * BigInt(q), denominator * BigInt(p));
  }));
});

Deno.test("simplestFraction() takes the smallest double for a fraction of its own", () => {
  const { numerator, denominator } = simplestFraction(MIN_VALUE);
  assertEquals(numerator, 1n);
  assert(denominator > 1n << 1073n);
});
