import { assert, assertAlmostEquals, assertEquals, assertExists } from "@std/assert";
import { cholesky, invert, solveLower, solveUpper } from "../../hyperopt/_gp/cholesky.ts";
import {
  fitParameters,
  GaussianProcess,
  initialParameters,
  logExpectedImprovement,
} from "../../hyperopt/_gp/gaussian_process.ts";

const MATRIX = Float64Array.of(4, 2, 0.6, 2, 5, 1, 0.6, 1, 3);

Deno.test("cholesky() is a root, and solves", () => {
  const lower = cholesky(MATRIX, 3)!;
  const b = Float64Array.of(1, -2, 3);
  const x = solveUpper(lower, solveLower(lower, b));
  const inverse = invert(lower, 3);
  for (let row = 0; row < 3; row++) {
    const product = x.reduce((sum, value, k) => sum + MATRIX[row * 3 + k]! * value, 0);
    assertAlmostEquals(product, b[row]!, 1e-12);
    for (let column = 0; column < 3; column++) {
      let unit = 0;
      for (let k = 0; k < 3; k++) unit += MATRIX[row * 3 + k]! * inverse[k * 3 + column]!;
      assertAlmostEquals(unit, row === column ? 1 : 0, 1e-12);
    }
  }
  assertEquals(cholesky(Float64Array.of(1, 2, 2, 1), 2), undefined);
});

function evidenceOf(f: (x: number) => number, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const x = i / (count - 1);
    return { place: Float64Array.of(x, 1), value: f(x) };
  });
}

Deno.test("GaussianProcess() goes through what it has seen, and is unsure elsewhere", () => {
  const evidence = evidenceOf((x) => Math.sin(6 * x), 9);
  const parameters = fitParameters(evidence, initialParameters(2), 60);
  const process = GaussianProcess.of(evidence, parameters)!;
  for (const { place, value } of evidence) {
    assertAlmostEquals(process.predict(place).mean, value, 0.05);
  }
  const between = process.predict(Float64Array.of(0.31, 1));
  assertAlmostEquals(between.mean, Math.sin(6 * 0.31), 0.05);
  assertAlmostEquals(process.mean(Float64Array.of(0.31, 1)), between.mean, 1e-12);
  const outside = process.predict(Float64Array.of(3, 1));
  assert(outside.variance > 10 * between.variance);
});

Deno.test("GaussianProcess.slope() is the slope of the density that fitting climbs", () => {
  const evidence = evidenceOf((x) => x * x - 0.3, 7);
  const parameters = initialParameters(2);
  const slope = GaussianProcess.of(evidence, parameters)!.slope();
  const steep = slope.map(Math.abs).reduce((a, b) => Math.max(a, b));
  const fitted = fitParameters(evidence, parameters, 200);
  const end = GaussianProcess.of(evidence, fitted)!.slope();
  assert(end.every((value) => Math.abs(value) < Math.max(0.5, steep / 5)), `${slope} ${end}`);
});

Deno.test("GaussianProcess() bears points that are the same, and values that are all equal", () => {
  const same = Array.from({ length: 30 }, () => ({ place: Float64Array.of(0.5, 1), value: 0 }));
  const parameters = fitParameters(same, initialParameters(2), 40);
  const process = GaussianProcess.of(same, parameters);
  assertExists(process);
  assert(Number.isFinite(process.predict(Float64Array.of(0.1, 1)).mean));
});

Deno.test("logExpectedImprovement() goes on where doubles have no difference left", () => {
  const values = [0, 2, 5, 8, 20, 60].map((mean) =>
    logExpectedImprovement({ mean, variance: 1 }, 0)
  );
  assertAlmostEquals(values[0]!, Math.log(1 / Math.sqrt(2 * Math.PI)), 1e-12);
  values.slice(1).forEach((value, i) => assert(value < values[i]! && Number.isFinite(value)));
  const [before, after] = [5.999, 6.001].map((mean) =>
    logExpectedImprovement({ mean, variance: 1 }, 0)
  );
  assertAlmostEquals(before!, after!, 0.1);
});
