import { ADict } from "../adict/mod.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { SearchMode, SearchResult, Trial } from "./types.ts";

/** Orders trials: best first, ties by index, failed ones last. */
export function byRank(mode: SearchMode): (a: Trial, b: Trial) => number {
  const sign = mode === "max" ? -1 : 1;
  return (a, b) => {
    if (a.status !== b.status) return a.status === "failed" ? 1 : -1;
    const difference = a.status === "failed" ? 0 : sign * (a.metric - b.metric);
    return difference === 0 ? a.index - b.index : difference;
  };
}

/** Best first; ties by index, failed trials last. */
export function ranked(trials: readonly Trial[], mode: SearchMode): readonly Trial[] {
  return Object.freeze(trials.toSorted(byRank(mode)));
}

/** Trials by generation, each best first. */
export function rankedLogs(
  trials: Iterable<Trial>,
  mode: SearchMode,
): (readonly Trial[])[] {
  const logs: Trial[][] = [];
  for (const trial of trials) {
    while (logs.length <= trial.generation) logs.push([]);
    logs[trial.generation]!.push(trial);
  }
  return logs.map((rung) => ranked(rung, mode));
}

/** Whether a trial takes the place of the best: trained longer, or as long and ranked before it. */
export function leads(
  trial: Trial,
  { best, mode }: { best: Trial | undefined; mode: SearchMode },
): boolean {
  if (trial.status === "failed" || best === undefined) return trial.status !== "failed";
  const longer = trial.generation - best.generation;
  return longer === 0 ? byRank(mode)(trial, best) < 0 : longer > 0;
}

/** What a search found, its winner's config as a copy. */
export function resultOf(
  { config, metric }: Trial,
  logs: readonly (readonly Trial[])[],
): SearchResult {
  return { config: ADict.prototype.clone.call(config), metric, logs };
}

/**
 * The outcome of trials that were not all of the same rungs: the winner is the best of those that
 * were trained longest.
 *
 * @throws {HyperOptError} If no trial completed.
 */
export function bestResult(trials: readonly Trial[], mode: SearchMode): SearchResult {
  const logs = rankedLogs(trials, mode);
  const winner = logs.findLast(([best]) => best?.status === "completed")?.[0];
  if (winner !== undefined) return resultOf(winner, logs);
  const first = trials.find(({ error }) => error !== undefined);
  const state = trials.length === 0
    ? "no trial has a result"
    : `all ${trials.length} trials failed`;
  const reason = first === undefined ? "" : `; trial ${first.index}: ${first.error}`;
  throw new HyperOptError(
    `Cannot choose a winner: ${state}, expected a finite metric of at least one${reason}`,
    { logs, cause: first?.error },
  );
}
