import { assertEquals } from "@std/assert";
import { formatRungs, HyperBand, type HyperOptError, integer } from "@ato/core/hyperopt";
import { FakeScope } from "./_fake_scope.ts";

const OPTIONS = { halvingRate: 0.5, numMinSamples: 2 };

Deno.test("formatRungs() aligns one line for each rung", async () => {
  const hyperband = new HyperBand(new FakeScope(), { x: integer(0, 9) }, OPTIONS);
  const result = await hyperband.main(({ x }) => x === 9 ? NaN : x / 3)();
  const steps = hyperband.computeOptimizedInitialTrainingSteps(1000);
  assertEquals(
    formatRungs(result, { steps }),
    [
      "rung  configs  failed  best metric  steps",
      "   0       10       1      2.66667    250",
      "   1        5       0      2.66667    500",
      "   2        2       0      2.66667   1000",
    ].join("\n"),
  );
  assertEquals(formatRungs(result).split("\n")[1], "   0       10       1      2.66667");
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
