import { listenOnLoopback } from "./_server.ts";

/** What goes from a client to the server, or back. */
export type Direction = "requests" | "replies";

/** Both ends of a connection, of which the server's may be missing yet. */
type Ends = Deno.TcpConn[];

/** A network on loopback between clients and a server, which can be cut. */
export class TcpProxy implements AsyncDisposable {
  readonly port: number;
  readonly #target: number;
  readonly #gates = { requests: new Gate(), replies: new Gate() };
  readonly #connections = new Set<Ends>();
  readonly #tasks = new Set<Promise<void>>();
  #listener: Deno.TcpListener | undefined;
  #accepting: Promise<void> = Promise.resolve();

  /** Passes on what comes to its own port to another of loopback. */
  constructor(target: number) {
    this.#target = target;
    const listener = listenOnLoopback();
    this.port = listener.addr.port;
    this.#listen(listener);
  }

  /** The address of the server by way of the proxy. */
  via(url: string): string {
    return url.replace(`127.0.0.1:${this.#target}`, `127.0.0.1:${this.port}`);
  }

  /** How many clients are connected. */
  get clients(): number {
    return this.#connections.size;
  }

  /** Closes all connections; new ones are welcome. */
  cut(): void {
    for (const ends of this.#connections) this.#close(ends);
  }

  /**
   * Accepts connections and passes nothing on, as a network that has lost its way. What comes
   * meanwhile is late, not lost, since a sender sends it again: it arrives after `pass()`, unless
   * `cut()` comes before. It can be one direction alone: without the replies, the server carries
   * out what its client never hears of.
   */
  blackHole(direction?: Direction): void {
    if (direction !== "replies") this.#gates.requests.close();
    if (direction !== "requests") this.#gates.replies.close();
  }

  /** Closes all connections and refuses new ones, as a machine does on which no server runs. */
  async refuse(): Promise<void> {
    this.#listener?.close();
    this.#listener = undefined;
    // The port is free only when nobody waits for a connection any more.
    await this.#accepting;
    this.cut();
  }

  /** Passes everything on again, also what was held back. */
  pass(): void {
    this.#gates.requests.open();
    this.#gates.replies.open();
    if (this.#listener !== undefined) return;
    this.#listen(Deno.listen({ hostname: "127.0.0.1", port: this.port }));
  }

  /** Closes all connections and its port. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
    this.#gates.requests.open();
    this.#gates.replies.open();
    await Promise.all(this.#tasks);
  }

  #listen(listener: Deno.TcpListener): void {
    this.#listener = listener;
    this.#accepting = this.#accept(listener);
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const client of listener) {
      const task = this.#serve(client).finally(() => this.#tasks.delete(task));
      this.#tasks.add(task);
    }
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    const ends = [client];
    this.#connections.add(ends);
    try {
      await this.#gates.requests.opened;
      if (!this.#connections.has(ends)) return;
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
      if (!this.#connections.has(ends)) return server.close();
      ends.push(server);
      await Promise.all([
        this.#pass(client, server, "requests", ends),
        this.#pass(server, client, "replies", ends),
      ]);
    } catch (error) {
      if (!isDisconnection(error)) throw error;
    } finally {
      this.#close(ends);
    }
  }

  async #pass(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    direction: Direction,
    ends: Ends,
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      while (true) {
        const count = await from.read(buffer);
        await this.#gates[direction].opened;
        if (count === null) return;
        for (let sent = 0; sent < count;) sent += await to.write(buffer.subarray(sent, count));
      }
    } catch (error) {
      if (!isDisconnection(error)) throw error;
    } finally {
      this.#close(ends);
    }
  }

  #close(ends: Ends): void {
    if (!this.#connections.delete(ends)) return;
    for (const end of ends) end.close();
  }
}

/** Whether a connection has ended, by one side or by the other. */
function isDisconnection(error: unknown): boolean {
  const { BadResource, BrokenPipe, ConnectionRefused, ConnectionReset, Interrupted, NotConnected } =
    Deno.errors;
  return [BadResource, BrokenPipe, ConnectionRefused, ConnectionReset, Interrupted, NotConnected]
    .some((kind) => error instanceof kind);
}

/** What can be waited for while it is closed. */
class Gate {
  #state: PromiseWithResolvers<void> | undefined;

  get opened(): Promise<void> {
    return this.#state?.promise ?? Promise.resolve();
  }

  close(): void {
    this.#state ??= Promise.withResolvers();
  }

  open(): void {
    this.#state?.resolve();
    this.#state = undefined;
  }
}
