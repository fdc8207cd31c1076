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
}

/** What the root puts up: a session, and that it is alive. */
interface Session {
  readonly id: string;
  readonly beat: number;
}

/** Processes that tell each other values, through the server of the search. */
export class ProcessGroup implements AsyncDisposable {
  readonly #distributed: CheckedDistributed;
  readonly #server: Server;
  readonly #board: Board;
  readonly #session: string;
  #timer: ReturnType<typeof setInterval> | undefined;
  #calls = 0;

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
   * @throws {HyperOptError} If the server is not there.
   */
  static async join({ distributed, name }: ProcessGroupOptions): Promise<ProcessGroup> {
    const { url, backend, prefix, rank } = distributed;
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await Server.connect({ url, backend, prefix, say: sayOnError }));
    const board = new Board(server, `${await queueName(name)}.group`);
    await board.open();
    const session = rank === 0 ? await openSession(board) : await findSession(board);
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
    return await Promise.all(Array.from({ length: worldSize }, (_, other) => {
      if (other === rank) return value;
      return this.#await(`${call}-${other}`, { timeout, who: `rank ${other} of ${worldSize}` });
    }));
  }

  /** Leaves; what it has put up goes after a day, or with the next session. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await within(LEAVE_LIMIT, () => this.#board.letGo());
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
    const signal = timeout === undefined
      ? new AbortController().signal
      : AbortSignal.timeout(timeout);
    try {
      const note = await this.#board.wait(name, fieldsIn, signal);
      return fromCanonical(note.value);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new HyperOptError(
        `Cannot hear what ${who} gives: nothing has come within ${timeout} ms, ` +
          `expected every process to make the same calls`,
      );
    }
  }
}

async function openSession(board: Board): Promise<string> {
  const id = crypto.randomUUID();
  await board.clear();
  await board.put("session", { id, beat: 0 });
  return id;
}

/** Waits for a session whose root is alive, which shows by its beat: one may be left from before. */
async function findSession(board: Board): Promise<string> {
  let before: Session | undefined;
  const session = await board.wait("session", (data) => {
    const now = fieldsIn(data) as Session | undefined;
    if (typeof now?.id !== "string") return undefined;
    const isAlive = before !== undefined && (before.id !== now.id || before.beat !== now.beat);
    before ??= now;
    return isAlive ? now : undefined;
  }, new AbortController().signal);
  return session.id;
}

/** What was put up by somebody of the group; undefined if it was somebody else. */
function fieldsIn(data: unknown): { value?: unknown } | undefined {
  return typeof data === "object" && data !== null ? data : undefined;
}
