import { type BackendFactory, type Job, type JobsOptions, Queue, type QueueOptions } from "bullmq";
import { patiently } from "./patiently.ts";
import type { Secrets } from "./secrets.ts";

/** So long a server may have no space, in milliseconds. */
const PATIENCE = 20_000;

/** A queue into which no secrets go. */
export class GuardedQueue extends Queue {
  readonly #secrets: Secrets;

  constructor(
    name: string,
    { secrets, factory, ...options }: QueueOptions & {
      secrets: Secrets;
      factory: BackendFactory | undefined;
    },
  ) {
    super(name, options, factory as undefined);
    this.#secrets = secrets;
  }

  override async add(name: string, data: unknown, options?: JobsOptions): Promise<Job> {
    const hidden = this.#secrets.hidden(data);
    // Once it is there another of the same id changes nothing.
    return await patiently(() => super.add(name, hidden, options), { limit: PATIENCE });
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
