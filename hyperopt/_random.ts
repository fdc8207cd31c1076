const UINT32 = 2 ** 32;
const CENTRAL_ABOVE = [
  -39.69683028665376,
  220.9460984245205,
  -275.9285104469687,
  138.357751867269,
  -30.66479806614716,
  2.506628277459239,
];
const CENTRAL_BELOW = [
  -54.47609879822406,
  161.5858368580409,
  -155.6989798598866,
  66.80131188771972,
  -13.28068155288572,
  1,
];
const TAIL_ABOVE = [
  -0.007784894002430293,
  -0.3223964580411365,
  -2.400758277161838,
  -2.549732539343734,
  4.374664141464968,
  2.938163982698783,
];
const TAIL_BELOW = [
  0.007784695709041462,
  0.3224671290700398,
  2.445134137142996,
  3.754408661907416,
  1,
];
/** Where the approximation of the middle ends. */
const TAIL = 0.02425;

/** Numbers in [0, 1), each with 53 random bits. */
export type Random = () => number;

/** The finalizer of MurmurHash3 (Appleby 2008): every bit of the word moves every other. */
function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The two halves of a whole number. */
function words(key: number): [number, number] {
  return [key >>> 0, Math.floor(key / UINT32) >>> 0];
}

/**
 * A random generator of its own for each list of keys, such as seed, trial and attempt. That is what
 * makes a point independent of who drew how many numbers before, hence of the number of workers.
 *
 * The generator is xoshiro128** of Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators" (2021); its state is filled from the keys by a counter and a mixing function, as its
 * authors advise.
 */
export function randomOf(...keys: readonly number[]): Random {
  let hash = 0x9e3779b9;
  for (const word of keys.flatMap(words)) hash = mix(Math.imul(hash, 31) + word + 0x6d2b79f5);
  let [a, b, c, d] = [1, 2, 3, 4].map((count) => mix(hash + Math.imul(count, 0x9e3779b9))) as [
    number,
    number,
    number,
    number,
  ];
  // The one state that never leaves itself.
  if ((a | b | c | d) === 0) a = 1;

  function next(): number {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  }
  return () => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53;
}

/**
 * The probability that a standard normal number is below `x`: Hart's rational approximation, as
 * given by West, "Better approximations to cumulative normal functions" (2005). It is within 10^-15;
 * far out, where the probability itself is tiny, within 10^-8 of it.
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  if (z > 37) return x > 0 ? 1 : 0;
  const density = Math.exp(-z * z / 2);
  let tail: number;
  if (z < 7.07106781186547) {
    let above = 3.52624965998911e-2 * z + 0.700383064443688;
    for (
      const c of [6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931]
    ) above = above * z + c;
    above = above * z + 220.206867912376;
    let below = 8.83883476483184e-2 * z + 1.75566716318264;
    for (
      const c of [16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831]
    ) below = below * z + c;
    below = (below * z + 793.826512519948) * z + 440.413735824752;
    tail = density * above / below;
  } else {
    const fraction = z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))));
    tail = density / (fraction * 2.506628274631);
  }
  return x > 0 ? 1 - tail : tail;
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

function estimate(probability: number): number {
  if (probability > 1 - TAIL) return -estimate(1 - probability);
  if (probability < TAIL) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return polynomial(TAIL_ABOVE, q) / polynomial(TAIL_BELOW, q);
  }
  const q = probability - 0.5;
  return q * polynomial(CENTRAL_ABOVE, q * q) / polynomial(CENTRAL_BELOW, q * q);
}

/**
 * The number below which a standard normal number lies with a probability: Acklam's approximation
 * (2003) and one step of Halley's method.
 */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity;
  if (probability >= 1) return Infinity;
  const x = estimate(probability);
  const error = (normalCdf(x) - probability) * Math.sqrt(2 * Math.PI) * Math.exp(x * x / 2);
  return Number.isFinite(error) ? x - error / (1 + x * error / 2) : x;
}
