import type { Connection } from "./_connection.ts";
import type { DriverName } from "./_driver.ts";
import { classifyFailure, explainFailure } from "./_failure.ts";
import { statIfThere } from "./_files.ts";
import { listSpools } from "./_leftover_spools.ts";
import { findCrashedRuns } from "./_liveness.ts";
import { SCHEMA_VERSION } from "./_migrations.ts";
import { openReader } from "./_open_reader.ts";
import { ATO_MODEL } from "./_read_ato.ts";
import { readTarget } from "./_target.ts";
import type { DatabaseReport } from "./inspect_database.ts";

const BUSY_TIMEOUT = 5_000;
const LOCK_TIMEOUT = 200;
const MAX_PROBLEMS = 100;

/** Examines the database that a config names. */
export async function inspect(config: object): Promise<DatabaseReport> {
  const target = readTarget(config);
  const { path } = target;
  const spoolFiles = listSpoolsIfAllowed(path);
  const { connection, model, spools } = await openReader(target, { busyTimeout: BUSY_TIMEOUT });
  try {
    spools?.run();
    const isOurs = model === ATO_MODEL;
    const runs = model.runs(isOurs ? findCrashedRuns(connection) : []);
    return {
      path,
      kind: isOurs ? "ato" : "python",
      schemaVersion: {
        found: Number(readPragma(connection, "user_version")),
        expected: SCHEMA_VERSION,
      },
      sqliteVersion: String(
        connection.prepare("SELECT sqlite_version() AS version").get()?.version,
      ),
      journalMode: String(readPragma(connection, "journal_mode")),
      bytes: { database: await sizeOf(path), log: await sizeOf(`${path}-wal`) },
      damage: findDamage(connection),
      danglingRows: connection.prepare("PRAGMA foreign_key_check").all().length,
      lock: isOurs ? testWriteLock(connection, target.driver) : "unknown",
      pending: spoolFiles,
      runs: countRuns(connection, runs),
      trashedRuns: isOurs ? countTrash(connection) : 0,
    };
  } catch (error) {
    throw explainFailure(error, { action: "examine", path });
  } finally {
    spools?.close();
    connection.close();
  }
}

function readPragma(connection: Connection, name: string): unknown {
  return connection.prepare(`PRAGMA ${name}`).get()?.[name];
}

function findDamage(connection: Connection): string[] {
  const rows = connection.prepare(`PRAGMA integrity_check(${MAX_PROBLEMS})`).all();
  const lines = rows.flatMap((row) => String(row.integrity_check).split("\n"));
  return lines.filter((line) => line !== "ok" && line !== "");
}

function testWriteLock(connection: Connection, driver: DriverName): DatabaseReport["lock"] {
  const { path } = connection;
  const isAllowed = Deno.permissions.querySync({ name: "write", path }).state === "granted";
  if (!isAllowed || driver !== "node") return "unknown";
  try {
    const writer = connection.openAnotherDriver();
    try {
      writer.exec(`PRAGMA busy_timeout = ${LOCK_TIMEOUT}`);
      writer.exec("BEGIN IMMEDIATE");
      writer.exec("ROLLBACK");
      return "free";
    } finally {
      writer.close();
    }
  } catch (error) {
    return classifyFailure(error) === "busy" ? "held" : "unknown";
  }
}

function countRuns(connection: Connection, runs: string): Record<string, number> {
  const rows = connection.prepare(
    `SELECT coalesce(status, 'running') AS status, count(*) AS count FROM (${runs})
     GROUP BY 1 ORDER BY 1`,
  ).all();
  return Object.fromEntries(rows.map((row) => [String(row.status), Number(row.count)]));
}

function countTrash(connection: Connection): number {
  const sql = "SELECT count(*) AS count FROM run WHERE trashed_ms IS NOT NULL";
  return Number(connection.prepare(sql).get()?.count);
}

async function sizeOf(path: string): Promise<number> {
  return (await statIfThere(path))?.size ?? 0;
}

function listSpoolsIfAllowed(path: string): DatabaseReport["pending"] {
  try {
    const files = listSpools(path);
    return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
  } catch {
    return { files: 0, bytes: 0 };
  }
}
