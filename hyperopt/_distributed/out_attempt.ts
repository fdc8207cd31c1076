import type { Attempt, AttemptOutcome } from "../_attempt.ts";
import { failedTrial } from "../_attempts.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import { TrialError } from "../trial_error.ts";
import type { Trial } from "../types.ts";
import { unpackError, unpackOutcome } from "../_workers/wire.ts";
import { type AttemptMessage, isCheckpointOf } from "./attempt_message.ts";
import type { ProgressMessage, ResultMessage } from "./report_message.ts";

/** So much is said of why an attempt was lost. */
const MAX_REASON = 500;

/** What an attempt is put out with. */
export interface OutAttemptOptions {
  /** The id of its job in the queue. */
  id: string;
  message: AttemptMessage;
  attempt: Attempt;
  /** Whether the server has it already. */
  isPut: boolean;
}

/** An attempt that is out in a queue, and what its worker says of it. */
export class OutAttempt {
  readonly id: string;
  readonly message: AttemptMessage;
  readonly #attempt: Attempt;
  readonly #begin = performance.now();
  readonly #outcome = Promise.withResolvers<AttemptOutcome>();
  /** How many reported values have come. */
  #values = 0;
  /** How many had come when those after the next were seen. */
  #gap: number | undefined;
  #isBehind = false;
  /** Who is at it; undefined until he says so. */
  #worker: string | undefined;
  /** Whether the server has it. */
  isPut: boolean;
  /** How it ends. */
  readonly outcome: Promise<AttemptOutcome> = this.#outcome.promise;

  constructor({ id, message, attempt, isPut }: OutAttemptOptions) {
    this.id = id;
    this.message = message;
    this.#attempt = attempt;
    this.isPut = isPut;
    // It may be rejected while it is still being put out, when nobody waits for it yet.
    this.outcome.catch(() => {});
  }

  /** Whether nobody has said for so many milliseconds that he is at it. */
  isWaiting(milliseconds: number): boolean {
    return this.isPut && this.#worker === undefined &&
      performance.now() - this.#begin > milliseconds;
  }

  /** Whether a worker may be the one that is at it. */
  mayBeWith(worker: string): boolean {
    return this.#worker === undefined || this.#worker === worker;
  }

  /**
   * Whether values before those of a message are still on their way: somebody who looks at a job sees what
   * was said last, before he has heard what was said till then. If nothing has come when it is asked the
   * next time, they are lost.
   */
  isEarly({ from }: ProgressMessage): boolean {
    this.#isBehind = from > this.#values && this.#gap !== this.#values;
    if (from > this.#values) this.#gap = this.#values;
    return this.#isBehind;
  }

  /** What {@linkcode isEarly} has given. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Takes what its worker says on the way; its values only where they are in order. */
  hear(
    { worker, from, values, checkpoint }: ProgressMessage,
    { isEarly = false }: { isEarly?: boolean } = {},
  ): void {
    const attempt = this.#attempt;
    if (this.#worker === undefined) attempt.start(worker);
    this.#worker ??= worker;
    if (!isEarly) {
      for (const [step, value] of values.slice(Math.max(0, this.#values - from))) {
        attempt.report(step, value);
      }
      this.#values = Math.max(this.#values, from + values.length);
    }
    const isPlaced = this.message.folder !== undefined;
    if (checkpoint !== undefined && isPlaced && isCheckpointOf(checkpoint, this.message)) {
      attempt.takeCheckpoint?.(checkpoint.name, checkpoint.units);
    }
  }

  /** Takes its result; the trials of the search go along with an error that ends it. */
  complete({ outcome, error }: ResultMessage, logs: () => readonly (readonly Trial[])[]): void {
    if (outcome !== undefined) {
      return this.#outcome.resolve(unpackOutcome(outcome, this.message.job));
    }
    const ending = unpackError(error!);
    // A worker knows nothing of the trials of others.
    const isPlain = !(ending instanceof HyperOptError);
    this.reject(isPlain ? ending : new HyperOptError(ending.message, { logs: logs() }));
  }

  /** Takes that it has come to nothing, as the how many-th of its job, for a reason of its own or not. */
  lose(reason: string, { losses, isLost }: { losses: number; isLost: boolean }): void {
    const state = isLost
      ? `attempt ${this.#attempt.number} was lost, since ${reason}`
      : `${losses} workers were lost with it, ${reason}`;
    const error = new TrialError(
      "crash",
      `Cannot finish the trial: ${state.slice(0, MAX_REASON)}, expected a metric`,
    );
    const trial = failedTrial(this.message.job, error, performance.now() - this.#begin);
    this.#outcome.resolve({ trial, failure: "crash", isLost });
  }

  reject(error: unknown): void {
    this.#outcome.reject(error);
  }
}
