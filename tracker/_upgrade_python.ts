import { decodePythonJson, encodeJson } from "./_config_json.ts";
import type { WriterOptions } from "./_connect_writer.ts";
import type { Connection } from "./_connection.ts";
import type { Row, SqlValue } from "./_driver.ts";
import { classifyFailure } from "./_failure.ts";
import { MetricWriter } from "./_metric_writer.ts";
import { applyMigrations } from "./_migrations.ts";
import { PYTHON_MODEL } from "./_read_python.ts";
import { insertParameters, insertTags } from "./_run_writer.ts";
import { toRun } from "./_rows.ts";
import { DATABASE_SUFFIXES } from "./_sidecars.ts";
import { toPlainConfig } from "./_target.ts";
import { TrackerError } from "./tracker_error.ts";

/** The tables of the Python ato, in an order in which they can be dropped. */
const TABLES: readonly string[] = [
  "fingerprints",
  "artifacts",
  "metrics",
  "experiments",
  "projects",
];
/** How many points are read at a time. */
const CHUNK = 50_000;

/**
 * Turns a database of the Python ato into one of this library, in one transaction, after a copy of it
 * has been written beside it. The ids of projects, runs and artifacts stay what they were. Does
 * nothing where another process was faster; a failure leaves neither a change nor a copy.
 */
export function upgradePython(connection: Connection, options: WriterOptions): void {
  const { path } = connection;
  const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.new`;
  const version = readDataVersion(connection);
  let backup: string | undefined;
  try {
    connection.prepare("VACUUM INTO ?").run(draft);
    connection.transaction(() => {
      // Another process has upgraded it since it was looked at, or written to it since it was copied
      if (!isPython(connection) || readDataVersion(connection) !== version) return;
      convert(connection);
      backup = giveName(draft, path);
    }, "EXCLUSIVE");
  } catch (error) {
    if (backup !== undefined) removeIfThere(backup);
    throw error;
  } finally {
    for (const suffix of DATABASE_SUFFIXES) removeIfThere(draft + suffix);
  }
  if (backup !== undefined) options.onWarning?.(describeUpgrade(path, backup));
  else if (isPython(connection)) upgradePython(connection, options);
}

function describeUpgrade(path: string, backup: string): string {
  return `"${path}" was a database of the Python ato and is one of @ato/core now, which Python can ` +
    `read as before but no longer write; the old one is kept as "${backup}"`;
}

// A link, unlike a new name, never replaces a file
function giveName(draft: string, path: string): string {
  for (let number = 1;; number++) {
    const backup = `${path}.python-ato${number === 1 ? "" : `-${number}`}.bak`;
    try {
      Deno.linkSync(draft, backup);
      return backup;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) continue;
      if (error instanceof Deno.errors.NotCapable || isThere(backup)) throw error;
      // The file system knows no links; the lock on the database keeps other upgrades away
      Deno.renameSync(draft, backup);
      return backup;
    }
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function isPython(connection: Connection): boolean {
  const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'experiments'";
  return connection.prepare(sql).get() !== undefined;
}

function readDataVersion(connection: Connection): SqlValue | undefined {
  return connection.prepare("PRAGMA data_version").get()?.data_version;
}

function convert(connection: Connection): void {
  const [projects = [], runs = [], artifacts = [], fingerprints = []] = [
    PYTHON_MODEL.projects,
    `${PYTHON_MODEL.runs([])} ORDER BY experiments.id`,
    PYTHON_MODEL.artifacts,
    PYTHON_MODEL.fingerprints,
  ].map((sql) => connection.prepare(sql).all());
  for (const table of TABLES) connection.exec(`ALTER TABLE ${table} RENAME TO python_${table}`);
  applyMigrations(connection);
  for (const row of projects) insertProject(connection, row);
  for (const row of runs) ofRun(connection, row.id, () => insertRun(connection, row));
  copyPoints(connection);
  // Python's own connections do not check what belongs to a run that was deleted
  const ids = new Set(runs.map((row) => row.id));
  for (const row of artifacts.filter((row) => ids.has(row.run_id ?? null))) {
    ofRun(connection, row.run_id, () => insertArtifact(connection, row));
  }
  for (const row of fingerprints.filter((row) => ids.has(row.run_id ?? null))) {
    const { run_id, trace_id, trace_type, fingerprint } = row;
    insert(connection, "fingerprint", { run_id, trace_id, trace_type, fingerprint });
  }
  for (const table of TABLES) connection.exec(`DROP TABLE python_${table}`);
}

/** Says of which run it is that something cannot be read. */
function ofRun(connection: Connection, id: SqlValue | undefined, work: () => void): void {
  const { path } = connection;
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || classifyFailure(error) !== "other") throw error;
    throw new TrackerError(
      `Cannot open "${path}": run ${id}: ${error.message}, expected what the Python ato writes ` +
        "(the file was left as it is)",
      { path, cause: error },
    );
  }
}

function insertProject(connection: Connection, row: Row): void {
  const { id, name, description, created_ms: created } = row;
  insert(connection, "project", { id, name, description, created_ms: created ?? 0 });
}

function insertRun(connection: Connection, row: Row): void {
  const run = toRun(row, { decodeJson: decodePythonJson });
  const config = toPlainConfig(run.config);
  const project = connection.prepare("SELECT id FROM project WHERE name = ?").get(run.projectName);
  insert(connection, "run", {
    id: run.id,
    uuid: crypto.randomUUID(),
    project_id: project?.id,
    status: run.status,
    config: encodeJson(config),
    structural_hash: run.structuralHash,
    start_ms: row.start_ms ?? 0,
    end_ms: row.end_ms,
  });
  insertParameters(connection, run.id, config);
  insertTags(connection, run.id, run.tags);
}

function insertArtifact(connection: Connection, row: Row): void {
  const { id, run_id, path, data_type, metadata } = row;
  const isEmpty = metadata === null || metadata === undefined;
  const text = isEmpty ? null : encodeJson(decodePythonJson(String(metadata)));
  const run = connection.prepare("SELECT start_ms FROM run WHERE id = ?").get(run_id ?? null);
  const time = run?.start_ms ?? 0;
  insert(connection, "artifact", { id, run_id, path, data_type, metadata: text, time_ms: time });
}

function copyPoints(connection: Connection): void {
  const writer = new MetricWriter(connection);
  const sql = PYTHON_MODEL.points.replace("FROM metrics", "FROM python_metrics");
  const read = connection.prepare(`SELECT * FROM (${sql}) WHERE seq > ? ORDER BY seq LIMIT ?`);
  let last: SqlValue = -1;
  for (let rows = read.all(last, CHUNK); rows.length > 0; rows = read.all(last, CHUNK)) {
    last = rows.at(-1)?.seq ?? null;
    writer.writeAll(rows.map((row) => ({
      runId: Number(row.run_id),
      key: String(row.key),
      value: Number(row.value ?? NaN),
      step: Number(row.step),
      attempt: 1,
      time: Number(row.time_ms ?? 0),
    })));
  }
}

function insert(
  connection: Connection,
  table: string,
  columns: Readonly<Record<string, SqlValue | undefined>>,
): void {
  const names = Object.keys(columns);
  connection.prepare(
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  ).run(...Object.values(columns).map((value) => value ?? null));
}
