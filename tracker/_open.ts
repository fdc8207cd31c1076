import { Connection } from "./_connection.ts";
import { openDriver } from "./_driver.ts";
import { classifyFailure, explainFailure } from "./_failure.ts";
import { type DatabaseKind, identifyDatabase, migrate } from "./_migrations.ts";
import type { Target } from "./_target.ts";
import { TrackerError } from "./tracker_error.ts";

// wal_autocheckpoint is in pages: 16 MiB of log, so that a point rarely pays for a checkpoint.
// Memory-mapped reading is off because a truncated file would kill the process (SIGBUS).
const WRITER_PRAGMAS: readonly string[] = [
  "synchronous = NORMAL",
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

/** Opens the database for writing; makes the folder, the file and the schema where they are missing. */
export async function openWriter(target: Target, options: WaitOptions): Promise<Connection> {
  await prepareFile(target.path);
  const deadline = performance.now() + options.busyTimeout;
  while (true) {
    try {
      return await openOnce(target, options);
    } catch (error) {
      // Turning a new file to write-ahead logging does not wait for the lock, so this loop does
      const isLate = performance.now() > deadline;
      if (classifyFailure(error) !== "busy" || isLate) {
        throw explainFailure(error, { action: "open", path: target.path });
      }
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
    }
  }
}

async function openOnce(target: Target, options: WaitOptions): Promise<Connection> {
  const driver = await openDriver(target.driver, { path: target.path, readOnly: false });
  const connection = new Connection(driver, target.path);
  try {
    connection.exec(`PRAGMA busy_timeout = ${Math.ceil(options.busyTimeout)}`);
    refuseOthers(identifyDatabase(connection), target.path);
    // An answer other than "wal" (memory, or a file system without shared memory) still is durable
    connection.exec("PRAGMA journal_mode = WAL");
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

async function prepareFile(path: string): Promise<void> {
  if (path === ":memory:") return;
  try {
    const info = await statIfThere(path);
    if (info !== undefined) return checkIsFile(info, path);
    const folder = parentOf(path);
    if (folder !== "") await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw explainFailure(error, { action: "open", path });
  }
}

/** What the system says about a path, or undefined where there is nothing. */
export async function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Throws where a path is a folder. */
export function checkIsFile(info: Deno.FileInfo, path: string): void {
  if (!info.isDirectory) return;
  throw new TrackerError(
    `Cannot open "${path}": it is a folder, expected a file such as "${
      path.replace(/[\\/]+$/, "")
    }/experiments.db"`,
    { path },
  );
}

function parentOf(path: string): string {
  return /^(.*)[\\/]/.exec(path)?.[1] ?? "";
}
