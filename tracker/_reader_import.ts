import { Connection } from "./_connection.ts";
import type { Driver } from "./_driver.ts";
import { isUnwritable } from "./_failure.ts";
import {
  describeUnreadable,
  importSpool,
  isOfFile,
  listSpools,
  type SpoolFile,
} from "./_leftover_spools.ts";
import { printWarning } from "./_warning.ts";

/** How long a reader waits for a process that writes, in milliseconds. */
const BUSY_TIMEOUT = 100;

/**
 * Brings what waits in the spools into the database before it is read, so that whatever was logged
 * is found. Where that cannot be, because this process may not write or others keep the database
 * locked, what waits is found a moment later.
 */
export class ReaderImport {
  readonly #path: string;
  readonly #openDriver: () => Driver;
  readonly #seen = new Map<string, string>();
  readonly #told = new Set<string>();
  #connection: Connection | undefined;
  #isAllowed: boolean;

  /**
   * @param path the database
   * @param openDriver opens it for writing
   */
  constructor(path: string, openDriver: () => Driver) {
    this.#path = path;
    this.#openDriver = openDriver;
    this.#isAllowed = isGranted("read", path) && isGranted("write", path);
  }

  /** Imports what was added since the last call. */
  run(): void {
    if (!this.#isAllowed) return;
    try {
      for (const file of listSpools(this.#path)) this.#importFile(file);
    } catch (error) {
      // What another process keeps from being imported now is tried again by the next call
      if (isUnwritable(error)) this.#isAllowed = false;
    }
  }

  close(): void {
    this.#connection?.close();
    this.#isAllowed = false;
  }

  #importFile(file: SpoolFile): void {
    const state = `${file.size} ${file.modified}`;
    if (this.#seen.get(file.path) === state) return;
    const connection = this.#connect();
    try {
      importSpool(connection, file, printWarning);
    } catch (error) {
      if (!isOfFile(error)) throw error;
      this.#tell(file.path, error);
    }
    this.#seen.set(file.path, state);
  }

  #tell(path: string, error: unknown): void {
    if (this.#told.has(path)) return;
    this.#told.add(path);
    printWarning(describeUnreadable(path, error));
  }

  #connect(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    const connection = new Connection(this.#openDriver(), this.#path);
    this.#connection = connection;
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    connection.exec("PRAGMA foreign_keys = ON");
    connection.exec("PRAGMA synchronous = NORMAL");
    connection.exec("PRAGMA mmap_size = 0");
    return connection;
  }
}

function isGranted(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}
