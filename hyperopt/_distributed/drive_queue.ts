import type { Attempt, AttemptOutcome, AttemptRunner } from "../_attempt.ts";
import type { CheckedDistributed } from "../_check_distributed.ts";
import type { CheckedRunOptions } from "../_check_run_options.ts";
import { sayOnError } from "../_say_on_error.ts";
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
import type { Server } from "./server.ts";
import { keepNote, tellOutcome } from "./tell_outcome.ts";
import { digestOf, noteOf, PROGRAM } from "./study_note.ts";

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
  /** What is said of what it puts up: of which study, and by whom. */
  readonly mark: Readonly<Record<"digest" | "driver" | "program", string>>;
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
    const study = noteOf(identity, budget);
    const mark = { digest: await digestOf(study), driver: lead.token, program: PROGRAM };
    const note = { ...study, ...mark };
    answer(board, lead.token);
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
        study: mark.digest,
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
        study: mark.digest,
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
      mark,
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
    await this.#end(packFound(result, this.#drive.spaces));
  }

  /** Tells all who worked on it why it has ended. */
  async announceFailure(error: unknown): Promise<void> {
    await this.#end(packFailure(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.stack[Symbol.asyncDispose]();
  }

  async #end(outcome: object): Promise<void> {
    const { board, runner, worker, watcher, mark } = this.#parts;
    clearInterval(watcher);
    await tellOutcome({ ...outcome, ...mark }, { ...this.#drive, board, runner, worker });
  }
}

/** Says that it drives, to those who have found something else than they came for. */
function answer(board: Board, token: string): void {
  board.onCall((word, detail) => {
    if (word === "who" && detail === token) board.call("here", token).catch(() => {});
  });
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
