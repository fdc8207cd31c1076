import type { Executor, HyperOptOptions, Scheduler, SearchResult, Trial } from "./types.ts";

/** What a search is run with. */
export interface RunSearchOptions extends HyperOptOptions {
  /**
   * Filled with the trials by generation: in the order of their results, ranked once a rung is
   * complete.
   */
  logs: (readonly Trial[])[];
}

/** Runs what the scheduler proposes, one job after the other, until it has nothing left. */
export async function runSearch(
  scheduler: Scheduler,
  execute: Executor,
  { onTrial, onRung, logs }: RunSearchOptions,
): Promise<SearchResult> {
  for (let job = scheduler.propose(); job !== undefined; job = scheduler.propose()) {
    const trial = await execute(job);
    const rung = scheduler.accept(trial);
    logs[trial.generation] = rung?.trials ?? [...logs[trial.generation] ?? [], trial];
    await onTrial?.(trial);
    if (rung !== undefined) await onRung?.(rung);
  }
  return scheduler.result();
}
