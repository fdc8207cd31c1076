import { keyOf } from "./_logical_order.ts";
import type { Study } from "./study.ts";
import type { Executor, HyperOptOptions, Job, SearchResult, Trial } from "./types.ts";

/** What a study is run with. */
export interface RunSearchOptions extends Pick<HyperOptOptions, "onTrial" | "onRung"> {
  /** Runs the jobs. */
  executor: Executor;
}

/**
 * Runs what a study asks for, as many jobs at once as the executor has room for, until there is none
 * left. An error that ends the search aborts what still runs, and waits for it.
 */
export async function runSearch(
  study: Study,
  { executor, onTrial, onRung }: RunSearchOptions,
): Promise<SearchResult> {
  const stop = new AbortController();
  const running = new Map<string, Promise<Trial>>();
  let [trials, rungs] = [study.trials.length, study.rungs.length];

  async function notify(): Promise<void> {
    for (; trials < study.trials.length; trials++) await onTrial?.(study.trials[trials]!);
    for (; rungs < study.rungs.length; rungs++) await onRung?.(study.rungs[rungs]!);
  }

  async function next(): Promise<Job | undefined> {
    if (running.size >= executor.capacity) return undefined;
    const job = study.ask();
    await notify();
    return job;
  }

  try {
    while (true) {
      for (let job = await next(); job !== undefined; job = await next()) {
        // Records of what happens on the way are for whoever keeps them.
        const options = { signal: stop.signal, record() {} };
        running.set(keyOf(job), executor.execute(job, options));
      }
      if (running.size === 0) return study.result();
      const trial = await Promise.race(running.values());
      running.delete(keyOf(trial));
      study.tell(trial, trial);
      await notify();
    }
  } finally {
    stop.abort();
    await Promise.allSettled(running.values());
  }
}
