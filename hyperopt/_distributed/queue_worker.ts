import type { Job as QueueJob, QueueEventsProducer, Worker } from "bullmq";
import type { AttemptOutcome } from "../_attempt.ts";
import type { CheckedWorkers } from "../_check_run_options.ts";
import { outOfTime } from "../_attempts.ts";
import { Ending } from "../_ending.ts";
import type { Turn } from "../_turns.ts";
import { packError, packOutcome } from "../_workers/wire.ts";
import { WorkerPool, WorkerStartError } from "../_workers/worker_pool.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { Trial } from "../types.ts";
import type { Board } from "./board.ts";
import { type AttemptMessage, readAttempt } from "./attempt_message.ts";
import { EMPTY_QUEUE_KEYS, expireKeys } from "./expire_keys.ts";
import { MessageError } from "./fields.ts";
import { presenceInterval } from "./presence.ts";
import { MachineReads } from "./reads_message.ts";
import { packResult } from "./report_message.ts";
import { RemoteAttempt } from "./remote_attempt.ts";
import type { Server } from "./server.ts";
import { within } from "./within.ts";

/** How long it may take to say that this machine leaves, in milliseconds. */
const LEAVE_LIMIT = 3000;

/** How long a worker pauses that was given work of another study, in milliseconds. */
const FOREIGN_PAUSE = 1000;

/** What a machine's share of the work is done with. */
export interface QueueWorkerSetup {
  server: Server;
  board: Board;
  /** The name of the queue. */
  queue: string;
  /** By which the study is told from others of its name. */
  study: string;
  /** The trial processes on this machine. */
  workers: CheckedWorkers;
  turn: Turn;
  spaces: Readonly<Record<string, ParameterSpace>>;
  lockDuration: number;
  /** The folder of all checkpoints, on this machine. */
  checkpoints: string | undefined;
  logs: () => readonly (readonly Trial[])[];
  /** Takes that this machine cannot go on. */
  onBroken: (error: Error) => void;
  /** Takes that there is work of another study in the queue. */
  onForeign?: () => void;
}

/** An attempt that runs here. */
interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

/** What a worker is called in the records. */
export function selfName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return `${state === "granted" ? `${Deno.hostname()} ` : ""}process ${Deno.pid}`;
}

function onceAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/**
 * Takes attempts from a queue and runs them in processes of their own, so that this one is free to
 * renew their locks however long they compute.
 */
export class QueueWorker implements AsyncDisposable {
  readonly #setup: QueueWorkerSetup;
  readonly #pool: WorkerPool;
  readonly #worker: Worker;
  readonly #producer: QueueEventsProducer;
  readonly #running = new Map<string, Running>();
  readonly #reads = new MachineReads();
  readonly #id = crypto.randomUUID();
  // By its number alone, each container has a process 1.
  readonly #self = `${selfName()} (${this.#id.slice(0, 8)})`;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isLeaving = false;

  constructor(setup: QueueWorkerSetup) {
    const { server, board, queue, workers, turn, spaces, lockDuration, logs } = setup;
    const { count } = workers;
    this.#setup = setup;
    this.#pool = new WorkerPool({ ...workers, turn, spaces, logs, reads: this.#reads });
    this.#producer = server.producer(queue);
    board.onCall((word, detail) => {
      if (word === "hello") this.#announce(count);
      if (word === "stop") this.#abort(detail, "The search has stopped it");
    });
    const run = (job: QueueJob, token?: string) => this.#run(job, token!);
    this.#worker = server.worker(queue, run, { concurrency: count, lockDuration });
    this.#worker.on("lockRenewalFailed", (ids: string[]) => {
      for (const id of ids) this.#abort(id, "Another worker has taken it");
    });
    this.#announce(count);
    this.#timer = setInterval(() => this.#announce(count), presenceInterval(lockDuration));
  }

  /** Gives back what runs here, and takes nothing any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    clearInterval(this.#timer);
    for (const id of this.#running.keys()) this.#abort(id, "The worker leaves");
    // They may save what they have, but are not waited for without end.
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await within(LEAVE_LIMIT, async () => {
      await this.#worker.close();
      await this.#announce(0);
    });
    await this.#pool[Symbol.asyncDispose]();
  }

  /** Lets go after a day what the connections of this machine have left of a search that has ended. */
  async letGo(): Promise<void> {
    await within(LEAVE_LIMIT, () => expireKeys(this.#producer, EMPTY_QUEUE_KEYS));
  }

  async #announce(slots: number): Promise<void> {
    try {
      await this.#producer.publishEvent({ eventName: "presence", worker: this.#id, slots });
    } catch {
      // The server is away; there is a next time.
    }
  }

  #abort(id: string, reason: string): void {
    this.#running.get(id)?.stop.abort(new DOMException(reason, "AbortError"));
  }

  /** What BullMQ calls for each job. An error means that the attempt has come to nothing. */
  async #run(queueJob: QueueJob, token: string): Promise<unknown> {
    const message = await this.#read(queueJob);
    const stop = new AbortController();
    const ended = Promise.withResolvers<void>();
    this.#running.set(queueJob.id!, { stop, ended: ended.promise });
    const { lockDuration, checkpoints, onBroken } = this.#setup;
    using ending = new Ending(stop.signal);
    const attempt = new RemoteAttempt({
      message,
      queueJob,
      token,
      lockDuration,
      ending,
      worker: this.#self,
      checkpoints,
      onBroken,
    });
    try {
      if (!await attempt.isReady()) throw new Error("the checkpoint to go on from is not there");
      const result = await this.#attempt(message, attempt, ending);
      if (attempt.isVoid) throw new Error("its lock could not be confirmed");
      return packResult({
        ...attempt.news({ isAll: true }),
        ...result,
        reads: this.#reads.all,
      });
    } finally {
      attempt.close();
      this.#running.delete(queueJob.id!);
      ended.resolve();
    }
  }

  async #read({ data, stalledCounter }: QueueJob): Promise<AttemptMessage> {
    // Whoever had it has not come back; the driver puts out the next attempt.
    if (stalledCounter > 0) throw new MessageError("It was taken before");
    if (this.#isLeaving) throw new Error("the worker leaves");
    const { spaces, study, onForeign } = this.#setup;
    const message = readAttempt(data, spaces);
    if (message.study === study) return message;
    onForeign?.();
    // There may be more of them than it takes this worker to leave.
    await new Promise((resolve) => setTimeout(resolve, FOREIGN_PAUSE));
    throw new MessageError("It is of another study of this name");
  }

  async #attempt(
    { job, timeLimit }: AttemptMessage,
    attempt: RemoteAttempt,
    ending: Ending,
  ): Promise<Pick<Parameters<typeof packResult>[0], "outcome" | "error">> {
    const begin = performance.now();
    let outcome: AttemptOutcome | undefined;
    try {
      const running = this.#pool.run(job, attempt);
      outcome = await Promise.race([running, onceAborted(attempt.force)]);
      running.catch(() => {});
    } catch (error) {
      if (this.#isLeaving) throw new Error("the worker leaves");
      // Whoever ended it knows; as an error of the trial it would end the search.
      if (error === attempt.signal.reason) throw new Error("it was ended before it began");
      if (!(error instanceof WorkerStartError)) {
        return { outcome: undefined, error: packError(error) };
      }
      // That is about this machine: another may well do it.
      this.#setup.onBroken(error);
      throw error;
    }
    // The driver has a clock of its own, which began later.
    if (ending.cut === "timeLimit") {
      outcome = outOfTime(job, timeLimit, performance.now() - begin);
    }
    if (outcome === undefined) throw new Error("it was ended by force");
    if (this.#isLeaving && outcome.failure !== undefined) throw new Error("the worker leaves");
    return { outcome: packOutcome(outcome), error: undefined };
  }
}
