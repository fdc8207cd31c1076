import type { CheckedDistributed } from "../_check_distributed.ts";
import type { CheckedRunOptions } from "../_check_run_options.ts";
import { Interruption } from "../_interruption.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import type { Turn } from "../_turns.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import { SearchInterruptedError } from "../search_interrupted_error.ts";
import type { Budget, SearchResult } from "../types.ts";
import { readAddress } from "./address.ts";
import { Board } from "./board.ts";
import { QueueWorker } from "./queue_worker.ts";
import { unpackFound } from "./result_message.ts";
import { sayOnError } from "./say.ts";
import { Server } from "./server.ts";
import { explained } from "./server_error.ts";
import { isSame, noteOf, queueName } from "./study_note.ts";

/** After so long somebody who waits for the driver is told so, in milliseconds. */
const PATIENCE = 10_000;

/** Which programs have driven what this process has worked for, and whose results it has. */
const KNOWN = { programs: new Set<string>(), drivers: new Set<string>() };

/** A search as it is served by a process that does not drive it. */
export interface QueueService {
  distributed: CheckedDistributed;
  identity: StudyIdentity;
  budget: Budget | undefined;
  run: CheckedRunOptions;
  turn: Turn;
  spaces: Readonly<Record<string, ParameterSpace>>;
  /** The folder of all checkpoints, on this machine. */
  checkpoints: string | undefined;
}

/**
 * Works for a search that another process drives, until that has its result; which is what comes
 * back.
 *
 * @throws {HyperOptError} If the server is not there, or what is driven is another study.
 * @throws {SearchInterruptedError} If this process was stopped; the search goes on.
 * @throws The error by which the search ended.
 */
export async function serveQueue(service: QueueService): Promise<SearchResult> {
  const { distributed, identity, budget, run, turn, spaces, checkpoints } = service;
  const { prefix, url, backend, lockDuration, workers: count } = distributed;
  using interruption = new Interruption({
    signal: run.signal,
    isInProcess: false,
    isLaunched: true,
  });
  const broken = new AbortController();
  const signal = AbortSignal.any([interruption.signal, broken.signal]);
  let isFound = false;
  try {
    await using server = await Server.connect({ url, backend, prefix, say: sayOnError });
    const queue = await queueName(identity.name);
    const board = new Board(server, queue);
    await board.open();
    const mine = noteOf(identity, budget);
    const waiting = setTimeout(() => sayOnError(waitingText(server, identity)), PATIENCE);
    const accept = (note: unknown) =>
      isSame(mine, note, identity.name) ? driverOf(note) : undefined;
    let ended: unknown;
    try {
      const driver = await board.wait("study", accept, signal);
      ended = await findEnded(board, { driver, accept, lockDuration, signal, name: identity.name });
      isFound = true;
    } finally {
      clearTimeout(waiting);
    }
    if (ended !== undefined) {
      remember(ended);
      return unpackFound(ended, { spaces, checkpoints });
    }
    await using worker = new QueueWorker({
      server,
      board,
      queue,
      workers: { count: 1, flags: [], ...run.workers, ...count !== undefined && { count } },
      turn,
      spaces,
      lockDuration,
      checkpoints,
      logs: () => [],
      onBroken: (error) => broken.abort(error),
    });
    const outcome = await board.wait("outcome", (note) => note, signal);
    remember(outcome);
    await worker[Symbol.asyncDispose]();
    await worker.letGo();
    return unpackFound(outcome, { spaces, checkpoints });
  } catch (error) {
    if (!interruption.signal.aborted || error !== interruption.signal.reason) {
      throw explained(readAddress(distributed), error, { prefix });
    }
    const state = isFound ? "go on working for the study" : "work for the study";
    const rest = isFound ? "the search goes on without it" : "nobody has driven it so far";
    throw new SearchInterruptedError(
      `Cannot ${state} "${identity.name}": this worker was stopped; ${rest}`,
      { logs: [], cause: error, exitCode: interruption.exitCode },
    );
  }
}

/** Who has put something up; whatever says nothing of it is nobody's. */
function driverOf(note: unknown): string {
  const { driver } = (note ?? {}) as { driver?: unknown };
  return typeof driver === "string" ? driver : "";
}

function remember(outcome: unknown): void {
  const { program } = (outcome ?? {}) as { program?: unknown };
  if (typeof program === "string") KNOWN.programs.add(program);
  KNOWN.drivers.add(driverOf(outcome));
}

/** Whether an outcome is of a program that was at work with this process, and is not the one before. */
function isOfThisRun(outcome: unknown): boolean {
  const { program } = (outcome ?? {}) as { program?: unknown };
  return typeof program === "string" && KNOWN.programs.has(program) &&
    !KNOWN.drivers.has(driverOf(outcome));
}

/** What somebody who has come waits with. */
interface Arrival {
  /** Who has put up the study. */
  driver: string;
  accept: (note: unknown) => string | undefined;
  lockDuration: number;
  signal: AbortSignal;
  name: string;
}

/**
 * The outcome of a study that was over before this process came. The same program may be about to search
 * anew, with other code or other data: so whoever drives has a while to show himself, and then there is
 * none. Where this process has worked for the same program a moment ago, it was only slower.
 *
 * @throws The reason of the signal.
 */
async function findEnded(
  board: Board,
  { driver, accept, lockDuration, signal, name }: Arrival,
): Promise<unknown> {
  const outcome = await board.read("outcome");
  if (outcome === undefined || driverOf(outcome) !== driver) return undefined;
  if (isOfThisRun(outcome)) return outcome;
  sayOnError(
    `The study "${name}" is over: its result is taken unless somebody drives it again within ` +
      `${Math.ceil(lockDuration / 1000)} s.`,
  );
  const time = AbortSignal.timeout(lockDuration);
  const isOther = (note: unknown) => {
    const found = accept(note);
    return found === driver ? undefined : found;
  };
  try {
    await board.wait("study", isOther, AbortSignal.any([signal, time]));
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!time.aborted) throw error;
    return outcome;
  }
}

function waitingText({ address }: Server, { name }: StudyIdentity): string {
  return `Waiting for whoever drives the study "${name}" at ${address.shown}: the same program with ` +
    `the same arguments, with rank 0.`;
}
