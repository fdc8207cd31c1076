import { TrackerError } from "./tracker_error.ts";

const OPEN_FILES: unique symbol = Symbol.for("ato.tracker.openFiles");

/** What SQLite stores. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** One result row by column name. */
export type Row = Record<string, SqlValue>;

/** A compiled statement; values bind to `?` or `?1` in order. */
export interface Statement {
  /** Runs the statement and drops what it returns. */
  run(...values: SqlValue[]): void;
  /** The first row, or undefined. */
  get(...values: SqlValue[]): Row | undefined;
  /** All rows. */
  all(...values: SqlValue[]): Row[];
  /** All rows, each a list of its values: a third of the time that `all` takes. */
  lists(...values: SqlValue[]): SqlValue[][];
}

/**
 * One connection of one SQLite library. An implementation only translates: policy (transactions,
 * errors, pragmas) belongs to `Connection`. Integers come back exact up to 2^53, text and blobs
 * unchanged, and numbers of any size and ±Infinity survive being bound to a REAL column.
 */
export interface Driver {
  /** Whether a transaction is open. SQLite itself ends one after some errors. */
  readonly inTransaction: boolean;
  /** Runs one statement without values. */
  exec(sql: string): void;
  /** Compiles one statement. */
  prepare(sql: string): Statement;
  /** Opens another connection, for reading and writing, with the same library. */
  openAnother(path: string): Driver;
  /** Closes the connection and all its statements; closing twice does nothing. */
  close(): void;
}

/** How a driver opens a file. */
export interface DriverOptions {
  /** Whether to open for reading only; the file must be there then. */
  readOnly: boolean;
}

/** The names under which `experiment.sql.driver` chooses a driver. */
export const DRIVER_NAMES = ["node", "ffi"] as const;

/** A name of a driver. */
export type DriverName = typeof DRIVER_NAMES[number];

/**
 * Opens a file with the driver of that name, loading its library first.
 *
 * @throws {TrackerError} If this process has the file open with the other driver.
 */
export async function openDriver(
  library: DriverName,
  { path, readOnly }: { path: string } & DriverOptions,
): Promise<Driver> {
  requireSameLibrary(path, library);
  const driver = await load(library, { path, readOnly });
  return new CountedDriver(driver, { path, library });
}

async function load(
  library: DriverName,
  { path, readOnly }: { path: string } & DriverOptions,
): Promise<Driver> {
  if (library === "ffi") {
    const { openFfiDriver } = await import("./_driver_ffi.ts");
    return await openFfiDriver(path, { readOnly });
  }
  const { openNodeDriver } = await import("./_driver_node.ts");
  return await openNodeDriver(path, { readOnly });
}

/** The files that this process has open, and with which library. */
type OpenFiles = Map<string, { library: DriverName; connections: number }>;

// Of the realm, not of this module: a program may have loaded the module in two versions
function openFiles(): OpenFiles {
  const realm = globalThis as { [OPEN_FILES]?: OpenFiles };
  return realm[OPEN_FILES] ??= new Map();
}

/**
 * Throws where this process has a file open with another SQLite library: closing it in the one would
 * drop the POSIX locks of the other (https://sqlite.org/howtocorrupt.html, 2.2.1), and two writers
 * without locks destroy the file.
 */
function requireSameLibrary(path: string, library: DriverName): void {
  const other = openFiles().get(identify(path) ?? "")?.library ?? library;
  if (other === library) return;
  throw new TrackerError(
    `Cannot open "${path}" with the driver "${library}": this process has it open with the driver ` +
      `"${other}", expected one driver for one file, set experiment.sql.driver to "${other}"`,
    { path },
  );
}

/** A driver that counts as a connection to its file until it is closed. */
class CountedDriver implements Driver {
  readonly #driver: Driver;
  readonly #library: DriverName;
  readonly #file: string | undefined;
  #isOpen = true;

  constructor(driver: Driver, { path, library }: { path: string; library: DriverName }) {
    this.#driver = driver;
    this.#library = library;
    this.#file = identify(path);
    if (this.#file === undefined) return;
    const connections = openFiles().get(this.#file)?.connections ?? 0;
    openFiles().set(this.#file, { library, connections: connections + 1 });
  }

  get inTransaction(): boolean {
    return this.#driver.inTransaction;
  }

  exec(sql: string): void {
    this.#driver.exec(sql);
  }

  prepare(sql: string): Statement {
    return this.#driver.prepare(sql);
  }

  openAnother(path: string): Driver {
    return new CountedDriver(this.#driver.openAnother(path), { path, library: this.#library });
  }

  close(): void {
    this.#driver.close();
    if (!this.#isOpen || this.#file === undefined) return;
    this.#isOpen = false;
    const connections = (openFiles().get(this.#file)?.connections ?? 1) - 1;
    if (connections === 0) openFiles().delete(this.#file);
    else openFiles().set(this.#file, { library: this.#library, connections });
  }
}

/** The file behind a path, whatever the path; undefined for memory and where there is none. */
function identify(path: string): string | undefined {
  if (path === ":memory:") return undefined;
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
