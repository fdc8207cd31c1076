import { canonicalData } from "../_canonical.ts";
import type { CheckedDistributed } from "../_check_distributed.ts";
import { fromCanonical } from "../_from_canonical.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import { Board } from "./board.ts";
import { sayOnError } from "./say.ts";
import { Server } from "./server.ts";
import { queueName } from "./study_note.ts";
import { within } from "./within.ts";

/** How often the root shows that it is there, in milliseconds. */
const BEAT = 500;
/** How long it may take to leave, in milliseconds. */
const LEAVE_LIMIT = 2000;

/** What a group is joined with. */
export interface ProcessGroupOptions {
  distributed: CheckedDistributed;
  /** What tells the group from others. */
  name: string;
  /** How long to wait for the root, in milliseconds; without end by default. */
  timeout?: number | undefined;
}

/** What the root puts up: a session, and that it is alive. */
interface Session {
  readonly id: string;
  readonly beat: number;
  /** Whether the root has left; what it gave is there still. */
  readonly isOver?: boolean;
}

/** Processes that tell each other values, through the server of the search. */
export class ProcessGroup implements AsyncDisposable {
  readonly #distributed: CheckedDistributed;
  readonly #server: Server;
  readonly #board: Board;
  readonly #session: string;
  #timer: ReturnType<typeof setInterval> | undefined;
  #calls = 0;
  /** What this process has put up for the gathering before. */
  #gathered: string | undefined;

  private constructor(
    distributed: CheckedDistributed,
    parts: { server: Server; board: Board; session: string },
  ) {
    this.#distributed = distributed;
    this.#server = parts.server;
    this.#board = parts.board;
    this.#session = parts.session;
  }

  /**
   * Joins: the root opens a session, the others wait for it.
   *
   * @throws {HyperOptError} If the server is not there, or the root does not come in time.
   */
  static async join({ distributed, name, timeout }: ProcessGroupOptions): Promise<ProcessGroup> {
    const { url, backend, prefix, rank, lockDuration } = distributed;
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await Server.connect({ url, backend, prefix, say: sayOnError }));
    const board = new Board(server, `${await queueName(name)}.group`);
    await board.open();
    const session = rank === 0
      ? await openSession(board)
      : await inTime((signal) => findSession(board, { lockDuration, signal }), {
        timeout,
        who: "the root",
      });
    stack.move();
    const group = new ProcessGroup(distributed, { server, board, session });
    if (rank === 0) group.#showLife();
    return group;
  }

  async broadcast(value: unknown, { timeout }: { timeout?: number }): Promise<unknown> {
    const name = `${this.#session}-${++this.#calls}`;
    const { rank } = this.#distributed;
    if (rank !== 0) return await this.#await(name, { timeout, who: "the root" });
    await this.#board.put(name, { value: canonicalData(value) });
    return value;
  }

  async allGather(value: unknown, { timeout }: { timeout?: number }): Promise<unknown[]> {
    const { rank, worldSize } = this.#distributed;
    const call = `${this.#session}-${++this.#calls}`;
    await this.#board.put(`${call}-${rank}`, { value: canonicalData(value) });
    const values = await Promise.all(Array.from({ length: worldSize }, (_, other) => {
      if (other === rank) return value;
      return this.#await(`${call}-${other}`, { timeout, who: `rank ${other} of ${worldSize}` });
    }));
    // Who has come here has read what was gathered before.
    if (this.#gathered !== undefined) await this.#board.take(this.#gathered);
    this.#gathered = `${call}-${rank}`;
    return values;
  }

  /** Leaves; what it has put up goes after a day, or with the next session. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await within(LEAVE_LIMIT, async () => {
      if (this.#distributed.rank === 0) {
        await this.#board.put("session", { id: this.#session, beat: 0, isOver: true });
      }
      await this.#board.letGo();
    });
    await this.#server[Symbol.asyncDispose]();
  }

  #showLife(): void {
    let beat = 0;
    this.#timer = setInterval(() => {
      this.#board.put("session", { id: this.#session, beat: ++beat }).catch(() => {});
    }, BEAT);
  }

  async #await(
    name: string,
    { timeout, who }: { timeout: number | undefined; who: string },
  ): Promise<unknown> {
    const note = await inTime((signal) => this.#board.wait(name, fieldsIn, signal), {
      timeout,
      who,
    });
    return fromCanonical(note.value);
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
    if (!signal.aborted) throw error;
    throw new HyperOptError(
      `Cannot hear what ${who} gives: nothing has come within ${timeout} ms, ` +
        `expected every process to make the same calls`,
    );
  }
}

async function openSession(board: Board): Promise<string> {
  const id = crypto.randomUUID();
  await board.clear();
  await board.put("session", { id, beat: 0 });
  return id;
}

/**
 * Waits for a session whose root is alive, which shows by its beat: one may be left from before. Where
 * the root has left, it may have been that of this very run: so that is taken if no other comes.
 */
async function findSession(
  board: Board,
  { lockDuration, signal }: { lockDuration: number; signal: AbortSignal },
): Promise<string> {
  const end = performance.now() + lockDuration;
  let before: Session | undefined;
  const session = await board.wait("session", (data) => {
    const now = fieldsIn(data) as Session | undefined;
    if (typeof now?.id !== "string") return undefined;
    const isAlive = before !== undefined && (before.id !== now.id || before.beat !== now.beat);
    before ??= now;
    if (now.isOver) return performance.now() > end ? now : undefined;
    return isAlive ? now : undefined;
  }, signal);
  return session.id;
}

/** What was put up by somebody of the group; undefined if it was somebody else. */
function fieldsIn(data: unknown): { value?: unknown } | undefined {
  return typeof data === "object" && data !== null ? data : undefined;
}
