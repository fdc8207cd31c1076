import { CountedDriver, requireSameLibrary } from "./_libraries.ts";

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
