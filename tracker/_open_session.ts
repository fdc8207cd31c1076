import { Backlog } from "./_backlog.ts";
import type { Connection } from "./_connection.ts";
import { DatabaseGuard } from "./_database_guard.ts";
import { readEnvironment } from "./_environment.ts";
import { isUnwritable } from "./_failure.ts";
import { countWriters, importSpools } from "./_leftover_spools.ts";
import { warnOfOldLibrary } from "./_library_version.ts";
import { findNetworkFileSystem } from "./_network_file_system.ts";
import { openWriter } from "./_open.ts";
import { endSession, insertSession, markSpooled, readIdentity } from "./_session.ts";
import { Recorder } from "./_recorder.ts";
import { Spool } from "./_spool.ts";
import type { Target } from "./_target.ts";
import { printWarning } from "./_warning.ts";
import type { SQLLoggerOptions } from "./options.ts";

const DEFAULT_BUSY_TIMEOUT = 30_000;

/** What a logger works with from when it opens to when it closes. */
export interface Session {
  /** The number of the session in the database. */
  id: number;
  connection: Connection;
  recorder: Recorder;
  close(): void;
}

/** Opens the database for a logger, takes over what dead processes have left, and says who logs. */
export async function openSession(
  target: Target,
  options: SQLLoggerOptions,
  findNetwork: (path: string) => string | undefined = findNetworkFileSystem,
): Promise<Session> {
  const { busyTimeout = DEFAULT_BUSY_TIMEOUT, strict = false } = options;
  const { durability = "process", onWarning = printWarning } = options;
  const survivesPowerLoss = durability === "power";
  const environment = await readEnvironment();
  const network = findNetwork(target.path);
  const isOnNetwork = network !== undefined;
  if (isOnNetwork) onWarning(describeNetwork(target.path, network));
  const writing = { busyTimeout, survivesPowerLoss, isOnNetwork, onWarning };
  const connection = await openWriter(target, writing);
  const uuid = crypto.randomUUID();
  try {
    return connection.attempt("open", () => {
      if (target.path !== ":memory:") importSpools(connection, onWarning);
      const record = { uuid, identity: readIdentity(), environment, isSpooled: false };
      const id = insertSession(connection, record);
      const recorder = new Recorder({
        connection,
        session: uuid,
        backlog: new Backlog(
          () => beginSpool(connection, { id, uuid, onWarning }),
          survivesPowerLoss,
        ),
        guard: new DatabaseGuard(connection, { ...writing, session: uuid }),
        busyTimeout,
        isStrict: strict,
        onWarning,
      });
      return { id, connection, recorder, close: () => close({ id, connection, recorder }) };
    });
  } catch (error) {
    connection.close();
    throw error;
  }
}

function describeNetwork(path: string, type: string): string {
  return `"${path}" lies on a network file system (${type}), whose machines cannot share SQLite's ` +
    "write-ahead log, so it is written with the older rollback journal, which needs file locks " +
    "that work there";
}

/** Makes the spool of a session, by which others see from then on whether its process lives. */
function beginSpool(
  connection: Connection,
  { id, uuid, onWarning }: { id: number; uuid: string; onWarning: (message: string) => void },
): Spool | undefined {
  const spool = makeSpool(connection.path, uuid);
  if (spool === undefined) return undefined;
  try {
    markSpooled(connection, id);
    const warning = warnOfOldLibrary(connection, countWriters(connection.path));
    if (warning !== undefined) onWarning(warning);
    return spool;
  } catch (error) {
    spool.remove();
    throw error;
  }
}

// A folder in which SQLite may write but this process may make none is no reason not to log
function makeSpool(path: string, session: string): Spool | undefined {
  if (path === ":memory:") return undefined;
  try {
    return Spool.create({ databasePath: path, session });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || isUnwritable(error)) return undefined;
    throw error;
  }
}

function close({ id, connection, recorder }: Omit<Session, "close">): void {
  try {
    if (!recorder.close()) return;
    connection.attempt("close", () => endSession(connection, id));
  } catch (error) {
    recorder.warnings.fail(error, "close", "all that was logged is in the database");
  } finally {
    connection.close();
  }
}
