import type { Trial } from "./types.ts";

/** Options of {@linkcode SearchInterruptedError}. */
export interface SearchInterruptedErrorOptions extends ErrorOptions {
  /** Every trial so far, by generation. */
  logs?: readonly (readonly Trial[])[];
  /**
   * The exit code of a program that ends because of it.
   *
   * @default {130}
   */
  exitCode?: number;
}

/**
 * A search that was stopped before its end, by Ctrl-C or by its `signal`. What had a result is in its
 * logs, and in the ledger, from which the same program goes on.
 *
 * @example Usage
 * ```ts
 * import { float, halvingScheduler, Search, SearchInterruptedError } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const stop = new AbortController();
 * const search = new Search(new Scope(), { lr: float(0, 1) }, {
 *   scheduler: halvingScheduler({ rungs: [9] }),
 *   signal: stop.signal,
 *   onTrial({ index }) {
 *     if (index === 3) stop.abort();
 *   },
 * });
 * const error = await assertRejects(
 *   () => search.optimize(({ lr }) => lr),
 *   SearchInterruptedError,
 * );
 * assertEquals(error.logs[0]?.length, 4);
 * ```
 */
export class SearchInterruptedError extends Error {
  /** Every trial that has a result: `logs[generation]` holds those of that rung. */
  readonly logs: readonly (readonly Trial[])[];
  /** The exit code of a program that ends because of it: 130 after Ctrl-C, as is the custom. */
  readonly exitCode: number;

  /** Makes the error with its message. */
  constructor(message: string, options: SearchInterruptedErrorOptions = {}) {
    super(message, options);
    this.name = "SearchInterruptedError";
    this.logs = options.logs ?? [];
    this.exitCode = options.exitCode ?? 130;
  }
}
