import { withoutBranches } from "./_reasons.ts";
import type { Writer } from "./types.ts";

/** Of a program that reads more paths than this, all counts as read. */
const MAX_PATHS = 10_000;
/** The results of so many searches are kept in mind. */
const MAX_RESULTS = 16;

/** What is read of configs that were composed for searches, here and in other processes. */
export class FurtherReads {
  readonly paths: Set<string> = new Set();
  /** The overrides that a search has reported. */
  readonly said: Set<Writer> = new Set();
  /** Whether the rest is said when the program ends. */
  isLeftToEnd = false;
  /** Count what was read by now of what searches have given out. */
  readonly #recounts: (() => void)[] = [];
  /** How many searches still run. */
  followers = 0;
  /** Whether any trial has said what it has read. */
  #isCounted = false;
  #isUnknown = false;

  get isFollowed(): boolean {
    return this.followers > 0;
  }

  /** Whether more may have been read than is known, also all of it. */
  get isUnknown(): boolean {
    return !this.#isCounted || this.#isFull;
  }

  get #isFull(): boolean {
    return this.#isUnknown || this.paths.size > MAX_PATHS;
  }

  /** Takes what counts what was read of the results of a search, at any time. */
  keep(recount: () => void): void {
    if (this.#recounts.push(recount) <= MAX_RESULTS) return;
    this.#recounts.length = 0;
    this.add(undefined);
  }

  /** Counts once more what was read of the results of searches. */
  recount(): void {
    for (const recount of this.#recounts) recount();
  }

  /** Takes what a trial has read. */
  count(paths: Iterable<string> | undefined): void {
    this.#isCounted = true;
    this.add(paths);
  }

  /** Takes dotted paths that were read besides; undefined for what nobody knows, also all of it. */
  add(paths: Iterable<string> | undefined): void {
    if (paths === undefined) this.#isUnknown = true;
    if (paths === undefined || this.#isFull) return;
    for (const path of paths) this.paths.add(path);
  }

  /** Takes what lazy views and blocks have read while a config was merged. */
  addLate(lateReads: readonly (readonly string[])[]): void {
    for (const reads of lateReads) this.add(withoutBranches(reads));
  }
}
