import type { Attempt, AttemptOutcome, AttemptRunner } from "../_attempt.ts";
import type { CheckedDistributed } from "../_check_distributed.ts";
import type { CheckedRunOptions } from "../_check_run_options.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import type { Turn } from "../_turns.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { SearchReads } from "../search_reads.ts";
import type { Budget, Job, JobKey, SearchResult, Trial } from "../types.ts";
import type { Board } from "./board.ts";
import type { QueueLead } from "./queue_lead.ts";
import { QueueRunner } from "./queue_runner.ts";
import { QueueWorker } from "./queue_worker.ts";
import { packFailure, packFound } from "./result_message.ts";
import { sayOnError } from "./say.ts";
import type { Server } from "./server.ts";
import { noteOf, PROGRAM } from "./study_note.ts";
import { within } from "./within.ts";

/** So long the workers have to take the result, in milliseconds. */
const FAREWELL = 5000;
/** After so long nobody is told any more: the server is away. */
const END_LIMIT = 10_000;
/** After so long without workers a person is told so, in milliseconds. */
const PATIENCE = 10_000;
/** How often to look whether the server still knows what is driven, in milliseconds. */
const NOTE_INTERVAL = 5000;

/** A search as it is driven for workers on other machines. */
export interface QueueDrive {
  /** That it may be driven; whoever has won it gives it back. */
  lead: QueueLead;
  distributed: CheckedDistributed;
  identity: StudyIdentity;
  budget: Budget | undefined;
  run: CheckedRunOptions;
  turn: Turn;
  spaces: Readonly<Record<string, ParameterSpace>>;
  /** The folder of all checkpoints, on this machine. */
  checkpoints: string | undefined;
  /** The name of the folder of the study in it. */
  folder: () => string | undefined;
  /** Whether nothing was recorded of the study before. */
  isNew: boolean;
  /** Whether the study may be continued by another program. */
  isContinuable: boolean;
  logs: () => readonly (readonly Trial[])[];
  /** Takes what trials have read. */
  reads: SearchReads | undefined;
  signal: AbortSignal;
}

/** What a driver consists of. */
interface Parts {
  readonly stack: AsyncDisposableStack;
  readonly server: Server;
  readonly board: Board;
  readonly runner: QueueRunner;
  /** The trials that run on this machine, if any. */
  readonly worker: QueueWorker | undefined;
  /** By which it leads, and what it puts up is known. */
  readonly token: string;
  /** Looks whether the server still knows what is driven. */
  readonly watcher: ReturnType<typeof setInterval>;
  /** Aborted when somebody else leads. */
  readonly deposed: AbortSignal;
}

/** What drives a search: it leads, puts attempts out, and puts up what was found. */
export class QueueDriver implements AttemptRunner {
  readonly #drive: QueueDrive;
  readonly #parts: Parts;

  private constructor(drive: QueueDrive, parts: Parts) {
    this.#drive = drive;
    this.#parts = parts;
  }

  /**
   * Takes the lead, and tells the workers what is driven.
   *
   * @throws {HyperOptError} If somebody else leads, or the server refuses something.
   */
  static async open(drive: QueueDrive): Promise<QueueDriver> {
    try {
      return await QueueDriver.#open(drive);
    } catch (error) {
      throw drive.lead.server.explain(error);
    }
  }

  static async #open(drive: QueueDrive): Promise<QueueDriver> {
    const { lead, distributed, identity, budget, run, logs, reads } = drive;
    const { server, board, queue, deposed } = lead;
    const { lockDuration, losses, worldSize } = distributed;
    await using stack = new AsyncDisposableStack();
    await board.take("outcome");
    const note = { ...noteOf(identity, budget), driver: lead.token, program: PROGRAM };
    await board.put("study", note);
    const watcher = setInterval(async () => {
      await keepNote(board, "study", note);
      // A day after the last time nobody comes back any more.
      await board.letGo().catch(() => {});
    }, NOTE_INTERVAL);
    stack.defer(() => clearInterval(watcher));
    const { spaces, folder, isNew, turn, checkpoints } = drive;
    const runner = stack.use(
      await QueueRunner.open({
        server,
        board,
        queue,
        spaces,
        lockDuration,
        losses,
        expected: Math.max(1, worldSize - 1),
        timeLimit: run.timeLimit,
        folder,
        isNew,
        logs,
        reads,
        isLeading: () => lead.isSure,
      }),
    );
    deposed.addEventListener("abort", () => runner.fail(deposed.reason));
    const onBroken = (error: Error) => runner.fail(error);
    const { workers } = run;
    const worker = workers && stack.use(
      new QueueWorker({
        server,
        board,
        queue,
        workers,
        turn,
        spaces,
        lockDuration,
        checkpoints,
        logs,
        onBroken,
      }),
    );
    const watch = setTimeout(() => sayIfAlone(drive, { server, runner }), PATIENCE);
    stack.defer(() => clearTimeout(watch));
    return new QueueDriver(drive, {
      stack: stack.move(),
      server,
      board,
      runner,
      worker,
      watcher,
      token: lead.token,
      deposed,
    });
  }

  get capacity(): number {
    return this.#parts.runner.capacity;
  }

  watch(onGrown: () => void): void {
    this.#parts.runner.watch(onGrown);
  }

  holds(job: JobKey, number: number): boolean {
    return this.#parts.runner.holds(job, number);
  }

  async run(job: Job, attempt: Attempt): Promise<AttemptOutcome> {
    this.#parts.deposed.throwIfAborted();
    try {
      return await this.#parts.runner.run(job, attempt);
    } catch (error) {
      throw this.#drive.lead.server.explain(error);
    }
  }

  settle(job: JobKey): void {
    this.#parts.runner.settle(job);
  }

  /** Tells all who worked on it what was found. */
  async announce(result: SearchResult): Promise<void> {
    await this.#end(packFound(result, this.#drive.spaces), { isFailure: false });
  }

  /** Tells all who worked on it why it has ended. */
  async announceFailure(error: unknown): Promise<void> {
    await this.#end(packFailure(error), { isFailure: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.stack[Symbol.asyncDispose]();
  }

  async #end(outcome: object, { isFailure }: { isFailure: boolean }): Promise<void> {
    const { board, runner, worker, deposed, token } = this.#parts;
    clearInterval(this.#parts.watcher);
    if (deposed.aborted) return;
    const note = { ...outcome, driver: token, program: PROGRAM };
    await within(END_LIMIT, async () => {
      await board.put("outcome", note);
      await worker?.[Symbol.asyncDispose]();
      await runner.empty(FAREWELL);
      await keepNote(board, "outcome", note);
      await runner.clear();
      // Who has worked for it finds the outcome as late as he likes; who only comes then finds a result,
      // but waits for another try where there was none.
      if (isFailure) await board.take("study");
      await board.letGo();
    });
  }
}

/** Puts up again what a server has forgotten, else whoever comes late would wait for it for good. */
async function keepNote(board: Board, name: string, note: unknown): Promise<void> {
  try {
    if (await board.read(name) === undefined) await board.put(name, note);
  } catch {
    // The server is away; there is a next time.
  }
}

function sayIfAlone(
  { identity, signal }: QueueDrive,
  { server, runner }: { server: Server; runner: QueueRunner },
): void {
  if (!runner.isAlone || signal.aborted || server.isAway) return;
  sayOnError(
    `No worker is there yet for the study "${identity.name}" at ${server.address.shown}: start ` +
      `this program on other machines with another rank, RANK=1, or by the command work.`,
  );
}
