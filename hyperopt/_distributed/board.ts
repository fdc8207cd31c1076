import type { Queue, QueueEvents, QueueEventsProducer } from "bullmq";
import { EMPTY_QUEUE_KEYS, expireKeys } from "./expire_keys.ts";
import { restored, storable } from "./fields.ts";
import { patiently } from "./patiently.ts";
import type { Server } from "./server.ts";

/** How often to look whether something was put up, in milliseconds, in case its event was missed. */
const LOOK_INTERVAL = 5000;

/** So long a server may refuse to be read, in milliseconds, while somebody changes its settings. */
const PATIENCE = 60_000;
/** How long an answer may take, and after which time to ask again, in milliseconds. */
const [ANSWER_LIMIT, ASK_INTERVAL] = [2000, 30_000];

/** What is called to know whether somebody is there. */
interface Question {
  readonly ask: string;
  /** What he calls. */
  readonly answer: string;
  /** Who it is. */
  readonly detail: string;
}

/**
 * Where whoever works on a study puts up what all shall know: what the study is, what was found. It is a
 * queue from which nobody takes jobs.
 */
export class Board {
  readonly #server: Server;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #producer: QueueEventsProducer;
  /** Who waits for something. */
  readonly #waiting = new Set<{ readonly id: string; readonly hear: () => void }>();
  /** Who was asked for, and when. */
  readonly #asked = new Map<string, number>();
  /** Whatever was put up by this one. */
  readonly #ids = new Set<string>();

  constructor(server: Server, name: string) {
    this.#server = server;
    this.#queue = server.queue(`${name}.board`);
    this.#events = server.events(`${name}.board`);
    this.#producer = server.producer(`${name}.board`);
  }

  /** Begins to hear calls. */
  async open(): Promise<void> {
    await Promise.all([this.#queue.waitUntilReady(), this.#events.waitUntilReady()]);
    listen(this.#events);
  }

  /** Puts something up in place of what was there under the name. */
  async put(name: string, data: unknown): Promise<void> {
    await this.#patiently(() => this.take(name));
    await this.#queue.add("note", storable(data), { jobId: idOf(name) });
    this.#ids.add(idOf(name));
  }

  /** The same, for a day at most where the server can let it go: whoever has put it up may be killed. */
  async lend(name: string, data: unknown): Promise<void> {
    await this.put(name, data);
    await this.#expire(name);
  }

  /**
   * Puts something up for a day, unless there is something under the name.
   *
   * @returns What is up now.
   */
  async lendOnce(name: string, data: unknown): Promise<unknown> {
    // A job is not added a second time.
    await this.#queue.add("note", storable(data), { jobId: idOf(name) });
    this.#ids.add(idOf(name));
    await this.#expire(name);
    return await this.read(name);
  }

  /** Takes something down. */
  async take(name: string): Promise<void> {
    await this.#queue.remove(idOf(name));
    this.#ids.delete(idOf(name));
  }

  /** What is up under a name; undefined if there is nothing. */
  async read(name: string): Promise<unknown> {
    try {
      return restored((await this.#queue.getJob(idOf(name)))?.data);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /**
   * Waits until something is up under a name that is looked for.
   *
   * @throws The reason of the signal.
   */
  async wait<T>(
    name: string,
    accept: (data: unknown) => T | undefined | Promise<T | undefined>,
    signal: AbortSignal,
  ): Promise<T> {
    while (true) {
      signal.throwIfAborted();
      using news = this.#news(idOf(name), signal);
      const data = await this.#patiently(() => this.read(name), signal);
      const accepted = data === undefined ? undefined : await accept(data);
      if (accepted !== undefined) return accepted;
      await news.promise;
    }
  }

  /** Tells everybody who listens at present. */
  async call(word: string, detail = ""): Promise<void> {
    await this.#producer.publishEvent({ eventName: "call", word, detail });
  }

  /** Hears what is called, until it is told not to any more. */
  onCall(listener: (word: string, detail: string) => void): Disposable {
    return onEvent(
      this.#events,
      "call",
      ({ word, detail }) => listener(String(word), String(detail)),
    );
  }

  /** Lets whoever waits for something under a name look again, without any news of it. */
  look(name: string): void {
    for (const { id, hear } of this.#waiting) if (id === idOf(name)) hear();
  }

  /**
   * Whether somebody answers a call in time. He is not called again for a while: what many wait for, all
   * of them hear.
   */
  async isAnswered({ ask, answer, detail }: Question): Promise<boolean> {
    const now = performance.now();
    const before = this.#asked.get(detail);
    if (before !== undefined && now - before < ASK_INTERVAL) return false;
    this.#asked.set(detail, now);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ANSWER_LIMIT);
    using _hearing = this.onCall((word, about) => {
      if (word === answer && about === detail) resolve(true);
    });
    try {
      await this.call(ask, detail);
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Removes all that is up. */
  async clear(): Promise<void> {
    for (const id of this.#ids) await this.#queue.remove(id);
    this.#ids.clear();
    await this.#queue.obliterate({ force: true });
  }

  /**
   * Lets what was put up by this one go after a day.
   *
   * @returns Whether the server can; else it stays.
   */
  async letGo(): Promise<boolean> {
    return await expireKeys(this.#queue, [...EMPTY_QUEUE_KEYS, "wait", ...this.#ids]);
  }

  async #expire(name: string): Promise<void> {
    // The list of all goes with the last of them, and comes anew without an end.
    await expireKeys(this.#queue, ["wait", idOf(name)]);
  }

  async #patiently<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { closing } = this.#server;
    return await patiently(action, {
      limit: PATIENCE,
      signal: signal === undefined ? closing : AbortSignal.any([closing, signal]),
      onWait: (error) => this.#server.hear(error),
    });
  }

  /** Fulfilled when something may have been put up under a name. */
  #news(id: string, signal: AbortSignal): Disposable & { promise: Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_INTERVAL);
    const hear = ({ jobId }: { jobId: string }) => jobId === id && resolve();
    const stop = () => resolve();
    const waiting = { id, hear: stop };
    this.#waiting.add(waiting);
    this.#events.on("added", hear);
    signal.addEventListener("abort", stop);
    return {
      promise,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        this.#events.off("added", hear);
        signal.removeEventListener("abort", stop);
      },
    };
  }
}

/** A number alone is no name for a job. */
function idOf(name: string): string {
  return `note-${name}`;
}

/** Hears events of one's own, which are not among those whose names the types know. */
export function onEvent(
  events: QueueEvents,
  name: string,
  listener: (event: Record<string, unknown>) => void,
): Disposable {
  const named = events as unknown as Record<
    "on" | "off",
    (name: string, hear: typeof listener) => void
  >;
  named.on(name, listener);
  return { [Symbol.dispose]: () => named.off(name, listener) };
}

/** Reads events until the connection is closed; one that cannot be understood is passed over. */
export async function listen(events: QueueEvents): Promise<void> {
  while (events.closing === undefined) {
    try {
      await events.run();
      return;
    } catch {
      // It was not written by anybody of the search. Whoever reads looks at the jobs themselves too.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
