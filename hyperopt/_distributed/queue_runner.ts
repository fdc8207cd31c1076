import type { Job as QueueJob, Queue, QueueEvents } from "bullmq";
import type { Attempt, AttemptOutcome, AttemptRunner } from "../_attempt.ts";
import { failedTrial } from "../_attempts.ts";
import { keyOf } from "../_logical_order.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import { TrialError } from "../trial_error.ts";
import type { Job, JobKey, Trial } from "../types.ts";
import { unpackError, unpackOutcome } from "../_workers/wire.ts";
import { type Board, listen } from "./board.ts";
import {
  type AttemptMessage,
  isCheckpointOf,
  MessageError,
  packAttempt,
  type ProgressMessage,
  readAttempt,
  readProgress,
  readResult,
  type ResultMessage,
} from "./messages.ts";
import { Presence } from "./presence.ts";
import type { Server } from "./server.ts";

/** Between these bounds lies how often to look at the jobs themselves, in milliseconds. */
const [MIN_LOOK, MAX_LOOK] = [500, 15_000];
/** So many of them are looked at in one go. */
const LOOK_SIZE = 100;

/** What a runner is opened with. */
export interface QueueRunnerOptions {
  server: Server;
  board: Board;
  /** The name of the queue. */
  queue: string;
  spaces: Readonly<Record<string, ParameterSpace>>;
  lockDuration: number;
  /** How often a trial may lose its worker. */
  losses: number;
  /** What runs at once before anybody has said that he is there. */
  expected: number;
  /** The time limit of an attempt in milliseconds; Infinity for none. */
  timeLimit: number;
  /** The name of the folder of the study among those of checkpoints. */
  folder: () => string | undefined;
  /** Whether nothing was recorded of the study before. */
  isNew: boolean;
  logs: () => readonly (readonly Trial[])[];
}

/** An attempt that is out. */
interface Out {
  readonly id: string;
  readonly message: AttemptMessage;
  readonly attempt: Attempt;
  readonly resolve: (outcome: AttemptOutcome) => void;
  readonly reject: (error: unknown) => void;
  readonly begin: number;
  /** How many reported values have come. */
  values: number;
  isStarted: boolean;
}

function idOf({ index, generation }: JobKey, number: number): string {
  return `trial-${index}-rung-${generation}-attempt-${number}`;
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
  readonly #events: QueueEvents;
  readonly #presence: Presence;
  readonly #out = new Map<string, Out>();
  /** What another driver has put out before. */
  readonly #found = new Map<string, QueueJob>();
  /** The jobs of the queue for each job of the search, until its result is written down. */
  readonly #done = new Map<string, string[]>();
  readonly #losses = new Map<string, number>();
  #onGrown = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  private constructor(options: QueueRunnerOptions) {
    const { server, queue, lockDuration, expected } = options;
    this.#options = options;
    this.#queue = server.queue(queue);
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
    return this.#found.has(idOf(job, number));
  }

  async run(job: Job, attempt: Attempt): Promise<AttemptOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<AttemptOutcome>();
    const id = idOf(job, attempt.number);
    const { message, isFound } = this.#adopt(id, job, attempt);
    const begin = performance.now();
    const out = { id, message, attempt, resolve, reject, begin, values: 0, isStarted: false };
    this.#out.set(id, out);
    const names = this.#done.get(keyOf(job)) ?? [];
    this.#done.set(keyOf(job), [...names, id]);
    const stop = () => this.#stop(out);
    attempt.signal.addEventListener("abort", stop);
    try {
      if (isFound) await this.#look(out, await this.#queue.getJob(id));
      else await this.#put(out);
      if (attempt.signal.aborted) stop();
      return await promise;
    } finally {
      attempt.signal.removeEventListener("abort", stop);
      this.#out.delete(id);
    }
  }

  settle(job: JobKey): void {
    const ids = this.#done.get(keyOf(job)) ?? [];
    this.#done.delete(keyOf(job));
    this.#losses.delete(keyOf(job));
    for (const id of ids) this.#remove(id);
  }

  /** Rejects whatever is out. */
  fail(error: unknown): void {
    for (const { reject } of this.#out.values()) reject(error);
  }

  /** Waits until whoever was there has left, but not for long. */
  async empty(limit: number): Promise<void> {
    const end = performance.now() + limit;
    while (this.#presence.workers > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Removes all that is in the queue. */
  async clear(): Promise<void> {
    await this.#queue.obliterate({ force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#events.close(), this.#queue.close()]);
  }

  async #open(): Promise<void> {
    await Promise.all([this.#queue.waitUntilReady(), this.#events.waitUntilReady()]);
    // Nobody can be at work on what has only just begun: those are another study's leavings.
    if (this.#options.isNew) await this.clear();
    const jobs = await this.#queue.getJobs(["active", "waiting", "completed", "failed"]);
    for (const job of jobs) if (job?.id !== undefined) this.#found.set(job.id, job);
    this.#hear();
    const { lockDuration, server, queue } = this.#options;
    const stalledInterval = Math.min(500, lockDuration / 4);
    await server.worker(queue, undefined, { lockDuration, stalledInterval })
      .startStalledCheckTimer();
    this.#lookLater();
    await this.#options.board.call("hello");
  }

  #hear(): void {
    const events = this.#events;
    events.on(
      "progress",
      ({ jobId, data }) => this.#take(jobId, () => this.#progress(jobId, data)),
    );
    events.on("completed", ({ jobId, returnvalue }) => {
      this.#take(jobId, () => this.#complete(jobId, returnvalue));
    });
    events.on("failed", ({ jobId, failedReason }) => this.#lose(jobId, failedReason));
    events.on("stalled", ({ jobId }) => this.#lose(jobId, "its worker is gone"));
    const named = events as unknown as {
      on(name: string, listener: (event: Record<string, unknown>) => void): void;
    };
    named.on("presence", ({ worker, slots }) => this.#presence.hear(worker, Number(slots)));
    listen(events);
  }

  /** What is put out, or what another driver has put out for the same attempt. */
  #adopt(
    id: string,
    job: Job,
    { number, resume, trained }: Attempt,
  ): { message: AttemptMessage; isFound: boolean } {
    const { spaces, timeLimit } = this.#options;
    const found = this.#found.get(id);
    this.#found.delete(id);
    if (found !== undefined) {
      try {
        return { message: { ...readAttempt(found.data, spaces), job, number }, isFound: true };
      } catch {
        this.#remove(id);
      }
    }
    const folder = this.#options.folder();
    // Its place in the folder of the study, which may lie elsewhere on another machine.
    const name = resume?.split(/[\\/]/).slice(-2).join("/");
    const nonce = crypto.randomUUID();
    const message = { nonce, job, number, folder, resume: name, trained, timeLimit };
    return { message, isFound: false };
  }

  async #put({ id, message }: Out): Promise<void> {
    const data = packAttempt(message, this.#options.spaces);
    await this.#queue.add("attempt", data, { jobId: id, attempts: 1 });
  }

  /** Does what only somebody who has read the messages of a stranger could be harmed by. */
  #take(id: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof MessageError) this.#lose(id, error.message);
      else this.#out.get(id)?.reject(error);
    }
  }

  /** The attempt that a message is about, if it is out and the message is from whoever was given it. */
  #outOf(id: string, { nonce }: ProgressMessage): Out | undefined {
    const out = this.#out.get(id);
    return out?.message.nonce === nonce ? out : undefined;
  }

  #progress(id: string, data: unknown): void {
    if (!this.#out.has(id)) return;
    const message = readProgress(data);
    const out = this.#outOf(id, message);
    if (out !== undefined) this.#hearProgress(out, message);
  }

  #hearProgress(out: Out, { worker, from, values, checkpoint }: ProgressMessage): void {
    const { attempt, message } = out;
    if (!out.isStarted) attempt.start(worker);
    out.isStarted = true;
    for (const [step, value] of values.slice(Math.max(0, out.values - from))) {
      attempt.report(step, value);
    }
    out.values = Math.max(out.values, from + values.length);
    if (checkpoint !== undefined && isCheckpointOf(checkpoint, message)) {
      attempt.takeCheckpoint?.(checkpoint.name, checkpoint.units);
    }
  }

  #complete(id: string, data: unknown): void {
    if (!this.#out.has(id)) return;
    const message: ResultMessage = readResult(data);
    const out = this.#outOf(id, message);
    if (out === undefined) return;
    this.#hearProgress(out, message);
    const { outcome, error } = message;
    if (outcome !== undefined) out.resolve(unpackOutcome(outcome, out.message.job));
    else out.reject(this.#endingError(unpackError(error!)));
  }

  /** An error that ends the search; a worker knows nothing of the trials of others. */
  #endingError(error: Error): Error {
    if (!(error instanceof HyperOptError)) return error;
    return new HyperOptError(error.message, { logs: this.#options.logs() });
  }

  /** Takes that an attempt has come to nothing for a reason that has nothing to do with it. */
  #lose(id: string, reason: string): void {
    const out = this.#out.get(id);
    if (out === undefined) return;
    this.#remove(id);
    const { message: { job }, attempt, begin } = out;
    const losses = (this.#losses.get(keyOf(job)) ?? 0) + 1;
    this.#losses.set(keyOf(job), losses);
    const isLost = losses <= this.#options.losses;
    const state = isLost
      ? `attempt ${attempt.number} was lost, since ${reason}`
      : `${losses} workers were lost with it, ${reason}`;
    const error = new TrialError(
      "crash",
      `Cannot finish the trial: ${state.slice(0, 500)}, expected a metric`,
    );
    const trial = failedTrial(job, error, performance.now() - begin);
    out.resolve({ trial, failure: "crash", isLost });
  }

  /** Ends an attempt wherever it is. */
  async #stop(out: Out): Promise<void> {
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

  #remove(id: string): void {
    this.#queue.remove(id).catch(() => {});
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
    const all = [...this.#out.values()];
    try {
      for (let at = 0; at < all.length; at += LOOK_SIZE) {
        const some = all.slice(at, at + LOOK_SIZE);
        await Promise.all(
          some.map(async (out) => this.#look(out, await this.#queue.getJob(out.id))),
        );
      }
    } catch {
      // The server is away; there is a next time.
    }
  }

  async #look(out: Out, job: QueueJob | undefined): Promise<void> {
    if (this.#out.get(out.id) !== out) return;
    // Put out a moment ago, or forgotten by the server: to add it once more changes nothing in the
    // first case.
    if (job === undefined) return await this.#put(out);
    if (typeof job.progress === "object") {
      this.#take(out.id, () => this.#progress(out.id, job.progress));
    }
    if (job.finishedOn === undefined) return;
    if (job.failedReason) this.#lose(out.id, job.failedReason);
    else this.#take(out.id, () => this.#complete(out.id, job.returnvalue));
  }
}
