/** A fraction in lowest terms. A denominator of zero stands for infinity. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const MANTISSA_BITS = 52n;
/** The exponent of the last bit of the smallest doubles. */
const LOWEST_EXPONENT = -1074n;

interface Double {
  readonly mantissa: bigint;
  readonly exponent: bigint;
}

/** A positive double as mantissa · 2^exponent. */
function decompose(value: number): Double {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n;
  const mantissa = bits & ((1n << MANTISSA_BITS) - 1n);
  const biased = bits >> MANTISSA_BITS;
  if (biased === 0n) return { mantissa, exponent: LOWEST_EXPONENT };
  return {
    mantissa: mantissa | (1n << MANTISSA_BITS),
    exponent: biased + LOWEST_EXPONENT - 1n,
  };
}

function scaled(mantissa: bigint, exponent: bigint): Fraction {
  if (exponent >= 0n) return { numerator: mantissa << exponent, denominator: 1n };
  return { numerator: mantissa, denominator: 1n << -exponent };
}

/**
 * The fraction with the smallest denominator, then numerator, strictly between two others: the
 * place where their paths in the Stern–Brocot tree part, found by their continued fractions.
 */
function simplestBetween(low: Fraction, high: Fraction): Fraction {
  const whole = low.numerator / low.denominator;
  const rest = low.numerator % low.denominator;
  const next = whole + 1n;
  if (next * high.denominator < high.numerator) return { numerator: next, denominator: 1n };
  const inverse = simplestBetween(
    { numerator: high.denominator, denominator: high.numerator - whole * high.denominator },
    { numerator: low.denominator, denominator: rest },
  );
  return {
    numerator: whole * inverse.numerator + inverse.denominator,
    denominator: inverse.numerator,
  };
}

/**
 * The simplest fraction that rounds to a positive double, so that 0.29 means 29/100 and 1 / 3
 * means 1/3, though neither is a double.
 */
export function simplestFraction(value: number): Fraction {
  const { mantissa, exponent } = decompose(value);
  // Everything in units of a quarter of the last bit: the interval reaches half a bit to either
  // side, but below a power of two the doubles lie twice as dense. (Not so below the smallest
  // normal one; among numbers so small the upper end alone decides.)
  const isPowerOfTwo = mantissa === 1n << MANTISSA_BITS;
  const low = scaled(4n * mantissa - (isPowerOfTwo ? 1n : 2n), exponent - 2n);
  const high = scaled(4n * mantissa + 2n, exponent - 2n);
  // Ties round to the even mantissa, which therefore owns both ends of its interval. Only a whole
  // lower end is simpler than all that lies between: the denominator of any other is a power of two
  // that exceeds the inverse of the width.
  const ownsEnds = mantissa % 2n === 0n;
  if (ownsEnds && low.numerator % low.denominator === 0n) {
    return { numerator: low.numerator / low.denominator, denominator: 1n };
  }
  return simplestBetween(low, high);
}
