import { encodeJson } from "./_config_json.ts";
import type { Connection } from "./_connection.ts";
import type { SqlValue } from "./_driver.ts";
import { flattenConfig } from "./_flatten.ts";
import { hasDied } from "./_liveness.ts";
import { readHost } from "./_session.ts";
import { TrackerError } from "./tracker_error.ts";
import type { Fingerprint, RecordedWrite } from "./types.ts";

/** All that is known of a run when it begins. */
export interface RunRecord {
  projectName: string;
  config: Record<string, unknown>;
  structuralHash: string;
  tags: readonly string[];
  name: string | null;
  notes: string | null;
  fingerprints: readonly Fingerprint[];
  provenance: ReadonlyMap<string, readonly RecordedWrite[]> | null;
  parentId: number | null;
  /** Whether another config will take the place of this one, so that its parameters are not listed yet. */
  isProvisional?: boolean;
  /** The session that begins it; none where it was recorded elsewhere. */
  sessionId: number | null;
}

/** Writes a run that begins now, with all that belongs to it, and gives its id. */
export function insertRun(connection: Connection, record: RunRecord): number {
  const now = Date.now();
  return connection.transaction(() => {
    const projectId = findOrInsertProject(connection, record.projectName, now);
    const row = connection.prepare(
      `INSERT INTO run (uuid, project_id, parent_id, name, notes, status, config,
         structural_hash, provenance, start_ms)
       VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?) RETURNING id`,
    ).get(
      crypto.randomUUID(),
      projectId,
      record.parentId,
      record.name,
      record.notes,
      encodeJson(record.config),
      record.structuralHash,
      record.provenance === null ? null : encodeJson([...record.provenance]),
      now,
    );
    const id = Number(row?.id);
    if (!record.isProvisional) insertParameters(connection, id, record.config);
    insertTags(connection, id, record.tags);
    insertFingerprints(connection, id, record.fingerprints);
    insertAttempt(connection, id, { number: 1, sessionId: record.sessionId });
    return id;
  });
}

/**
 * Sets a run that has ended, or whose process has died, going again in this session; gives the number
 * of the attempt.
 */
export function restartRun(connection: Connection, runId: number, sessionId: number): number {
  return connection.transaction(() => {
    requireNotAlive(connection, runId, sessionId);
    const row = connection.prepare(
      `UPDATE run SET status = 'running', end_ms = NULL, error = NULL, attempt = attempt + 1
       WHERE id = ? RETURNING attempt`,
    ).get(runId);
    const number = Number(row?.attempt);
    insertAttempt(connection, runId, { number, sessionId });
    return number;
  });
}

// Two loggers that write one run would mix their points, and each would end what the other goes on with
function requireNotAlive(connection: Connection, runId: number, sessionId: number): void {
  const session = connection.prepare(
    `SELECT session.* FROM run
       JOIN attempt ON attempt.run_id = run.id AND attempt.number = run.attempt
       JOIN session ON session.id = attempt.session_id
     WHERE run.id = ? AND run.status = 'running' AND session.id <> ?`,
  ).get(runId, sessionId);
  if (session === undefined || hasDied(session, connection.path)) return;
  const host = session.host === (readHost() ?? null) ? "" : ` on ${session.host}`;
  throw new TrackerError(
    `Cannot resume run ${runId}: it is running in process ${session.pid}${host}, expected one that ` +
      "has ended or crashed",
    { path: connection.path },
  );
}

/** Gives a run another config, for one that is known only when it ends. */
export function replaceConfig(
  connection: Connection,
  runId: number,
  { config, structuralHash, provenance }: Pick<
    RunRecord,
    "config" | "structuralHash" | "provenance"
  >,
): void {
  connection.prepare(
    "UPDATE run SET config = ?2, structural_hash = ?3, provenance = ?4 WHERE id = ?1",
  ).run(
    runId,
    encodeJson(config),
    structuralHash,
    provenance === null ? null : encodeJson([...provenance]),
  );
  connection.prepare("DELETE FROM run_parameter WHERE run_id = ?").run(runId);
  insertParameters(connection, runId, config);
}

function insertAttempt(
  connection: Connection,
  runId: number,
  { number, sessionId }: { number: number; sessionId: number | null },
): void {
  connection.prepare(
    "INSERT INTO attempt (run_id, number, session_id, start_ms) VALUES (?, ?, ?, ?)",
  ).run(runId, number, sessionId, Date.now());
}

/** The runs that are there, of all projects or of one, the newest first. */
export function listRunIds(connection: Connection, projectName?: string): number[] {
  const rows = connection.prepare(
    `SELECT run.id FROM run JOIN project ON project.id = run.project_id
     WHERE trashed_ms IS NULL AND project.name = coalesce(?, project.name) ORDER BY run.id DESC`,
  ).all(projectName ?? null);
  return rows.map((row) => Number(row.id));
}

/** Whether there is a run of that id. */
export function hasRun(connection: Connection, runId: number): boolean {
  const sql = "SELECT 1 AS found FROM run WHERE id = ? AND trashed_ms IS NULL";
  return connection.prepare(sql).get(runId) !== undefined;
}

/** The id of a project, which is made where there is none. */
export function findOrInsertProject(
  connection: Connection,
  name: string,
  now: number,
): SqlValue {
  connection.prepare(
    "INSERT INTO project (name, created_ms) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
  ).run(name, now);
  return connection.prepare("SELECT id FROM project WHERE name = ?").get(name)?.id ?? null;
}

/** Writes the leaves of the config of a run. */
export function insertParameters(connection: Connection, runId: number, config: object): void {
  const insert = connection.prepare(
    "INSERT INTO run_parameter (run_id, path, type, number, text) VALUES (?, ?, ?, ?, ?)",
  );
  for (const [path, value] of flattenConfig(config)) insert.run(runId, path, ...toColumns(value));
}

function toColumns(value: unknown): [type: string, number: number | null, text: string | null] {
  switch (typeof value) {
    case "number":
      return ["number", Number.isNaN(value) ? null : value, null];
    case "boolean":
      return ["boolean", value ? 1 : 0, null];
    case "string":
      return ["string", null, value];
    default:
      return [
        value === null ? "null" : Array.isArray(value) ? "array" : typeof value,
        null,
        encodeJson(value),
      ];
  }
}

/** Writes the tags of a run that has none. */
export function insertTags(connection: Connection, runId: number, tags: readonly string[]): void {
  const insert = connection.prepare("INSERT INTO tag (run_id, name, position) VALUES (?, ?, ?)");
  [...new Set(tags)].forEach((tag, position) => insert.run(runId, tag, position));
}

function insertFingerprints(
  connection: Connection,
  runId: number,
  fingerprints: readonly Fingerprint[],
): void {
  const insert = connection.prepare(
    "INSERT INTO fingerprint (run_id, trace_id, trace_type, fingerprint) VALUES (?, ?, ?, ?)",
  );
  for (const { traceId, traceType, fingerprint } of fingerprints) {
    insert.run(runId, traceId, traceType, fingerprint);
  }
}
