import type { Connection } from "../_connection.ts";
import { MetricWriter } from "../_metric_writer.ts";
import { insertRun } from "../_run_writer.ts";
import { ImportError } from "../import_error.ts";
import type { TraceType } from "../types.ts";
import type { PlacedRecord, PlaceOf } from "./check_record.ts";
import { decodeAt, toConfig, toProvenance } from "./field_kinds.ts";
import {
  type ArtifactRecord,
  type AttemptRecord,
  FORMAT,
  type MetricRecord,
  type ProjectRecord,
  type RunRecord,
  type SessionRecord,
} from "./records.ts";

/** What to do with a run that the database has already. */
export type ExistingRuns = "refuse" | "skip";

/** What has been written. */
export interface Written {
  /** The ids of the runs: in the export, and here. */
  readonly ids: Map<number, number>;
  /** The ids, in the export, of runs that were there already. */
  readonly skipped: Set<number>;
  points: number;
}

/** Writes records in their order, within the transaction of the caller. */
export class RecordWriter {
  readonly written: Written = { ids: new Map(), skipped: new Set(), points: 0 };
  readonly #connection: Connection;
  readonly #existing: ExistingRuns;
  readonly #metrics: MetricWriter;
  #isFirst = true;

  constructor(connection: Connection, existing: ExistingRuns) {
    this.#connection = connection;
    this.#existing = existing;
    this.#metrics = new MetricWriter(connection);
  }

  write({ record, placeOf }: PlacedRecord): void {
    const isFormat = record.record === "export";
    if (this.#isFirst !== isFormat) {
      const expected = isFormat ? "only in the first line" : "before anything else";
      throw new ImportError(`the record "export" is expected ${expected}`, placeOf("record"));
    }
    this.#isFirst = false;
    switch (record.record) {
      case "export":
        return checkFormat(record.format, placeOf);
      case "project":
        return this.#writeProject(record);
      case "run":
        return this.#writeRun(record, placeOf);
      case "artifact":
        return this.#writeArtifact(record, placeOf);
      case "metric":
        return this.#writeMetric(record, placeOf);
    }
  }

  #writeProject({ name, description, created }: ProjectRecord): void {
    this.#connection.prepare(
      `INSERT INTO project (name, description, created_ms) VALUES (?, ?, ?)
       ON CONFLICT (name) DO NOTHING`,
    ).run(name, description ?? null, created);
  }

  #writeRun(run: RunRecord, placeOf: PlaceOf): void {
    const { ids, skipped } = this.written;
    if (ids.has(run.id) || skipped.has(run.id)) {
      throw new ImportError(`run ${run.id} comes a second time`, placeOf("id"));
    }
    const sql = "SELECT id FROM run WHERE uuid = ?";
    const present = this.#connection.prepare(sql).get(run.uuid);
    if (present !== undefined) {
      if (this.#existing === "skip") {
        skipped.add(run.id);
        return;
      }
      const problem = `run ${run.id} is in the database already, as run ${present.id}, expected ` +
        'new runs alone: --skip-existing, or the option existing: "skip", leaves such runs as they are';
      throw new ImportError(problem, placeOf("uuid"));
    }
    const parent = run.parent === undefined ? null : this.#parentOf(run.parent, placeOf);
    this.#keepId(run.id);
    const id = this.#insertRun(run, parent, placeOf);
    ids.set(run.id, id);
  }

  #parentOf(parent: number, placeOf: PlaceOf): number | null {
    const id = this.written.ids.get(parent);
    if (id !== undefined) return id;
    if (this.written.skipped.has(parent)) return null;
    const problem = `run ${parent}, its parent, does not stand before it`;
    throw new ImportError(problem, placeOf("parent"));
  }

  /** Makes the run get the id that it had, where the database has no run of that id or a later one. */
  #keepId(id: number): void {
    const connection = this.#connection;
    const last = Number(
      connection.prepare("SELECT max(id) AS last FROM run").get()?.last ?? 0,
    );
    const row = connection.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'run'").get();
    if (id <= Math.max(last, Number(row?.seq ?? 0))) return;
    const sql = row === undefined
      ? "INSERT INTO sqlite_sequence (seq, name) VALUES (?, 'run')"
      : "UPDATE sqlite_sequence SET seq = ? WHERE name = 'run'";
    connection.prepare(sql).run(id - 1);
  }

  #insertRun(run: RunRecord, parentId: number | null, placeOf: PlaceOf): number {
    const connection = this.#connection;
    const id = insertRun(connection, {
      projectName: run.project,
      config: toConfig(run, placeOf),
      structuralHash: run.hash,
      tags: run.tags,
      name: run.name ?? null,
      notes: run.notes ?? null,
      fingerprints: run.fingerprints.map(([traceId, traceType, fingerprint]) => ({
        traceId,
        traceType: traceType as TraceType,
        fingerprint,
      })),
      provenance: toProvenance(run, placeOf),
      parentId,
      sessionId: null,
    });
    connection.prepare(
      `UPDATE run SET uuid = ?2, status = ?3, error = ?4, config = ?5, provenance = ?6,
         start_ms = ?7, end_ms = ?8, attempt = ?9 WHERE id = ?1`,
    ).run(
      id,
      run.uuid,
      run.status,
      run.error ?? null,
      JSON.stringify(run.config),
      run.provenance === undefined ? null : JSON.stringify(run.provenance),
      run.start,
      run.end ?? null,
      run.attempt,
    );
    connection.prepare("DELETE FROM attempt WHERE run_id = ?").run(id);
    for (const attempt of run.attempts) this.#insertAttempt(id, attempt, placeOf);
    return id;
  }

  #insertAttempt(
    runId: number,
    { number, start, session }: AttemptRecord,
    placeOf: PlaceOf,
  ): void {
    if (session !== undefined) decodeAt(session.environment, placeOf("attempts"));
    this.#connection.prepare(
      `INSERT INTO attempt (run_id, number, session_id, start_ms) VALUES (?, ?, ?, ?)`,
    ).run(runId, number, session === undefined ? null : this.#sessionId(session), start);
  }

  #sessionId(session: SessionRecord): number {
    const connection = this.#connection;
    connection.prepare(
      `INSERT INTO session (uuid, host, pid, pid_start, boot_id, environment, start_ms, end_ms,
         heartbeat_ms, is_spooled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (uuid) DO NOTHING`,
    ).run(
      session.uuid,
      session.host,
      session.pid,
      session.pidStart,
      session.bootId,
      JSON.stringify(session.environment),
      session.start,
      session.end,
      session.heartbeat,
    );
    return Number(
      connection.prepare("SELECT id FROM session WHERE uuid = ?").get(session.uuid)?.id,
    );
  }

  #writeArtifact(artifact: ArtifactRecord, placeOf: PlaceOf): void {
    const id = this.#idOf(artifact.run, placeOf);
    if (id === undefined) return;
    if (artifact.metadata !== undefined) decodeAt(artifact.metadata, placeOf("metadata"));
    this.#connection.prepare(
      `INSERT INTO artifact (run_id, path, data_type, metadata, size, sha256, time_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      id,
      artifact.path,
      artifact.type ?? null,
      artifact.metadata === undefined ? null : JSON.stringify(artifact.metadata),
      artifact.size ?? null,
      artifact.sha256 ?? null,
      artifact.time,
    );
  }

  #writeMetric(metric: MetricRecord, placeOf: PlaceOf): void {
    const runId = this.#idOf(metric.run, placeOf);
    if (runId === undefined) return;
    const { key, steps, times, attempts, values } = metric;
    this.#metrics.writeAll(steps.map((step, i) => ({
      runId,
      key,
      step,
      value: values[i]!,
      attempt: attempts[i]!,
      time: times[i]!,
    })));
    this.written.points += steps.length;
  }

  /** Undefined where the run was there already and is skipped with all that belongs to it. */
  #idOf(run: number, placeOf: PlaceOf): number | undefined {
    const { ids, skipped } = this.written;
    if (ids.has(run) || skipped.has(run)) return ids.get(run);
    throw new ImportError(`run ${run} does not stand before it`, placeOf("run"));
  }
}

function checkFormat(format: number, placeOf: PlaceOf): void {
  if (format === FORMAT) return;
  const problem = `the format is ${format}, expected ${FORMAT} (a newer version of this package ` +
    "may read it)";
  throw new ImportError(problem, placeOf("format"));
}
