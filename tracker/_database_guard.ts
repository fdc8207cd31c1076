import { type FileIdentity, identifyFile } from "./_artifact_file.ts";
import { configureWriter, type WriterOptions } from "./_connect_writer.ts";
import type { Connection } from "./_connection.ts";
import type { Driver } from "./_driver.ts";
import { parentOf } from "./_files.ts";

/** What a guard needs to know. */
export interface GuardOptions extends WriterOptions {
  /** The uuid of the session. */
  session: string;
  onWarning: (message: string) => void;
}

/**
 * Notices that the file of an open database has lost its name: SQLite would go on writing to a file
 * that nobody can open any more, and all of it would be gone with the process.
 */
export class DatabaseGuard {
  readonly #connection: Connection;
  readonly #options: GuardOptions;
  #path: string;
  #file: FileIdentity | undefined;
  /** The files of the write-ahead log by their path. */
  #logs: ReadonlyMap<string, FileIdentity>;

  constructor(connection: Connection, options: GuardOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#path = connection.path;
    this.#file = identifyFile(this.#path);
    this.#logs = identifyLogs(this.#path);
  }

  /** Writes the database anew where it has gone; gives whether the connection is another one now. */
  check(): boolean {
    if (this.#file === undefined) return false;
    const current = identifyFile(this.#path);
    if (current !== undefined && isSame(current, this.#file)) return false;
    const other = current === undefined ? undefined : this.#openKnown();
    if (other !== undefined) this.#continueWith(other, this.#path);
    else this.#save(current === undefined ? this.#path : chooseName(this.#path));
    return true;
  }

  /** The database that is there now, if another process has written it anew from the same one. */
  #openKnown(): Driver | undefined {
    const driver = this.#connection.openAnotherDriver(this.#path);
    try {
      const statement = driver.prepare("SELECT 1 FROM session WHERE uuid = ?");
      if (statement.get(this.#options.session) !== undefined) return driver;
    } catch {
      // It is something else
    }
    driver.close();
    return undefined;
  }

  #save(path: string): void {
    const folder = parentOf(path);
    if (folder !== "") Deno.mkdirSync(folder, { recursive: true });
    const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.new`;
    try {
      this.#connection.prepare("VACUUM INTO ?").run(draft);
      this.#removeLogs();
      // Unlike a new name, a link does not replace what another process has written meanwhile
      Deno.linkSync(draft, path);
    } finally {
      Deno.removeSync(draft);
    }
    this.#continueWith(this.#connection.openAnotherDriver(path), path);
    this.#options.onWarning(
      `"${this.#connection.path}" was ${
        path === this.#path ? "removed" : "replaced"
      } while it was ` +
        `in use; what it held was written to "${path}", where recording goes on`,
    );
    this.#path = path;
  }

  /** Removes the log of the database that has gone, which SQLite would take for that of the new one. */
  #removeLogs(): void {
    for (const [path, log] of this.#logs) {
      const current = identifyFile(path);
      if (current !== undefined && isSame(current, log)) Deno.removeSync(path);
    }
  }

  #continueWith(driver: Driver, path: string): void {
    this.#connection.replaceDriver(driver);
    configureWriter(this.#connection, this.#options);
    this.#connection.prepare("SELECT count(*) FROM session").get();
    this.#file = identifyFile(path);
    this.#logs = identifyLogs(path);
  }
}

function identifyLogs(path: string): Map<string, FileIdentity> {
  const logs = new Map<string, FileIdentity>();
  for (const log of [`${path}-wal`, `${path}-shm`]) {
    const identity = path === ":memory:" ? undefined : identifyFile(log);
    if (identity !== undefined) logs.set(log, identity);
  }
  return logs;
}

function isSame(left: FileIdentity, right: FileIdentity): boolean {
  return left.dev === right.dev && left.ino === right.ino;
}

function chooseName(path: string): string {
  return `${path}.rescued-${crypto.randomUUID().slice(0, 8)}.db`;
}
