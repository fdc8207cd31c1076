import { keyOf } from "./_logical_order.ts";
import type { RecordedTrials } from "./_recorded_trials.ts";
import type { Study } from "./study.ts";
import type { Attempts } from "./_attempts.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";
import type { Job, Ledger, LedgerEvent, SearchResult, Trial } from "./types.ts";

/** What a study is run with. */
export interface RunSearchOptions extends Pick<HyperOptOptions, "onTrial" | "onRung"> {
  /** Runs the jobs. */
  executor: Attempts;
  /** Takes what happens on the way. */
  ledger: Ledger;
  /** Tells results of before from those of now. */
  recorded: RecordedTrials;
  /** Ends the search in order. */
  signal: AbortSignal;
  /** For so long from the first job on jobs begin. */
  seconds?: number | undefined;
  /** Called whenever a job has begun or ended. */
  onChange?: () => void;
}

/** How a job ended: with a trial, or with an error that ends the search, or that the signal gave. */
interface Settled {
  readonly job: Job;
  readonly trial?: Trial;
  readonly error?: unknown;
}

/**
 * Runs what a study asks for, as many jobs at once as the executor has room for, until there is none
 * left. An error that ends the search aborts what still runs, and waits for it. So does the signal:
 * what still ends with a result counts, then the search rejects with the reason of the signal.
 */
export async function runSearch(
  study: Study,
  options: RunSearchOptions,
): Promise<SearchResult> {
  const { executor, ledger, recorded, signal, seconds = Infinity } = options;
  const { onChange, onTrial, onRung } = options;
  const stop = new AbortController();
  const running = new Map<string, Promise<void>>();
  const settled: Settled[] = [];
  let news = Promise.withResolvers<void>();
  const record = (event: LedgerEvent) => ledger.append(event);
  let deadline = Infinity;
  // What is known already is told of too: it says which checkpoints are of use.
  let [trials, rungs] = [0, 0];

  async function notify(): Promise<void> {
    for (; trials < study.trials.length; trials++) await onTrial?.(study.trials[trials]!);
    for (; rungs < study.rungs.length; rungs++) await onRung?.(study.rungs[rungs]!);
  }

  async function next(): Promise<Job | undefined> {
    if (running.size >= executor.capacity || signal.aborted) return undefined;
    if (performance.now() >= deadline) return undefined;
    const job = study.ask();
    await notify();
    // A callback may have stopped the search; the ledger has the job for another time.
    return signal.aborted ? undefined : job;
  }

  async function run(job: Job): Promise<void> {
    try {
      const trial = await executor.execute(job, { signal: stop.signal, record });
      settled.push({ job, trial });
    } catch (error) {
      settled.push({ job, error });
    }
    news.resolve();
  }

  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  executor.watch(() => news.resolve());
  try {
    while (true) {
      for (let job = await next(); job !== undefined; job = await next()) {
        if (deadline === Infinity) deadline = performance.now() + 1000 * seconds;
        running.set(keyOf(job), run(job));
        onChange?.();
      }
      if (running.size === 0) break;
      await news.promise;
      news = Promise.withResolvers();
      for (const { job, trial, error } of settled.splice(0)) {
        running.delete(keyOf(job));
        if (trial !== undefined) {
          study.tell(trial, trial);
          recorded.train();
        } else if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
        executor.settle(job);
        await notify();
        onChange?.();
      }
    }
    signal.throwIfAborted();
    return recorded.resultOf(study);
  } finally {
    signal.removeEventListener("abort", onAbort);
    stop.abort();
    await Promise.all(running.values());
  }
}
