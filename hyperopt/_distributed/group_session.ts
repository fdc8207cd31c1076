import { sayOnError } from "../_say_on_error.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { Board } from "./board.ts";
import { PROGRAM } from "./study_note.ts";

/** How often somebody of a group shows that he is there, in milliseconds. */
export const BEAT = 500;
/** Who is there shows it within this time, in milliseconds: a few beats, since machines may be busy. */
const LIFE_LIMIT = 4 * BEAT;
/** After so long somebody who waits for the root is told so, in milliseconds. */
const PATIENCE = 10_000;
/** The note of the root. */
export const SESSION = "session";

/** Programs whose roots this process has had to do with. */
const KNOWN_PROGRAMS = new Set<string>();

/** What the root puts up: a session, and that it is alive. */
export interface Session {
  readonly id: string;
  readonly beat: number;
  /** What tells the root's process from all others. */
  readonly program: string;
  /** Whether the root has left; what it gave is there still. */
  readonly isOver?: boolean;
}

/** That somebody else is the root of a group. */
export function otherRoot(name: string): HyperOptError {
  return new HyperOptError(
    `Cannot be the root of the group "${name}": another process is the root of the group, ` +
      `expected one with RANK=0`,
  );
}

/** The session that is up; undefined where there is none, or nobody of a group has put it up. */
export function sessionIn(note: unknown): Session | undefined {
  const session = (note ?? {}) as Partial<Session>;
  return typeof session.id === "string" ? session as Session : undefined;
}

function isNews(now: Session, before: Session | undefined): boolean {
  return now.id !== before?.id || now.beat !== before.beat || now.isOver !== before.isOver;
}

/** Waits for a sign of life of a root, by which a session differs from what it was before. */
async function awaitNews(
  board: Board,
  before: Session | undefined,
  signal: AbortSignal,
): Promise<Session> {
  return await board.wait(SESSION, (note) => {
    const now = sessionIn(note);
    return now !== undefined && isNews(now, before) ? now : undefined;
  }, signal);
}

/** The same, but undefined where none comes in time. */
async function awaitNewsWithin(
  limit: number,
  { board, before, signal }: { board: Board; before: Session; signal?: AbortSignal },
): Promise<Session | undefined> {
  const time = AbortSignal.timeout(limit);
  try {
    const either = signal === undefined ? time : AbortSignal.any([signal, time]);
    return await awaitNews(board, before, either);
  } catch (error) {
    signal?.throwIfAborted();
    if (!time.aborted) throw error;
    return undefined;
  }
}

/**
 * Begins a session in place of what is left of earlier ones.
 *
 * @throws {HyperOptError} If there is one whose root is alive.
 */
export async function openSession(board: Board, name: string): Promise<string> {
  const before = sessionIn(await board.read(SESSION));
  if (before !== undefined && !before.isOver) {
    const news = await awaitNewsWithin(LIFE_LIMIT, { board, before });
    if (news !== undefined && !news.isOver) throw otherRoot(name);
  }
  const id = crypto.randomUUID();
  // Where two begin at the same moment, one may disturb the other here.
  await board.clear().catch(() => board.clear());
  await board.lend(SESSION, { id, beat: 0, program: PROGRAM } satisfies Session);
  return id;
}

/** What somebody waits for the root of a group with. */
interface Arrival {
  name: string;
  /** The address of the server, as a person may see it. */
  shown: string;
  lockDuration: number;
  signal: AbortSignal;
}

/**
 * Waits for a session whose root is alive, which shows by its beat: one may be left from before. Where
 * the root has left already, it may have been that of this very run: so that is taken if no other comes,
 * and a person is told so. Where this process has known that root in another group, it was only slower.
 */
export async function findSession(board: Board, arrival: Arrival): Promise<string> {
  const { name, shown } = arrival;
  const waiting = setTimeout(() => {
    sayOnError(
      `Waiting for the root of the group "${name}" at ${shown}: the same program with the same ` +
        `arguments, with rank 0.`,
    );
  }, PATIENCE);
  try {
    const { id, program } = await find(board, arrival);
    KNOWN_PROGRAMS.add(program);
    return id;
  } finally {
    clearTimeout(waiting);
  }
}

async function find(board: Board, { name, lockDuration, signal }: Arrival): Promise<Session> {
  const before = sessionIn(await board.read(SESSION));
  if (!before?.isOver) return await awaitNews(board, before, signal);
  if (KNOWN_PROGRAMS.has(before.program)) return before;
  sayOnError(
    `The root of the group "${name}" has left: what it gave is taken unless a root comes within ` +
      `${Math.ceil(lockDuration / 1000)} s.`,
  );
  return await awaitNewsWithin(lockDuration, { board, before, signal }) ?? before;
}
