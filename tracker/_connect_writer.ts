import { Connection } from "./_connection.ts";
import { openDriver } from "./_driver.ts";
import { identifyDatabase, migrate } from "./_migrations.ts";
import type { Target } from "./_target.ts";
import { upgradePython } from "./_upgrade_python.ts";
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

/** How long to wait for other processes. */
export interface WaitOptions {
  /** In milliseconds. */
  busyTimeout: number;
}

/** How to connect for writing. */
export interface WriterOptions extends WaitOptions {
  /** Whether what is committed survives a loss of power, not only the death of the process. */
  survivesPowerLoss?: boolean;
  /** Whether the file lies where SQLite's write-ahead log cannot be shared. */
  isOnNetwork?: boolean;
  onWarning?: (message: string) => void;
}

/** Connects to a file for writing, once; makes the file and the schema where they are missing. */
export async function connectWriter(target: Target, options: WriterOptions): Promise<Connection> {
  const driver = await openDriver(target.driver, { path: target.path, readOnly: false });
  const connection = new Connection(driver, target.path);
  try {
    connection.exec(`PRAGMA busy_timeout = ${Math.ceil(options.busyTimeout)}`);
    const kind = identifyDatabase(connection);
    if (kind === "foreign") throw foreignError(target.path);
    if (kind === "python") upgradePython(connection, options);
    configureWriter(connection, options);
    migrate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Sets what a connection for writing needs, apart from how long it waits. */
export function configureWriter(connection: Connection, options: WriterOptions): void {
  // Another answer (memory, or a file system without shared memory) still is durable
  connection.exec(`PRAGMA journal_mode = ${options.isOnNetwork ? "DELETE" : "WAL"}`);
  connection.exec(`PRAGMA synchronous = ${options.survivesPowerLoss ? "FULL" : "NORMAL"}`);
  for (const pragma of WRITER_PRAGMAS) connection.exec(`PRAGMA ${pragma}`);
}

function foreignError(path: string): TrackerError {
  return new TrackerError(
    `Cannot open "${path}": it is the database of another program, choose another ` +
      "experiment.sql.db_path (the file was left as it is)",
    { path },
  );
}
