import { type BackendFactory, type Job, type JobsOptions, Queue, type QueueOptions } from "bullmq";
import type { Secrets } from "./secrets.ts";

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
    return await super.add(name, this.#secrets.hidden(data), options);
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
