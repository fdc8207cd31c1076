import { assertEquals, assertThrows } from "@std/assert";
import { ADict } from "@ato/core/adict";
import {
  formatRungs,
  HyperBand,
  type HyperOptError,
  integer,
  type SearchResult,
  SearchSpaceError,
} from "@ato/core/hyperopt";
import { FakeScope } from "./_fake_scope.ts";

const OPTIONS = { halvingRate: 0.5, numMinSamples: 2 };

/** A search of one trial a rung; NaN is a failed one. */
function resultOf(...metrics: number[]): Pick<SearchResult, "logs"> {
  const base = {
    index: 0,
    bracket: 0,
    resource: 1,
    trained: 0,
    samples: {},
    config: new ADict() as ADict,
    durationMs: 0,
  };
  const logs = metrics.map((metric, generation) => [{
    ...base,
    generation,
    metric,
    status: Number.isNaN(metric) ? "failed" as const : "completed" as const,
  }]);
  return { logs };
}

/** The cells of the metrics, with the spaces that align them. */
function metricCells(...metrics: number[]): string[] {
  const steps = metrics.map(() => 1);
  const lines = formatRungs(resultOf(...metrics), { steps }).split("\n").slice(1);
  return lines.map((line) => line.slice("rung  configs  failed  ".length, -"  steps".length));
}

Deno.test("formatRungs() aligns one line for each rung", async () => {
  const hyperband = new HyperBand(new FakeScope(), { x: integer(0, 9) }, OPTIONS);
  const result = await hyperband.main(({ x }) => x === 9 ? NaN : x / 3)();
  const steps = hyperband.computeOptimizedInitialTrainingSteps(1000);
  assertEquals(
    formatRungs(result, { steps }),
    [
      "rung  configs  failed  best metric  steps",
      "   0       10       1        2.667    250",
      "   1        5       0        2.667    500",
      "   2        2       0        2.667   1000",
    ].join("\n"),
  );
  assertEquals(formatRungs(result).split("\n")[1], "   0       10       1        2.667");
});

Deno.test("formatRungs() shows a rung without a metric, and steps that are missing", async () => {
  const hyperband = new HyperBand(new FakeScope(), { x: integer(0, 1) }, OPTIONS);
  const error = await hyperband.main(() => NaN)().catch((reason: HyperOptError) => reason);
  assertEquals(
    formatRungs(error, { steps: [] }),
    "rung  configs  failed  best metric  steps\n   0        2       2            -      -",
  );
});

Deno.test("formatRungs() of nothing is the heading", () => {
  assertEquals(formatRungs({ logs: [] }), "rung  configs  failed  best metric");
});

Deno.test("formatRungs() rounds all metrics to as many digits, with their points in line", () => {
  const cases: [metrics: number[], cells: string[]][] = [
    [[0.941, 0.9495, 0.5], ["     0.9410", "     0.9495", "     0.5000"]],
    [[0.99996, -0.01234567], ["    1.000  ", "   -0.01235"]],
    [[12.3, 0.123456, 7], ["    12.30  ", "     0.1235", "     7.000 "]],
    [[999.96, 9999.6, -123456.7], ["       1000", "      10000", "    -123457"]],
    [[2, NaN, 0.25], ["     2.000 ", "          -", "     0.2500"]],
    [[0, -0], ["      0.000", "      0.000"]],
    [[1.5e-7, 0.5], ["   1.500e-7", "   0.5000  "]],
  ];
  for (const [metrics, cells] of cases) assertEquals(metricCells(...metrics), cells);
});

Deno.test("formatRungs() ends no line with spaces", () => {
  const lines = formatRungs(resultOf(2, 0.25)).split("\n");
  assertEquals(lines.slice(1), [
    "   0        1       0       2.000",
    "   1        1       0       0.2500",
  ]);
});

Deno.test("formatRungs() refuses an unknown option", () => {
  assertThrows(
    () => formatRungs({ logs: [] }, { step: [1] } as never),
    SearchSpaceError,
    'Cannot format rungs with "step": unknown option, expected "steps"',
  );
});
