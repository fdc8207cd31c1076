import { formatCount } from "./_format.ts";
import { send } from "./_share.ts";
import type { Terminal } from "./_terminal.ts";

/** How often in a row a worker that dies is started again. */
export const RESTARTS = 4;
/** The exit code of a program whose command line is wrong. */
const USAGE_CODE = 2;
/** A worker that has lived for so long was worth starting, in milliseconds. */
const LONG_LIFE = 60_000;
/** After so long it is started again, in milliseconds. */
const RESTART_DELAY = 1000;
/** So long it may take to end when it is asked to; its trials have 5 s to save what they have. */
const ENDING = 8000;

/** A worker process, and what becomes of its output. */
export interface WorkerRun {
  readonly child: Deno.ChildProcess;
  /** Fulfilled when it has ended and all that it has printed is printed here. */
  readonly ended: Promise<Deno.CommandStatus>;
}

/** A worker that is started again when it dies. */
export class KeptWorker implements AsyncDisposable {
  readonly #start: () => WorkerRun;
  readonly #terminal: Terminal;
  readonly #over = Promise.withResolvers<void>();
  readonly #ended: Promise<string | undefined>;
  #child: Deno.ChildProcess | undefined;
  #isOver = false;

  constructor(start: () => WorkerRun, terminal: Terminal) {
    this.#start = start;
    this.#terminal = terminal;
    this.#ended = this.#keep();
  }

  /** Fulfilled when it has died too often, with what there is to say of it. */
  get failed(): Promise<string> {
    const never = new Promise<never>(() => {});
    return this.#ended.then((failure) => failure ?? never);
  }

  /** Waits until it has ended by itself, then asks it to, then makes it. */
  async end(patience: number): Promise<void> {
    this.#isOver = true;
    this.#over.resolve();
    for (const [limit, signal] of [[patience, "SIGTERM"], [ENDING, "SIGKILL"]] as const) {
      if (await this.#endsWithin(limit)) return;
      send(this.#child, signal);
    }
    await this.#ended;
  }

  /** Ends it at once. */
  kill(): void {
    this.#isOver = true;
    this.#over.resolve();
    send(this.#child, "SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end(0);
  }

  /** Waits before the next start, but not after the end. */
  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, RESTART_DELAY);
    await Promise.race([promise, this.#over.promise]);
    clearTimeout(timer);
  }

  async #endsWithin(limit: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, limit, false);
    this.#ended.then(() => resolve(true));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async #keep(): Promise<string | undefined> {
    for (let deaths = 0; !this.#isOver;) {
      const begin = performance.now();
      const { child, ended } = this.#start();
      this.#child = child;
      const { success, code, signal } = await ended;
      if (success || this.#isOver) return undefined;
      deaths = performance.now() - begin > LONG_LIFE ? 1 : deaths + 1;
      // It takes its command line no better the next time.
      if (code === USAGE_CODE) return `its worker has ended with exit code ${code}`;
      const state = signal === null ? `with exit code ${code}` : `by ${signal}`;
      if (deaths > RESTARTS) return `its worker has ended ${state}, ${deaths} times in a row`;
      const left = formatCount(RESTARTS - deaths + 1, "time");
      this.#terminal.writeError(`worker: ended ${state}, is started again (${left} at most)\n`);
      await this.#pause();
    }
    return undefined;
  }
}
