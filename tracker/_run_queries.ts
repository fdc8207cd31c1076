import { checkOptions } from "./_check_options.ts";
import { compareRuns } from "./_compare.ts";
import { readNewPoints, readSeries } from "./_read_series.ts";
import { openReader } from "./_open_reader.ts";
import {
  BEST_RUN_QUERY,
  FIND_RUNS_OPTIONS,
  FINDER_OPTIONS,
  METRICS_OPTIONS,
  RUN_FILTER,
} from "./_option_kinds.ts";
import {
  SUMMARY_COLUMNS,
  toArtifact,
  toAttempt,
  toFingerprint,
  toProject,
  toSummaries,
} from "./_rows.ts";
import { RunReader } from "./_run_reader.ts";
import { readTarget } from "./_target.ts";
import { countVersions, traceVersionsSql } from "./_trace_statistics.ts";
import type {
  BestRunQuery,
  FindRunsOptions,
  MetricsOptions,
  RunFilter,
  SQLFinderOptions,
} from "./options.ts";
import type { TrackerError } from "./tracker_error.ts";
import type {
  Artifact,
  Attempt,
  Fingerprint,
  MetricPoint,
  MetricSummary,
  Project,
  RecordedWrite,
  Run,
  RunComparison,
  TraceStatistics,
  TraceType,
} from "./types.ts";

const DEFAULT_BUSY_TIMEOUT = 5_000;

/** Opens the database of a finder; see `SQLFinder.open`. */
export async function openQueries(
  config: object,
  options: SQLFinderOptions,
): Promise<RunQueries> {
  checkOptions(options, { action: "open a finder", kinds: FINDER_OPTIONS });
  const { busyTimeout = DEFAULT_BUSY_TIMEOUT } = options;
  return new RunQueries(new RunReader(await openReader(readTarget(config), { busyTimeout })));
}

/** Answers what a finder is asked; `SQLFinder` describes each method. */
export class RunQueries {
  readonly #reader: RunReader;

  constructor(reader: RunReader) {
    this.#reader = reader;
  }

  findProject(name: string): Project | undefined {
    const row =
      this.#reader.rows(`SELECT * FROM (${this.#reader.model.projects}) WHERE name = ?`, name)[0];
    return row && toProject(row);
  }

  findProjects(): Project[] {
    return this.#reader.rows(`SELECT * FROM (${this.#reader.model.projects}) ORDER BY id`).map(
      toProject,
    );
  }

  findRun(id: number): Run | undefined {
    return this.#reader.runs("WHERE id = ?", id)[0];
  }

  getRunsInProject(name: string, filter: RunFilter): Run[] {
    checkOptions(filter, { action: "list runs", kinds: RUN_FILTER });
    this.#reader.requireProject(name);
    const { status, ...query } = filter;
    const statuses = status === undefined ? undefined : [status].flat();
    return this.#reader.query({ ...query, project: name, statuses });
  }

  findRuns(filter: string | undefined, options: FindRunsOptions): Run[] {
    checkOptions({ filter, ...options }, { action: "find runs", kinds: FIND_RUNS_OPTIONS });
    return this.#reader.query({ filter, ...options });
  }

  findBestRun(query: BestRunQuery): Run | undefined {
    checkOptions(query, { action: "find the best run", kinds: BEST_RUN_QUERY });
    const { project, metric, mode } = query;
    const order = mode === "max" ? "max_value DESC" : "min_value ASC";
    const [row] = this.#reader.rows(
      `SELECT run_id FROM (${this.#reader.model.summaries}) AS summary
       JOIN (${this.#reader.runTable()}) AS run ON run.id = summary.run_id
       WHERE summary.key = ? AND run.project_name = ? AND ${order.split(" ")[0]} IS NOT NULL
       ORDER BY ${order}, run_id LIMIT 1`,
      metric,
      project,
    );
    return row && this.findRun(Number(row.run_id));
  }

  findSimilarRuns(runId: number): Run[] {
    const run = this.findRun(runId);
    if (run === undefined) return [];
    return this.#reader.runs(
      "WHERE project_name = ? AND structural_hash = ? AND id <> ? ORDER BY id",
      run.projectName,
      run.structuralHash,
      runId,
    );
  }

  findSimilarRunsByTrace(runId: number, traceId: string, traceType: TraceType): Run[] {
    const run = this.findRun(runId);
    if (run === undefined) return [];
    const fingerprints = this.#reader.model.fingerprints;
    return this.#reader.runs(
      `WHERE project_name = ?1 AND id <> ?2 AND id IN (
         SELECT other.run_id FROM (${fingerprints}) AS own JOIN (${fingerprints}) AS other
           ON other.trace_id = own.trace_id AND other.trace_type = own.trace_type
           AND other.fingerprint = own.fingerprint
         WHERE own.run_id = ?2 AND own.trace_id = ?3 AND own.trace_type = ?4)
       ORDER BY id`,
      run.projectName,
      runId,
      traceId,
      traceType,
    );
  }

  getTraceStatistics(project: string, traceId: string): TraceStatistics {
    this.#reader.requireProject(project);
    const sql = traceVersionsSql(this.#reader.model.fingerprints, this.#reader.runTable());
    const rows = this.#reader.rows(sql, project);
    const candidates = [...new Set(rows.map((row) => String(row.trace_id)))];
    if (candidates.includes(traceId)) return countVersions(rows, { project, traceId });
    const subject = `trace "${traceId}" of project "${project}"`;
    throw this.#reader.missing({ subject, name: traceId, candidates, kind: "traces" });
  }

  getMetrics(runId: number, key: string, options: MetricsOptions): MetricPoint[] {
    checkOptions(options, { action: `reduce metric "${key}"`, kinds: METRICS_OPTIONS });
    const read = this.#reader.lists.bind(this.#reader);
    const points = readSeries(read, { model: this.#reader.model, runId, key, ...options });
    if (points.length === 0) throw this.#missingMetric(runId, key);
    return points;
  }

  getMetricsSince(runId: number, counts: ReadonlyMap<string, number>): Map<string, MetricPoint[]> {
    const { model } = this.#reader;
    const read = this.#reader.lists.bind(this.#reader);
    const points = new Map<string, MetricPoint[]>();
    for (const { key, count } of this.getMetricSummaries(runId)) {
      const known = counts.get(key) ?? 0;
      if (count <= known) continue;
      points.set(key, readNewPoints(read, { model, runId, key, known, count }));
    }
    return points;
  }

  getMetricKeys(runId: number): string[] {
    return this.getMetricSummaries(runId).map((summary) => summary.key);
  }

  getMetricSummaries(runId: number): MetricSummary[] {
    this.#reader.requireRun(runId);
    return this.getMetricSummariesOf([runId]).get(runId) ?? [];
  }

  getMetricSummariesOf(runIds: readonly number[]): Map<number, MetricSummary[]> {
    const rows = this.#reader.lists(
      `SELECT ${SUMMARY_COLUMNS} FROM (${this.#reader.model.summaries})
       WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id`,
      JSON.stringify(runIds),
    );
    const ofRuns = Map.groupBy(rows, ([runId]) => Number(runId));
    return new Map([...ofRuns].map(([runId, lists]) => [runId, toSummaries(lists)]));
  }

  getFingerprints(runId: number): Fingerprint[] {
    this.#reader.requireRun(runId);
    return this.#reader.rows(
      `SELECT * FROM (${this.#reader.model.fingerprints}) WHERE run_id = ?`,
      runId,
    )
      .map(toFingerprint);
  }

  getArtifacts(runId: number): Artifact[] {
    this.#reader.requireRun(runId);
    const sql = `SELECT * FROM (${this.#reader.model.artifacts}) WHERE run_id = ? ORDER BY id`;
    return this.#reader.rows(sql, runId).map((row) => toArtifact(row, this.#reader.model));
  }

  compareRuns(runIds: readonly number[]): RunComparison {
    const runs = runIds.map((id) => this.#reader.requireRun(id));
    return compareRuns(runs, runIds.map((id) => this.getMetricSummaries(id)));
  }

  getAttempts(runId: number): Attempt[] {
    this.#reader.requireRun(runId);
    const sql = `SELECT * FROM (${this.#reader.model.attempts}) WHERE run_id = ? ORDER BY number`;
    return this.#reader.rows(sql, runId).map((row) => toAttempt(row, this.#reader.model));
  }

  getProvenance(runId: number): Map<string, RecordedWrite[]> {
    this.#reader.requireRun(runId);
    const sql = `SELECT provenance FROM (${this.#reader.model.provenance}) WHERE run_id = ?`;
    const text = this.#reader.rows(sql, runId)[0]?.provenance ?? null;
    return new Map(text === null ? [] : this.#reader.model.decodeJson(String(text)) as []);
  }

  close(): void {
    this.#reader.close();
  }

  #missingMetric(runId: number, key: string): TrackerError {
    const candidates = this.getMetricKeys(runId);
    const subject = `metric "${key}" of run ${runId}`;
    return this.#reader.missing({ subject, name: key, candidates, kind: "metrics" });
  }
}
