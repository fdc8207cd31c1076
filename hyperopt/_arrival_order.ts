import { keyOf, type NumberedJob, type Order, type OrderOptions } from "./_logical_order.ts";
import type { JobKey, Scheduler, Trial } from "./types.ts";

/**
 * Calls a scheduler as results come in: each result reaches it at once, and a job is proposed by all
 * that are there. So nothing waits for a slow job, and the sequence of calls depends on who finishes
 * first. A ledger has that sequence, hence the study can be replayed from it.
 */
export class ArrivalOrder implements Order {
  readonly #scheduler: Scheduler;
  readonly #options: OrderOptions;
  readonly #numbers = new Map<string, number>();
  #proposed = 0;

  constructor(scheduler: Scheduler, options: OrderOptions) {
    this.#scheduler = scheduler;
    this.#options = options;
  }

  get proposed(): number {
    return this.#proposed;
  }

  get isSettled(): boolean {
    return this.#numbers.size === 0;
  }

  next(): NumberedJob | undefined {
    if (this.#numbers.size >= this.#options.parallelism) return undefined;
    const job = this.#scheduler.propose();
    if (job === undefined) return undefined;
    const number = this.#proposed++;
    this.#numbers.set(keyOf(job), number);
    return { number, job };
  }

  numberOf(key: JobKey): number | undefined {
    return this.#numbers.get(keyOf(key));
  }

  settle(_: number, trial: Trial): readonly Trial[] {
    this.#numbers.delete(keyOf(trial));
    this.#options.onResult(trial, this.#scheduler.accept(trial));
    return [trial];
  }
}
