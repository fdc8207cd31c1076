import type { WaitOptions } from "./_connect_writer.ts";
import { Connection } from "./_connection.ts";
import { copyDatabase, type DatabaseCopy } from "./_database_copy.ts";
import { openDriver } from "./_driver.ts";
import { explainFailure, isUnwritable } from "./_failure.ts";
import { isWritable, statDatabase } from "./_files.ts";
import { checkSchemaVersion, identifyDatabase } from "./_migrations.ts";
import { ATO_MODEL } from "./_read_ato.ts";
import type { ReadModel } from "./_read_model.ts";
import { PYTHON_MODEL } from "./_read_python.ts";
import { ReaderImport } from "./_reader_import.ts";
import { hasLogFiles } from "./_sidecars.ts";
import type { Target } from "./_target.ts";
import { TrackerError } from "./tracker_error.ts";

// Bytes 18 and 19 of the header are 2 where the log is write-ahead (https://sqlite.org/fileformat.html, 1.3)
const VERSION_OFFSET = 18;
const WRITE_AHEAD = 2;

/** A connection that only reads, and how to read this kind of database. */
export interface Reader {
  connection: Connection;
  model: ReadModel;
  /** None for a copy, and for the database of the Python ato, which has no spools. */
  spools: ReaderImport | undefined;
}

/** Opens the database for reading; what it holds stays as it is. */
export async function openReader(target: Target, options: WaitOptions): Promise<Reader> {
  const { path } = target;
  try {
    await checkIsThere(path);
    const { connection, isCopy } = await connect(target, options);
    return closeOnFailure(connection, () => {
      const model = chooseModel(connection);
      const hasSpools = !isCopy && model === ATO_MODEL;
      const spools = hasSpools
        ? new ReaderImport(path, () => connection.openAnotherDriver())
        : undefined;
      return { connection, model, spools };
    });
  } catch (error) {
    throw explainFailure(error, { action: "open", path });
  }
}

async function checkIsThere(path: string): Promise<void> {
  if (path === ":memory:") {
    throw refusal(path, "memory belongs to the logger that opened it, expected a file");
  }
  if (await statDatabase(path) !== undefined) return;
  throw refusal(
    path,
    "no such file, expected a database that SQLLogger has made: run an experiment first or " +
      "correct experiment.sql.db_path",
  );
}

/**
 * Any reader of a database with a write-ahead log makes the files -wal and -shm where they are not
 * there (https://sqlite.org/wal.html, 5), and only one that may write the database removes them.
 */
type Way =
  /** A connection that only reads: no file has to be made. */
  | "look"
  /** A connection that could write but is told not to, so that it removes what it makes. */
  | "tidy"
  /** A connection to a copy. */
  | "copy";

async function chooseWay(path: string): Promise<Way> {
  if (await hasLogFiles(path)) return "look";
  // From here on no connection is open, so that closing the file again drops nobody's locks
  if (!await isWriteAhead(path)) return "look";
  return await mayWrite(path) ? "tidy" : "copy";
}

async function mayWrite(path: string): Promise<boolean> {
  try {
    return await isWritable(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

async function connect(
  target: Target,
  options: WaitOptions,
): Promise<{ connection: Connection; isCopy: boolean }> {
  const way = await chooseWay(target.path);
  if (way !== "copy") {
    try {
      const readOnly = way === "look";
      return { connection: await connectTo(target, { ...options, readOnly }), isCopy: false };
    } catch (error) {
      if (!isUnwritable(error)) throw error;
    }
  }
  return { connection: await connectToCopy(target, options), isCopy: true };
}

async function connectTo(
  target: Target,
  options: WaitOptions & { readOnly: boolean },
): Promise<Connection> {
  const { readOnly } = options;
  const driver = await openDriver(target.driver, { path: target.path, readOnly });
  return prepareReader(new Connection(driver, target.path), options);
}

async function connectToCopy(target: Target, options: WaitOptions): Promise<Connection> {
  let copy: DatabaseCopy;
  try {
    copy = await copyDatabase(target.path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return await connectWithoutCopy(target, options);
  }
  const { path, remove } = copy;
  try {
    const driver = await openDriver(target.driver, { path, readOnly: false });
    return prepareReader(new Connection(driver, target.path, remove), options);
  } catch (error) {
    remove();
    throw error;
  }
}

// The files that SQLite makes stay behind then, unlike the error that there would be otherwise
async function connectWithoutCopy(target: Target, options: WaitOptions): Promise<Connection> {
  try {
    return await connectTo(target, { ...options, readOnly: true });
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    throw refusal(
      target.path,
      "its folder is read-only, so it is read from a copy among the temporary files, which Deno " +
        "has no permission to write, run again with --allow-write",
    );
  }
}

async function isWriteAhead(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const header = new Uint8Array(VERSION_OFFSET + 2);
  await file.read(header);
  return header.subarray(VERSION_OFFSET).includes(WRITE_AHEAD);
}

function prepareReader(connection: Connection, options: WaitOptions): Connection {
  return closeOnFailure(connection, () => {
    connection.exec(`PRAGMA busy_timeout = ${Math.ceil(options.busyTimeout)}`);
    connection.exec("PRAGMA query_only = ON");
    connection.exec("PRAGMA mmap_size = 0");
    connection.exec("PRAGMA trusted_schema = OFF");
    connection.prepare("SELECT count(*) FROM sqlite_schema").get();
    return connection;
  });
}

function chooseModel(connection: Connection): ReadModel {
  const { path } = connection;
  switch (identifyDatabase(connection)) {
    case "ato":
      checkSchemaVersion(connection);
      return ATO_MODEL;
    case "python":
      return PYTHON_MODEL;
    case "empty":
      throw refusal(path, "it holds no runs yet, expected a database that SQLLogger has made");
    case "foreign":
      throw refusal(
        path,
        "it is the database of another program, expected one that SQLLogger has made",
      );
  }
}

function closeOnFailure<T>(connection: Connection, work: () => T): T {
  try {
    return work();
  } catch (error) {
    connection.close();
    throw error;
  }
}

function refusal(path: string, state: string): TrackerError {
  return new TrackerError(`Cannot open "${path}": ${state}`, { path });
}
