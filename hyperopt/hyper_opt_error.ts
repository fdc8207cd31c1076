import type { Trial } from "./types.ts";

/** Options of {@linkcode HyperOptError}. */
export interface HyperOptErrorOptions extends ErrorOptions {
  /** Every trial so far, by generation. */
  logs?: readonly (readonly Trial[])[];
}

/**
 * A search that cannot go on, because all trials of a rung failed, or because a sampled value does
 * not reach the config. It carries every trial that was run, so that nothing is lost.
 *
 * @example Usage
 * ```ts
 * import { HyperOptError } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new HyperOptError("Cannot choose a winner", { logs: [] });
 * assertEquals([error.exitCode, error.logs], [1, []]);
 * ```
 */
export class HyperOptError extends Error {
  /**
   * Every trial so far: `logs[generation]` holds the trials of that rung, best first; those of a
   * rung that was not completed are in the order of their results.
   */
  readonly logs: readonly (readonly Trial[])[];
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error with its message; the cause is the first error of a trial, if any. */
  constructor(message: string, options: HyperOptErrorOptions = {}) {
    super(message, options);
    this.name = "HyperOptError";
    this.logs = options.logs ?? [];
  }
}
