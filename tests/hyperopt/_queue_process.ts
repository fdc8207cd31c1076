import { assertEquals } from "@std/assert";
import { childCommand, type ChildResult } from "../_child.ts";

/** What hangs is killed after so long, in milliseconds. */
const LIMIT = 60_000;

/** What a process says that has waited for others, or came too late: on a busy machine it may be right. */
const PATIENCE =
  /^(No worker is there yet|Waiting for whoever drives|The study ".*" is over:) .*\n/gm;

/** How a process of a search on several machines is started. */
export interface QueueProcessOptions {
  /** Its number: 0 drives. */
  rank: number;
  /** Where the server is; else what the arguments say. */
  url?: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** What a process has found, as the program `queue` prints it. */
export interface Found {
  readonly scheduler: string;
  readonly metric: number;
  readonly checkpoint: string;
  readonly choices: readonly unknown[];
}

/** A process of a search on several machines: one of the test programs. */
export class QueueProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #pumps: Promise<unknown>;
  readonly #ended: Promise<number>;
  readonly #timer: ReturnType<typeof setTimeout>;
  #stdout = "";
  #stderr = "";
  #news = Promise.withResolvers<void>();
  #isOver = false;

  /** Starts one of the test programs. */
  constructor(program: string, { rank, url, args = [], env = {} }: QueueProcessOptions) {
    const address = url === undefined ? {} : { ATO_QUEUE_URL: url };
    this.#child = childCommand(`hyperopt/testdata/programs/${program}.ts`, {
      args,
      env: { RANK: `${rank}`, ...address, ...env },
    }).spawn();
    this.#pumps = Promise.all([
      this.#read(this.#child.stdout, (text) => this.#stdout += text),
      this.#read(this.#child.stderr, (text) => this.#stderr += text),
    ]);
    this.#timer = setTimeout(() => this.signal("SIGKILL"), LIMIT);
    this.#ended = this.#watch();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it has printed so far. */
  get printed(): string {
    return this.#stdout;
  }

  /** Waits until what it has printed or said matches. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      const news = this.#news.promise;
      const match = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr);
      if (match !== null) return match;
      if (this.#isOver) break;
      await news;
    }
    throw new Error(`It never came to ${pattern}:\n${this.#stdout}\n${this.#stderr}`);
  }

  /** Waits until it has ended. */
  async end(): Promise<ChildResult> {
    const code = await this.#ended;
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  /** Waits until it has ended well; gives what it has found, as the program `queue` prints it. */
  async found(): Promise<Found[]> {
    const { code, stdout, stderr } = await this.end();
    assertEquals([code, stderr.replaceAll(PATIENCE, "")], [0, ""], stdout);
    return stdout.matchAll(/^found (.*)$/gm).map(([, text]) => JSON.parse(text!)).toArray();
  }

  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  /** Kills it if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.end();
  }

  async #watch(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#pumps;
    clearTimeout(this.#timer);
    this.#isOver = true;
    this.#hear();
    return code;
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    add: (text: string) => void,
  ): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      add(text);
      this.#hear();
    }
  }

  #hear(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
