import { Connection } from "./_connection.ts";
import { openDriver } from "./_driver.ts";
import { classifyFailure, explainFailure } from "./_failure.ts";
import { checkSchemaVersion, identifyDatabase } from "./_migrations.ts";
import { checkIsFile, statIfThere, type WaitOptions } from "./_open.ts";
import { ATO_MODEL } from "./_read_ato.ts";
import type { ReadModel } from "./_read_model.ts";
import { PYTHON_MODEL } from "./_read_python.ts";
import type { Target } from "./_target.ts";
import { TrackerError } from "./tracker_error.ts";

/** A connection that only reads, and how to read this kind of database. */
export interface Reader {
  connection: Connection;
  model: ReadModel;
}

/** Opens the database for reading; the file and its content stay as they are. */
export async function openReader(target: Target, options: WaitOptions): Promise<Reader> {
  const { path } = target;
  try {
    await checkReadable(path);
    const connection = await connect(target, options);
    return closeOnFailure(connection, () => ({ connection, model: chooseModel(connection) }));
  } catch (error) {
    throw explainFailure(error, { action: "open", path });
  }
}

async function checkReadable(path: string): Promise<void> {
  if (path === ":memory:") {
    throw refusal(path, "memory belongs to the logger that opened it, expected a file");
  }
  const info = await statIfThere(path);
  if (info !== undefined) return checkIsFile(info, path);
  throw refusal(
    path,
    "no such file, expected a database that SQLLogger has made: run an experiment first or " +
      "correct experiment.sql.db_path",
  );
}

// A database with a write-ahead log cannot be read where neither the files -wal and -shm are there
// nor the folder may be written (https://sqlite.org/wal.html, 5). A copy elsewhere can.
async function connect(target: Target, options: WaitOptions): Promise<Connection> {
  try {
    return await connectTo(target, options);
  } catch (error) {
    const kind = classifyFailure(error);
    if (kind !== "cantopen" && kind !== "readonly") throw error;
    return await connectToCopy(target, options);
  }
}

async function connectTo(target: Target, options: WaitOptions): Promise<Connection> {
  const driver = await openDriver(target.driver, { path: target.path, readOnly: true });
  return prepareReader(new Connection(driver, target.path), options);
}

async function connectToCopy(target: Target, options: WaitOptions): Promise<Connection> {
  const folder = await Deno.makeTempDir({ prefix: "ato-" });
  function removeCopy(): void {
    Deno.removeSync(folder, { recursive: true });
  }
  try {
    const path = `${folder}/copy.db`;
    for (const suffix of ["", "-wal", "-journal"]) {
      await copyIfThere(target.path + suffix, path + suffix);
    }
    const driver = await openDriver(target.driver, { path, readOnly: false });
    return prepareReader(new Connection(driver, target.path, removeCopy), options);
  } catch (error) {
    if (await statIfThere(folder) !== undefined) removeCopy();
    throw error;
  }
}

// A copy inherits the mode of a read-only file, and SQLite has to write to merge the log
async function copyIfThere(from: string, to: string): Promise<void> {
  if (await statIfThere(from) === undefined) return;
  await Deno.copyFile(from, to);
  if (Deno.build.os !== "windows") await Deno.chmod(to, 0o600);
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
