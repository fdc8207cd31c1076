import type { Job as QueueJob } from "bullmq";
import type { Attempt } from "../_attempt.ts";
import type { Ending } from "../_ending.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { AttemptMessage, CheckpointNews } from "./attempt_message.ts";
import { MAX_VALUES, packProgress, type ProgressMessage } from "./report_message.ts";

/** Reported values wait this long for others, in milliseconds. */
const REPORT_INTERVAL = 500;
/** When so many wait they are sent at once. */
const BATCH = 1000;
/** A server that takes nothing for so long is away, in milliseconds: a trial does not wait for it. */
const AWAY_LIMIT = 5000;
/** How long a checkpoint of another machine may take to be seen, in milliseconds. */
const SIGHT_LIMIT = 2000;

/** How often to try to put a checkpoint into its place while others remove what is there. */
const MAX_MOVES = 3;

/** What an attempt that came through a queue is opened with. */
export interface RemoteAttemptOptions {
  message: AttemptMessage;
  queueJob: QueueJob;
  token: string;
  lockDuration: number;
  ending: Ending;
  /** Who is at it. */
  worker: string;
  /** The folder of all checkpoints, on this machine. */
  checkpoints: string | undefined;
  /** Takes that this machine cannot go on: its disk is full, it does not see the folder. */
  onBroken: (error: Error) => void;
}

/**
 * An attempt as a worker on another machine sees it. What it reports goes to the driver by the
 * progress of its job. A checkpoint is written under the number of the attempt, and put into its place
 * only once the lock of the job is confirmed, so that one who has lost it leaves nothing that counts.
 */
export class RemoteAttempt implements Attempt {
  readonly number: number;
  readonly resume: string | undefined;
  readonly trained: number;
  readonly signal: AbortSignal;
  readonly force: AbortSignal;
  readonly #options: RemoteAttemptOptions;
  readonly #written = new Set<string>();
  #values: (readonly [number, number])[] = [];
  /** How many values came before the first of those that are kept. */
  #first = 0;
  #sent = 0;
  /** What is on its way to the server. */
  #sending: Promise<void> | undefined;
  /** Whether the server took nothing when it should. */
  #isAway = false;
  #checkpoint: CheckpointNews | undefined;
  // A server that has forgotten its last second gives out an attempt again: two may write at once.
  #sequence = crypto.getRandomValues(new Uint32Array(1))[0]!;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  #isVoid = false;

  constructor(options: RemoteAttemptOptions) {
    const { message, ending, checkpoints } = options;
    const { number, folder, resume, trained } = message;
    this.#options = options;
    this.number = number;
    const isThere = resume !== undefined && folder !== undefined && checkpoints !== undefined;
    this.resume = isThere ? `${checkpoints}/${folder}/${resume}` : undefined;
    this.trained = isThere ? trained : 0;
    this.signal = ending.signal;
    this.force = ending.force;
  }

  /** Whether its lock could not be confirmed, so that whatever comes of it says nothing of the trial. */
  get isVoid(): boolean {
    return this.#isVoid;
  }

  /**
   * Waits until the checkpoint to go on from is seen, which on a shared disk takes a moment; false if it
   * is not there, perhaps because another has taken its place.
   */
  async isReady(): Promise<boolean> {
    const { resume } = this;
    const end = performance.now() + SIGHT_LIMIT;
    while (resume !== undefined && !isThere(resume)) {
      if (performance.now() > end || this.signal.aborted) return false;
      await new Promise((resolve) => setTimeout(resolve, SIGHT_LIMIT / 20));
    }
    return true;
  }

  /** What the driver has not been told, or all that is known. */
  news({ isAll }: { isAll: boolean }): ProgressMessage {
    const { message, worker } = this.#options;
    const from = isAll ? this.#first : Math.max(this.#sent, this.#first);
    const values = this.#values.slice(from - this.#first);
    return { nonce: message.nonce, worker, from, values, checkpoint: this.#checkpoint };
  }

  start(): void {
    this.#options.ending.limit(this.#options.message.timeLimit);
    this.#send();
  }

  report(step: number, value: number): void {
    if (this.#isOver) return;
    this.#values.push([step, value]);
    if (this.#values.length > MAX_VALUES) this.#forgetOldest();
    if (this.#waiting >= BATCH && this.#sending === undefined) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), REPORT_INTERVAL);
  }

  /** Whoever reports faster than the server takes it waits; what is kept until then has its bounds. */
  room(): Promise<void> | undefined {
    return this.#waiting < BATCH || this.#isAway ? undefined : this.#makeRoom();
  }

  beginCheckpoint(): string {
    const { message: { job, number, folder }, checkpoints } = this.#options;
    this.#checkOpen();
    if (folder === undefined || checkpoints === undefined) {
      throw new Error(
        `Cannot save a checkpoint of trial "${job.index}": no folder is known that all machines see, ` +
          `expected { checkpoints: "…" } or a tracker whose database they see`,
      );
    }
    const name = `trial-${job.index}/rung-${job.generation}-attempt-${number}-${++this.#sequence}`;
    const path = `${checkpoints}/${folder}/.writing/${name}`;
    this.#orBreak(() => Deno.mkdirSync(path, { recursive: true }));
    this.#written.add(path);
    return path;
  }

  async endCheckpoint(path: string, units: number | undefined): Promise<void> {
    this.#checkOpen();
    if (!this.#written.delete(path)) {
      throw new Error(`Cannot save a checkpoint: "${path}" is none`);
    }
    if (units === undefined) return discard(path);
    const { job } = this.#options.message;
    const [study, written] = path.split("/.writing/") as [string, string];
    const name = `${written}-${units}-units`;
    const isPublished = await this.#isLocked() && this.#orBreak(() => move(path, study, name));
    if (!isPublished) {
      this.#isVoid = true;
      discard(path);
      throw new Error(
        `Cannot save a checkpoint of trial "${job.index}": attempt ${this.number} has lost its lock, ` +
          `expected one that still counts`,
      );
    }
    this.#checkpoint = { name, units };
    await this.#send();
  }

  /** Ends it: nothing that comes later counts. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const path of this.#written) discard(path);
  }

  #checkOpen(): void {
    if (!this.#isOver) return;
    const { job } = this.#options.message;
    throw new Error(
      `Cannot save a checkpoint of trial "${job.index}": attempt ${this.number} is over, ` +
        `expected one that still counts`,
    );
  }

  async #isLocked(): Promise<boolean> {
    const { queueJob, token, lockDuration } = this.#options;
    try {
      return await queueJob.extendLock(token, lockDuration) === 1;
    } catch {
      return false;
    }
  }

  /** How many values the driver has not been told. */
  get #waiting(): number {
    return this.#first + this.#values.length - Math.max(this.#sent, this.#first);
  }

  async #makeRoom(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = Math.min(AWAY_LIMIT, this.#options.lockDuration / 2);
    const timer = setTimeout(() => {
      this.#isAway = true;
      resolve();
    }, limit);
    while (this.#waiting >= BATCH && !this.#isAway && !this.#isOver) {
      await Promise.race([this.#sending ?? this.#send(), promise]);
    }
    clearTimeout(timer);
  }

  #forgetOldest(): void {
    const half = MAX_VALUES / 2;
    this.#values = this.#values.slice(half);
    this.#first += half;
  }

  /** One after the other: each takes all that has come meanwhile. */
  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const before = this.#sending;
    const sending = (before ?? Promise.resolve()).then(() => this.#sendNews());
    this.#sending = sending;
    await sending;
    if (this.#sending === sending) this.#sending = undefined;
  }

  async #sendNews(): Promise<void> {
    const news = this.news({ isAll: false });
    this.#sent = this.#first + this.#values.length;
    try {
      await this.#options.queueJob.updateProgress(packProgress(news));
      this.#isAway = false;
    } catch {
      // The job is gone, or the server is away: the result brings all of it once more.
    }
  }

  #orBreak<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const { index } = this.#options.message.job;
      const { message } = error as Error;
      const text = `Cannot save a checkpoint of trial "${index}" on this machine: ${message}`;
      const broken = new HyperOptError(text, { cause: error });
      this.#options.onBroken(broken);
      throw broken;
    }
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/**
 * Puts what was written into its place in the folder of a study; false if it is gone, as are the
 * checkpoints of a trial once it has its result.
 */
function move(path: string, study: string, name: string): boolean {
  for (let tries = 1;; tries++) {
    try {
      Deno.mkdirSync(`${study}/${name.split("/")[0]}`, { recursive: true });
      Deno.renameSync(path, `${study}/${name}`);
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      if (!isThere(path)) return false;
      // The folder of the trial was removed in between; one that cannot be made at all stays an error.
      if (tries === MAX_MOVES) throw error;
    }
  }
}

function discard(path: string): void {
  Deno.remove(path, { recursive: true }).catch(() => {});
}
