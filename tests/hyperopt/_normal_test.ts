import { assertAlmostEquals, assertEquals } from "@std/assert";
import { normalCdf, normalQuantile } from "../../hyperopt/_random.ts";

Deno.test("normalCdf() agrees with published values", () => {
  const cases: [number, number][] = [
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [-3, 0.0013498980316300946],
    [-8, 6.220960574271785e-16],
    [-20, 2.7536241186062337e-89],
  ];
  for (const [x, probability] of cases) {
    assertAlmostEquals(normalCdf(x) / probability, 1, 2e-8);
    assertAlmostEquals(normalCdf(-x), 1 - probability, 1e-15);
  }
  assertEquals([normalCdf(-40), normalCdf(40)], [0, 1]);
});

Deno.test("normalQuantile() undoes normalCdf()", () => {
  for (let x = -7; x <= 5; x += 0.125) {
    assertAlmostEquals(normalQuantile(normalCdf(x)), x, 1e-8);
  }
  assertEquals([normalQuantile(0), normalQuantile(1)], [-Infinity, Infinity]);
});
