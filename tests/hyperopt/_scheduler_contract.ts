/** What every scheduler must hold, run for each of them. */
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import {
  float,
  HyperOptError,
  type Job,
  MemoryLedger,
  type Outcome,
  randomSampler,
  type SchedulerFactory,
  type SearchMode,
  Study,
  type StudyOptions,
  tpeSampler,
} from "@ato/core/hyperopt";
import { drive, picker } from "./_drive.ts";

const SPACES = { x: float(0, 1), y: float(1e-3, 1, { scale: "log" }) };

/** The metric of a job: better for longer training; some trials fail, by their index. */
function outcomeOf({ index, samples, resource }: Job, failures: number): Outcome {
  if (failures > 0 && (index * 7919) % 10 < failures) return new Error(`broken ${index}`);
  const metric = Math.abs((samples.x as number) - 0.3) + 1 / resource;
  return { metric, isResumable: true };
}

/** Defines the tests of a scheduler. */
export function testScheduler(
  name: string,
  make: () => SchedulerFactory,
  order: "logical" | "resource" = "logical",
): void {
  function study(options: Partial<StudyOptions> = {}): Study {
    return new Study(SPACES, {
      scheduler: make(),
      mode: "min",
      budget: { trials: 60 },
      order,
      ...options,
    });
  }

  Deno.test(`${name} proposes a job once, and trains each trial ever longer`, () => {
    const last = new Map<number, Job>();
    const jobs = drive(study(), (job) => outcomeOf(job, 2), {
      onJob(job) {
        const before = last.get(job.index);
        if (before === undefined) assertEquals(job.trained, 0);
        else {
          assertEquals(job.generation, before.generation + 1);
          assertEquals(job.trained, before.resource);
          assertEquals([job.bracket, job.samples], [before.bracket, before.samples]);
        }
        assert(Number.isSafeInteger(job.resource) && job.resource > job.trained);
        last.set(job.index, job);
      },
    });
    assert(jobs.length > 40, `${jobs.length} jobs`);
  });

  Deno.test(`${name} makes the same study for 1, 2 and 8 workers, whoever finishes first`, async () => {
    for (const sampler of [randomSampler(), tpeSampler({ startup: 4 })]) {
      for (const failures of [0, 3]) {
        const hashes = new Set<string>();
        for (const [workers, order] of [[1, 0], [2, 1], [8, 2], [8, 3]] as const) {
          const search = study({ sampler });
          drive(search, (job) => outcomeOf(job, failures), { workers, pick: picker(order) });
          assert(search.isOver);
          hashes.add(await search.hash());
        }
        assertEquals(hashes.size, 1);
      }
    }
  });

  Deno.test(`${name} makes another study for another seed or another result`, async () => {
    const hashes = new Set<string>();
    for (const [seed, failures] of [[0, 0], [1, 0], [0, 3]] as const) {
      const search = study({ seed });
      drive(search, (job) => outcomeOf(job, failures));
      hashes.add(await search.hash());
    }
    assertEquals(hashes.size, 3);
  });

  Deno.test(`${name} goes on from any place of its ledger, and repeats nothing`, async () => {
    const whole = new MemoryLedger();
    const search = study({ ledger: whole });
    drive(search, (job) => outcomeOf(job, 2), { workers: 3, pick: picker(5) });
    const [expected, count] = [await search.hash(), whole.events.length];
    const property = fc.asyncProperty(fc.nat({ max: count }), fc.nat(), async (cut, order) => {
      const ledger = new MemoryLedger(whole.events.slice(0, cut));
      const finished = new Set(
        ledger.events.flatMap((event) =>
          event.type === "finished" ? [`${event.index}:${event.generation}`] : []
        ),
      );
      const continued = study({ ledger });
      drive(continued, (job) => outcomeOf(job, 2), {
        workers: 1 + order % 4,
        pick: picker(order),
        onJob: ({ index, generation }) => assertFalse(finished.has(`${index}:${generation}`)),
      });
      assertEquals(await continued.hash(), expected);
      assertEquals(ledger.events.length, count);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  Deno.test(`${name} never lets a failed trial go on`, () => {
    const failed = new Set<number>();
    drive(study(), (job) => {
      const outcome = outcomeOf(job, 4);
      if (outcome instanceof Error) failed.add(job.index);
      return outcome;
    }, { onJob: ({ index }) => assertFalse(failed.has(index)) });
    assert(failed.size > 0);
  });

  Deno.test(`${name} has no winner where everything fails`, () => {
    const search = study();
    drive(search, () => NaN, { workers: 4 });
    assert(search.isOver);
    const error = assertThrows(() => search.result(), HyperOptError, "failed");
    assert(error.cause instanceof TypeError, String(error.cause));
  });

  Deno.test(`${name} counts what is trained: all of it, or what is new`, () => {
    for (const isResumable of [true, false]) {
      let units = 0;
      const search = study();
      drive(search, ({ resource, trained, index }) => {
        units += resource - trained;
        return { metric: index, isResumable };
      });
      assertEquals(search.spent, units);
    }
  });

  Deno.test(`${name} prefers the better metric in both modes`, () => {
    for (const mode of ["max", "min"] satisfies SearchMode[]) {
      const search = study({ mode });
      drive(search, ({ samples }) => Number(samples.x));
      const { metric, logs } = search.result();
      const last = logs.at(-1)!.map((trial) => trial.metric);
      const first = logs[0]!.map((trial) => trial.metric);
      assertEquals(metric, mode === "max" ? Math.max(...last) : Math.min(...last));
      assert(mode === "max" ? metric > first.at(-1)! : metric < first.at(-1)!);
    }
  });

  Deno.test(`${name} changes nothing when it has no job, and takes a result once`, () => {
    let points = 0;
    const candidates = { size: 20, at: (index: number) => ({ x: points = index }) };
    const scheduler = make().create(candidates, { mode: "min" });
    const out: Job[] = [];
    for (let job = scheduler.propose(); job !== undefined; job = scheduler.propose()) out.push(job);
    assertEquals([scheduler.propose(), points], [undefined, out.length - 1]);
    const [first] = out;
    const trial = {
      ...first!,
      config: study().description as never,
      metric: 1,
      status: "completed" as const,
      durationMs: 0,
    };
    assertThrows(() => scheduler.accept({ ...trial, index: 10_000 }), RangeError, "it is not out");
    scheduler.accept(trial);
    assertThrows(() => scheduler.accept(trial), RangeError, "Cannot accept trial");
  });
}
