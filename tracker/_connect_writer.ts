import { Connection } from "./_connection.ts";
import { openDriver } from "./_driver.ts";
import { type DatabaseKind, identifyDatabase, migrate } from "./_migrations.ts";
import type { Target } from "./_target.ts";
import { TrackerError } from "./tracker_error.ts";

// wal_autocheckpoint is in pages: 16 MiB of log, so that a point rarely pays for a checkpoint.
// Memory-mapped reading is off because a truncated file would kill the process (SIGBUS).
const WRITER_PRAGMAS: readonly string[] = [
  "foreign_keys = ON",
  "temp_store = MEMORY",
  "mmap_size = 0",
  "journal_size_limit = 67108864",
  "wal_autocheckpoint = 4000",
];

const REFUSALS: Readonly<Record<Exclude<DatabaseKind, "ato" | "empty">, string>> = {
  python: "it is an older database, made by the Python ato, which can be read with SQLFinder but " +
    "not written, choose another experiment.sql.db_path (the file was left as it is)",
  foreign: "it is the database of another program, choose another experiment.sql.db_path " +
    "(the file was left as it is)",
};

/** How long to wait for other processes. */
export interface WaitOptions {
  /** In milliseconds. */
  busyTimeout: number;
}

/** How to connect for writing. */
export interface WriterOptions extends WaitOptions {
  /** Whether what is committed survives a loss of power, not only the death of the process. */
  survivesPowerLoss?: boolean;
}

/** Connects to a file for writing, once; makes the file and the schema where they are missing. */
export async function connectWriter(target: Target, options: WriterOptions): Promise<Connection> {
  const driver = await openDriver(target.driver, { path: target.path, readOnly: false });
  const connection = new Connection(driver, target.path);
  try {
    connection.exec(`PRAGMA busy_timeout = ${Math.ceil(options.busyTimeout)}`);
    refuseOthers(identifyDatabase(connection), target.path);
    // An answer other than "wal" (memory, or a file system without shared memory) still is durable
    connection.exec("PRAGMA journal_mode = WAL");
    connection.exec(`PRAGMA synchronous = ${options.survivesPowerLoss ? "FULL" : "NORMAL"}`);
    for (const pragma of WRITER_PRAGMAS) connection.exec(`PRAGMA ${pragma}`);
    migrate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function refuseOthers(kind: DatabaseKind, path: string): void {
  if (kind === "ato" || kind === "empty") return;
  throw new TrackerError(`Cannot open "${path}": ${REFUSALS[kind]}`, { path });
}
