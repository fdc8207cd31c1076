import type { CheckedDistributed } from "../_check_distributed.ts";
import type { CheckedRunOptions } from "../_check_run_options.ts";
import { Interruption } from "../_interruption.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import type { Turn } from "../_turns.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import { SearchInterruptedError } from "../search_interrupted_error.ts";
import type { Budget, SearchResult } from "../types.ts";
import type { Repetition } from "../_repetitions.ts";
import { sayOnError } from "../_say_on_error.ts";
import { readAddress } from "./address.ts";
import { Board } from "./board.ts";
import { QueueWorker } from "./queue_worker.ts";
import { unpackFound } from "./result_message.ts";
import { Server } from "./server.ts";
import { explained } from "./server_error.ts";
import { digestOf, isSame, noteOf, queueName, type StudyNote } from "./study_note.ts";

/** After so long somebody who waits for the driver is told so, in milliseconds. */
const PATIENCE = 10_000;

/** Which programs have driven what this process has worked for, and whose results it has. */
const KNOWN = { programs: new Set<string>(), drivers: new Set<string>() };

/** A search as it is served by a process that does not drive it. */
export interface QueueService {
  distributed: CheckedDistributed;
  identity: StudyIdentity;
  /** The how many-th search of its name it is in this program. */
  repetition: Repetition;
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
  const { distributed, identity, repetition, budget, run, turn, spaces, checkpoints } = service;
  const { name } = identity;
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
    const queue = await queueName(name, repetition.number);
    const board = new Board(server, queue);
    await board.open();
    const mine = noteOf(identity, budget);
    const visit = { board, mine, digest: await digestOf(mine), name, lockDuration, signal };
    const waiting = setTimeout(() => sayOnError(waitingText(server, identity)), PATIENCE);
    let ended: unknown;
    try {
      ended = await findEnded(visit, await arrive(visit));
      isFound = true;
    } finally {
      clearTimeout(waiting);
    }
    if (ended !== undefined) {
      repetition.count();
      return unpackFound(remembered(ended), { spaces, checkpoints });
    }
    await using worker = new QueueWorker({
      server,
      board,
      queue,
      study: visit.digest,
      workers: { count: 1, flags: [], ...run.workers, ...count !== undefined && { count } },
      turn,
      spaces,
      lockDuration,
      checkpoints,
      logs: () => [],
      onBroken: (error) => broken.abort(error),
      onForeign: () => board.look("study"),
    });
    const outcome = await stay(visit);
    repetition.count();
    await worker[Symbol.asyncDispose]();
    await worker.letGo();
    return unpackFound(remembered(outcome), { spaces, checkpoints });
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

/** An outcome, of which this process knows from now on. */
function remembered(outcome: unknown): unknown {
  const { program } = (outcome ?? {}) as { program?: unknown };
  if (typeof program === "string") KNOWN.programs.add(program);
  KNOWN.drivers.add(driverOf(outcome));
  return outcome;
}

/** Whether an outcome is of a program that was at work with this process, and is not the one before. */
function isOfThisRun(outcome: unknown): boolean {
  const { program } = (outcome ?? {}) as { program?: unknown };
  return typeof program === "string" && KNOWN.programs.has(program) &&
    !KNOWN.drivers.has(driverOf(outcome));
}

function isFailure(outcome: unknown): boolean {
  return ((outcome ?? {}) as { error?: unknown }).error !== undefined;
}

/** What somebody works for a study with. */
interface Visit {
  board: Board;
  mine: StudyNote;
  /** What tells the study from others of its name. */
  digest: string;
  name: string;
  lockDuration: number;
  signal: AbortSignal;
}

/**
 * Waits for whoever drives the study, and gives him. What is left of another study of the name, which
 * nobody drives any more, is passed over: its program may have been changed and be about to begin.
 *
 * @throws {HyperOptError} If another study of the name is driven.
 * @throws The reason of the signal.
 */
async function arrive(visit: Visit): Promise<string> {
  const { board, signal } = visit;
  return await board.wait("study", async (note) => {
    return await isMine(visit, note) ? driverOf(note) : undefined;
  }, signal);
}

/** @throws {HyperOptError} If it is another study of the name, and is driven. */
async function isMine({ board, mine, name }: Visit, note: unknown): Promise<boolean> {
  try {
    return isSame(mine, note, name);
  } catch (error) {
    const driver = driverOf(note);
    if (driverOf(await board.read("outcome")) === driver) return false;
    if (await board.isAnswered({ ask: "who", answer: "here", detail: driver })) throw error;
    return false;
  }
}

/**
 * Waits for the outcome of the study.
 *
 * @throws {HyperOptError} If another study of the name is driven by now.
 * @throws The reason of the signal.
 */
async function stay(visit: Visit): Promise<unknown> {
  const { board, digest } = visit;
  const over = new AbortController();
  const signal = AbortSignal.any([visit.signal, over.signal]);
  try {
    return await Promise.race([
      board.wait("outcome", (note) => digestIn(note) === digest ? note : undefined, signal),
      board.wait("study", async (note) => {
        await isMine(visit, note);
        return undefined;
      }, signal),
    ]);
  } finally {
    over.abort();
  }
}

function digestIn(note: unknown): unknown {
  return ((note ?? {}) as { digest?: unknown }).digest;
}

/**
 * The outcome of a study that was over before this process came. The same program may be about to search
 * anew, with other code or other data: so whoever drives has a while to show himself, and then there is
 * none; for another try of what has failed he has all the time. Where this process has worked for the
 * same program a moment ago, it was only slower.
 *
 * @throws The reason of the signal.
 */
async function findEnded(visit: Visit, driver: string): Promise<unknown> {
  const { board, name, lockDuration, signal } = visit;
  const outcome = await board.read("outcome");
  if (outcome === undefined || driverOf(outcome) !== driver) return undefined;
  if (isOfThisRun(outcome)) return outcome;
  const isOther = async (note: unknown) => {
    return await isMine(visit, note) && driverOf(note) !== driver ? true : undefined;
  };
  if (isFailure(outcome)) {
    await board.wait("study", isOther, signal);
    return undefined;
  }
  sayOnError(
    `The study "${name}" is over: its result is taken unless somebody drives it again within ` +
      `${Math.ceil(lockDuration / 1000)} s.`,
  );
  const time = AbortSignal.timeout(lockDuration);
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
