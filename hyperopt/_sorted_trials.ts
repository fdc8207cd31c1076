import type { Trial } from "./types.ts";

/** Trials in an order, kept by inserting each where it belongs. */
export class SortedTrials {
  readonly #trials: Trial[] = [];
  readonly #compare: (a: Trial, b: Trial) => number;

  constructor(compare: (a: Trial, b: Trial) => number) {
    this.#compare = compare;
  }

  /** The number of trials. */
  get size(): number {
    return this.#trials.length;
  }

  /** The first one. */
  get first(): Trial | undefined {
    return this.#trials[0];
  }

  /** How many come before a trial, which may be one of them or not. */
  rankOf(trial: Trial): number {
    let [low, high] = [0, this.#trials.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#trials[middle]!, trial) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Inserts a trial. */
  add(trial: Trial): void {
    this.#trials.splice(this.rankOf(trial), 0, trial);
  }

  /** Removes the first one. */
  removeFirst(): Trial | undefined {
    return this.#trials.shift();
  }
}
