import { type Processor, type Queue, QueueEvents, QueueEventsProducer, Worker } from "bullmq";
import { tellLauncher } from "../launcher.ts";
import { type Address, readAddress, withoutSecrets } from "./address.ts";
import type { PostgresConnections } from "./postgres_connections.ts";
import { GuardedQueue } from "./guarded_queue.ts";
import { Secrets } from "./secrets.ts";
import { explained, isRefusal, serverError } from "./server_error.ts";
import { within } from "./within.ts";

/** So many events wait to be read; whoever has missed some looks at the jobs themselves. */
const MAX_EVENTS = 2000;
/** How long a server may take to answer at first, in milliseconds. */
const CONNECT_LIMIT = 5000;
/** How long a connection may take to close, in milliseconds. */
const CLOSE_LIMIT = 2000;
/** A connection that is silent for so long is given up; the longest that one waits is 10 s. */
const SILENCE_LIMIT = 20_000;

/** How often a worker that waits for a job looks whether there is one, in seconds. */
const [MIN_DRAIN, MAX_DRAIN] = [0.5, 5];

/** Where the server is, and how the names of all keys begin. */
export interface ServerOptions {
  url: string | undefined;
  backend: Address["backend"] | undefined;
  prefix: string;
  /** Takes a sentence for a person. */
  say: (text: string) => void;
}

/** Options of a queue's worker. */
export interface QueueWorkerOptions {
  concurrency?: number;
  lockDuration: number;
  /** How often to look for jobs whose worker is gone, in milliseconds; undefined for never. */
  stalledInterval?: number;
}

/** Whatever has a connection. */
interface Connected {
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * A job may lose its worker as often as it likes: whoever put it out decides what that means. A database
 * counts no further.
 */
const MAX_STALLED = 2 ** 31 - 1;

/** The connections of this process with a server. */
export class Server implements AsyncDisposable {
  readonly address: Address;
  /** What may not get into it. */
  readonly secrets: Secrets;
  readonly #prefix: string;
  readonly #say: (text: string) => void;
  // Undefined for Redis, and so typed for both: what is used here is the same.
  readonly #backendFactory: undefined;
  readonly #database: PostgresConnections | undefined;
  readonly #open: Connected[] = [];
  #isAway = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  private constructor(
    address: Address,
    { prefix, say }: ServerOptions,
    database: PostgresConnections | undefined,
  ) {
    this.address = address;
    this.secrets = new Secrets(address);
    this.#prefix = prefix;
    this.#say = say;
    this.#database = database;
    this.#backendFactory = database?.factory as undefined;
  }

  /**
   * Looks whether the server is there and set up so that nothing is lost.
   *
   * @throws {HyperOptError} If it is not; it says what to do.
   */
  static async connect(options: ServerOptions): Promise<Server> {
    const address = readAddress(options);
    const database = await check(address, { ...options, isMade: true });
    await tellLauncher();
    return new Server(address, options, database);
  }

  /**
   * Looks whether a server is there, whatever the names of keys begin with.
   *
   * @throws {HyperOptError} If it is not; it says what to do.
   */
  static async look(options: Omit<ServerOptions, "prefix">): Promise<Address> {
    const address = readAddress(options);
    await check(address, { ...options, isMade: false });
    return address;
  }

  queue(name: string): Queue {
    const streams = { events: { maxLen: MAX_EVENTS } };
    const { secrets } = this;
    const options = { ...this.#options(), streams, secrets, factory: this.#backendFactory };
    return this.#keep(new GuardedQueue(this.#nameOf(name), options));
  }

  /** Hears what happens in a queue; begins when `run` is called. */
  events(name: string): QueueEvents {
    const options = { ...this.#options({ isListening: true }), autorun: false };
    return this.#keep(new QueueEvents(this.#nameOf(name), options, this.#backendFactory));
  }

  producer(name: string): QueueEventsProducer {
    return this.#keep(
      new QueueEventsProducer(this.#nameOf(name), this.#options(), this.#backendFactory),
    );
  }

  /** Takes jobs of a queue; without a processor, one by one by hand. */
  worker(
    name: string,
    processor: Processor | undefined,
    { concurrency = 1, lockDuration, stalledInterval }: QueueWorkerOptions,
  ): Worker {
    const options = {
      ...this.#options({ isListening: true }),
      autorun: processor !== undefined,
      concurrency,
      lockDuration,
      maxStalledCount: MAX_STALLED,
      skipStalledCheck: stalledInterval === undefined,
      stalledInterval: stalledInterval ?? lockDuration,
      runRetryDelay: 500,
      // News of a job may go to a worker that is cut off: the others look for themselves so often, in
      // seconds.
      drainDelay: Math.min(Math.max(lockDuration / 3000, MIN_DRAIN), MAX_DRAIN),
    };
    return this.#keep(
      new Worker(
        this.#nameOf(name),
        processor && this.#guarded(processor),
        options,
        this.#backendFactory,
      ),
    );
  }

  /** An error as it is, or what to do where the server has refused something. */
  explain(error: unknown): unknown {
    return explained(this.address, error, { prefix: this.#prefix });
  }

  /** Whether it was not to be used a moment ago. */
  get isAway(): boolean {
    return this.#isAway;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#open.map((one) => within(CLOSE_LIMIT, () => one.close())));
    // A connection whose server is away would try on for ever.
    await Promise.all(this.#open.map((one) => within(CLOSE_LIMIT, () => one.disconnect())));
    await within(CLOSE_LIMIT, async () => await this.#database?.[Symbol.asyncDispose]());
  }

  /** What a worker says of a job, and what becomes of it, without secrets. */
  #guarded(process: Processor): Processor {
    const { secrets } = this;
    return async (job, token, signal) => {
      job.data = secrets.shown(job.data);
      const { updateProgress } = job;
      job.updateProgress = (progress) => updateProgress.call(job, secrets.hidden(progress));
      try {
        return secrets.hidden(await process(job, token, signal));
      } catch (error) {
        // It is kept with the job.
        const { message, stack } = error instanceof Error ? error : new Error(String(error));
        throw Object.assign(new Error(secrets.inError(message)), {
          stack: secrets.inError(stack ?? ""),
        });
      }
    };
  }

  /** A database has no prefixes: there they are a part of the name, behind a mark that no prefix has. */
  #nameOf(name: string): string {
    return this.address.backend === "redis" ? name : `${this.#prefix}/${name}`;
  }

  #options({ isListening = false } = {}): { connection: Record<string, unknown>; prefix: string } {
    const connection = this.#database?.share({ isListening }) ?? {
      url: this.address.url,
      maxRetriesPerRequest: null,
      socketTimeout: SILENCE_LIMIT,
      retryStrategy: (times: number) => Math.min(100 * times, 2000),
    };
    return { connection, prefix: this.#prefix };
  }

  #keep<T extends Connected>(one: T): T {
    one.on("error", (error) => this.#hear(error));
    this.#open.push(one);
    return one;
  }

  /** Says once that the server is away or refuses; that it does not any more, work itself shows. */
  #hear(error: Error & { code?: string }): void {
    if (isRefusal(error)) {
      const { message } = serverError(this.address, error, { prefix: this.#prefix });
      return this.#sayOnce(`${message}; trying again.`);
    }
    const isAway = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH)/.test(error.code ?? "") ||
      /^Socket timeout|Connection is closed|terminated/i.test(error.message);
    if (!isAway) return;
    const reason = withoutSecrets(error.message || String(error.code), this.address);
    this.#sayOnce(`The server at ${this.address.shown} is away (${reason}); trying again.`);
  }

  #sayOnce(text: string): void {
    if (this.#isAway || this.#isClosed) return;
    this.#isAway = true;
    this.#say(text);
    this.#timer = setTimeout(() => this.#isAway = false, 10_000);
  }
}

/** Gives the connections with a database; undefined for Redis, where each part has one of its own. */
async function check(
  address: Address,
  { prefix, say, isMade }: Pick<ServerOptions, "say"> & { prefix?: string; isMade: boolean },
): Promise<PostgresConnections | undefined> {
  if (address.backend === "postgres") {
    const { checkPostgres } = await import("./check_postgres.ts");
    await checkPostgres(address, { limit: CONNECT_LIMIT, isMade });
    const { PostgresConnections } = await import("./postgres_connections.ts");
    return isMade ? new PostgresConnections(address) : undefined;
  }
  const { checkRedis } = await import("./check_redis.ts");
  await checkRedis(address, { limit: CONNECT_LIMIT, prefix, say });
  return undefined;
}
