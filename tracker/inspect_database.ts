import { reportMistakes } from "../adict/mod.ts";

/** The state of a database file. */
export interface DatabaseReport {
  /** The file. */
  readonly path: string;
  /** Who has made it: this package, or the Python ato. */
  readonly kind: "ato" | "python";
  /** The version of the schema, and the one that this package writes; 0 of the Python ato's. */
  readonly schemaVersion: { readonly found: number; readonly expected: number };
  /** The version of the SQLite library that reads it here. */
  readonly sqliteVersion: string;
  /** How SQLite journals: "wal", or "delete" where write-ahead logging is not possible. */
  readonly journalMode: string;
  /** The sizes of the file and of its write-ahead log, in bytes. */
  readonly bytes: { readonly database: number; readonly log: number };
  /** What is damaged, as SQLite's own check says it; empty where nothing is. */
  readonly damage: readonly string[];
  /** How many rows point to a row that is not there. */
  readonly danglingRows: number;
  /** Whether another program holds the lock for writing; "unknown" where this one may not write. */
  readonly lock: "free" | "held" | "unknown";
  /** Files of logged points beside the database that are not in it yet, and their bytes. */
  readonly pending: { readonly files: number; readonly bytes: number };
  /** How many runs there are in each status, those in the trash left out. */
  readonly runs: Readonly<Record<string, number>>;
  /** How many runs are in the trash. */
  readonly trashedRuns: number;
}

/**
 * Examines a database: whether it is whole, who holds its lock, what waits to be written into it.
 * Nothing is changed. Takes time in proportion to the size of the file.
 *
 * @param config names the database, as for {@linkcode SQLFinder.open}
 * @throws {TrackerError} If there is no such database, or it cannot be read at all.
 *
 * @example A database in order
 * ```ts
 * import { inspectDatabase, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
 * await using logger = await SQLLogger.open(config);
 * await logger.track({}, () => {});
 *
 * const report = await inspectDatabase(config);
 * assertEquals([report.kind, report.damage, report.runs], ["ato", [], { completed: 1 }]);
 * ```
 */
export async function inspectDatabase(config: object): Promise<DatabaseReport> {
  reportMistakes();
  const { inspect } = await import("./_inspect.ts");
  return await inspect(config);
}
