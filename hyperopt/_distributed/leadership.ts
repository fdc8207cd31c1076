import type { Job, Queue, Worker } from "bullmq";
import { HyperOptError } from "../hyper_opt_error.ts";
import { EMPTY_QUEUE_KEYS, expireKeys } from "./expire_keys.ts";
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
  /** Whether somebody else has led by now, as far as what he has put up tells. */
  isSuperseded: (token: string) => Promise<boolean>;
  /** Called when somebody else leads by now. */
  onLost: (error: HyperOptError) => void;
  signal: AbortSignal;
}

/** What the one job holds: who leads, and a sign of life. */
interface Lead {
  readonly leader?: unknown;
  readonly token?: unknown;
  readonly beat?: unknown;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** That one process drives a study, and no other, wherever it runs: a lock that has to be held. */
export class Leadership implements AsyncDisposable {
  readonly #options: LeadershipOptions;
  readonly #worker: Worker;
  readonly #queue: Queue;
  /** What this process leads by. */
  readonly token: string = crypto.randomUUID();
  #job: Job | undefined;
  /** What the job held when this process first wanted to lead. */
  #found: Lead | undefined;
  #beat = 0;
  /** When the lock ends at the earliest. */
  #end = 0;
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
      if (await leadership.#isContested() || performance.now() > limit) {
        throw await leadership.#taken("Cannot drive");
      }
      await delay(TRY_INTERVAL);
    }
    if (leadership.#isStale()) {
      await leadership[Symbol.asyncDispose]();
      throw new HyperOptError(
        `Cannot drive the study "${options.study}": another process drove it until a moment ago, ` +
          `so what it has written down last is not known here, expected one driver; start it again`,
      );
    }
    await leadership.#showLife();
    leadership.#hold();
    return leadership;
  }

  /**
   * Whether nobody else can lead at this moment. One that stood still has perhaps lost the lead and does
   * not know it yet: it shall write nothing down before it does.
   */
  get isSure(): boolean {
    return performance.now() < this.#end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    // Where it is another's by now, or the server is away, the lock ends by itself.
    await within(RELEASE_LIMIT, async () => {
      await this.#job?.moveToCompleted(null, this.token, false);
      await this.#worker.close();
      await expireKeys(this.#queue, EMPTY_QUEUE_KEYS);
    });
  }

  async #take(): Promise<boolean> {
    await this.#queue.add(ID, {}, { jobId: ID, removeOnComplete: true, removeOnFail: true });
    const end = performance.now() + this.#options.lockDuration;
    this.#job = await this.#worker.getNextJob(this.token, { block: false });
    if (this.#job === undefined) return false;
    this.#end = end;
    return true;
  }

  async #showLife(): Promise<void> {
    const leader = this.#options.self;
    await this.#job!.updateData({ leader, token: this.token, beat: ++this.#beat });
  }

  /** Whether somebody leads who has shown that he is alive since this process first wanted to. */
  async #isContested(): Promise<boolean> {
    const lead = await this.#lead();
    this.#found ??= lead;
    return lead !== undefined && !isEqual(lead, this.#found!);
  }

  /** Whether somebody has led since this process first wanted to, which knows nothing of what he did. */
  #isStale(): boolean {
    return this.#found !== undefined && !isEqual(this.#job!.data, this.#found);
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
    const end = performance.now() + this.#options.lockDuration;
    if (await this.#isExtended()) {
      this.#end = end;
      return await this.#showLife();
    }
    // The lock has ended while this process or the server stood still. If nobody wanted it, it is free.
    const limit = performance.now() + this.#options.lockDuration;
    while (!this.#isOver && performance.now() < limit) {
      const isTaken = await this.#take();
      const { token } = (isTaken ? this.#job!.data : await this.#lead()) ?? {};
      if (token !== undefined && token !== this.token) break;
      // Whoever has led and is done leaves nothing here, nor does a server that forgets.
      if (isTaken && await this.#options.isSuperseded(this.token)) break;
      if (isTaken) return await this.#showLife();
      await delay(TRY_INTERVAL);
    }
    if (this.#isOver) return;
    this.#isOver = true;
    this.#end = 0;
    this.#options.onLost(await this.#taken("Cannot go on with"));
  }

  async #isExtended(): Promise<boolean> {
    try {
      const { lockDuration } = this.#options;
      return await this.#job!.extendLock(this.token, lockDuration) === 1;
    } catch (error) {
      if (/lock|Missing/i.test((error as Error).message)) return false;
      throw error;
    }
  }

  async #lead(): Promise<Lead | undefined> {
    return (await this.#queue.getJob(ID))?.data as Lead | undefined;
  }

  async #taken(action: string): Promise<HyperOptError> {
    const { leader } = await this.#lead() ?? {};
    const name = typeof leader === "string" ? leader.slice(0, 200) : "another process";
    return new HyperOptError(
      `${action} the study "${this.#options.study}": ${name} drives it, expected one driver; ` +
        `to work for it, start this program with another rank, RANK=1, or by the command work`,
    );
  }
}

function isEqual(one: Lead, other: Lead): boolean {
  return one.token === other.token && one.beat === other.beat;
}
