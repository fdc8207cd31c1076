import { canonicalHash } from "./_canonical.ts";
import { ranked } from "./_rank.ts";
import type { Rung, SearchMode, StudyDescription, Trial } from "./types.ts";

/** Trials by generation: best first where its rung is complete, else as they are. */
export function logsSoFar(
  trials: readonly Trial[],
  { rungs, mode }: { rungs: readonly Rung[]; mode: SearchMode },
): readonly (readonly Trial[])[] {
  const logs: Trial[][] = [];
  for (const trial of trials) {
    while (logs.length <= trial.generation) logs.push([]);
    logs[trial.generation]!.push(trial);
  }
  const complete = new Map<number, number>();
  for (const { generation, trials } of rungs) {
    complete.set(generation, (complete.get(generation) ?? 0) + trials.length);
  }
  return logs.map((trials, generation) =>
    complete.get(generation) === trials.length ? ranked(trials, mode) : trials
  );
}

/** A hash of what a study is, of its jobs and of their results, without times. */
export function hashOf(description: StudyDescription, trials: readonly Trial[]): Promise<string> {
  const facts = trials.map((
    { index, generation, bracket, resource, trained, samples, metric, status, error },
  ) => ({
    job: { index, generation, bracket, resource, trained, samples },
    metric,
    status,
    error: error?.message,
  }));
  return canonicalHash([description, ...facts]);
}
