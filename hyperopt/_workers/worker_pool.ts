import type { Attempt, AttemptOutcome, AttemptRunner } from "../_attempt.ts";
import { failedTrial } from "../_attempts.ts";
import { givenBy } from "../_group_calls.ts";
import { type Call, type Codec, loadCodec, type WorkerMessage } from "./messages.ts";
import { MAX_OUTCOMES, type Turn } from "../_turns.ts";
import {
  packError,
  packJob,
  packResult,
  unpackError,
  unpackOutcome,
  type WireError,
} from "./wire.ts";
import { workerCommand } from "./worker_command.ts";
import { type WorkerEnd, WorkerProcess, type WorkerProcessOptions } from "./worker_process.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import { TrialError } from "../trial_error.ts";
import type { SearchReads } from "../search_reads.ts";
import type { Job, Trial } from "../types.ts";

/** A worker has this long to reach the search, and ten times what this program took. */
const START_LIMIT = 60_000;
/** How many workers may be killed before they reach the search. */
const MAX_STARTS = 5;

/** What workers are started with. */
export interface WorkerPoolOptions {
  count: number;
  flags: readonly string[];
  turn: Turn;
  spaces: Readonly<Record<string, ParameterSpace>>;
  logs: () => readonly (readonly Trial[])[];
  /** Takes what workers have read of their configs. */
  reads?: Pick<SearchReads, "addNews"> | undefined;
}

/** An attempt that a worker is at. */
interface Running {
  readonly job: Job;
  readonly attempt: Attempt;
  readonly resolve: (outcome: AttemptOutcome) => void;
  readonly reject: (error: unknown) => void;
}

function describeEnd({ code, signal }: WorkerEnd): string {
  if (signal === null) return `ended with exit code ${code}`;
  const isMemory = signal === "SIGTRAP" || signal === "SIGABRT";
  return `was ended by ${signal}${isMemory ? ", as when memory runs out" : ""}`;
}

function crashOf(job: Job, end: WorkerEnd, start: number): AttemptOutcome {
  const error = new TrialError(
    "crash",
    `Cannot finish the trial: its process ${describeEnd(end)}, expected a metric`,
  );
  return { trial: failedTrial(job, error, performance.now() - start), failure: "crash" };
}

/** That this machine cannot start the processes of a search. */
export class WorkerStartError extends HyperOptError {}

function startError(end: WorkerEnd, hint = ""): WorkerStartError {
  const words = end.lastWords === "" ? "" : `; it said:\n${end.lastWords}`;
  return new WorkerStartError(
    `Cannot start a worker: its process ${describeEnd(end)}${hint} before it reached the search, ` +
      `expected the same program to get there again${words}`,
  );
}

/** @throws {WorkerStartError} If there is no permission to, or too many processes. */
function spawn(command: Deno.Command, options: WorkerProcessOptions): WorkerProcess {
  try {
    return new WorkerProcess(command, options);
  } catch (error) {
    const { message } = error as Error;
    throw new WorkerStartError(`Cannot start a worker: ${message}`, { cause: error });
  }
}

/**
 * Runs attempts in worker processes, started when there is work for them. One that dies takes its
 * attempt along and nothing else: the next attempt starts another.
 */
export class WorkerPool implements AttemptRunner {
  readonly capacity: number;
  readonly #options: WorkerPoolOptions;
  readonly #startLimit = START_LIMIT + 10 * performance.now();
  readonly #workers = new Set<WorkerProcess>();
  readonly #idle: WorkerProcess[] = [];
  readonly #running = new Map<number, Running>();
  #codec: Codec | undefined;
  #lastId = 0;

  /** @throws {HyperOptError} If the program had so many searches that workers cannot follow. */
  constructor(options: WorkerPoolOptions) {
    const { number } = options.turn;
    if (number >= MAX_OUTCOMES) {
      throw new HyperOptError(
        `Cannot search with "workers": it is search ${number + 1} of this program, ` +
          `expected one of the first ${MAX_OUTCOMES}`,
      );
    }
    this.#options = options;
    this.capacity = options.count;
  }

  async run(job: Job, attempt: Attempt): Promise<AttemptOutcome> {
    const worker = await this.#take(attempt.signal);
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<AttemptOutcome>();
    const start = performance.now();
    const abort = () => {
      worker.send({ type: "abort", id, reason: packError(attempt.signal.reason) });
    };
    const kill = () => worker.kill();
    this.#running.set(id, { job, attempt, resolve, reject });
    attempt.signal.addEventListener("abort", abort);
    attempt.force.addEventListener("abort", kill);
    try {
      const { number, resume, trained } = attempt;
      attempt.start(`process ${worker.pid}`);
      const packed = packJob(job, this.#options.spaces);
      worker.send({ type: "job", id, job: packed, number, resume, trained });
      const crash = worker.ended.then((end) => crashOf(job, end, start));
      return await Promise.race([promise, crash]);
    } finally {
      attempt.signal.removeEventListener("abort", abort);
      attempt.force.removeEventListener("abort", kill);
      this.#running.delete(id);
      if (worker.isAlive) this.#idle.push(worker);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
  }

  /** A worker that waits for a job. */
  async #take(signal: AbortSignal): Promise<WorkerProcess> {
    for (let starts = 1;; starts++) {
      signal.throwIfAborted();
      for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
        if (idle.isAlive) return idle;
      }
      const worker = await this.#start();
      if (await this.#isReady(worker, signal)) return worker;
      const end = await worker.ended;
      // Whoever killed it may do so again, but a program that ends by itself will end again.
      if (end.signal === null || starts === MAX_STARTS) throw startError(end);
    }
  }

  async #start(): Promise<WorkerProcess> {
    this.#codec ??= await loadCodec();
    const mark = crypto.randomUUID().replaceAll("-", "");
    const { turn, flags } = this.#options;
    const command = workerCommand({ parent: Deno.pid, search: turn.number, mark }, flags);
    const hear = (worker: WorkerProcess, message: WorkerMessage) => this.#hear(worker, message);
    const worker = spawn(command, { codec: this.#codec, mark, hear });
    this.#workers.add(worker);
    const forget = () => this.#workers.delete(worker);
    worker.ended.then(forget, forget);
    return worker;
  }

  /** Waits until a worker has reached the search; false if it died. */
  async #isReady(worker: WorkerProcess, signal: AbortSignal): Promise<boolean> {
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => reject(signal.reason);
    const limit = setTimeout(() => {
      const end = { code: 0, signal: null, lastWords: "" };
      reject(startError(end, ` by force after ${Math.round(this.#startLimit / 1000)} s`));
    }, this.#startLimit);
    signal.addEventListener("abort", stop);
    try {
      return await Promise.race([worker.ready, promise]);
    } catch (error) {
      worker.kill();
      await worker.ended;
      throw error;
    } finally {
      clearTimeout(limit);
      signal.removeEventListener("abort", stop);
    }
  }

  /** Takes what a worker says; no more is read from it before that is done. */
  #hear(worker: WorkerProcess, message: WorkerMessage): Promise<void> | undefined {
    if (message.type === "ready") return undefined;
    if (message.type === "request") {
      const { request, call } = message;
      this.#answer(call).then(
        (value) => worker.send({ type: "answer", request, value }),
        (error) => worker.send({ type: "answer", request, error: packError(error) }),
      );
      return undefined;
    }
    if (message.type === "done" && message.reads) this.#options.reads?.addNews(message.reads);
    const running = this.#running.get(message.id);
    // An attempt that is over has nothing to say any more.
    if (running === undefined) return undefined;
    const { job, attempt, resolve, reject } = running;
    try {
      if (message.type === "reported") {
        for (const [step, value] of message.values) attempt.report(step, value);
        return attempt.room?.();
      } else if (message.outcome !== undefined) resolve(unpackOutcome(message.outcome, job));
      else reject(this.#endingError(message.error!));
    } catch (error) {
      // What the ledger cannot take ends the search, as where the objective runs in this process.
      reject(error);
    }
    return undefined;
  }

  /** An error that ends the search; a worker knows nothing of the trials of others. */
  #endingError(packed: WireError): Error {
    const error = unpackError(packed);
    if (!(error instanceof HyperOptError)) return error;
    return new HyperOptError(error.message, { logs: this.#options.logs() });
  }

  async #answer(call: Call): Promise<unknown> {
    if (call.name === "given") return await givenBy(call.call);
    if (call.name === "outcome") {
      const { outcomes, number } = this.#options.turn;
      const outcome = outcomes[call.search];
      if (outcome !== undefined) return packResult(await outcome);
      throw new HyperOptError(
        `Cannot search in a trial of a search with "workers": it is search ${call.search + 1} of ` +
          `this program and was reached by a worker of search ${number + 1}, ` +
          `expected no search within an objective`,
      );
    }
    const running = this.#running.get(call.id);
    if (running === undefined) throw new Error("Cannot save a checkpoint: the attempt is over");
    if (call.name === "beginCheckpoint") return running.attempt.beginCheckpoint();
    return running.attempt.endCheckpoint(call.folder, call.units);
  }
}
