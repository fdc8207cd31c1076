import { FrameReader } from "./frames.ts";
import type { Codec, DriverMessage, WorkerMessage } from "./messages.ts";

/** How long what a dead process has written may still take to arrive, in milliseconds. */
const DRAIN_LIMIT = 500;
/** How long a worker may take to end by itself, in milliseconds. */
const CLOSE_LIMIT = 3000;
/** How much is kept of what a worker says before it is ready. */
const MAX_LAST_WORDS = 2000;

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  /** What it wrote to stderr, if it was never ready. */
  readonly lastWords: string;
}

function writeAll(output: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += output.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads what this program prints.
  }
}

function delay(milliseconds: number): { promise: Promise<void>; cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  return { promise, cancel: () => clearTimeout(timer) };
}

/** What a worker process is started with. */
export interface WorkerProcessOptions {
  codec: Codec;
  mark: string;
  hear: (worker: WorkerProcess, message: WorkerMessage) => Promise<void> | undefined;
}

/**
 * A worker process as its driver sees it. Messages to it go to its stdin, each behind its length in
 * four bytes; its own come through its stdout between what the program prints, which is passed on
 * once the worker is ready: what it prints before, this program has printed already.
 */
export class WorkerProcess {
  readonly #child: Deno.ChildProcess;
  readonly #options: WorkerProcessOptions;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
  readonly #ready = Promise.withResolvers<boolean>();
  #lastWords = "";
  #isReady = false;
  #isAlive = true;
  /** Whether it has reached the search; false if it ended before. */
  readonly ready: Promise<boolean> = this.#ready.promise;
  /** Fulfilled when it is gone, and all that it has said was heard. */
  readonly ended: Promise<WorkerEnd>;

  constructor(command: Deno.Command, options: WorkerProcessOptions) {
    this.#options = options;
    this.#child = command.spawn();
    this.#input = this.#child.stdin.getWriter();
    // A pipe that breaks is news that `ended` brings.
    this.#input.closed.catch(() => {});
    const pumps = Promise.all([this.#pumpOutput(), this.#pumpErrors()]);
    // Nobody hears it any more; `ended` brings the error.
    pumps.catch(() => this.kill());
    this.ended = this.#end(pumps);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  send(message: DriverMessage): void {
    const bytes = this.#options.codec.serialize(message);
    const framed = new Uint8Array(4 + bytes.length);
    new DataView(framed.buffer).setUint32(0, bytes.length);
    framed.set(bytes, 4);
    this.#input.write(framed).catch(() => {});
  }

  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
  }

  /** Ends it in order, or by force where it takes too long. */
  async close(): Promise<void> {
    this.#input.close().catch(() => {});
    const limit = delay(CLOSE_LIMIT);
    await Promise.race([this.ended, limit.promise]);
    limit.cancel();
    this.kill();
    await this.ended;
  }

  async #end(pumps: Promise<unknown>): Promise<WorkerEnd> {
    const { code, signal } = await this.#child.status;
    this.#isAlive = false;
    // A process that the worker has started may hold its pipes open.
    const limit = delay(DRAIN_LIMIT);
    await Promise.race([pumps, limit.promise]);
    limit.cancel();
    for (const reader of this.#readers) reader.cancel().catch(() => {});
    await pumps;
    this.#input.close().catch(() => {});
    this.#ready.resolve(false);
    return { code, signal, lastWords: this.#lastWords.trim() };
  }

  async #pumpOutput(): Promise<void> {
    const frames = new FrameReader(this.#options.mark);
    for await (const bytes of this.#read(this.#child.stdout)) {
      // What is not read yet waits in the pipe, and in the end the worker with it.
      for (const piece of frames.read(bytes)) await this.#take(piece);
    }
    for (const piece of frames.end()) await this.#take(piece);
  }

  #take(
    { type, bytes }: { type: "message" | "print"; bytes: Uint8Array },
  ): Promise<void> | undefined {
    if (type === "print") {
      if (this.#isReady) writeAll(Deno.stdout, bytes);
      return undefined;
    }
    const message = this.#decode(bytes);
    // Its memory is broken, or somebody else writes under its mark: it cannot be relied on.
    if (message === undefined) {
      this.kill();
      return undefined;
    }
    if (message.type === "ready") {
      this.#isReady = true;
      this.#ready.resolve(true);
    }
    return this.#options.hear(this, message);
  }

  #decode(bytes: Uint8Array): WorkerMessage | undefined {
    try {
      const message = this.#options.codec.deserialize(bytes);
      const isMessage = typeof message === "object" && message !== null && "type" in message;
      return isMessage ? message as WorkerMessage : undefined;
    } catch {
      return undefined;
    }
  }

  async #pumpErrors(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#read(this.#child.stderr)) {
      if (this.#isReady) writeAll(Deno.stderr, bytes);
      else this.#lastWords = (this.#lastWords + decoder.decode(bytes)).slice(-MAX_LAST_WORDS);
    }
  }

  async *#read(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    const reader = stream.getReader();
    this.#readers.push(reader);
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  }
}
