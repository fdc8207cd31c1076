import type { Job, Queue, Worker } from "bullmq";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { Server } from "./server.ts";
import { within } from "./within.ts";

/** How often to try, in milliseconds. */
const TRY_INTERVAL = 200;
/** How long it may take to give the lead back, in milliseconds. */
const RELEASE_LIMIT = 2000;
/** The one job of the queue: who holds it leads. */
const ID = "lead";

/** Options of {@linkcode Leadership.win}. */
export interface LeadershipOptions {
  /** The name of the study. */
  study: string;
  /** The name of its queue. */
  queue: string;
  lockDuration: number;
  /** Who this is, for whoever else wants to lead. */
  self: string;
  /** Called when somebody else leads by now. */
  onLost: (error: HyperOptError) => void;
  signal: AbortSignal;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** That one process drives a study, and no other, wherever it runs: a lock that has to be held. */
export class Leadership implements AsyncDisposable {
  readonly #options: LeadershipOptions;
  readonly #worker: Worker;
  readonly #queue: Queue;
  readonly #token = crypto.randomUUID();
  #job: Job | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  private constructor(server: Server, options: LeadershipOptions) {
    const { queue, lockDuration } = options;
    const stalledInterval = Math.min(500, lockDuration / 4);
    this.#options = options;
    this.#queue = server.queue(`${queue}.lead`);
    this.#worker = server.worker(`${queue}.lead`, undefined, { lockDuration, stalledInterval });
  }

  /**
   * Waits for the lead as long as one who is dead may still hold it.
   *
   * @throws {HyperOptError} If somebody else leads, and is alive.
   * @throws The reason of the signal.
   */
  static async win(server: Server, options: LeadershipOptions): Promise<Leadership> {
    const leadership = new Leadership(server, options);
    await leadership.#worker.startStalledCheckTimer();
    const limit = performance.now() + options.lockDuration + 1500;
    while (!await leadership.#take()) {
      options.signal.throwIfAborted();
      if (performance.now() > limit) throw await leadership.#taken("Cannot drive");
      await delay(TRY_INTERVAL);
    }
    leadership.#hold();
    return leadership;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    // Where it is another's by now, or the server is away, the lock ends by itself.
    await within(RELEASE_LIMIT, async () => {
      await this.#job?.moveToCompleted(null, this.#token, false);
    });
  }

  async #take(): Promise<boolean> {
    await this.#queue.add(ID, {}, { jobId: ID, removeOnComplete: true, removeOnFail: true });
    this.#job = await this.#worker.getNextJob(this.#token, { block: false });
    if (this.#job === undefined) return false;
    await this.#job.updateData({ leader: this.#options.self });
    return true;
  }

  #hold(): void {
    this.#timer = setTimeout(async () => {
      try {
        await this.#keep();
      } catch {
        // The server is away; it knows who leads when it is back.
      }
      if (!this.#isOver) this.#hold();
    }, this.#options.lockDuration / 3);
  }

  async #keep(): Promise<void> {
    if (await this.#isExtended() || this.#isOver) return;
    // The lock has ended while this process or the server stood still. If nobody wanted it, it is free.
    const limit = performance.now() + this.#options.lockDuration;
    while (!this.#isOver && performance.now() < limit) {
      if (await this.#take()) return;
      const leader = await this.#leader();
      if (leader !== undefined && leader !== this.#options.self) break;
      await delay(TRY_INTERVAL);
    }
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onLost(await this.#taken("Cannot go on with"));
  }

  async #isExtended(): Promise<boolean> {
    try {
      const { lockDuration } = this.#options;
      return await this.#job!.extendLock(this.#token, lockDuration) === 1;
    } catch (error) {
      if (/lock|Missing/i.test((error as Error).message)) return false;
      throw error;
    }
  }

  async #leader(): Promise<string | undefined> {
    const data = (await this.#queue.getJob(ID))?.data as { leader?: unknown } | undefined;
    return typeof data?.leader === "string" ? data.leader.slice(0, 200) : undefined;
  }

  async #taken(action: string): Promise<HyperOptError> {
    const leader = await this.#leader() ?? "another process";
    return new HyperOptError(
      `${action} the study "${this.#options.study}": ${leader} drives it, expected one driver; ` +
        `to work for it, start this program with another rank, RANK=1, or by the command work`,
    );
  }
}
