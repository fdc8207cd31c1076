import type { Queue, QueueEvents, QueueEventsProducer, Worker } from "bullmq";
import type { Attempt, AttemptOutcome, AttemptRunner } from "../_attempt.ts";
import { keyOf } from "../_logical_order.ts";
import type { SearchReads } from "../search_reads.ts";
import type { Job, JobKey, Trial } from "../types.ts";
import { type Board, listen, onEvent } from "./board.ts";
import { EMPTY_QUEUE_KEYS, expireKeys } from "./expire_keys.ts";
import { MessageError } from "./fields.ts";
import type { OutAttempt } from "./out_attempt.ts";
import { Presence } from "./presence.ts";
import { inBatches, QueueJobs, type QueueJobsOptions } from "./queue_jobs.ts";
import { type ProgressMessage, readResult, tryProgress } from "./report_message.ts";
import type { Server } from "./server.ts";
import { wakeWorkers } from "./wake_workers.ts";

/** Between these bounds lies how often to look at the jobs themselves, in milliseconds. */
const [MIN_LOOK, MAX_LOOK] = [500, 15_000];

/** After so long an attempt that is out should have been taken by a worker that is free, in milliseconds. */
const WAKE_INTERVAL = 300;

/** What a runner is opened with. */
export interface QueueRunnerOptions extends QueueJobsOptions {
  server: Server;
  board: Board;
  /** The name of the queue. */
  queue: string;
  lockDuration: number;
  /** How often a trial may lose its worker. */
  losses: number;
  /** What runs at once before anybody has said that he is there. */
  expected: number;
  logs: () => readonly (readonly Trial[])[];
  /** Takes what trials have read. */
  reads?: Pick<SearchReads, "addNews"> | undefined;
  /** Whether nobody else can drive the study at this moment. */
  isLeading: () => boolean;
}

/**
 * Runs attempts by workers on other machines, through a queue. Each attempt is one job of the queue,
 * which is taken once: where its worker is gone, or does not renew its lock, the attempt is lost and
 * the next one begins. What comes back counts once, and only from whoever was given the attempt that
 * is out. A result stays in the queue until it is written down.
 */
export class QueueRunner implements AttemptRunner {
  readonly #options: QueueRunnerOptions;
  readonly #queue: Queue;
  readonly #jobs: QueueJobs;
  readonly #events: QueueEvents;
  readonly #producer: QueueEventsProducer;
  readonly #presence: Presence;
  /** Looks for jobs whose worker is gone. */
  #checker: Worker | undefined;
  readonly #out = new Map<string, OutAttempt>();
  readonly #losses = new Map<string, number>();
  #onGrown = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waker: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  private constructor(options: QueueRunnerOptions) {
    const { server, queue, lockDuration, expected } = options;
    this.#options = options;
    this.#queue = server.queue(queue);
    this.#jobs = new QueueJobs(this.#queue, options);
    this.#producer = server.producer(queue);
    this.#events = server.events(queue);
    this.#presence = new Presence({ expected, lockDuration, onGrown: () => this.#onGrown() });
  }

  /** Connects, and finds what was put out before. */
  static async open(options: QueueRunnerOptions): Promise<QueueRunner> {
    const runner = new QueueRunner(options);
    await runner.#open();
    return runner;
  }

  get capacity(): number {
    return this.#presence.slots;
  }

  /** Whether anybody has said that he is there. */
  get isAlone(): boolean {
    return this.#presence.workers === 0;
  }

  watch(onGrown: () => void): void {
    this.#onGrown = onGrown;
  }

  holds(job: JobKey, number: number): boolean {
    return this.#jobs.holds(job, number);
  }

  async run(job: Job, attempt: Attempt): Promise<AttemptOutcome> {
    const out = this.#jobs.open(job, attempt);
    this.#out.set(out.id, out);
    const stop = () => this.#stop(out);
    attempt.signal.addEventListener("abort", stop);
    try {
      if (out.isPut) await this.#look(out);
      else await this.#jobs.put(out);
      if (attempt.signal.aborted) stop();
      return await out.outcome;
    } finally {
      attempt.signal.removeEventListener("abort", stop);
      this.#out.delete(out.id);
    }
  }

  settle(job: JobKey): void {
    this.#losses.delete(keyOf(job));
    this.#jobs.settle(job);
  }

  /** Rejects whatever is out. */
  fail(error: unknown): void {
    for (const out of this.#out.values()) out.reject(error);
  }

  /** Waits until whoever was there has left, but not for long. */
  async empty(limit: number): Promise<void> {
    const end = performance.now() + limit;
    while (this.#presence.workers > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Removes all that is in the queue; what somebody says who has not left yet goes after a day. */
  async clear(): Promise<void> {
    // It would leave a key that does not go.
    await this.#checker?.close();
    await this.#queue.obliterate({ force: true });
    await this.#producer.publishEvent({ eventName: "over" });
    await expireKeys(this.#queue, EMPTY_QUEUE_KEYS);
  }

  /** Ends what it does by itself; its connections end with those of the server. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#waker);
  }

  async #open(): Promise<void> {
    await Promise.all([this.#queue.waitUntilReady(), this.#events.waitUntilReady()]);
    await this.#jobs.find();
    this.#hear();
    const { lockDuration, server, queue } = this.#options;
    const stalledInterval = Math.min(500, lockDuration / 4);
    this.#checker = server.worker(queue, undefined, { lockDuration, stalledInterval });
    await this.#checker.startStalledCheckTimer();
    this.#lookLater();
    this.#waker = setInterval(() => this.#wake(), WAKE_INTERVAL);
    await this.#options.board.call("hello");
  }

  /** Sees to it that no attempt waits while a worker is free. */
  #wake(): void {
    const isAnyWaiting = this.#out.values().some((out) => out.isWaiting(WAKE_INTERVAL));
    if (isAnyWaiting) wakeWorkers(this.#queue).catch(() => {});
  }

  #hear(): void {
    const events = this.#events;
    events.on("progress", ({ jobId: id, data }) => this.#take(id, () => this.#progress(id, data)));
    events.on("completed", ({ jobId, returnvalue }) => {
      this.#take(jobId, () => this.#complete(jobId, returnvalue));
    });
    events.on("failed", ({ jobId, failedReason }) => this.#lose(jobId, failedReason));
    events.on("stalled", ({ jobId }) => this.#lose(jobId, "its worker is gone"));
    onEvent(events, "presence", ({ worker, slots }) => {
      this.#presence.hear(worker, Number(slots));
    });
    listen(events);
  }

  /** Does what only somebody who has read the messages of a stranger could be harmed by. */
  #take(id: string, read: () => void): void {
    // What is passed over is found when the jobs themselves are looked at.
    if (!this.#options.isLeading()) return;
    try {
      read();
    } catch (error) {
      if (error instanceof MessageError) this.#lose(id, error.message);
      else this.#out.get(id)?.reject(error);
    }
  }

  /** The attempt that a message is about, if it is out and the message is from whoever was given it. */
  #outOf(id: string, { nonce, worker }: ProgressMessage): OutAttempt | undefined {
    const out = this.#out.get(id);
    if (out?.message.nonce !== nonce) return undefined;
    if (out.mayBeWith(worker)) return out;
    // A server that has forgotten its last second gives out again what somebody has. Neither of them
    // counts: the one goes on from a checkpoint that the other has replaced.
    this.#options.board.call("stop", id).catch(() => {});
    this.#lose(id, "the server has given it to two workers");
    return undefined;
  }

  #progress(id: string, data: unknown, { isSeen = false } = {}): void {
    if (!this.#out.has(id)) return;
    // Anybody can write there, whoever holds the job. What is missed comes with the result.
    const message = tryProgress(this.#options.server.secrets.shown(data));
    if (message === undefined) return;
    const out = this.#outOf(id, message);
    out?.hear(message, { isEarly: isSeen && out.isEarly(message) });
  }

  #complete(id: string, data: unknown, { isSeen = false } = {}): void {
    if (!this.#out.has(id)) return;
    const message = readResult(this.#options.server.secrets.shown(data));
    const out = this.#outOf(id, message);
    if (out === undefined || isSeen && out.isEarly(message)) return;
    out.hear(message);
    this.#out.delete(id);
    this.#options.reads?.addNews(message.reads ?? []);
    out.complete(message, this.#options.logs);
  }

  /** Takes that an attempt has come to nothing for a reason that has nothing to do with it. */
  #lose(id: string, reason: string): void {
    const out = this.#out.get(id);
    if (out === undefined || !this.#options.isLeading()) return;
    this.#out.delete(id);
    this.#jobs.remove(id);
    const key = keyOf(out.message.job);
    const losses = (this.#losses.get(key) ?? 0) + 1;
    this.#losses.set(key, losses);
    out.lose(reason, { losses, isLost: losses <= this.#options.losses });
  }

  /** Ends an attempt wherever it is. */
  async #stop(out: OutAttempt): Promise<void> {
    const { id } = out;
    try {
      await this.#options.board.call("stop", id);
      // One that nobody has taken yet is taken by nobody any more.
      if (await this.#queue.remove(id) === 0) return;
      if (this.#out.get(id) === out) this.#lose(id, "the search was stopped");
    } catch {
      // The server is away. What comes back of the attempt is not waited for.
    }
  }

  #lookLater(): void {
    const delay = Math.min(Math.max(this.#options.lockDuration / 2, MIN_LOOK), MAX_LOOK);
    this.#timer = setTimeout(async () => {
      await this.#lookAtAll();
      if (!this.#isClosed) this.#lookLater();
    }, delay);
  }

  /** Looks at the jobs themselves: an event may be missed, a server may forget its last second. */
  async #lookAtAll(): Promise<void> {
    try {
      await inBatches([...this.#out.values()], (out) => this.#look(out));
    } catch {
      // The server is away; there is a next time.
    }
  }

  async #look(out: OutAttempt): Promise<void> {
    const { id } = out;
    const job = await this.#jobs.read(id);
    if (this.#out.get(id) !== out) return;
    if (job === undefined) {
      // One that is forgotten may be under way all the same, so that its number is taken.
      if (out.isPut) this.#lose(id, "the server has forgotten it");
      return;
    }
    if (job === "broken") return this.#lose(id, "it cannot be read any more");
    if (job.finishedOn === undefined) {
      if (typeof job.progress !== "object") return;
      return this.#take(id, () => this.#progress(id, job.progress, { isSeen: true }));
    }
    if (job.failedReason) this.#lose(id, job.failedReason);
    else this.#take(id, () => this.#complete(id, job.returnvalue, { isSeen: true }));
    // Its message was changed before somebody took it.
    if (this.#out.get(id) === out && !out.isBehind) this.#lose(id, "it came back as another one");
  }
}
