import { type BackendFactory, type Job, type JobsOptions, Queue, type QueueOptions } from "bullmq";
import { patiently } from "./patiently.ts";
import type { Secrets } from "./secrets.ts";

/** So long a server may have no space, in milliseconds. */
const PATIENCE = 20_000;

/** A queue into which no secrets go. */
export class GuardedQueue extends Queue {
  readonly #secrets: Secrets;
  readonly #signal: AbortSignal;

  constructor(
    name: string,
    { secrets, signal, factory, ...options }: QueueOptions & {
      secrets: Secrets;
      /** Aborted when nobody waits for the server any more. */
      signal: AbortSignal;
      factory: BackendFactory | undefined;
    },
  ) {
    super(name, options, factory as undefined);
    this.#secrets = secrets;
    this.#signal = signal;
  }

  override async add(name: string, data: unknown, options?: JobsOptions): Promise<Job> {
    const hidden = this.#secrets.hidden(data);
    // Once it is there another of the same id changes nothing.
    const patience = { limit: PATIENCE, signal: this.#signal };
    return await patiently(() => super.add(name, hidden, options), patience);
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id);
    if (job !== undefined) {
      job.data = this.#secrets.shown(job.data);
      job.progress = this.#secrets.shown(job.progress);
      job.returnvalue = this.#secrets.shown(job.returnvalue);
    }
    return job;
  }
}
