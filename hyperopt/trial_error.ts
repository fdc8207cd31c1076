import type { FailureKind } from "./types.ts";

/**
 * Why a trial failed, where that was not an error of the objective's own: its metric is no finite
 * number, its process died, or its time was up.
 *
 * @example Usage
 * ```ts
 * import { float, halvingScheduler, Search, TrialError } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 * import { assertInstanceOf } from "@std/assert";
 *
 * const search = new Search(new Scope(), { lr: float(0, 1) }, {
 *   scheduler: halvingScheduler({ rungs: [4] }),
 * });
 * const { logs } = await search.optimize(({ lr }, { index }) => index === 0 ? NaN : lr);
 * assertInstanceOf(logs[0]!.at(-1)?.error, TrialError);
 * ```
 */
export class TrialError extends Error {
  /** How the trial failed. */
  readonly kind: FailureKind;

  /** Makes the error with its message. */
  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TrialError";
    this.kind = kind;
  }
}
