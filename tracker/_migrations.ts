import type { Connection } from "./_connection.ts";
import { SCHEMA_1 } from "./_schema_1.ts";
import { TrackerError } from "./tracker_error.ts";

/** "ATO1" in ASCII, in the header of every database that the logger makes. */
const APPLICATION_ID = 0x41544f31;

/**
 * What leads from one schema to the next. The position plus one is the `user_version` reached, so
 * entries are only ever added.
 */
const MIGRATIONS: readonly (readonly string[])[] = [SCHEMA_1];

/** The schema version that this code reads and writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/** What a database file is, judged by reading alone. */
export type DatabaseKind = "empty" | "ato" | "python" | "foreign";

/** Tells whose database this is, without writing. */
export function identifyDatabase(connection: Connection): DatabaseKind {
  // In this order: another process may commit the schema, with its mark, between the two.
  const rows = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (readPragma(connection, "application_id") === APPLICATION_ID) return "ato";
  const tables = new Set(rows.map((row) => row.name));
  if (tables.size === 0) return "empty";
  const isPython = ["projects", "experiments", "metrics"].every((name) => tables.has(name));
  return isPython ? "python" : "foreign";
}

/** Throws where a newer version of this library has made the database. */
export function checkSchemaVersion(connection: Connection, newest: number = SCHEMA_VERSION): void {
  const version = readPragma(connection, "user_version");
  if (version <= newest) return;
  throw new TrackerError(
    `Cannot open "${connection.path}": its schema is version ${version}, expected at most ` +
      `${newest}, upgrade @ato/core or choose another experiment.sql.db_path`,
    { path: connection.path },
  );
}

/**
 * Brings an empty database, or one of an older schema, to the schema of this version. The version
 * is read under the lock that also guards the change, so that of two processes that start together
 * one migrates and the other finds nothing left to do.
 */
export function migrate(connection: Connection): void {
  connection.transaction(() => applyMigrations(connection), "EXCLUSIVE");
}

/** The same within a transaction that holds the lock. */
export function applyMigrations(
  connection: Connection,
  migrations: readonly (readonly string[])[] = MIGRATIONS,
): void {
  const version = readPragma(connection, "user_version");
  if (version === migrations.length) return;
  checkSchemaVersion(connection, migrations.length);
  for (const migration of migrations.slice(version)) {
    for (const sql of migration) connection.exec(sql);
  }
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  connection.exec(`PRAGMA user_version = ${migrations.length}`);
}

function readPragma(connection: Connection, name: string): number {
  const row = connection.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name] ?? 0);
}
