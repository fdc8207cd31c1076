/** The guarantees of Li et al., "A System for Massively Parallel Hyperparameter Tuning" (2020). */
import { assert, assertEquals } from "@std/assert";
import { ADict } from "@ato/core/adict";
import { ashaScheduler, type Candidates, type Job, type Scheduler } from "@ato/core/hyperopt";
import { picker } from "./_drive.ts";

const ENDLESS: Candidates = { size: Infinity, at: (index) => ({ index }) };

function ashaOf(maxResource: number, candidates = ENDLESS, eta = 3): Scheduler {
  return ashaScheduler({ maxResource, eta }).create(candidates, { mode: "min" });
}

function finish(scheduler: Scheduler, job: Job, metric: number, isResumable = true): void {
  const status = Number.isFinite(metric) ? "completed" as const : "failed" as const;
  const config = new ADict() as ADict;
  scheduler.accept({ ...job, config, metric, status, durationMs: 0, isResumable });
}

/** Runs jobs on workers with a clock of its own: a job takes as long as it trains. */
function simulate(
  scheduler: Scheduler,
  { workers, until, isResumable }: {
    workers: number;
    until: (job: Job) => boolean;
    isResumable: boolean;
  },
): number {
  const metric = picker(7);
  const running: { job: Job; end: number }[] = [];
  for (let now = 0;;) {
    while (running.length < workers) {
      const job = scheduler.propose()!;
      running.push({ job, end: now + job.resource - job.trained });
    }
    running.sort((a, b) => a.end - b.end);
    const { job, end } = running.shift()!;
    now = end;
    finish(scheduler, job, metric(1_000_000), isResumable);
    if (until(job)) return now;
  }
}

Deno.test("ashaScheduler() promotes the best of a third, from the highest rung, else begins", () => {
  const scheduler = ashaOf(9);
  const jobs = [5, 3, 4].map((metric) => {
    const job = scheduler.propose()!;
    finish(scheduler, job, metric);
    return job;
  });
  assertEquals(jobs.map(({ index, generation }) => [index, generation]), [[0, 0], [1, 0], [2, 0]]);
  const promoted = scheduler.propose()!;
  assertEquals([promoted.index, promoted.resource, promoted.trained], [1, 3, 1]);
  assertEquals(scheduler.propose()!.generation, 0);
});

Deno.test("ashaScheduler() promotes only what is in the top 1/eta, and few too many", () => {
  for (const eta of [2, 3, 4]) {
    const scheduler = ashaOf(eta ** 3, ENDLESS, eta);
    const metricOf = picker(eta);
    const results = [0, 1, 2, 3].map(() => new Map<number, number>());
    for (let count = 0; count < 3000; count++) {
      const job = scheduler.propose()!;
      if (job.generation > 0) {
        const below = results[job.generation - 1]!;
        const own = below.get(job.index)!;
        const better = [...below.values()].filter((metric) => metric < own).length;
        assert(better < Math.floor(below.size / eta), `${better} of ${below.size} are better`);
      }
      const metric = metricOf(1_000_000_000);
      results[job.generation]!.set(job.index, metric);
      finish(scheduler, job, metric);
    }
    // Wrong promotions grow like the square root of the number of configs.
    const [first, second] = results.map(({ size }) => size) as [number, number];
    const excess = second - Math.floor(first / eta);
    assert(excess >= 0 && excess < 1.5 * Math.sqrt(first), `${excess} of ${first}`);
  }
});

Deno.test("ashaScheduler() trains the first config in full within time(R), or 13/9 of it", () => {
  for (const [isResumable, limit] of [[true, 9], [false, 13]] as const) {
    const until = ({ resource }: Job) => resource === 9;
    const time = simulate(ashaOf(9), { workers: 9, until, isResumable });
    assert(time <= limit, `${time} of ${limit}`);
  }
});

Deno.test("ashaScheduler() does not wait for a straggler", () => {
  const scheduler = ashaOf(27);
  const straggler = scheduler.propose()!;
  const metric = picker(3);
  let full = 0;
  for (let count = 0; count < 500; count++) {
    const job = scheduler.propose()!;
    if (job.resource === 27) full++;
    finish(scheduler, job, metric(1000));
  }
  assert(full >= 5, `${full} trained in full`);
  finish(scheduler, straggler, -1);
  assertEquals(scheduler.propose()!.index, straggler.index);
});

Deno.test("ashaScheduler() counts a failed trial as a result, and breaks ties by index", () => {
  const scheduler = ashaOf(3);
  const jobs = Array.from({ length: 6 }, () => scheduler.propose()!);
  for (const job of jobs) finish(scheduler, job, job.index < 4 ? NaN : 1);
  assertEquals(
    [scheduler.propose()!, scheduler.propose()!].map((
      { index, generation },
    ) => [index, generation]),
    [[4, 1], [5, 1]],
  );
});

Deno.test("ashaScheduler() ends where there is no further point", () => {
  const scheduler = ashaOf(9, { size: 100, at: (index) => index < 9 ? { index } : undefined });
  const counts = [0, 0, 0];
  for (let job = scheduler.propose(); job !== undefined; job = scheduler.propose()) {
    counts[job.generation]!++;
    finish(scheduler, job, job.index);
  }
  assertEquals(counts, [9, 3, 1]);
  assertEquals(scheduler.result().logs.map((trials) => trials.length), [9, 3, 1]);
});
