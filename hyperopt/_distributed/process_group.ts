import { canonicalData } from "../_canonical.ts";
import type { CheckedDistributed } from "../_check_distributed.ts";
import { fromCanonical } from "../_from_canonical.ts";
import { sayOnError } from "../_say_on_error.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import { Board } from "./board.ts";
import {
  BEAT,
  findSession,
  openSession,
  otherRoot,
  SESSION,
  type Session,
  sessionIn,
} from "./group_session.ts";
import { Server } from "./server.ts";
import { PROGRAM, queueName } from "./study_note.ts";
import { within } from "./within.ts";

/** How often what was put up is kept for a further day, in milliseconds. */
const KEEP_INTERVAL = 60_000;
/** How long it may take to leave, in milliseconds. */
const LEAVE_LIMIT = 2000;
/** So many gatherings are kept for a process that is started anew. */
const MAX_GATHERINGS = 256;

/** What a group is joined with. */
export interface ProcessGroupOptions {
  distributed: CheckedDistributed;
  /** What tells the group from others. */
  name: string;
  /** The how-many-th it is of its name in this program, from 1. */
  number: number;
  /** How long to wait for the root, in milliseconds; without end by default. */
  timeout?: number | undefined;
}

/** A value as it is put up in a gathering. */
interface Given {
  readonly value?: unknown;
  readonly worldSize?: unknown;
  /** Who gives it. */
  readonly by?: unknown;
}

/** What a group consists of. */
interface Parts {
  readonly server: Server;
  readonly board: Board;
  readonly session: string;
}

/** Processes that tell each other values, through the server of the search. */
export class ProcessGroup implements AsyncDisposable {
  readonly #distributed: CheckedDistributed;
  readonly #name: string;
  readonly #server: Server;
  readonly #board: Board;
  readonly #session: string;
  readonly #id = crypto.randomUUID();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  /** Aborted where somebody else is the root, and when this process leaves. */
  readonly #end = new AbortController();
  /** Others of the rank of this process. */
  readonly #doubles = new Set<string>();
  #beating: Promise<void> | undefined;
  #calls = 0;
  /** What this process has put up for gatherings. */
  readonly #gathered: string[] = [];

  private constructor(
    { distributed, name }: ProcessGroupOptions,
    { server, board, session }: Parts,
  ) {
    this.#distributed = distributed;
    this.#name = name;
    this.#server = server;
    this.#board = board;
    this.#session = session;
    board.onCall((word, detail) => {
      if (word === "who" && detail === this.#id) board.call("here", detail).catch(() => {});
    });
    this.#timers.push(setInterval(() => board.letGo().catch(() => {}), KEEP_INTERVAL));
  }

  /**
   * Joins: the root opens a session, the others wait for it.
   *
   * @throws {HyperOptError} If the server is not there, the root does not come in time, or another process
   * is the root.
   */
  static async join(options: ProcessGroupOptions): Promise<ProcessGroup> {
    const { distributed, name, number, timeout } = options;
    const { url, backend, prefix, rank, lockDuration } = distributed;
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await Server.connect({ url, backend, prefix, say: sayOnError }));
    const suffix = number === 1 ? "" : `-${number}`;
    const board = new Board(server, `${await queueName(name)}.group${suffix}`);
    await board.open();
    const { shown } = server.address;
    const find = (signal: AbortSignal) => findSession(board, { name, shown, lockDuration, signal });
    const session = rank === 0
      ? await openSession(board, name)
      : await inTime(find, { timeout, who: "the root" });
    await board.letGo();
    stack.move();
    const group = new ProcessGroup(options, { server, board, session });
    if (rank === 0) group.#showLife();
    return group;
  }

  async broadcast(value: unknown, { timeout }: { timeout?: number }): Promise<unknown> {
    const name = `${this.#session}-${++this.#calls}`;
    const { rank } = this.#distributed;
    if (rank !== 0) {
      return fromCanonical((await this.#await(name, { timeout, who: "the root" })).value);
    }
    this.#end.signal.throwIfAborted();
    await this.#board.lend(name, { value: canonicalData(value) } satisfies Given);
    return value;
  }

  async allGather(value: unknown, { timeout }: { timeout?: number }): Promise<unknown[]> {
    const { rank, worldSize } = this.#distributed;
    const call = `${this.#session}-${++this.#calls}`;
    this.#end.signal.throwIfAborted();
    const own = await this.#give(`${call}-${rank}`, value);
    const values = await Promise.all(Array.from({ length: worldSize }, async (_, other) => {
      if (other === rank) return own;
      const who = `rank ${other} of ${worldSize}`;
      const given = await this.#await(`${call}-${other}`, { timeout, who });
      this.#checkSize(given, other);
      return fromCanonical(given.value);
    }));
    this.#gathered.push(`${call}-${rank}`);
    // Who has come here has read what was gathered before.
    if (this.#gathered.length > MAX_GATHERINGS) await this.#board.take(this.#gathered.shift()!);
    return values;
  }

  /** Leaves; what it has put up goes after a day, or with the next session. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await within(LEAVE_LIMIT, async () => {
      // Else its last beat might take the place of what is put up here.
      await this.#beating;
      if (this.#distributed.rank === 0 && !this.#end.signal.aborted) {
        await this.#board.lend(SESSION, { ...this.#sessionAt(0), isOver: true });
      }
      await this.#board.letGo();
    });
    this.#end.abort(
      new HyperOptError(
        `Cannot hear what others of the group "${this.#name}" give: this process has left it, ` +
          `expected destroy() to be the last call`,
      ),
    );
    await this.#server[Symbol.asyncDispose]();
  }

  #sessionAt(beat: number): Session {
    return { id: this.#session, beat, program: PROGRAM };
  }

  #showLife(): void {
    let beat = 0;
    const timer = setInterval(() => {
      this.#beating ??= this.#beat(++beat).catch(() => {}).finally(() => {
        this.#beating = undefined;
      });
    }, BEAT);
    this.#timers.push(timer);
    this.#end.signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** Shows that the root is there, unless another has begun a session meanwhile. */
  async #beat(beat: number): Promise<void> {
    const found = sessionIn(await this.#board.read(SESSION));
    if (found !== undefined && found.id !== this.#session) {
      this.#end.abort(otherRoot(this.#name));
      return;
    }
    await this.#board.lend(SESSION, this.#sessionAt(beat));
  }

  /**
   * Puts up a value for a gathering.
   *
   * @returns What is up: where a process of this rank has given a value and died, all get that.
   * @throws {HyperOptError} If another process of this rank is alive.
   */
  async #give(name: string, value: unknown): Promise<unknown> {
    const { rank, worldSize } = this.#distributed;
    const own = { value: canonicalData(value), worldSize, by: this.#id } satisfies Given;
    const up = fieldsIn(await this.#board.lendOnce(name, own));
    if (up === undefined || up.by === this.#id) return value;
    if (typeof up.by === "string" && await this.#isDouble(up.by)) {
      throw new HyperOptError(
        `Cannot gather as rank ${rank} of ${worldSize}: another process gathers as this rank, ` +
          `expected each process to have a RANK of its own`,
      );
    }
    return fromCanonical(up.value);
  }

  /** Whether whoever has given a value as this rank is alive; nobody is asked often. */
  async #isDouble(id: string): Promise<boolean> {
    if (this.#doubles.has(id)) return true;
    const isAlive = await this.#board.isAnswered({ ask: "who", answer: "here", detail: id });
    if (isAlive) this.#doubles.add(id);
    return isAlive;
  }

  /** @throws {HyperOptError} If another process expects more or fewer of them. */
  #checkSize(given: Given, other: number): void {
    const { rank, worldSize } = this.#distributed;
    if (typeof given.worldSize !== "number" || given.worldSize === worldSize) return;
    throw new HyperOptError(
      `Cannot gather as rank ${rank} of ${worldSize}: rank ${other} is one of ${given.worldSize}, ` +
        `expected the same WORLD_SIZE everywhere`,
    );
  }

  async #await(
    name: string,
    { timeout, who }: { timeout: number | undefined; who: string },
  ): Promise<Given> {
    const { signal } = this.#end;
    const wait = (time: AbortSignal) =>
      this.#board.wait(name, fieldsIn, AbortSignal.any([time, signal]));
    return await inTime(wait, { timeout, who });
  }
}

/** @throws {HyperOptError} If it takes longer. */
async function inTime<T>(
  wait: (signal: AbortSignal) => Promise<T>,
  { timeout, who }: { timeout: number | undefined; who: string },
): Promise<T> {
  const signal = timeout === undefined
    ? new AbortController().signal
    : AbortSignal.timeout(timeout);
  try {
    return await wait(signal);
  } catch (error) {
    if (error !== signal.reason) throw error;
    throw new HyperOptError(
      `Cannot hear what ${who} gives: nothing has come within ${timeout} ms, ` +
        `expected every process to make the same calls`,
    );
  }
}

/** What was put up by somebody of the group; undefined if it was somebody else. */
function fieldsIn(data: unknown): Given | undefined {
  return typeof data === "object" && data !== null ? data : undefined;
}
