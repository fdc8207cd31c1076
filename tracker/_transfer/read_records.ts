import { decodeJson, encodeJson } from "../_config_json.ts";
import type { Connection } from "../_connection.ts";
import type { Row, SqlValue } from "../_driver.ts";
import type { ReadModel } from "../_read_model.ts";
import {
  type AttemptRecord,
  FORMAT_RECORD,
  type MetricRecord,
  type RunRecord,
  type TransferRecord,
} from "./records.ts";

type Crypto = typeof import("node:crypto");

/** How many points one record holds at most: a line that an editor still opens. */
const POINTS_PER_RECORD = 500;

/** What is read, and from where. */
export interface ReadSource {
  readonly connection: Connection;
  readonly model: ReadModel;
  /** The rows of the runs to export, by id. */
  readonly runs: readonly Row[];
  readonly crypto: Crypto;
}

/** The records of an export. */
export function* readRecords(source: ReadSource): Generator<TransferRecord> {
  yield FORMAT_RECORD;
  const { connection, model, runs } = source;
  const names = new Set(runs.map((run) => String(run.project_name)));
  for (const project of connection.prepare(`SELECT * FROM (${model.projects}) ORDER BY id`).all()) {
    if (!names.has(String(project.name))) continue;
    yield {
      record: "project",
      name: String(project.name),
      description: textOf(project.description),
      created: Number(project.created_ms),
    };
  }
  const ids = new Set(runs.map((run) => Number(run.id)));
  for (const run of runs) {
    yield readRun(run, ids, source);
    yield* readArtifacts(Number(run.id), source);
    yield* readMetrics(Number(run.id), source);
  }
}

function readRun(run: Row, ids: ReadonlySet<number>, source: ReadSource): RunRecord {
  const { connection, model } = source;
  const id = Number(run.id);
  function one(select: string): Row {
    return connection.prepare(`SELECT * FROM (${select}) WHERE run_id = ?`).get(id) ?? {};
  }
  const provenance = textOf(one(model.provenance).provenance);
  const fingerprints = connection.prepare(
    `SELECT * FROM (${model.fingerprints}) WHERE run_id = ?`,
  ).all(id);
  const parent = run.parent_id === null ? undefined : Number(run.parent_id);
  const record: Omit<RunRecord, "uuid"> = {
    record: "run",
    id,
    project: String(run.project_name),
    name: textOf(run.name),
    notes: textOf(run.notes),
    status: textOf(run.status) ?? "running",
    error: textOf(run.error),
    tags: JSON.parse(textOf(run.tags) ?? "[]"),
    start: Number(run.start_ms),
    end: numberOf(run.end_ms),
    parent: parent !== undefined && ids.has(parent) ? parent : undefined,
    attempt: Number(run.attempt),
    hash: textOf(run.structural_hash) ?? "",
    config: toJson(String(run.config), model),
    provenance: provenance === undefined ? undefined : toJson(provenance, model),
    attempts: readAttempts(id, source),
    fingerprints: fingerprints.map((row) => [
      String(row.trace_id),
      String(row.trace_type),
      String(row.fingerprint),
    ]),
  };
  return { ...record, uuid: textOf(one(model.uuids).uuid) ?? inventUuid(record, source.crypto) };
}

function readAttempts(runId: number, { connection, model }: ReadSource): AttemptRecord[] {
  const sql = `SELECT * FROM (${model.sessions}) WHERE run_id = ? ORDER BY number`;
  return connection.prepare(sql).all(runId).map((row) => ({
    number: Number(row.number),
    start: Number(row.attempt_start_ms),
    ...(row.uuid === null ? {} : {
      session: {
        uuid: String(row.uuid),
        host: textOf(row.host) ?? null,
        pid: Number(row.pid),
        pidStart: numberOf(row.pid_start) ?? null,
        bootId: textOf(row.boot_id) ?? null,
        environment: JSON.parse(String(row.environment)),
        start: Number(row.start_ms),
        end: numberOf(row.end_ms) ?? null,
        heartbeat: Number(row.heartbeat_ms),
      },
    }),
  }));
}

function* readArtifacts(runId: number, source: ReadSource): Generator<TransferRecord> {
  const { connection, model } = source;
  const sql = `SELECT * FROM (${model.artifacts}) WHERE run_id = ? ORDER BY id`;
  for (const row of connection.prepare(sql).all(runId)) {
    const metadata = textOf(row.metadata);
    yield {
      record: "artifact",
      run: runId,
      path: String(row.path),
      type: textOf(row.data_type),
      metadata: metadata === undefined ? undefined : toJson(metadata, model),
      size: numberOf(row.size),
      sha256: textOf(row.sha256),
      time: numberOf(row.time_ms) ?? 0,
    };
  }
}

function* readMetrics(runId: number, { connection, model }: ReadSource): Generator<MetricRecord> {
  const keys = connection.prepare(
    `SELECT key FROM (${model.summaries}) WHERE run_id = ? ORDER BY key`,
  ).all(runId);
  const points = connection.prepare(
    `SELECT step, seq, attempt, time_ms, value FROM (${model.points}) WHERE run_id = ? AND key = ?
     ORDER BY seq`,
  );
  for (const { key } of keys) {
    const rows = points.all(runId, key ?? "");
    for (let start = 0; start < rows.length; start += POINTS_PER_RECORD) {
      const part = rows.slice(start, start + POINTS_PER_RECORD);
      yield {
        record: "metric",
        run: runId,
        key: String(key),
        steps: part.map((row) => Number(row.step)),
        times: part.map((row) => Number(row.time_ms)),
        attempts: part.map((row) => Number(row.attempt)),
        values: part.map((row) => row.value === null ? NaN : Number(row.value)),
      };
    }
  }
}

/** Stored JSON as a value; what only Python's JSON can say is said in ours. */
function toJson(text: string, model: ReadModel): unknown {
  if (model.decodeJson === decodeJson) return JSON.parse(text);
  return JSON.parse(encodeJson(model.decodeJson(text)));
}

/** The Python ato gives a run no name for all time; the same run always gets the same one here. */
function inventUuid(run: object, crypto: Crypto): string {
  const hex = crypto.createHash("sha256").update(JSON.stringify(run)).digest("hex");
  // The bits that say "version 8, made in its own way" (RFC 9562, 5.8)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function textOf(value: SqlValue | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

function numberOf(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
