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
function rankedLogs(
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

/** Whether a trial is as good as a target asks for, where there is one. */
export function reaches(
  target: number | undefined,
  { trial: { status, metric }, mode }: { trial: Trial; mode: SearchMode },
): boolean {
  if (target === undefined || status === "failed") return false;
  return mode === "max" ? metric >= target : metric <= target;
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

/** A block of more than this is split in two. */
const MAX_BLOCK = 512;

/**
 * Trials in an order, kept by inserting each where it belongs. They lie in blocks, so that an insertion
 * moves the rest of one block and not all that come after: a rung may hold a million.
 */
export class SortedTrials {
  readonly #compare: (a: Trial, b: Trial) => number;
  /** None of them is empty. */
  readonly #blocks: Trial[][] = [];
  #size = 0;

  constructor(compare: (a: Trial, b: Trial) => number) {
    this.#compare = compare;
  }

  /** The number of trials. */
  get size(): number {
    return this.#size;
  }

  /** The first one. */
  get first(): Trial | undefined {
    return this.#blocks[0]?.[0];
  }

  /** How many come before a trial, which may be one of them or not. */
  rankOf(trial: Trial): number {
    const at = this.#blockOf(trial);
    let before = 0;
    for (let block = 0; block < at; block++) before += this.#blocks[block]!.length;
    return before + this.#placeIn(this.#blocks[at] ?? [], trial);
  }

  /** Inserts a trial. */
  add(trial: Trial): void {
    this.#size++;
    const at = Math.min(this.#blockOf(trial), Math.max(this.#blocks.length - 1, 0));
    const block = this.#blocks[at] ??= [];
    block.splice(this.#placeIn(block, trial), 0, trial);
    if (block.length > MAX_BLOCK) this.#blocks.splice(at + 1, 0, block.splice(MAX_BLOCK / 2));
  }

  /** Removes the first one. */
  removeFirst(): Trial | undefined {
    const [block] = this.#blocks;
    if (block === undefined) return undefined;
    this.#size--;
    const first = block.shift();
    if (block.length === 0) this.#blocks.shift();
    return first;
  }

  /** The first block whose last trial does not come before this one; their number if there is none. */
  #blockOf(trial: Trial): number {
    return firstIndex(
      this.#blocks.length,
      (at) => this.#isBefore(this.#blocks[at]!.at(-1)!, trial),
    );
  }

  #placeIn(block: readonly Trial[], trial: Trial): number {
    return firstIndex(block.length, (at) => this.#isBefore(block[at]!, trial));
  }

  #isBefore(a: Trial, b: Trial): boolean {
    return this.#compare(a, b) < 0;
  }
}

/** The first index up to a length for which it is false, which it stays. */
function firstIndex(length: number, isTrue: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
