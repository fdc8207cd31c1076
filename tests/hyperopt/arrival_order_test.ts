import { assert, assertEquals, assertFalse, assertNotEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import {
  ashaScheduler,
  float,
  halvingScheduler,
  HyperBand,
  hyperbandScheduler,
  HyperOptError,
  type Job,
  type LedgerEvent,
  MemoryLedger,
  type Outcome,
  randomSampler,
  Search,
  SearchSpaceError,
  Study,
  type StudyOptions,
  tpeSampler,
} from "@ato/core/hyperopt";
import { SQLLogger } from "@ato/core/tracker";
import { drive, picker } from "./_drive.ts";
import { FakeScope } from "./_fake_scope.ts";

const SPACES = { x: float(0, 1), y: float(1e-3, 1, { scale: "log" }) };
const SCHEDULERS = {
  asha: ashaScheduler({ maxResource: 27 }),
  halving: halvingScheduler({ rungs: [20, 20, 9, 3], resources: [1, 2, 5, 9] }),
  hyperband: hyperbandScheduler({ maxResource: 27 }),
};

function studyOf(options: Partial<StudyOptions> = {}): Study {
  return new Study(SPACES, {
    scheduler: SCHEDULERS.asha,
    sampler: randomSampler(),
    order: "arrival",
    mode: "min",
    budget: { trials: 60 },
    ...options,
  });
}

/** Better for longer training; some trials fail, by their index. */
function outcomeOf({ index, samples, resource }: Job): Outcome {
  if ((index * 7919) % 10 < 2) return new Error(`broken ${index}`);
  return { metric: Math.abs(Number(samples.x) - 0.3) + 1 / resource, isResumable: true };
}

function keysOf(jobs: readonly { index: number; generation: number }[]): string[] {
  return jobs.map(({ index, generation }) => `${index}:${generation}`);
}

function isType<Type extends LedgerEvent["type"]>(type: Type) {
  return (event: LedgerEvent): event is Extract<LedgerEvent, { type: Type }> => event.type === type;
}

Deno.test("Study in order of arrival waits for no slow job, and decides by what is there", () => {
  const study = studyOf({ budget: { trials: 200 } });
  const slow = study.ask()!;
  const jobs = drive(study, outcomeOf, { workers: 7, pick: picker(1) });
  assert(jobs.length > 250, `${jobs.length} jobs`);
  assert(jobs.some(({ resource }) => resource === 27));
  assertEquals(study.running, [slow]);
  assertEquals([study.trials.length, study.isOver], [jobs.length, true]);
});

Deno.test("Study in order of arrival has its trials as they came", () => {
  const study = studyOf({ scheduler: ashaScheduler({ maxResource: 3 }) });
  const jobs = [study.ask()!, study.ask()!, study.ask()!, study.ask()!];
  for (const number of [3, 1, 2]) study.tell(jobs[number]!, -number);
  assertEquals(study.trials.map(({ index }) => index), [3, 1, 2]);
  const promoted = study.ask()!;
  assertEquals([promoted.index, promoted.generation], [3, 1]);
});

for (const [name, scheduler] of Object.entries(SCHEDULERS)) {
  Deno.test(`Study of ${name} in order of arrival goes on from any place of its ledger`, async () => {
    for (const sampler of [randomSampler(), tpeSampler({ startup: 4 })]) {
      const whole = new MemoryLedger();
      const options = { scheduler, sampler };
      drive(studyOf({ ...options, ledger: whole }), outcomeOf, { workers: 5, pick: picker(3) });
      const property = fc.asyncProperty(
        fc.nat({ max: whole.events.length }),
        fc.nat(),
        async (cut, order) => {
          const ledger = new MemoryLedger(whole.events.slice(0, cut));
          const finished = keysOf(ledger.events.filter(isType("finished")));
          const study = studyOf({ ...options, ledger });
          const proposed = ledger.events.filter(isType("proposed")).map(({ job }) => job);
          const lost = keysOf(proposed).filter((key) => !finished.includes(key));
          const asked: Job[] = [];
          drive(study, outcomeOf, {
            workers: 1 + order % 6,
            pick: picker(order),
            onJob(job) {
              if (asked.length === 0) assertEquals(keysOf(study.trials), finished);
              asked.push(job);
            },
          });
          assert(study.isOver);
          assertEquals(new Set(keysOf(asked)).size, asked.length);
          assertFalse(keysOf(asked).some((key) => finished.includes(key)));
          // The last one that was proposed may be the one that crosses the budget.
          const again = keysOf(asked.slice(0, lost.length));
          assertEquals(again, lost.slice(0, again.length));
          assert(lost.length - again.length <= 1);

          const { length } = ledger.events;
          const replayed = studyOf({ ...options, ledger });
          assertEquals(replayed.ask(), undefined);
          assertEquals([replayed.isOver, ledger.events.length], [true, length]);
          assertEquals(await replayed.hash(), await study.hash());
          assertEquals([replayed.spent, replayed.best], [study.spent, study.best]);
        },
      );
      await fc.assert(property, { numRuns: 25 });
    }
  });
}

Deno.test("Study in order of arrival ends where its budget ended, whatever comes in later", async () => {
  for (const budget of [{ trials: 12 }, { resource: 40 }]) {
    const ledger = new MemoryLedger();
    const study = studyOf({ budget, ledger });
    const jobs: Job[] = [];
    for (let job = study.ask(); job !== undefined; job = study.ask()) jobs.push(job);
    assert(study.isOver);
    // With these results there would have been others to go on.
    for (const job of jobs) study.tell(job, Number(job.samples.x));
    assertEquals([study.ask(), study.trials.length], [undefined, jobs.length]);

    const continued = studyOf({ budget, ledger });
    assertEquals(continued.ask(), undefined);
    assertEquals(await continued.hash(), await study.hash());

    const larger = studyOf({ budget: { trials: 60 }, ledger });
    const next = larger.ask()!;
    assertEquals([next.index, next.generation], [jobs.length, 0]);
    assertEquals(larger.trials.length, jobs.length);
    larger.tell(next, 0);
    drive(larger, outcomeOf, { workers: 3, pick: picker(2) });
    assertEquals(larger.logs[0]!.length, 60);
    const again = studyOf({ budget: { trials: 60 }, ledger });
    assertEquals([again.ask(), await again.hash()], [undefined, await larger.hash()]);
  }
});

Deno.test("Study in order of arrival gives what was out once more, also where the budget is over", () => {
  const ledger = new MemoryLedger();
  const study = studyOf({ budget: { trials: 4 }, ledger });
  const jobs = [study.ask()!, study.ask()!, study.ask()!, study.ask()!];
  assertEquals([study.ask(), study.isOver], [undefined, true]);
  study.tell(jobs[2]!, 1);

  const continued = studyOf({ budget: { trials: 4 }, ledger });
  assertEquals(continued.ask(), jobs[0]);
  assertFalse(continued.isOver);
  // One that is known to be out, such as in a queue, may be told before it is asked for.
  continued.tell(jobs[1]!, 1);
  assertEquals(continued.ask(), jobs[3]);
  assertEquals([continued.ask(), continued.isOver], [undefined, true]);
});

Deno.test("Study in order of arrival ends with the first that is good enough", async () => {
  const ledger = new MemoryLedger();
  const options = { budget: { target: 0.5 }, ledger };
  const study = studyOf(options);
  const jobs = [study.ask()!, study.ask()!, study.ask()!];
  study.tell(jobs[2]!, 0.4);
  assertEquals([study.ask(), study.isOver, study.best?.index], [undefined, true, 2]);
  study.tell(jobs[0]!, 0.1);
  assertEquals(study.result().metric, 0.4);

  const continued = studyOf(options);
  assertEquals([continued.ask(), continued.isOver], [undefined, true]);
  assertEquals([continued.result().metric, await continued.hash()], [0.4, await study.hash()]);
});

Deno.test("Study in order of arrival has out at most as many jobs as parallelism says", () => {
  const study = studyOf({ parallelism: 2 });
  const jobs = [study.ask()!, study.ask()!];
  assertEquals([study.ask(), study.isOver], [undefined, false]);
  study.tell(jobs[1]!, 1);
  assertEquals(study.ask()?.index, 2);
  assertEquals(study.ask(), undefined);
  assertEquals(studyOf().description.parallelism, null);
});

Deno.test("Study in order of arrival repeats the points that were enqueued", async () => {
  const ledger = new MemoryLedger();
  const study = studyOf({ ledger });
  drive(study, outcomeOf, { workers: 3, pick: picker(4), results: 9 });
  study.enqueue({ x: 0.25, y: 0.5 });
  drive(study, outcomeOf, { workers: 3, pick: picker(4), results: 9 });
  assert(study.trials.some(({ samples }) => samples.x === 0.25));
  const continued = studyOf({ ledger });
  continued.ask();
  assertEquals(await continued.hash(), await study.hash());
});

Deno.test("Study makes another one in each order, and continues none of the other", async () => {
  const hashes = new Set<string>();
  const ledger = new MemoryLedger();
  for (const [order, seed] of [["logical", 1], ["arrival", 1], ["arrival", 2]] as const) {
    const study = studyOf({ order, ...hashes.size === 0 ? { ledger } : {} });
    drive(study, outcomeOf, { workers: 6, pick: picker(seed) });
    hashes.add(await study.hash());
  }
  assertEquals(hashes.size, 3);
  assertThrows(
    () => studyOf({ ledger }),
    HyperOptError,
    'Cannot continue the study: its order is "arrival", it began with none, expected the same',
  );
});

Deno.test("Study in order of arrival refuses a ledger that it cannot repeat", () => {
  const whole = new MemoryLedger();
  drive(studyOf({ ledger: whole }), outcomeOf, { workers: 4, results: 30 });
  const withoutResults = whole.events.filter(({ type }) => type !== "finished");
  const changed = studyOf({ ledger: new MemoryLedger(withoutResults) });
  assertThrows(() => changed.ask(), HyperOptError, "Cannot continue the study: job ");

  const scheduler = halvingScheduler({ rungs: [4, 2], resources: [1, 2] });
  const ledger = new MemoryLedger();
  drive(studyOf({ scheduler, ledger }), outcomeOf);
  const halved = ledger.events.filter(({ type }) => type !== "finished");
  assertThrows(
    () => studyOf({ scheduler, ledger: new MemoryLedger(halved) }).ask(),
    HyperOptError,
    "Cannot continue the study: there is no job 4, in the ledger there is",
  );
});

Deno.test("a search takes the order of results, and names one that there is not", () => {
  const wrong = { order: "random" } as never;
  for (
    const make of [
      () => studyOf(wrong),
      () => new Search(new FakeScope(), SPACES, { scheduler: SCHEDULERS.asha, ...wrong as object }),
    ]
  ) {
    const error = assertThrows(
      make,
      SearchSpaceError,
      '"random", expected "logical", "resource" or',
    );
    assertEquals(error.parameter, "order");
  }
  const options = { halvingRate: 0.5, numMinSamples: 1, order: "arrival" };
  assertThrows(() => new HyperBand(new FakeScope(), SPACES, options as never), SearchSpaceError);
});

Deno.test("a search in order of arrival is in a tracker as it was, and goes on from there", async () => {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  const config = { experiment: { project_name: "arrival", sql: { db_path: path } } };
  const options = {
    scheduler: ashaScheduler({ maxResource: 9 }),
    sampler: randomSampler(),
    order: "arrival" as const,
    mode: "min" as const,
    budget: { trials: 30 },
  };
  async function record(): Promise<string[]> {
    await using tracker = await SQLLogger.open(config);
    const came: string[] = [];
    const search = new Search(new FakeScope(), SPACES, {
      ...options,
      concurrency: 4,
      tracker,
      study: "as they come",
      onTrial: ({ index, generation }) => void came.push(`${index}:${generation}`),
    });
    await search.optimize(async ({ x }, { resource, index }) => {
      const turns = index % 5 === 0 ? 20 : 1;
      for (let turn = 0; turn < turns; turn++) await new Promise((next) => setTimeout(next, 0));
      return Math.abs(x - 0.3) + 1 / resource;
    });
    return came;
  }
  async function read(): Promise<LedgerEvent[]> {
    await using tracker = await SQLLogger.open(config);
    using ledger = tracker.openStudy("as they come");
    return ledger.events.filter(({ type }) => type !== "ended");
  }
  const came = await record();
  const events = await read();
  assertEquals(keysOf(events.filter(isType("finished"))), came);
  const proposed = keysOf(events.filter(isType("proposed")).map(({ job }) => job));
  assertEquals(new Set(proposed.slice(0, came.length)), new Set(came));
  assertNotEquals(proposed.slice(0, came.length), came);
  const study = new Study(SPACES, { ...options, ledger: new MemoryLedger(events) });
  assertEquals([study.ask(), study.isOver], [undefined, true]);
  assertEquals(keysOf(study.trials), came);
  await Deno.remove(path);
});
