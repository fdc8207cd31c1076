import type { CheckedDistributed } from "../_check_distributed.ts";
import type { Repetition } from "../_repetitions.ts";
import { sayOnError } from "../_say_on_error.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import { Board } from "./board.ts";
import { Leadership } from "./leadership.ts";
import { selfName } from "./queue_worker.ts";
import { Server } from "./server.ts";
import { queueName } from "./study_note.ts";

/** What a study is led with. */
export interface QueueLeadOptions {
  distributed: CheckedDistributed;
  identity: StudyIdentity;
  /** The how many-th search of its name it is in this program. */
  repetition: Repetition;
  /** Ends the wait for the lead. */
  signal: AbortSignal | undefined;
}

/** What belongs to a lead. */
interface Parts {
  readonly stack: AsyncDisposableStack;
  readonly server: Server;
  readonly board: Board;
  readonly queue: string;
  readonly leadership: Leadership;
  readonly deposed: AbortSignal;
}

/**
 * That this process may drive a study on a server. It is won before anything is read of the study: what
 * a driver before this one has written down is all there then.
 */
export class QueueLead implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #leadership: Leadership;
  readonly server: Server;
  readonly board: Board;
  /** The name of the queue of attempts. */
  readonly queue: string;
  /** Aborted when somebody else leads. */
  readonly deposed: AbortSignal;

  private constructor({ stack, server, board, queue, leadership, deposed }: Parts) {
    this.#stack = stack;
    this.#leadership = leadership;
    this.server = server;
    this.board = board;
    this.queue = queue;
    this.deposed = deposed;
  }

  /**
   * Waits for the lead.
   *
   * @throws {HyperOptError} If the server cannot be used, or somebody else leads.
   */
  static async win(
    { distributed, identity, repetition, signal = new AbortController().signal }: QueueLeadOptions,
  ): Promise<QueueLead> {
    const { url, backend, prefix, lockDuration } = distributed;
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await Server.connect({ url, backend, prefix, say: sayOnError }));
    try {
      const queue = await queueName(identity.name, repetition.number);
      const deposed = new AbortController();
      const board = new Board(server, queue);
      await board.open();
      const leadership = stack.use(
        await Leadership.win(server, {
          study: identity.name,
          queue,
          lockDuration,
          self: selfName(),
          async isSuperseded(token): Promise<boolean> {
            const note = await board.read("study") as { driver?: unknown } | undefined;
            return note !== undefined && note.driver !== token;
          },
          onLost: (error) => deposed.abort(error),
          signal,
        }),
      );
      const { signal: lost } = deposed;
      const parts = { stack: stack.move(), server, board, queue, leadership, deposed: lost };
      return new QueueLead(parts);
    } catch (error) {
      throw server.explain(error);
    }
  }

  /** By what it leads, and what it puts up is known. */
  get token(): string {
    return this.#leadership.token;
  }

  /** Whether nobody else can lead at this moment. */
  get isSure(): boolean {
    return this.#leadership.isSure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}
