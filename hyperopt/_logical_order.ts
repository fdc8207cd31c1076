import type { CheckedStudyOptions } from "./_check_study_options.ts";
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

/** Numbers jobs in the order in which they are proposed. */
abstract class NumberedJobs {
  readonly #numbers = new Map<string, number>();
  #proposed = 0;

  get proposed(): number {
    return this.#proposed;
  }

  /** How many jobs have no result. */
  get out(): number {
    return this.#numbers.size;
  }

  get isSettled(): boolean {
    return this.#numbers.size === 0;
  }

  numberOf(key: JobKey): number | undefined {
    return this.#numbers.get(keyOf(key));
  }

  protected add(job: Job): NumberedJob {
    const number = this.#proposed++;
    this.#numbers.set(keyOf(job), number);
    return { number, job };
  }

  protected remove(key: JobKey): void {
    this.#numbers.delete(keyOf(key));
  }
}

/** A job that has not reached the scheduler, and when it would have ended. */
interface Turn {
  readonly number: number;
  readonly end: number;
}

/**
 * Calls a scheduler in an order that does not depend on who finishes first: that in which jobs would
 * end on as many workers as there may be jobs out, if each took the time that is expected of it. With
 * equal times that is the order in which they were proposed: before job k is proposed the scheduler
 * has exactly the results of the jobs up to k - parallelism, and those that it had to wait for because
 * it proposed nothing. So the sequence of calls is a function of the results alone: one worker, eight
 * workers, or a replay from the ledger make the same one.
 */
export class LogicalOrder extends NumberedJobs implements Order {
  readonly #scheduler: Scheduler;
  readonly #options: OrderOptions & { timeOf: (job: Job) => number };
  readonly #results = new Map<number, Trial>();
  /** Jobs by their time: of those with the same, the first to begin is the first to end. */
  readonly #turns = new Map<number, Turn[]>();
  /** Results that come after one that is missing. */
  readonly #told = new Map<number, Trial>();
  #delivered = 0;
  #settled = 0;
  #now = 0;

  constructor(scheduler: Scheduler, options: OrderOptions & { timeOf: (job: Job) => number }) {
    super();
    this.#scheduler = scheduler;
    this.#options = options;
  }

  next(): NumberedJob | undefined {
    const { parallelism, timeOf } = this.#options;
    while (this.proposed - this.#delivered >= parallelism) {
      if (!this.#deliver()) return undefined;
    }
    let job = this.#scheduler.propose();
    while (job === undefined) {
      if (!this.#deliver()) return undefined;
      job = this.#scheduler.propose();
    }
    const { number } = this.add(job);
    const time = timeOf(job);
    const turns = this.#turns.get(time) ?? [];
    turns.push({ number, end: this.#now + time });
    this.#turns.set(time, turns);
    return { number, job };
  }

  settle(number: number, trial: Trial): readonly Trial[] {
    this.remove(trial);
    this.#results.set(number, trial);
    this.#told.set(number, trial);
    const settled: Trial[] = [];
    for (
      let next = this.#told.get(this.#settled);
      next !== undefined;
      next = this.#told.get(this.#settled)
    ) {
      settled.push(next);
      this.#told.delete(this.#settled++);
    }
    return settled;
  }

  #deliver(): boolean {
    let first: Turn[] | undefined;
    for (const turns of this.#turns.values()) {
      if (turns.length > 0 && (first === undefined || isBefore(turns[0]!, first[0]!))) {
        first = turns;
      }
    }
    const trial = first === undefined ? undefined : this.#results.get(first[0]!.number);
    if (trial === undefined) return false;
    const { number, end } = first!.shift()!;
    this.#results.delete(number);
    this.#delivered++;
    this.#now = end;
    this.#options.onResult(trial, this.#scheduler.accept(trial));
    return true;
  }
}

function isBefore(a: Turn, b: Turn): boolean {
  return a.end === b.end ? a.number < b.number : a.end < b.end;
}

/**
 * Calls a scheduler as results come in: each result reaches it at once, and a job is proposed by all
 * that are there. So nothing waits for a slow job, and the sequence of calls depends on who finishes
 * first. A ledger has that sequence, hence the study can be replayed from it.
 */
export class ArrivalOrder extends NumberedJobs implements Order {
  readonly #scheduler: Scheduler;
  readonly #options: OrderOptions;

  constructor(scheduler: Scheduler, options: OrderOptions) {
    super();
    this.#scheduler = scheduler;
    this.#options = options;
  }

  next(): NumberedJob | undefined {
    if (this.out >= this.#options.parallelism) return undefined;
    const job = this.#scheduler.propose();
    return job === undefined ? undefined : this.add(job);
  }

  settle(_: number, trial: Trial): readonly Trial[] {
    this.remove(trial);
    this.#options.onResult(trial, this.#scheduler.accept(trial));
    return [trial];
  }
}

/** The order in which a scheduler gets its results. */
export function createOrder(
  scheduler: Scheduler,
  { order, ...options }: OrderOptions & Pick<CheckedStudyOptions, "order">,
): Order {
  if (order === "arrival") return new ArrivalOrder(scheduler, options);
  const timeOf = order === "resource" ? unitsOf : () => 1;
  return new LogicalOrder(scheduler, { ...options, timeOf });
}

function unitsOf({ resource, trained }: Job): number {
  return resource - trained;
}
