import type { Job, JobKey, Rung, Scheduler, Trial } from "./types.ts";

/** A job with its place in the logical order. */
export interface NumberedJob {
  readonly number: number;
  readonly job: Job;
}

/** What an order is kept for. */
export interface OrderOptions {
  /** How many jobs may be out at once; Infinity if there is no limit. */
  parallelism: number;
  /** Called for each result in that order, after the scheduler has it. */
  onResult: (trial: Trial, rung: Rung | undefined) => void;
}

/** In which order a scheduler gets its results. */
export interface Order {
  /** The number of jobs that were proposed. */
  readonly proposed: number;
  /** Whether no result is missing. */
  readonly isSettled: boolean;
  /** The next job; undefined while a result is missing that decides about it, and at the end. */
  next(): NumberedJob | undefined;
  /** The number of a job that is out; undefined for any other. */
  numberOf(key: JobKey): number | undefined;
  /** Takes the result of a job that is out, and gives those whose turn it is. */
  settle(number: number, trial: Trial): readonly Trial[];
}

/** The name of a job. */
export function keyOf({ index, generation }: JobKey): string {
  return `${index}:${generation}`;
}

/**
 * Calls a scheduler in an order that does not depend on who finishes first. Jobs are numbered as
 * they are proposed, and results reach the scheduler in that order. Before job k is proposed it has
 * exactly the results of the jobs up to k - parallelism, and those that it had to wait for because
 * it proposed nothing. So the sequence of calls is a function of the results alone: one worker,
 * eight workers, or a replay from the ledger make the same one.
 */
export class LogicalOrder implements Order {
  readonly #scheduler: Scheduler;
  readonly #options: OrderOptions;
  readonly #numbers = new Map<string, number>();
  readonly #waiting = new Map<number, Trial>();
  #proposed = 0;
  #delivered = 0;
  /** The results up to the first that is missing; those that were delivered are among them. */
  #settled = 0;

  constructor(scheduler: Scheduler, options: OrderOptions) {
    this.#scheduler = scheduler;
    this.#options = options;
  }

  get proposed(): number {
    return this.#proposed;
  }

  get isSettled(): boolean {
    return this.#delivered + this.#waiting.size === this.#proposed;
  }

  next(): NumberedJob | undefined {
    while (this.#delivered <= this.#proposed - this.#options.parallelism) {
      if (!this.#deliver()) return undefined;
    }
    let job = this.#scheduler.propose();
    while (job === undefined) {
      if (!this.#deliver()) return undefined;
      job = this.#scheduler.propose();
    }
    const number = this.#proposed++;
    this.#numbers.set(keyOf(job), number);
    return { number, job };
  }

  numberOf(key: JobKey): number | undefined {
    return this.#numbers.get(keyOf(key));
  }

  settle(number: number, trial: Trial): readonly Trial[] {
    this.#numbers.delete(keyOf(trial));
    this.#waiting.set(number, trial);
    const settled: Trial[] = [];
    for (
      let next = this.#waiting.get(this.#settled);
      next !== undefined;
      next = this.#waiting.get(++this.#settled)
    ) settled.push(next);
    return settled;
  }

  #deliver(): boolean {
    const trial = this.#waiting.get(this.#delivered);
    if (trial === undefined) return false;
    this.#waiting.delete(this.#delivered++);
    this.#options.onResult(trial, this.#scheduler.accept(trial));
    return true;
  }
}
