import { sayOnError } from "../_say_on_error.ts";
import { Board } from "./board.ts";
import type { Server } from "./server.ts";
import { isSame, queueName, type StudyNote } from "./study_note.ts";

/** What this process has worked for. */
const KNOWN = {
  /** The programs that have driven it, and the last of them. */
  programs: new Set<string>(),
  program: undefined as string | undefined,
  /** By whom the results were put up that it has. */
  drivers: new Set<string>(),
  /** When the last of them was put up, by the clock of its driver. */
  at: -Infinity,
};

/** Who has put something up; whatever says nothing of it is nobody's. */
function driverOf(note: unknown): string {
  const { driver } = (note ?? {}) as { driver?: unknown };
  return typeof driver === "string" ? driver : "";
}

function programOf(note: unknown): string | undefined {
  const { program } = (note ?? {}) as { program?: unknown };
  return typeof program === "string" ? program : undefined;
}

function timeOf(outcome: unknown): number {
  const { at } = (outcome ?? {}) as { at?: unknown };
  return typeof at === "number" ? at : -Infinity;
}

/** An outcome, of which this process knows from now on. */
export function remembered(outcome: unknown): unknown {
  KNOWN.program = programOf(outcome);
  if (KNOWN.program !== undefined) KNOWN.programs.add(KNOWN.program);
  KNOWN.drivers.add(driverOf(outcome));
  KNOWN.at = Math.max(KNOWN.at, timeOf(outcome));
  return outcome;
}

/** Whether an outcome is of a program that was at work with this process, and is not the one before. */
function isOfThisRun(outcome: unknown): boolean {
  const program = programOf(outcome);
  return program !== undefined && KNOWN.programs.has(program) &&
    !KNOWN.drivers.has(driverOf(outcome));
}

/** What somebody works for a study with. */
export interface Visit {
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
export async function arrive(visit: Visit): Promise<string> {
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
export async function stay(visit: Visit): Promise<unknown> {
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
 * none. Where this process has worked for the same program a moment ago, it was only slower; what is older
 * than that is of an earlier run, and not waited for.
 *
 * @throws The reason of the signal.
 */
export async function findEnded(visit: Visit, driver: string): Promise<unknown> {
  const { board, name, lockDuration, signal } = visit;
  const outcome = await board.read("outcome");
  if (outcome === undefined || driverOf(outcome) !== driver) return undefined;
  if (isOfThisRun(outcome)) return outcome;
  const isOther = async (note: unknown) => {
    return await isMine(visit, note) && driverOf(note) !== driver ? true : undefined;
  };
  if (timeOf(outcome) < KNOWN.at) {
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

/**
 * Waits until a program drives the first search of the name, while this one is at a later search and nobody
 * drives that: it was begun anew, and will not come to the search that this one is at before others work
 * for those before it.
 *
 * @throws The reason of the signal.
 */
export async function awaitRestart(server: Server, { board, name, signal }: Visit): Promise<void> {
  const first = new Board(server, await queueName(name));
  await first.open();
  const isDriven = async (one: Board, note: unknown) => {
    const driver = driverOf(note);
    if (driver === "" || driverOf(await one.read("outcome")) === driver) return false;
    return await one.isAnswered({ ask: "who", answer: "here", detail: driver });
  };
  await first.wait("study", async (note) => {
    if (programOf(note) === KNOWN.program || !await isDriven(first, note)) return undefined;
    return await isDriven(board, await board.read("study")) ? undefined : true;
  }, signal);
}
