import { isThere } from "./_child.ts";

/** A server program, and how one sees that it runs. */
export interface ServerProgram {
  /** The command that starts it in the foreground, listening on a port of loopback. */
  command(port: number): readonly string[];
  /** What it prints once it answers. */
  ready: string;
  /** The folder that it runs in, which goes away with it. */
  folder: string;
}

/** How long a server may take to start, in ms. */
const START_LIMIT = 60_000;

/**
 * Listens on a free port of loopback. It is below those that the system gives to outgoing
 * connections (from 32768 on): such a connection would keep a killed server from its port, and a
 * client that tries to reach the server meanwhile can even end up connected to itself.
 */
export function listenOnLoopback(): Deno.TcpListener {
  while (true) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    try {
      return Deno.listen({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

function findPort(): number {
  using listener = listenOnLoopback();
  return listener.addr.port;
}

/** A real server of a test's own, which can be killed, frozen and started again. */
export class TestServer implements AsyncDisposable {
  readonly #program: ServerProgram;
  #port = findPort();
  #child: Deno.ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #log = "";

  /** It does not run before `startServer()`. */
  constructor(program: ServerProgram) {
    this.#program = program;
  }

  /** Where it listens, from the first start to the end. */
  get port(): number {
    return this.#port;
  }

  /** What it has printed since its last start. */
  get log(): string {
    return this.#log;
  }

  /** Starts it for the first time; waits until it answers. */
  async start(): Promise<void> {
    while (!await this.#launch()) {
      // Another may have taken the port since it was found free.
      if (!/address already in use/i.test(this.#log)) {
        throw new Error(`Cannot start a server:\n${this.#log}`);
      }
      this.#port = findPort();
    }
  }

  /** Kills all its processes at once, as the loss of its machine does; its data stay. */
  async kill(): Promise<void> {
    // What is frozen starts no further process while their list is read.
    this.freeze();
    this.#signal("SIGKILL");
    await this.#ended;
  }

  /** Asks it to end in good order, and waits until it has. */
  async shutDown(): Promise<void> {
    // After a SIGTERM PostgreSQL would wait for its clients; to Redis both are the same.
    if (this.#child !== undefined) Deno.kill(this.#child.pid, "SIGINT");
    await this.#ended;
  }

  /** Starts it on the same port and data, after killing it if it runs; waits until it answers. */
  async restart(): Promise<void> {
    await this.kill();
    if (!await this.#launch()) throw new Error(`Cannot restart a server:\n${this.#log}`);
  }

  /** Stops its processes where they are: it accepts connections, and never answers. */
  freeze(): void {
    this.#signal("SIGSTOP");
  }

  /** Lets its processes go on. */
  thaw(): void {
    this.#signal("SIGCONT");
  }

  /** Kills it and removes its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#program.folder, { recursive: true });
  }

  /** Whether it has been started and answers; if not, nothing of it is left. */
  async #launch(): Promise<boolean> {
    const [program = "", ...args] = this.#program.command(this.#port);
    const child = new Deno.Command(program, {
      args,
      cwd: this.#program.folder,
      env: { LC_ALL: "C" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#log = "";
    const { promise: isReady, resolve } = Promise.withResolvers<boolean>();
    const output = [child.stdout, child.stderr].map((stream) => this.#read(stream, resolve));
    // All its processes print to the same place: where that ends the last of them has ended.
    this.#ended = Promise.all([child.status, ...output]).then(() => {
      this.#child = undefined;
      resolve(false);
    });
    const timer = setTimeout(() => resolve(false), START_LIMIT);
    const isUp = await isReady;
    clearTimeout(timer);
    if (!isUp) await this.kill();
    return isUp;
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    resolve: (isReady: boolean) => void,
  ): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#log += text;
      if (this.#log.includes(this.#program.ready)) resolve(true);
    }
  }

  #signal(signal: Deno.Signal): void {
    if (this.#child === undefined) return;
    const { pid } = this.#child;
    for (const one of [pid, ...childrenOf(pid)]) {
      try {
        Deno.kill(one, signal);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
}

/** Starts a server in a folder of its own, where it is prepared. */
export async function startServer<S extends TestServer>(
  name: string,
  prepare: (folder: string) => Promise<S>,
): Promise<S> {
  const folder = await Deno.makeTempDir({ prefix: `ato_${name}_` });
  try {
    const server = await prepare(folder);
    await server.start();
    return server;
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}

/** A command that ends with the thread that started it, carried out as another user if need be. */
export function ownProcess(command: readonly string[], user?: string): readonly string[] {
  const identity = user === undefined
    ? []
    : [`--reuid=${user}`, `--regid=${user}`, "--init-groups"];
  if (user === undefined && !isThere("setpriv")) return command;
  return ["setpriv", ...identity, "--pdeathsig=KILL", ...command];
}

/** Runs a program to its end; gives what it has printed. */
export async function run([program = "", ...args]: readonly string[]): Promise<string> {
  const env = { LC_ALL: "C" };
  const { success, stdout, stderr } = await new Deno.Command(program, { args, env }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trimEnd());
  if (!success) throw new Error(`Cannot run "${program}": ${errors}\n${text}`);
  return text!;
}

/** The first of some programs, or of those that all servers need, that this machine has not. */
export function findMissing(programs: readonly string[]): string | undefined {
  return programs.find((program) => !isThere(program)) ??
    (isThere("openssl", "version") ? undefined : "openssl");
}

/** A certificate for loopback and the authority that vouches for it. */
export interface Certificate {
  /** The paths of files. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate in a folder. The authority is another one, as clients insist on. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const path = `${folder}/authority.pem`;
  const make = ["openssl", "req", "-x509", "-days", "2", "-nodes"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout"];
  await run([...make, ...key, `${folder}/authority.key`, "-out", path, "-subj", "/CN=Authority"]);
  await run([
    ...make,
    ...key,
    `${folder}/server.key`,
    ...["-out", `${folder}/server.pem`, "-subj", "/CN=localhost"],
    ...["-CA", path, "-CAkey", `${folder}/authority.key`],
    ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  ]);
  return { authority: path, certificate: `${folder}/server.pem`, key: `${folder}/server.key` };
}

/** The processes that a process has started. */
export function childrenOf(pid: number): number[] {
  if (Deno.build.os !== "linux") return [];
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(parent) === pid ? [Number(name)] : [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

/** A test that needs a program; where that is missing its name says so. */
export function testWith(
  missing: string | undefined,
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  const ignore = missing !== undefined;
  Deno.test({ name: `${name}${ignore ? ` (ignored: there is no ${missing})` : ""}`, ignore, fn });
}
