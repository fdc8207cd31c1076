import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertThrows,
} from "@std/assert";
import fc from "../_property.ts";
import { halvingPlan, SearchSpaceError } from "@ato/core/hyperopt";
import plans from "./testdata/plans.json" with { type: "json" };

/** The plan by its definition, with the rate as a fraction from the start. */
function referencePlan(
  { configs, p, q, least }: { configs: number; p: number; q: number; least: number },
): number[] {
  const rungs: number[] = [];
  for (let count = BigInt(configs); count >= BigInt(least) || rungs.length === 0;) {
    rungs.push(Number(count));
    count = (count * BigInt(p)) / BigInt(q);
  }
  return rungs;
}

function referenceSteps(
  { maxSteps, p, q, count }: { maxSteps: number; p: number; q: number; count: number },
): number[] {
  return Array.from({ length: count }, (_, generation) => {
    const power = BigInt(count - 1 - generation);
    const numerator = BigInt(maxSteps) * BigInt(p) ** power;
    const denominator = BigInt(q) ** power;
    const whole = numerator / denominator;
    return Number(numerator % denominator === 0n ? whole : whole + 1n);
  });
}

Deno.test("halvingPlan() agrees with the conformance data", () => {
  for (const { configs, halvingRate, numMinSamples, maxSteps, ...expected } of plans) {
    const plan = halvingPlan({ configs, halvingRate, numMinSamples });
    assertEquals(
      { rungs: [...plan.rungs], exactRate: [...plan.rate], steps: plan.steps(maxSteps) },
      expected,
    );
  }
});

Deno.test("halvingPlan() agrees with exact fractions", () => {
  const fraction = fc.integer({ min: 2, max: 400 }).chain((q) =>
    fc.record({ p: fc.integer({ min: 1, max: q - 1 }), q: fc.constant(q) })
  );
  const property = fc.property(
    fraction,
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 10_000_000 }),
    ({ p, q }, configs, least, maxSteps) => {
      const plan = halvingPlan({ configs, halvingRate: p / q, numMinSamples: least });
      assertEquals(plan.rungs, referencePlan({ configs, p, q, least }));
      const count = plan.rungs.length;
      assertEquals(plan.steps(maxSteps), referenceSteps({ maxSteps, p, q, count }));
    },
  );
  fc.assert(property, { numRuns: 200 });
});

Deno.test("halvingPlan() has one step for each rung, ascending to the largest", () => {
  fc.assert(fc.property(
    fc.double({ min: 0, max: 0.95, minExcluded: true, noNaN: true }),
    fc.integer({ min: 1, max: 1e12 }),
    fc.integer({ min: 1, max: 1e6 }),
    (halvingRate, configs, maxSteps) => {
      const plan = halvingPlan({ configs, halvingRate, numMinSamples: 1 });
      const steps = plan.steps(maxSteps);
      assertEquals(steps.length, plan.rungs.length);
      assertEquals(steps.at(-1), maxSteps);
      assertEquals(steps, steps.toSorted((a, b) => a - b));
      assertGreaterOrEqual(steps[0]!, 1);
      assertEquals(plan.rungs, plan.rungs.toSorted((a, b) => b - a));
    },
  ));
});

Deno.test("halvingPlan() takes a rate for the simplest fraction that rounds to it", () => {
  fc.assert(fc.property(
    fc.double({ min: 1e-9, max: 1, maxExcluded: true, noNaN: true }),
    (halvingRate) => {
      const [p, q] = halvingPlan({ configs: 1, halvingRate, numMinSamples: 1 }).rate;
      assertEquals(p / q, halvingRate);
      for (let smaller = 1; smaller < Math.min(q, 500); smaller++) {
        assert(Math.round(smaller * halvingRate) / smaller !== halvingRate);
      }
    },
  ));
});

Deno.test("halvingPlan() finds simple fractions behind doubles", () => {
  const cases: [number, number, number][] = [
    [0.29, 29, 100],
    [1 / 3, 1, 3],
    [2 / 3, 2, 3],
    [0.1, 1, 10],
    [0.5, 1, 2],
    [1e-12, 1, 1e12],
    [0.999, 999, 1000],
    [123_457 / 1_000_003, 123_457, 1_000_003],
  ];
  for (const [halvingRate, p, q] of cases) {
    assertEquals(halvingPlan({ configs: 1, halvingRate, numMinSamples: 1 }).rate, [p, q]);
  }
});

Deno.test("halvingPlan() counts the rungs of exact powers exactly", () => {
  for (let eta = 2; eta <= 20; eta++) {
    const powers = Array.from({ length: 19 }, (_, i) => i + 1);
    for (const power of powers.filter((exponent) => eta ** exponent <= 1_000_000)) {
      const configs = eta ** power;
      const plan = halvingPlan({ configs, halvingRate: 1 / eta, numMinSamples: 1 });
      const expected = Array.from({ length: power + 1 }, (_, i) => eta ** (power - i));
      assertEquals(plan.rungs, expected, `${eta}^${power}`);
      assertEquals(plan.steps(configs), expected.toReversed(), `${eta}^${power}`);
    }
  }
});

Deno.test("halvingPlan() keeps whole survivors whole", () => {
  // In doubles 100 · 0.29 is 28.999…, 100 · 0.57 is 56.999… and 100 · 0.58 is 57.999….
  for (const [halvingRate, survivors] of [[0.29, 29], [0.57, 57], [0.58, 58]] as const) {
    const plan = halvingPlan({ configs: 100, halvingRate, numMinSamples: 1 });
    assertEquals(plan.rungs[1], survivors);
  }
  const { steps } = halvingPlan({ configs: 300, halvingRate: 0.3, numMinSamples: 3 });
  assertEquals(steps(100_000).at(-2), 30_000);
});

Deno.test("halvingPlan() always has one rung", () => {
  const cases = [
    { configs: 3, halvingRate: 0.5, numMinSamples: 10 },
    { configs: 1, halvingRate: 0.5, numMinSamples: 1 },
    { configs: 1000, halvingRate: Number.MIN_VALUE, numMinSamples: 1 },
  ];
  for (const options of cases) {
    const plan = halvingPlan(options);
    assertEquals(plan.rungs, [options.configs]);
    assertEquals(plan.steps(7), [7]);
  }
});

Deno.test("halvingPlan() names the option that is wrong", () => {
  const good = { configs: 10, halvingRate: 0.5, numMinSamples: 1 };
  const cases: [string, unknown][] = [
    ...[0, 1, -0.5, 1.5, NaN, Infinity, "0.5", undefined, 2n].map((rate): [string, unknown] => [
      "halvingRate",
      rate,
    ]),
    ...[0, -1, 1.5, NaN, Infinity, "3", undefined].map((least): [string, unknown] => [
      "numMinSamples",
      least,
    ]),
    ...[0, 2.5, 2 ** 53, NaN].map((configs): [string, unknown] => ["configs", configs]),
  ];
  for (const [name, value] of cases) {
    const error = assertThrows(
      () => halvingPlan({ ...good, [name]: value }),
      SearchSpaceError,
      `Cannot plan "${name}": `,
    );
    assertEquals([error.parameter, error.exitCode], [name, 1]);
    assertInstanceOf(error, RangeError);
  }
  const plan = halvingPlan(good);
  for (const maxSteps of [0, 1.5, -3, NaN, Infinity]) {
    const error = assertThrows(() => plan.steps(maxSteps), SearchSpaceError, '"maxSteps"');
    assertEquals(error.parameter, "maxSteps");
  }
});

Deno.test("halvingPlan() refuses a rate that hardly halves", () => {
  assertThrows(
    () => halvingPlan({ configs: 1e12, halvingRate: 1 - 2 ** -53, numMinSamples: 1 }),
    SearchSpaceError,
    "more than 100000 rungs",
  );
});
