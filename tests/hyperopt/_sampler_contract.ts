/** What every sampler must hold, run for each of them. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "../_property.ts";
import {
  category,
  float,
  halvingScheduler,
  integer,
  type Job,
  type ParameterSpace,
  type SamplerFactory,
  type Samples,
  type SearchSpaces,
  Study,
} from "@ato/core/hyperopt";
import { drive, picker } from "./_drive.ts";

/** What a sampler is like. */
export interface SamplerTraits {
  /** Whether the seed decides; a grid has none. */
  isRandom: boolean;
  /** How many random spaces are tried. */
  runs?: number;
}

const CONDITIONAL: SearchSpaces = {
  optimizer: category(["sgd", "adam", "lion"]),
  lr: float(1e-4, 1, { samples: 5, scale: "log" }),
  momentum: float(0, 0.99, { samples: 3, when: { optimizer: "sgd" } }),
  nesterov: category([true, false], { when: { optimizer: "sgd", momentum: [0, 0.495, 0.99] } }),
  beta: float(0.8, 0.999, { samples: 2, when: { optimizer: ["adam", "lion"] } }),
  depth: integer(1, 3),
};

/** Something that a model can learn: it depends on every kind of parameter. */
export function metricOf({ samples, resource }: Job): number {
  const values = Object.values(samples).map((value) => typeof value === "number" ? value : 0);
  return values.reduce((sum, value) => sum - (value - 0.3) ** 2, 0) - 1 / resource;
}

function assertInside(spaces: SearchSpaces, samples: Samples): void {
  for (const [name, value] of Object.entries(samples)) {
    assert(!Object.is(value, -0), `${name} is -0`);
    const space = spaces[name] as ParameterSpace;
    if (space.paramType === "CATEGORY") {
      assert(space.categories.includes(value), `${name} is ${value}`);
      continue;
    }
    const [low, high] = space.paramRange;
    assert((value as number) >= low && (value as number) <= high, `${name} is ${value}`);
    if (space.paramType === "INTEGER") assert(Number.isInteger(value), `${name} is ${value}`);
  }
}

const number = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const end = fc.oneof(
  fc.constant(-0),
  fc.integer({ min: -4, max: 4 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
);
const scale = fc.constantFrom("linear", "log") as fc.Arbitrary<"linear" | "log">;
const spaceArbitrary: fc.Arbitrary<ParameterSpace> = fc.oneof(
  fc.tuple(number, number, scale).map(([a, b, scale]) =>
    float(Math.min(a, b), Math.max(a, b), { samples: 4, scale })
  ),
  fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.nat({ max: 2 ** 30 }), scale).map((
    [low, width, scale],
  ) => integer(low, low + width, { samples: 4, scale })),
  // Ranges that hold 0, or end there.
  fc.tuple(end, end).map(([a, b]) => float(Math.min(a, b), Math.max(a, b), { samples: 3 })),
  fc.tuple(fc.integer({ min: -9, max: 0 }), fc.nat({ max: 9 })).map(([low, width]) =>
    integer(low, low + width)
  ),
  fc.uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 5 })
    .map((values) => category(values)),
);

/** Defines the tests of a sampler. */
export function testSampler(name: string, make: () => SamplerFactory, traits: SamplerTraits): void {
  function study(spaces: SearchSpaces, options: Partial<ConstructorParameters<typeof Study>[1]>) {
    return new Study(spaces, {
      sampler: make(),
      scheduler: halvingScheduler({ rungs: [30] }),
      parallelism: 4,
      ...options,
    });
  }

  Deno.test(`${name} stays inside every space`, () => {
    fc.assert(
      fc.property(
        fc.array(spaceArbitrary, { minLength: 1, maxLength: 4 }),
        fc.integer(),
        (list, seed) => {
          const spaces = Object.fromEntries(list.map((space, i) => [`p${i}`, space]));
          const many = study(spaces, { seed, scheduler: firstOf(20) });
          drive(many, metricOf, { onJob: ({ samples }) => assertInside(spaces, samples) });
        },
      ),
      { numRuns: traits.runs ?? 60 },
    );
  });

  Deno.test(`${name} gives the same points for the same seed, whoever finishes first`, () => {
    function points(seed: number, workers: number, order: number): Samples[] {
      const search = study(CONDITIONAL, { seed });
      return drive(search, metricOf, { workers, pick: picker(order) }).map(({ samples }) =>
        samples
      );
    }
    const expected = points(1, 1, 0);
    for (const [workers, order] of [[1, 1], [2, 2], [4, 3], [8, 4]] as const) {
      assertEquals(points(1, workers, order), expected);
    }
    if (traits.isRandom) assertNotEquals(points(2, 1, 0), expected);
  });

  Deno.test(`${name} gives a parameter exactly where it takes part`, () => {
    drive(study(CONDITIONAL, {}), metricOf, {
      onJob({ samples }) {
        const isSgd = samples.optimizer === "sgd";
        assertEquals("momentum" in samples, isSgd);
        assertEquals("beta" in samples, !isSgd);
        if (!isSgd) assert(!("nesterov" in samples));
        assertInside(CONDITIONAL, samples);
      },
    });
  });

  Deno.test(`${name} never proposes what breaks a constraint, nor a point twice`, () => {
    const seen = new Set<string>();
    const spaces = { a: integer(1, 12), b: integer(1, 12) };
    const search = study(spaces, {
      scheduler: firstOf(40),
      constraints: [({ a, b }) => a * b <= 30, ({ a, b }) => a !== b],
    });
    drive(search, ({ samples }) => Number(samples.a), {
      onJob({ samples }) {
        const { a, b } = samples as { a: number; b: number };
        assert(a * b <= 30 && a !== b);
        seen.add(`${a},${b}`);
      },
    });
    assertEquals(seen.size, 40);
  });

  Deno.test(`${name} tries every point of a small space once, then ends`, () => {
    const spaces = { a: integer(1, 4), b: category(["x", "y"]) };
    const search = study(spaces, { scheduler: firstOf(8), constraints: [({ a }) => a < 4] });
    const jobs = drive(search, metricOf);
    assertEquals(new Set(jobs.map(({ samples }) => `${samples.a}${samples.b}`)).size, 6);
    assertEquals([jobs.length, search.isOver], [6, true]);
    assertEquals(search.result().logs[0]!.length, 6);
  });

  Deno.test(`${name} tries every whole number around 0 once`, () => {
    for (const seed of [0, 1, 2]) {
      const spaces = { x: integer(-2, 2), y: integer(0, 9, { when: { x: 0 } }) };
      const jobs = drive(study(spaces, { scheduler: firstOf(14), seed }), metricOf);
      const values = jobs.map(({ samples }) => samples.x as number).sort((a, b) => a - b);
      assertEquals(values, [-2, -1, ...new Array(10).fill(0), 1, 2]);
      assert(jobs.every(({ samples }) => "y" in samples === (samples.x === 0)));
    }
  });

  Deno.test(`${name} comes after the points that somebody wants tried`, () => {
    const first = { optimizer: "sgd", lr: 0.5, momentum: 0.495, nesterov: true, depth: 2 };
    const search = study(CONDITIONAL, { enqueue: [first, { depth: 3, optimizer: "adam" }] });
    const [one, two] = drive(search, metricOf);
    assertEquals(one!.samples, first);
    assertEquals([two!.samples.depth, two!.samples.optimizer], [3, "adam"]);
    assert("beta" in two!.samples && "lr" in two!.samples && !("momentum" in two!.samples));
  });

  Deno.test(`${name} goes on where trials fail`, () => {
    const search = study(CONDITIONAL, {});
    const jobs = drive(search, (job) => job.index % 3 === 0 ? new Error("broken") : metricOf(job));
    assertEquals(jobs.length, 30);
    assertEquals(search.trials.filter(({ status }) => status === "failed").length, 10);
  });
}

/** Every point once, up to a number. */
function firstOf(count: number) {
  return {
    ...halvingScheduler({ rungs: [1] }),
    create: (...[candidates, options]: Parameters<ReturnType<typeof halvingScheduler>["create"]>) =>
      halvingScheduler({ rungs: [Math.min(count, candidates.size)] }).create(candidates, options),
  };
}
