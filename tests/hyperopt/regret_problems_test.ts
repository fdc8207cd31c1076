import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { type Problem, PROBLEMS } from "../../bench/regret/problems.ts";
import { wilcoxon } from "../../bench/regret/report.ts";
import fixture from "../../bench/regret/fixture.json" with { type: "json" };

type Row = [name: string, point: number[], seed: number, resource: number, value: number];

Deno.test("the problems of the regret benchmark have the values of their Python twins", () => {
  assertEquals(fixture.length, 1000);
  for (const [name, point, seed, resource, value] of fixture as Row[]) {
    const difference = PROBLEMS.get(name)!.value(point, seed, resource) - value;
    assertLess(Math.abs(difference), 1e-12);
  }
});

Deno.test("the problems of the regret benchmark have an optimum of 0", () => {
  const optima: Record<string, number[][]> = {
    hartmann6: [[0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573]],
    ones: [new Array(16).fill(1)],
    branin: [[(Math.PI + 5) / 15, 2.275 / 15], [(5 - Math.PI) / 15, 12.275 / 15]],
  };
  for (const [name, problem] of PROBLEMS as ReadonlyMap<string, Problem>) {
    for (const point of optima[name]!) assertAlmostEquals(problem.final(point), 0, 1e-5);
  }
});

Deno.test("wilcoxon() agrees with published values", () => {
  const differences = [8, 14, 3, 23, 2, 9, -1, 30, 24, 18, 16, -5, 28, 21, 12];
  const p = wilcoxon(differences.map((difference) => [difference, 0]));
  assertAlmostEquals(p, 0.0015, 0.0005);
  assertEquals(wilcoxon([[1, 1], [2, 2]]), 1);
  assert(wilcoxon([[1, 2], [2, 1], [3, 4], [4, 3]]) > 0.5);
});
