import {
  type Certificate,
  findMissing,
  makeCertificate,
  ownProcess,
  run,
  startServer,
  TestServer,
  testWith,
} from "./_server.ts";

const MISSING = findMissing(["redis-server", "redis-cli"]);

/** What a Redis server of a test is like; as a fresh one from Debian if nothing is said. */
export interface RedisOptions {
  /** An append-only file that survives a kill, flushed so often; none by default. */
  appendonly?: "always" | "everysec";
  /** Further settings of `redis.conf`, such as `{ "maxmemory-policy": "noeviction" }`. */
  settings?: Readonly<Record<string, string>>;
  /** Who alone may do anything; anyone by default. A user is of the access control list. */
  login?: { user?: string; password: string };
  /** Encrypted connections alone. */
  tls?: boolean;
}

/** A Redis server of a test's own. */
export class RedisServer extends TestServer {
  readonly #options: RedisOptions;
  readonly #folder: string;
  readonly #certificate: Certificate | undefined;

  /** It is started by `startRedis()`. */
  constructor(folder: string, options: RedisOptions, certificate?: Certificate) {
    super({
      folder,
      ready: "Ready to accept connections",
      command: (port) => {
        const listen = ["--port", `${certificate === undefined ? port : 0}`];
        const secure = certificate === undefined ? [] : ["--tls-port", `${port}`];
        return ownProcess(["redis-server", "redis.conf", ...listen, ...secure]);
      },
    });
    this.#folder = folder;
    this.#options = options;
    this.#certificate = certificate;
  }

  /** Its address, with the password. */
  get url(): string {
    const { user = "", password } = this.#options.login ?? {};
    const login = password === undefined ? "" : `${user}:${encodeURIComponent(password)}@`;
    const scheme = this.#certificate === undefined ? "redis" : "rediss";
    return `${scheme}://${login}127.0.0.1:${this.port}`;
  }

  /** The file with the authority that vouches for it, if connections are encrypted. */
  get authority(): string | undefined {
    return this.#certificate?.authority;
  }

  /** Has it carry out a command, such as `config set maxmemory 1mb`, by `redis-cli`. */
  command(...words: readonly string[]): Promise<string> {
    const { user = "default", password } = this.#options.login ?? {};
    const login = password === undefined ? [] : ["--user", user, "--pass", password];
    const secure = this.#certificate === undefined
      ? []
      : ["--tls", "--cacert", this.#certificate.authority];
    const place = ["-e", "--no-auth-warning", "-p", `${this.port}`];
    return run(["redis-cli", ...place, ...login, ...secure, ...words]);
  }

  /** How many bytes its append-only file has. */
  appended(): number {
    return Deno.statSync(this.#appendOnlyFile()).size;
  }

  /** All that it has ever written down, if it does. */
  written(): string {
    return new TextDecoder().decode(Deno.readFileSync(this.#appendOnlyFile()));
  }

  /** Cuts the append-only file of a killed server, as a power cut does that comes before a flush. */
  loseAppended(size: number): void {
    Deno.truncateSync(this.#appendOnlyFile(), size);
  }

  #appendOnlyFile(): string {
    const folder = `${this.#folder}/appendonlydir`;
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    return `${folder}/${names.find((name) => name.endsWith(".incr.aof"))}`;
  }
}

/** Starts a Redis server on a port of loopback, with its data in a folder of its own. */
export function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  return startServer("redis", async (folder) => {
    const certificate = options.tls ? await makeCertificate(folder) : undefined;
    await Deno.writeTextFile(`${folder}/redis.conf`, formatSettings(options, certificate));
    return new RedisServer(folder, options, certificate);
  });
}

/** A test that needs a Redis server. */
export function testWithRedis(
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  testWith(MISSING, name, fn);
}

function formatSettings(
  { appendonly, settings = {}, login }: RedisOptions,
  certificate?: Certificate,
): string {
  const lines = ["bind 127.0.0.1"];
  if (appendonly !== undefined) lines.push("appendonly yes", `appendfsync ${appendonly}`);
  if (certificate !== undefined) {
    lines.push(`tls-cert-file ${certificate.certificate}`, `tls-key-file ${certificate.key}`);
    lines.push(`tls-ca-cert-file ${certificate.authority}`, "tls-auth-clients no");
  }
  if (login?.user !== undefined) {
    const password = JSON.stringify(`>${login.password}`);
    lines.push("user default off", `user ${login.user} on ${password} ~* &* +@all`);
  } else if (login !== undefined) {
    lines.push(`requirepass ${JSON.stringify(login.password)}`);
  }
  lines.push(...Object.entries(settings).map(([name, value]) => `${name} ${value}`));
  return lines.join("\n");
}
