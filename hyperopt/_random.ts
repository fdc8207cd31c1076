const UINT32 = 2 ** 32;

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
