import { Redis } from "ioredis";
import type { RedisServer } from "../_redis.ts";

/** What has happened to a job in a queue. */
export interface QueueLine {
  readonly event: string;
  readonly jobId: string;
  /** By the clock of the server, in milliseconds since 1970. */
  readonly at: number;
  readonly returnvalue: string | undefined;
}

/** A job as it was put into a queue. */
export interface QueuedJob {
  readonly id: string;
  readonly data: string;
}

const PAUSE = 100;

/** What happens in the queue of a study, as the server itself says, and what one can do to it by hand. */
export class QueueRecord implements AsyncDisposable {
  readonly lines: QueueLine[] = [];
  readonly #key: string;
  readonly #redis: Redis;
  readonly #reading: Promise<void>;
  #last = "0";
  #isOver = false;

  constructor(server: RedisServer, name: string) {
    this.#key = `ato:${name}`;
    this.#redis = new Redis(server.url, {
      retryStrategy: () => PAUSE,
      maxRetriesPerRequest: 0,
      commandTimeout: 2000,
    });
    this.#redis.on("error", () => {});
    this.#reading = this.#read();
  }

  /** Writes an event as if something had happened. */
  async tell(event: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const words = Object.entries(fields).flat();
    await this.#redis.xadd(`${this.#key}:events`, "*", "event", event, ...words);
  }

  /** Puts a job into the queue under an id of one's own, unless there is one. */
  async put({ id, data }: QueuedJob): Promise<void> {
    const { Queue } = await import("bullmq");
    const { host, port } = this.#redis.options;
    const connection = { host: host!, port: port!, maxRetriesPerRequest: 1 };
    const [, prefix, name] = /^(.+):(.+)$/.exec(this.#key)!;
    const queue = new Queue(name!, { prefix: prefix!, connection });
    queue.on("error", () => {});
    try {
      await queue.add("attempt", JSON.parse(data), { jobId: id });
    } finally {
      await queue.close();
    }
  }

  /** A job that is in the queue. */
  async read(id: string): Promise<QueuedJob | undefined> {
    const data = await this.#redis.hget(`${this.#key}:${id}`, "data");
    return data === null ? undefined : { id, data };
  }

  /** Overwrites a field of a job. */
  async write(id: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const key = `${this.#key}:${id}`;
    if (await this.#redis.exists(key)) await this.#redis.hset(key, fields);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#reading;
    this.#redis.disconnect();
  }

  async #read(): Promise<void> {
    while (!this.#isOver) {
      try {
        const found = await this.#redis.xrange(`${this.#key}:events`, `(${this.#last}`, "+");
        for (const [id, words] of found) this.#take(id, words);
      } catch {
        // The server is away.
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  #take(id: string, words: readonly string[]): void {
    const fields = new Map<string, string>();
    for (let i = 0; i < words.length; i += 2) fields.set(words[i]!, words[i + 1]!);
    this.#last = id;
    const [event = "", jobId = ""] = [fields.get("event"), fields.get("jobId")];
    const at = Number(id.split("-")[0]);
    this.lines.push({ event, jobId, at, returnvalue: fields.get("returnvalue") });
  }
}
