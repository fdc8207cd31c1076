/** Combinations of which docs/algorithms.md warns: they do what it says, and what it advises helps. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  ashaScheduler,
  float,
  gpSampler,
  halvingScheduler,
  hyperbandScheduler,
  type Job,
  randomSampler,
  type SamplerFactory,
  Study,
  type StudyOptions,
  tpeSampler,
} from "@ato/core/hyperopt";
import { drive } from "./_drive.ts";

function run(options: StudyOptions, workers = 1): { study: Study; jobs: Job[] } {
  const study = new Study({ x: float(0, 1), y: float(0, 1) }, options);
  return { study, jobs: drive(study, ({ samples }) => Number(samples.x), { workers }) };
}

/** The points of a study in the order in which they were chosen. */
function pointsOf(jobs: readonly Job[]): unknown[] {
  const points = new Map(jobs.toReversed().map(({ index, samples }) => [index, samples]));
  return [...points].sort(([a], [b]) => a - b).map(([, samples]) => samples);
}

function sizesOf(options: Omit<StudyOptions, "scheduler">): number[] {
  const scheduler = ashaScheduler({ maxResource: 9 });
  const { study } = run({ sampler: randomSampler(), scheduler, ...options });
  return study.logs.map(({ length }) => length);
}

for (const [name, model] of Object.entries({ tpeSampler, gpSampler })) {
  Deno.test(`${name}() is random search in a first rung that waits for nothing`, () => {
    function both(options: Omit<StudyOptions, "sampler">): unknown[][] {
      const samplers: SamplerFactory[] = [model(), randomSampler()];
      return samplers.map((sampler) => pointsOf(run({ ...options, sampler }).jobs));
    }
    const scheduler = halvingScheduler({ rungs: [30] });
    const [modelled, random] = both({ scheduler });
    assertEquals(modelled, random);
    const [learned, still] = both({ scheduler, parallelism: 8 });
    assertEquals(still, random);
    assertNotEquals(learned, random);
    // The first bracket holds nine; the others come after its results.
    const [bracketed, drawn] = both({
      scheduler: hyperbandScheduler({ maxResource: 9, sweeps: 2 }),
    });
    assertEquals(bracketed!.slice(0, 9), drawn!.slice(0, 9));
    assertNotEquals(bracketed, drawn);
  });
}

Deno.test("ashaScheduler() promotes nobody where it need not wait for any result", () => {
  const options = { budget: { trials: 30 }, parallelism: Infinity };
  assertEquals(sizesOf(options), [30]);
  assertEquals(sizesOf({ ...options, order: "resource" }), [30]);
  assertEquals(sizesOf({ ...options, order: "arrival" }).length, 3);
  assertEquals(sizesOf({ ...options, parallelism: 8 }).length, 3);
});

Deno.test("ashaScheduler() ends by a budget of configs before it decides by the last results", () => {
  const budget = { trials: 9 };
  assertEquals(sizesOf({ budget }), [9]);
  assertEquals(sizesOf({ budget, parallelism: 1 }), [9, 3, 1]);
  const [first, ...promoted] = sizesOf({ budget, parallelism: 4 });
  assert(first === 9 && promoted.length > 0, `${[first, ...promoted]}`);
});
