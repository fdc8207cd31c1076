import { LAUNCHER_VARIABLE } from "../hyperopt/launcher.ts";

/**
 * Hears whether a program has come to the server of a search on many machines: it says so by itself, on
 * a port of loopback, so that its output stays its own.
 */
export class Arrival implements Disposable {
  readonly #word: string = crypto.randomUUID();
  readonly #listener: Deno.TcpListener | undefined;
  readonly #reached = Promise.withResolvers<void>();
  #isReached = false;

  constructor() {
    const variable = LAUNCHER_VARIABLE;
    const needed = [{ name: "net" }, { name: "env", variable }] as const;
    // The program has the permissions of this one. Without them nothing can be heard.
    if (needed.some((one) => Deno.permissions.querySync(one).state !== "granted")) return;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#listen(this.#listener);
  }

  /** What the environment of the program has besides. */
  get env(): Record<string, string> {
    // One that was started by another launcher is none of that one's.
    const value = this.#listener === undefined ? "" : `${this.#listener.addr.port}/${this.#word}`;
    return { [LAUNCHER_VARIABLE]: value };
  }

  /** Fulfilled when the program is there; at once where that cannot be heard. */
  get reached(): Promise<void> {
    return this.#listener === undefined ? Promise.resolve() : this.#reached.promise;
  }

  /** Whether the program has not come to a server, as far as can be heard. */
  get isMissed(): boolean {
    return this.#listener !== undefined && !this.#isReached;
  }

  [Symbol.dispose](): void {
    this.#listener?.close();
  }

  async #listen(listener: Deno.TcpListener): Promise<void> {
    try {
      for await (const connection of listener) this.#hear(connection);
    } catch {
      // It was closed.
    }
  }

  async #hear(connection: Deno.TcpConn): Promise<void> {
    using _ = connection;
    try {
      const bytes = new Uint8Array(this.#word.length);
      const length = await connection.read(bytes) ?? 0;
      if (new TextDecoder().decode(bytes.subarray(0, length)) !== this.#word) return;
      this.#isReached = true;
      this.#reached.resolve();
    } catch {
      // Somebody else has called, and gone.
    }
  }
}
