import type { RedisServer } from "../_redis.ts";
import { Member } from "./member.ts";
import { QueueRecord } from "./queue_record.ts";
import { type TrialLine, TrialLog } from "./trial_log.ts";

/** A study that is run. */
export interface StudyRun {
  /** Which of the studies it is. */
  readonly study: string;
  /** What it is called in the queue. */
  readonly name: string;
  readonly ledger: "file" | "tracker";
  readonly folder: string;
  /** In milliseconds. */
  readonly lock: number;
}

/** The attempt that a fault took its worker from. */
export interface Victim {
  readonly kind: string;
  readonly at: number;
  readonly trial: TrialLine;
  readonly member: Member;
}

/** So many machines work, besides late ones. */
const WORKERS = 4;
/** In milliseconds. */
const END_LIMIT = 60_000;
/** So long a process may take until it has reached the server, in milliseconds. */
const START_LIMIT = 20_000;

/** The processes of one study, on a server that they share. */
export class Cluster implements AsyncDisposable {
  readonly run: StudyRun;
  readonly server: RedisServer;
  readonly trials: TrialLog;
  readonly queue: QueueRecord;
  readonly workers: Member[] = [];
  readonly drivers: Member[] = [];
  /** Those that were started beside a driver that was there. */
  readonly rivals: Member[] = [];
  readonly victims: Victim[] = [];
  /** What was wrong with how processes ended. */
  readonly complaints: string[] = [];
  /** When the server was away. */
  readonly outages: [from: number, to: number][] = [];
  readonly #undo = new Set<() => void>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #over = Promise.withResolvers<void>();
  #isOver = false;

  constructor(run: StudyRun, server: RedisServer) {
    this.run = run;
    this.server = server;
    this.trials = new TrialLog(`${run.folder}/trials.jsonl`);
    this.queue = new QueueRecord(server, run.name);
    this.startDriver();
    for (let i = 0; i < WORKERS; i++) this.startWorker();
  }

  /** Fulfilled when a driver has come to the end of the study. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The process that leads, as far as one can tell. */
  get driver(): Member | undefined {
    return this.drivers.find((one) => one.isAlive && !one.isDoomed);
  }

  /** Those that are there to work. */
  get present(): Member[] {
    return this.workers.filter((one) => one.isAlive && !one.isDoomed);
  }

  startDriver(): Member {
    const driver = this.#start(0);
    this.drivers.push(driver);
    driver.ended.then((status) => this.#hearDriver(driver, status));
    return driver;
  }

  /** Starts the command of the driver once more, while that is there. */
  startRival(): Member {
    const rival = this.startDriver();
    this.rivals.push(rival);
    return rival;
  }

  startWorker(): Member {
    const worker = this.#start(1 + this.workers.length);
    this.workers.push(worker);
    worker.ended.then(() => this.#fill());
    return worker;
  }

  /** Does something after some time, or at once when the study is over. */
  later(delay: number, action: () => void): void {
    const run = () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      if (this.#undo.delete(run)) action();
    };
    const timer = setTimeout(run, delay);
    this.#timers.add(timer);
    this.#undo.add(run);
  }

  /** Ends all disturbances, and waits until whoever has worked has the result, and is gone. */
  async end(): Promise<void> {
    this.#isOver = true;
    for (const undo of [...this.#undo]) undo();
    const all = [...this.workers, ...this.drivers];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => timer = setTimeout(resolve, END_LIMIT));
    await Promise.race([Promise.all(all.map(({ ended }) => ended)), limit]);
    clearTimeout(timer);
    for (const one of all) {
      if (one.isAlive) this.#complain(one, "does not end after the study");
    }
    for (const worker of this.workers) {
      if (worker.isDoomed || worker.isAlive) continue;
      const { code, signal } = await worker.ended;
      if (code !== 0 && !this.#isTurnedAway(worker)) {
        this.#complain(worker, `has ended by itself: ${signal ?? code}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const all = [...this.workers, ...this.drivers];
    for (const one of all) one.signal("SIGKILL");
    await Promise.all(all.map(({ ended }) => ended));
    await this.queue[Symbol.asyncDispose]();
  }

  #start(rank: number): Member {
    const { study, name, ledger, folder, lock } = this.run;
    const args = [`study=${study}`, `name=${name}`, `ledger=${ledger}`, `folder=${folder}`];
    const { url, port } = this.server;
    return new Member({ rank, url, port, args: [...args, "pause=1", `lock=${lock}`] });
  }

  /** Whoever has left is replaced. */
  #fill(): void {
    if (this.#isOver || this.present.length >= WORKERS) return;
    this.startWorker();
  }

  #hearDriver(driver: Member, { code, signal }: Deno.CommandStatus): void {
    if (code === 0) {
      this.#isOver = true;
      this.#over.resolve();
    }
    if (this.#isOver || driver.isDoomed) return;
    const isBeaten = /expected one driver|is running it, expected nobody/.test(
      driver.output,
    );
    if (!isBeaten && !this.#isTurnedAway(driver)) {
      this.#complain(driver, `has ended by itself: ${signal ?? code}`);
    }
    if (this.#isTurnedAway(driver)) driver.isDoomed = true;
    if (isBeaten && !this.rivals.includes(driver)) this.rivals.push(driver);
    if (this.driver === undefined) this.startDriver();
  }

  /** Whether a process did not get to the server when it came, and said so. */
  #isTurnedAway({ begin, troubles, output }: Member): boolean {
    const isAway = [...this.outages, ...troubles.slice(0, -1)].some(([from, to]) =>
      begin < to && from < begin + START_LIMIT
    );
    return isAway && output.includes("Cannot reach the server");
  }

  #complain({ rank, pid, output }: Member, what: string): void {
    this.complaints.push(`${this.run.name}: rank ${rank} (process ${pid}) ${what}\n${output}`);
  }
}
