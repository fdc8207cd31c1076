import type { Trial } from "./types.ts";

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
