import { TcpProxy } from "../_tcp_proxy.ts";

/** From when to when, in milliseconds since 1970. */
export type Interval = readonly [from: number, to: number];

/** What a process of a study is started with. */
export interface MemberOptions {
  rank: number;
  /** Where the server is. */
  url: string;
  port: number;
  args: readonly string[];
}

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const PROGRAM = new URL("../hyperopt/testdata/programs/soak.ts", import.meta.url).pathname;
/** So much is kept of what it prints. */
const MAX_OUTPUT = 20_000;

/** A process of a study with its own way to the server, which can be cut, and what befell it. */
export class Member {
  readonly rank: number;
  readonly proxy: TcpProxy;
  readonly begin: number = Date.now();
  /** When it could not do its work, the last of them up to Infinity while that lasts. */
  readonly troubles: Interval[] = [];
  readonly ended: Promise<Deno.CommandStatus>;
  /** Whether somebody else has ended it, or has told it to end. */
  isDoomed = false;
  output = "";
  #isAlive = true;
  readonly #child: Deno.ChildProcess;

  constructor({ rank, url, port, args }: MemberOptions) {
    this.rank = rank;
    this.proxy = new TcpProxy(port);
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", "--config", CONFIG, PROGRAM, ...args],
      env: { NO_COLOR: "1", RANK: `${rank}`, ATO_QUEUE_URL: this.proxy.via(url) },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const read = [this.#child.stdout, this.#child.stderr].map((stream) => this.#read(stream));
    this.ended = this.#end(read);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Whether nothing hinders it at present. */
  get isWell(): boolean {
    return this.#isAlive && !this.isDoomed && this.troubles.every(([, to]) => to < Date.now());
  }

  /** Sends it a signal, unless it has ended. */
  signal(name: Deno.Signal): void {
    if (!this.#isAlive) return;
    try {
      Deno.kill(this.pid, name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Takes that it cannot work from now on; gives what takes that it can again. */
  trouble(): () => void {
    const from = Date.now();
    this.troubles.push([from, Infinity]);
    const at = this.troubles.length - 1;
    return () => this.troubles[at] = [from, Date.now()];
  }

  /** Whether it has worked undisturbed in all of the time. */
  wasWell([from, to]: Interval): boolean {
    return this.troubles.every((trouble) => trouble[1] < from || trouble[0] > to);
  }

  async #end(read: readonly Promise<void>[]): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    this.#isAlive = false;
    this.troubles.push([Date.now(), Infinity]);
    await Promise.all([...read, this.proxy[Symbol.asyncDispose]()]);
    return status;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.output = (this.output + text).slice(-MAX_OUTPUT);
    }
  }
}
