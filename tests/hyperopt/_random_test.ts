import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { randomOf } from "../../hyperopt/_random.ts";

Deno.test("randomOf() gives each list of keys numbers of its own, for good", () => {
  const random = randomOf(1, 2, 3);
  const numbers = [random(), random(), random()];
  assertEquals(numbers, Array.from({ length: 3 }, ((again) => () => again())(randomOf(1, 2, 3))));
  const firsts = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    for (let trial = 0; trial < 50; trial++) firsts.add(randomOf(seed, trial, 0)());
  }
  for (const keys of [[1], [1, 0], [0, 1], [-1], [2 ** 40], [2 ** 40 + 1]]) {
    firsts.add(randomOf(...keys)());
  }
  assertEquals(firsts.size, 1006);
});

Deno.test("randomOf() is uniform over its own numbers and over neighbouring keys", () => {
  const random = randomOf(7);
  const own = Array.from({ length: 20_000 }, random);
  const neighbours = Array.from({ length: 20_000 }, (_, trial) => randomOf(0, trial, 0)());
  for (const numbers of [own, neighbours]) {
    assert(numbers.every((number) => number >= 0 && number < 1));
    const counts = new Array(10).fill(0);
    for (const number of numbers) counts[Math.floor(number * 10)]++;
    // Chi-squared with 9 degrees of freedom exceeds 33 once in 10,000 times.
    const chi = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    assert(chi < 33, `${chi}`);
    assertAlmostEquals(numbers.reduce((a, b) => a + b) / numbers.length, 0.5, 0.01);
  }
});
