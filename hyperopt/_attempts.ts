import { ADict } from "../adict/mod.ts";
import type { Attempt, AttemptOutcome, AttemptRunner } from "./_attempt.ts";
import { Ending } from "./_ending.ts";
import type { CheckedRetry } from "./_check_run_options.ts";
import type { Checkpoints } from "./_checkpoints.ts";
import { keyOf } from "./_logical_order.ts";
import { nest } from "./_nest.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import { TrialError } from "./trial_error.ts";
import type { ExecuteOptions, Executor, Job, JobKey, LedgerEvent, Trial } from "./types.ts";

/** What attempts are made by. */
export interface AttemptsOptions {
  retry: CheckedRetry;
  /** In milliseconds; Infinity for none. */
  timeLimit: number;
  checkpoints: Checkpoints;
  /** What was recorded of the study before. */
  events: readonly LedgerEvent[];
}

/** A trial that failed without a word of its own. */
export function failedTrial(job: Job, error: Error, durationMs: number): Trial {
  const config = new ADict(nest(job)) as ADict;
  return Object.freeze({
    ...job,
    config,
    metric: NaN,
    status: "failed" as const,
    error,
    durationMs,
  });
}

/** How an attempt ends that has not ended within its time. */
export function outOfTime(job: Job, timeLimit: number, durationMs: number): AttemptOutcome {
  const error = new TrialError(
    "timeLimit",
    `Cannot finish the trial: it takes longer than ${timeLimit} ms, ` +
      `expected a result within the time limit`,
  );
  return { trial: failedTrial(job, error, durationMs), failure: "timeLimit" };
}

function onceAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/**
 * Makes an executor of what runs attempts: it numbers them, holds them against the time limit, tries
 * again what is worth it, publishes checkpoints of the attempt that counts, and records all of it.
 */
export class Attempts implements Executor {
  readonly #runner: AttemptRunner;
  readonly #options: AttemptsOptions;
  readonly #numbers = new Map<string, number>();
  /** Jobs whose last attempt was begun by a driver before this one, and may still run. */
  readonly #mayRun = new Set<string>();

  constructor(runner: AttemptRunner, options: AttemptsOptions) {
    this.#runner = runner;
    this.#options = options;
    for (const event of options.events) {
      // Numbers go on where another driver was: its attempts are not mistaken for those of this one.
      if (event.type !== "started" && event.type !== "interrupted") continue;
      this.#numbers.set(keyOf(event), event.attempt);
      if (event.type === "started") this.#mayRun.add(keyOf(event));
      else this.#mayRun.delete(keyOf(event));
    }
  }

  get capacity(): number {
    return this.#runner.capacity;
  }

  /** Runs a job, by as many attempts as it takes. */
  async execute(job: Job, options: ExecuteOptions): Promise<Trial> {
    const { attempts, on } = this.#options.retry;
    for (let made = 0;;) {
      options.signal.throwIfAborted();
      const { trial, failure, isLost = false } = await this.#attempt(job, options);
      if (!isLost) made++;
      const isAgain = failure !== undefined && made < attempts && on.includes(failure);
      const checkpoint = this.#options.checkpoints.of(job.index);
      if (!isLost && !isAgain) {
        return Object.freeze({ ...trial, isResumable: checkpoint?.units === job.resource });
      }
      const attempt = this.#numbers.get(keyOf(job))!;
      const reason = `${failure}: ${trial.error?.message}`;
      options.record({ type: "interrupted", ...jobKey(job), attempt, reason });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner[Symbol.asyncDispose]?.();
  }

  /** Takes what to call when there is more room. */
  watch(onGrown: () => void): void {
    this.#runner.watch?.(onGrown);
  }

  /** Takes that the result of a job is written down. */
  settle(job: JobKey): void {
    this.#runner.settle?.(job);
  }

  async #attempt(job: Job, options: ExecuteOptions): Promise<AttemptOutcome> {
    const number = this.#nextNumber(job);
    this.#numbers.set(keyOf(job), number);
    const key = { ...jobKey(job), attempt: number };
    const start = performance.now();
    using ending = new Ending(options.signal);
    const { attempt, close } = this.#open(job, number, ending, options);
    const forced = onceAborted(ending.force);
    try {
      const running = this.#runner.run(job, attempt);
      const outcome = await Promise.race([running, forced]);
      // Of what was given up and still runs in this process nothing is heard.
      if (outcome === undefined) running.catch(() => {});
      else if (outcome.failure === undefined && ending.cut !== "timeLimit") return outcome;
      if (ending.cut === "stop") throw options.signal.reason;
      if (ending.cut === undefined) return outcome!;
      return outOfTime(job, this.#options.timeLimit, performance.now() - start);
    } catch (error) {
      if (ending.cut === "stop") {
        const reason = "the search was stopped";
        options.record({ type: "interrupted", ...key, reason });
      }
      throw error;
    } finally {
      close();
    }
  }

  /** The number of the attempt that goes on elsewhere, or of a further one. */
  #nextNumber(job: Job): number {
    const last = this.#numbers.get(keyOf(job)) ?? 0;
    const mayRun = this.#mayRun.delete(keyOf(job));
    return mayRun && this.#runner.holds?.(job, last) ? last : last + 1;
  }

  /** An attempt, and what makes it void. */
  #open(
    job: Job,
    number: number,
    ending: Ending,
    { record }: ExecuteOptions,
  ): { attempt: Attempt; close: () => void } {
    const { checkpoints, timeLimit } = this.#options;
    const { signal, force } = ending;
    const key = { ...jobKey(job), attempt: number };
    const begun = checkpoints.of(job.index);
    const written = new Set<string>();
    let isOver = false;

    function checkOpen(): void {
      if (!isOver) return;
      throw new Error(
        `Cannot save a checkpoint of trial "${job.index}": attempt ${number} is over, ` +
          `expected one that still counts`,
      );
    }

    const attempt: Attempt = {
      number,
      resume: begun?.path,
      trained: begun?.units ?? 0,
      signal,
      force,
      start(worker): void {
        record({ type: "started", ...key, ...worker === undefined ? {} : { worker } });
        ending.limit(timeLimit);
      },
      report(step, value): void {
        if (!isOver) record({ type: "reported", ...key, step, value });
      },
      beginCheckpoint(): string {
        checkOpen();
        const folder = orEnd(job, () => checkpoints.begin(key));
        written.add(folder);
        return folder;
      },
      endCheckpoint(folder, units): void {
        checkOpen();
        if (!written.delete(folder)) {
          throw new Error(`Cannot save a checkpoint: "${folder}" is none`);
        }
        if (units === undefined) return checkpoints.discard(folder);
        const path = orEnd(job, () => checkpoints.publish(key, folder, units));
        record({ type: "checkpointed", ...key, units, path });
      },
      takeCheckpoint(name, units): void {
        if (isOver) return;
        const path = checkpoints.take(key, name, units);
        if (path === undefined) return;
        record({ type: "checkpointed", ...key, units, path });
      },
    };

    function close(): void {
      isOver = true;
      for (const folder of written) checkpoints.discard(folder);
    }
    return { attempt, close };
  }
}

function jobKey({ index, generation }: Job): { index: number; generation: number } {
  return { index, generation };
}

/**
 * Does what only the state of the machine can hinder.
 *
 * @throws {HyperOptError} In that case, so that no config counts as a bad one for it.
 */
function orEnd<T>({ index }: Job, save: () => T): T {
  try {
    return save();
  } catch (error) {
    const { message } = error as Error;
    throw new HyperOptError(`Cannot save a checkpoint of trial "${index}": ${message}`, {
      cause: error,
    });
  }
}
