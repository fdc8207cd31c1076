import {
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { Scope } from "@ato/core/scope";
import fc from "../_property.ts";
import { ADict } from "@ato/core/adict";
import {
  type Candidates,
  float,
  gridSampler,
  halvingScheduler,
  HyperOptError,
  type Job,
  type Rung,
  type Scheduler,
  Search,
  type SearchMode,
  SearchSpaceError,
  SuccessiveHalving,
  type Trial,
} from "@ato/core/hyperopt";

function candidatesOf(size: number): Candidates {
  return { size, at: (index) => ({ x: index }) };
}

/** The result of a job; an undefined metric is a failure. */
function trialOf(job: Job, metric: number | undefined): Trial {
  const config = new ADict({ ...job.samples }) as ADict;
  const base = { ...job, config, durationMs: 1 };
  if (metric !== undefined) return { ...base, metric, status: "completed" };
  return { ...base, metric: NaN, status: "failed", error: new Error(`broken ${job.index}`) };
}

type Metrics = (job: Job) => number | undefined;

/** Runs to the end, up to `width` jobs at once, of which `pick` chooses the next result. */
function drive(
  scheduler: Scheduler,
  metrics: Metrics,
  { width = 1, pick = () => 0 }: { width?: number; pick?: (count: number) => number } = {},
): { rungs: Rung[]; jobs: Job[] } {
  const out: Job[] = [];
  const jobs: Job[] = [];
  const rungs: Rung[] = [];
  while (true) {
    const job = out.length < width ? scheduler.propose() : undefined;
    if (job !== undefined) {
      out.push(job);
      jobs.push(job);
      continue;
    }
    if (out.length === 0) return { rungs, jobs };
    const [finished] = out.splice(pick(out.length), 1);
    const rung = scheduler.accept(trialOf(finished!, metrics(finished!)));
    if (rung !== undefined) rungs.push(rung);
  }
}

function indices(trials: readonly Trial[]): number[] {
  return trials.map(({ index }) => index);
}

Deno.test("SuccessiveHalving() keeps the best of each rung, best first", () => {
  for (const [mode, order] of [["max", [3, 2, 1, 0]], ["min", [0, 1, 2, 3]]] as const) {
    const halving = new SuccessiveHalving(candidatesOf(4), { rungs: [4, 2, 1], mode });
    const { rungs, jobs } = drive(halving, ({ index }) => index * 10);
    assertEquals(rungs.map(({ trials }) => indices(trials)), [
      [...order],
      order.slice(0, 2),
      order.slice(0, 1),
    ]);
    assertEquals(rungs.map(({ promoted }) => promoted), [2, 1, 0]);
    assertEquals(jobs.map(({ generation }) => generation), [0, 0, 0, 0, 1, 1, 2]);
    assertEquals(halving.result().metric, order[0]! * 10);
  }
});

Deno.test("SuccessiveHalving() breaks ties by index, also between rungs", () => {
  const halving = new SuccessiveHalving(candidatesOf(6), { rungs: [6, 3] });
  const { rungs } = drive(halving, ({ index, generation }) => generation === 0 ? index % 2 : 5);
  assertEquals(indices(rungs[0]!.trials), [1, 3, 5, 0, 2, 4]);
  assertEquals(indices(rungs[1]!.trials), [1, 3, 5]);
  assertEquals(halving.result().config.x, 1);
});

Deno.test("SuccessiveHalving() reads each candidate once, in order", () => {
  const read: number[] = [];
  const candidates = {
    size: 5,
    at(index: number) {
      read.push(index);
      return { x: index };
    },
  };
  drive(new SuccessiveHalving(candidates, { rungs: [4, 2] }), ({ index }) => index);
  assertEquals(read, [0, 1, 2, 3]);
});

Deno.test("SuccessiveHalving() waits for a rung to be complete", () => {
  const halving = new SuccessiveHalving(candidatesOf(2), { rungs: [2, 1] });
  const [first, second] = [halving.propose()!, halving.propose()!];
  assertEquals(halving.propose(), undefined);
  assertEquals(halving.accept(trialOf(second, 2)), undefined);
  assertEquals(halving.propose(), undefined);
  assertEquals(halving.accept(trialOf(first, 1))?.promoted, 1);
  assertEquals(halving.propose(), {
    index: 1,
    generation: 1,
    bracket: 0,
    resource: 2,
    trained: 0,
    samples: { x: 1 },
  });
});

Deno.test("SuccessiveHalving() gives the same outcome for results in any order", () => {
  const metric = fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined });
  const property = fc.property(
    fc.array(metric, { minLength: 1, maxLength: 24 }),
    fc.constantFrom<SearchMode>("max", "min"),
    fc.integer({ min: 1, max: 8 }),
    fc.infiniteStream(fc.nat()),
    (metrics, mode, width, order) => {
      const count = metrics.length;
      const rungs = [count, Math.ceil(count / 2), Math.ceil(count / 5)];
      const [serial, parallel] = [0, 1].map(() =>
        new SuccessiveHalving(candidatesOf(count), { rungs, mode })
      );
      const expected = drive(serial!, ({ index }) => metrics[index]);
      const pick = (out: number) => order.next().value % out;
      const actual = drive(parallel!, ({ index }) => metrics[index], { width, pick });
      assertEquals(
        actual.rungs.map(({ trials }) => indices(trials)),
        expected.rungs.map(({ trials }) => indices(trials)),
      );
      assertEquals(actual.jobs, expected.jobs);
    },
  );
  fc.assert(property);
});

Deno.test("SuccessiveHalving() never promotes a failed trial", () => {
  const halving = new SuccessiveHalving(candidatesOf(6), { rungs: [6, 4, 2] });
  const { rungs } = drive(halving, ({ index }) => index < 3 ? undefined : index);
  assertEquals(rungs.map(({ trials }) => indices(trials)), [[5, 4, 3, 0, 1, 2], [5, 4, 3], [5, 4]]);
  assertEquals(rungs.map(({ promoted }) => promoted), [3, 2, 0]);
});

Deno.test("SuccessiveHalving() has no winner where all trials of a rung failed", () => {
  const halving = new SuccessiveHalving(candidatesOf(4), { rungs: [4, 2, 1] });
  const { rungs } = drive(
    halving,
    ({ index, generation }) => generation === 1 ? undefined : index,
    { width: 4, pick: (count) => count - 1 },
  );
  assertEquals(rungs.length, 2);
  const error = assertThrows(() => halving.result(), HyperOptError, "all 2 trials of rung 1");
  assertEquals(error.exitCode, 1);
  assertEquals(error.message.split("; ")[1], "trial 2: Error: broken 2");
  assertInstanceOf(error.cause, Error);
  assertEquals(error.logs.map(indices), [[3, 2, 1, 0], [2, 3]]);
});

Deno.test("SuccessiveHalving.accept() takes a result once, and only of a proposed job", () => {
  const halving = new SuccessiveHalving(candidatesOf(3), { rungs: [3, 1] });
  const job = halving.propose()!;
  const trial = trialOf(job, 1);
  assertThrows(() => halving.accept({ ...trial, index: 1 }), RangeError, "it is not out");
  assertThrows(() => halving.accept({ ...trial, generation: 1 }), RangeError, "it is not out");
  halving.accept(trial);
  assertThrows(() => halving.accept(trial), RangeError, 'Cannot accept trial "0" of rung 0');
});

Deno.test("SuccessiveHalving.result() says what is missing, and keeps what is there", () => {
  const halving = new SuccessiveHalving(candidatesOf(3), { rungs: [3, 1] });
  halving.accept(trialOf(halving.propose()!, 1));
  const error = assertThrows(() => halving.result(), HyperOptError, "rung 0 has 1 of 3 results");
  assertEquals(error.logs.map(indices), [[0]]);
});

Deno.test("SuccessiveHalving.result() shares nothing that could be changed", () => {
  const halving = new SuccessiveHalving(candidatesOf(2), { rungs: [2] });
  drive(halving, ({ index }) => index);
  const { config, logs } = halving.result();
  config.x = "changed";
  assertEquals(logs[0]![0]!.config.x, 1);
  assertThrows(() => (logs[0] as Trial[]).pop(), TypeError);
  assertFalse(halving.result().logs === logs);
});

Deno.test("SuccessiveHalving() refuses rungs that do not descend from the candidates", () => {
  for (const rungs of [[], [0], [6], [5, 0], [3, 4], [2.5], [5, NaN]]) {
    const error = assertThrows(
      () => new SuccessiveHalving(candidatesOf(5), { rungs }),
      SearchSpaceError,
      'Cannot plan "rungs"',
    );
    assertEquals(error.parameter, "rungs");
  }
});

Deno.test("halvingScheduler() refuses a plan that no search could follow, candidates apart", () => {
  const rungs = "expected whole numbers, descending, at least 1";
  const resources = "expected a whole number for each rung, ascending, at least 1";
  const cases: [options: unknown, message: string][] = [
    [{ rungs: [], resources: [] }, `Cannot plan "rungs": [], ${rungs}`],
    [{ rungs: [3, 9], resources: [1, 3] }, `Cannot plan "rungs": [3, 9], ${rungs}`],
    [{ rungs: [9, 2.5] }, `Cannot plan "rungs": [9, 2.5], ${rungs}`],
    [{}, `Cannot plan "rungs": undefined, ${rungs}`],
    [{ rungs: 9 }, `Cannot plan "rungs": 9, ${rungs}`],
    [
      { rungs: [9, 3], resources: [3, 1] },
      `Cannot plan "resources": [3, 1] of 2 rungs, ${resources}`,
    ],
    [{ rungs: [9, 3], resources: [1] }, `Cannot plan "resources": [1] of 2 rungs, ${resources}`],
    [{ rungs: [9], resources: 1 }, `Cannot plan "resources": 1 of 1 rungs, ${resources}`],
  ];
  for (const [options, message] of cases) {
    const error = assertThrows(() => halvingScheduler(options as { rungs: [] }), SearchSpaceError);
    assertEquals(error.message, message);
  }
});

Deno.test("dryRun refuses the plan that the search would", async () => {
  for (const dryRun of [true, false]) {
    const search = new Search(new Scope(), { lr: float(0, 1, { samples: 4 }) }, {
      sampler: gridSampler(),
      scheduler: halvingScheduler({ rungs: [9, 3], resources: [1, 3] }),
      dryRun,
    });
    await assertRejects(
      () => search.optimize(() => 0),
      SearchSpaceError,
      'Cannot plan "rungs": [9, 3] of 4 candidates, expected whole numbers, from 4 downwards',
    );
  }
});
