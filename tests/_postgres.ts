import { isThere } from "./_child.ts";
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

/** Debian keeps the programs of the server out of the way, in a folder for each version. */
const PROGRAMS = findPrograms();

const MISSING = PROGRAMS === undefined ? "initdb" : findMissing(["psql", "setpriv"]);

/** What a PostgreSQL server of a test is like; as a fresh one if nothing is said. */
export interface PostgresOptions {
  /** Settings of `postgresql.conf`, such as `{ max_connections: "20" }`. */
  settings?: Readonly<Record<string, string>>;
  /** Who alone may do anything; by default anyone who calls himself `postgres`. */
  login?: { user?: string; password: string };
  /** Whether connections can be encrypted. */
  tls?: boolean;
}

/** A PostgreSQL server of a test's own. */
export class PostgresServer extends TestServer {
  readonly #options: PostgresOptions;

  /** The file with the authority that vouches for it, if connections can be encrypted. */
  readonly authority: string | undefined;

  /** It is started by `startPostgres()`. */
  constructor(folder: string, options: PostgresOptions, certificate?: Certificate) {
    super({
      folder,
      ready: "database system is ready to accept connections",
      command(port) {
        const settings = Object.entries({
          listen_addresses: "127.0.0.1",
          port: `${port}`,
          unix_socket_directories: "",
          // What a killed server leaves there, nobody would remove.
          dynamic_shared_memory_type: "mmap",
          ...(certificate !== undefined && {
            ssl: "on",
            ssl_cert_file: certificate.certificate,
            ssl_key_file: certificate.key,
          }),
          ...options.settings,
        });
        const words = settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
        return ownProcess([`${PROGRAMS}/postgres`, "-D", `${folder}/data`, ...words], otherUser());
      },
    });
    this.#options = options;
    this.authority = certificate?.authority;
  }

  /** Its address, with the password. */
  get url(): string {
    const { user = "postgres", password } = this.#options.login ?? {};
    const name = password === undefined ? user : `${user}:${encodeURIComponent(password)}`;
    return `postgres://${name}@127.0.0.1:${this.port}/postgres${
      this.authority ? "?sslmode=require" : ""
    }`;
  }

  /** Has it carry out a statement, by `psql`; gives the rows, one a line. */
  query(statement: string): Promise<string> {
    return run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, this.url]);
  }
}

/** Starts a PostgreSQL server on a port of loopback, with its data in a folder of its own. */
export function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { user = "postgres", password } = options.login ?? {};
  return startServer("postgres", async (folder) => {
    const certificate = options.tls ? await makeCertificate(folder) : undefined;
    await Deno.writeTextFile(`${folder}/password`, password ?? "");
    const owner = otherUser();
    if (owner !== undefined) await run(["chown", "-R", owner, folder]);
    const login = password === undefined
      ? ["--auth=trust"]
      : ["--auth=scram-sha-256", `--pwfile=${folder}/password`];
    const place = ["-D", `${folder}/data`, "--no-sync", "--encoding=UTF8", "--locale=C"];
    await run(ownProcess([`${PROGRAMS}/initdb`, ...place, "-U", user, ...login], owner));
    return new PostgresServer(folder, options, certificate);
  });
}

/** A test that needs a PostgreSQL server. */
export function testWithPostgres(
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  testWith(MISSING, name, fn);
}

/** PostgreSQL refuses to run as root. */
function otherUser(): string | undefined {
  return Deno.uid() === 0 ? "postgres" : undefined;
}

function findPrograms(): string | undefined {
  const versions = "/usr/lib/postgresql";
  try {
    const names = [...Deno.readDirSync(versions)].map(({ name }) => name);
    const newest = names.toSorted((a, b) => Number(b) - Number(a))[0];
    return newest && isThere(`${versions}/${newest}/bin/initdb`)
      ? `${versions}/${newest}/bin`
      : undefined;
  } catch {
    return undefined;
  }
}
