import type { Executor, HyperOptOptions, Scheduler, SearchResult } from "./types.ts";

/** Runs what the scheduler proposes, one job after the other, until it has nothing left. */
export async function runSearch(
  scheduler: Scheduler,
  execute: Executor,
  { onTrial, onRung }: HyperOptOptions,
): Promise<SearchResult> {
  for (let job = scheduler.propose(); job !== undefined; job = scheduler.propose()) {
    const trial = await execute(job);
    const rung = scheduler.accept(trial);
    await onTrial?.(trial);
    if (rung !== undefined) await onRung?.(rung);
  }
  return scheduler.result();
}
