import type { Job as QueueJob, Queue } from "bullmq";
import type { Attempt } from "../_attempt.ts";
import { keyOf } from "../_logical_order.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { Job, JobKey } from "../types.ts";
import { type AttemptMessage, packAttempt, readAttempt } from "./attempt_message.ts";
import { OutAttempt } from "./out_attempt.ts";

/** So many are read in one go. */
const SIZE = 100;

/** What jobs are put into a queue with. */
export interface QueueJobsOptions {
  /** By which the study is told from others of its name. */
  study: string;
  spaces: Readonly<Record<string, ParameterSpace>>;
  /** The time limit of an attempt in milliseconds; Infinity for none. */
  timeLimit: number;
  /** The name of the folder of the study among those of checkpoints. */
  folder: () => string | undefined;
  /** Whether nothing was recorded of the study before. */
  isNew: boolean;
}

function idOf({ index, generation }: JobKey, number: number): string {
  return `trial-${index}-rung-${generation}-attempt-${number}`;
}

/** Does something with each of a list, with some of them at once. */
export async function inBatches<T>(
  list: readonly T[],
  action: (item: T) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < list.length; at += SIZE) {
    await Promise.all(list.slice(at, at + SIZE).map(action));
  }
}

/** The jobs of a queue: each is one attempt, and stays until the result of its trial is written down. */
export class QueueJobs {
  readonly #queue: Queue;
  readonly #options: QueueJobsOptions;
  /** What another driver has put out before. */
  readonly #found = new Map<string, QueueJob>();
  /** Those of each job of the search, until its result is written down. */
  readonly #done = new Map<string, string[]>();

  constructor(queue: Queue, options: QueueJobsOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  /** Finds what was put out before. */
  async find(): Promise<void> {
    // Nobody can be at work on what has only just begun: those are another study's leavings.
    if (this.#options.isNew) return await this.#queue.obliterate({ force: true });
    const ids = await this.#queue.getRanges(["active", "waiting", "completed", "failed"]);
    await inBatches(ids, async (id) => {
      const job = await this.read(id);
      if (typeof job === "object") this.#found.set(id, job);
    });
  }

  /** Whether an attempt was put out by a driver before this one. */
  holds(job: JobKey, number: number): boolean {
    return this.#found.has(idOf(job, number));
  }

  /** An attempt to be put out, or as another driver has put it out. */
  open(job: Job, attempt: Attempt): OutAttempt {
    const id = idOf(job, attempt.number);
    this.#done.set(keyOf(job), [...this.#done.get(keyOf(job)) ?? [], id]);
    const found = this.#adopt(id);
    const message = found === undefined ? this.#messageOf(job, attempt) : {
      ...found,
      job,
      number: attempt.number,
    };
    return new OutAttempt({ id, message, attempt, isPut: found !== undefined });
  }

  async put(out: OutAttempt): Promise<void> {
    const data = packAttempt(out.message, this.#options.spaces);
    await this.#queue.add("attempt", data, { jobId: out.id, attempts: 1 });
    out.isPut = true;
  }

  /** One of them, unless somebody has written into it what is none. */
  async read(id: string): Promise<QueueJob | "broken" | undefined> {
    try {
      return await this.#queue.getJob(id);
    } catch (error) {
      if (error instanceof SyntaxError) return "broken";
      throw error;
    }
  }

  remove(id: string): void {
    this.#queue.remove(id).catch(() => {});
  }

  /** Takes that the result of a job of the search is written down. */
  settle(job: JobKey): void {
    const ids = this.#done.get(keyOf(job)) ?? [];
    this.#done.delete(keyOf(job));
    for (const id of ids) this.remove(id);
  }

  #adopt(id: string): AttemptMessage | undefined {
    const found = this.#found.get(id);
    this.#found.delete(id);
    if (found === undefined) return undefined;
    try {
      const message = readAttempt(found.data, this.#options.spaces);
      if (message.study === this.#options.study) return message;
    } catch {
      // As one of another study.
    }
    this.remove(id);
    return undefined;
  }

  #messageOf(job: Job, { number, resume, trained }: Attempt): AttemptMessage {
    const { study, timeLimit } = this.#options;
    const folder = this.#options.folder();
    // Its place in the folder of the study, which may lie elsewhere on another machine.
    const name = resume?.split(/[\\/]/).slice(-2).join("/");
    const nonce = crypto.randomUUID();
    return { nonce, study, job, number, folder, resume: name, trained, timeLimit };
  }
}
