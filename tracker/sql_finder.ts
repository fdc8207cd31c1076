import { reportMistakes } from "../adict/mod.ts";
import { checkOptions } from "./_check_options.ts";
import { compareRuns } from "./_compare.ts";
import type { Connection } from "./_connection.ts";
import type { Row, SqlValue } from "./_driver.ts";
import { findCrashedRuns } from "./_liveness.ts";
import { missingError } from "./_missing.ts";
import { openReader, type Reader } from "./_open_reader.ts";
import { BEST_RUN_QUERY, FINDER_OPTIONS, METRICS_OPTIONS, RUN_FILTER } from "./_option_kinds.ts";
import { ATO_MODEL } from "./_read_ato.ts";
import type { ReadModel } from "./_read_model.ts";
import { readSeries } from "./_read_series.ts";
import { SUMMARY_COLUMNS, toArtifact, toAttempt, toProject, toRun, toSummaries } from "./_rows.ts";
import { readTarget } from "./_target.ts";
import { countVersions, traceVersionsSql } from "./_trace_statistics.ts";
import type { BestRunQuery, MetricsOptions, RunFilter, SQLFinderOptions } from "./options.ts";
import type { TrackerError } from "./tracker_error.ts";
import type {
  Artifact,
  Attempt,
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

/**
 * Finds what {@linkcode SQLLogger} has recorded, also while it records, and what the Python ato
 * has. The database is only read. `find…` methods give undefined or an empty list where there is
 * nothing; `get…` methods throw an error that names what there is.
 *
 * The config is read for `experiment.sql.db_path` and `experiment.sql.driver` alone.
 *
 * @example Find the best run
 * ```ts
 * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = { lr: 0, experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
 *
 * await using logger = await SQLLogger.open(config);
 * for (const lr of [0.1, 0.01]) {
 *   config.lr = lr;
 *   await logger.track({}, (run) => run.logMetric("accuracy", 1 - lr, 0));
 * }
 *
 * await using finder = await SQLFinder.open(config);
 * const best = finder.findBestRun({ project: "digits", metric: "accuracy", mode: "max" });
 * assertEquals(best?.config.lr, 0.01);
 * ```
 */
export class SQLFinder implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #model: ReadModel;

  readonly #spools: Reader["spools"];

  private constructor({ connection, model, spools }: Reader) {
    this.#connection = connection;
    this.#model = model;
    this.#spools = spools;
  }

  /**
   * Opens the database that the config names for reading.
   *
   * Where this process may write the file and its folder, or a logger has the file open, nothing
   * stays behind and what is logged later is found as well; a log that a killed process has left is
   * merged into the file. Where it may write, what loggers have not yet brought into the database is
   * brought there before anything is read, so whatever has been logged is found. Where it may not, SQLite would leave files that lock loggers out, so a
   * temporary copy is read, which shows what was there when it was opened. Where Deno lacks
   * `--allow-write` for that copy as well, as with `--allow-read` alone, the file itself is read, and
   * SQLite leaves the empty files `-wal` and `-shm` beside it; the next logger removes them.
   *
   * From then on the program ends with the message of a {@linkcode TrackerError} that it does not
   * catch, without a stack trace.
   *
   * @throws {TrackerError} If there is no such file, it is no database of runs, or an option is
   * wrong.
   */
  static async open(config: object, options: SQLFinderOptions = {}): Promise<SQLFinder> {
    reportMistakes();
    checkOptions(options, { action: "open a finder", kinds: FINDER_OPTIONS });
    const { busyTimeout = DEFAULT_BUSY_TIMEOUT } = options;
    return new SQLFinder(await openReader(readTarget(config), { busyTimeout }));
  }

  /** The project of that name. */
  findProject(name: string): Project | undefined {
    const row = this.#rows(`SELECT * FROM (${this.#model.projects}) WHERE name = ?`, name)[0];
    return row && toProject(row);
  }

  /** The run of that id. */
  findRun(id: number): Run | undefined {
    return this.#runs("WHERE id = ?", id)[0];
  }

  /**
   * The runs of a project in the order in which they began.
   *
   * @throws {TrackerError} If there is no such project, or an option of the filter is wrong.
   *
   * @example The failed runs with a tag
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * for (const status of ["completed", "failed"] as const) {
   *   logger.run({ tags: ["wide"] });
   *   logger.finish(status);
   * }
   *
   * await using finder = await SQLFinder.open(config);
   * const runs = finder.getRunsInProject("digits", { status: "failed", tags: ["wide"] });
   * assertEquals(runs.map((run) => run.id), [2]);
   * ```
   */
  getRunsInProject(name: string, filter: RunFilter = {}): Run[] {
    checkOptions(filter, { action: "list runs", kinds: RUN_FILTER });
    this.#requireProject(name);
    const { tags = [], limit = Number.MAX_SAFE_INTEGER } = filter;
    const statuses = [filter.status ?? []].flat();
    const conditions = [
      "project_name = ?",
      filter.status === undefined ? "TRUE" : `status IN (${statuses.map(() => "?").join(", ")})`,
      ...tags.map(() => "EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)"),
    ];
    const newestFirst = this.#runs(
      `WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ?`,
      name,
      ...statuses,
      ...tags,
      limit,
    );
    return newestFirst.reverse();
  }

  /**
   * The run of a project with the best finite value of a metric at any step; the earliest, of equals.
   *
   * @throws {TrackerError} If the query lacks an option, or has one that is wrong.
   */
  findBestRun(query: BestRunQuery): Run | undefined {
    checkOptions(query, { action: "find the best run", kinds: BEST_RUN_QUERY });
    const { project, metric, mode } = query;
    const order = mode === "max" ? "max_value DESC" : "min_value ASC";
    const [row] = this.#rows(
      `SELECT run_id FROM (${this.#model.summaries}) AS summary
       JOIN (${this.#runTable()}) AS run ON run.id = summary.run_id
       WHERE summary.key = ? AND run.project_name = ? AND ${order.split(" ")[0]} IS NOT NULL
       ORDER BY ${order}, run_id LIMIT 1`,
      metric,
      project,
    );
    return row && this.findRun(Number(row.run_id));
  }

  /**
   * The other runs of the same project whose config has the same keys and types.
   *
   * @example Same keys, other values
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const experiment = { project_name: "digits", sql: { db_path: `${folder}/e.db` } };
   * for (const lr of [0.1, 0.2, "fast"]) {
   *   await using logger = await SQLLogger.open({ experiment, lr });
   *   await logger.track({}, () => {});
   * }
   *
   * await using finder = await SQLFinder.open({ experiment });
   * assertEquals(finder.findSimilarRuns(1).map((run) => run.id), [2]);
   * ```
   */
  findSimilarRuns(runId: number): Run[] {
    const run = this.findRun(runId);
    if (run === undefined) return [];
    return this.#runs(
      "WHERE project_name = ? AND structural_hash = ? AND id <> ? ORDER BY id",
      run.projectName,
      run.structuralHash,
      runId,
    );
  }

  /** The other runs of the same project in which a traced function had the same fingerprint. */
  findSimilarRunsByTrace(runId: number, traceId: string, traceType: TraceType = "static"): Run[] {
    const run = this.findRun(runId);
    if (run === undefined) return [];
    const fingerprints = this.#model.fingerprints;
    return this.#runs(
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

  /**
   * How many versions of a traced function the runs of a project have seen.
   *
   * @throws {TrackerError} If there is no such project, or it has no such trace.
   *
   * @example Two versions of the code
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * for (const fingerprint of ["5b1f", "9c02", "9c02"]) {
   *   logger.run({ fingerprints: [{ traceId: "train_step", traceType: "static", fingerprint }] });
   *   logger.finish();
   * }
   *
   * await using finder = await SQLFinder.open(config);
   * assertEquals(finder.getTraceStatistics("digits", "train_step").staticTraceVersions, 2);
   * assertEquals(finder.findSimilarRunsByTrace(2, "train_step").map((run) => run.id), [3]);
   * ```
   */
  getTraceStatistics(project: string, traceId: string): TraceStatistics {
    this.#requireProject(project);
    const sql = traceVersionsSql(this.#model.fingerprints, this.#runTable());
    const rows = this.#rows(sql, project);
    const candidates = [...new Set(rows.map((row) => String(row.trace_id)))];
    if (candidates.includes(traceId)) return countVersions(rows, { project, traceId });
    const subject = `trace "${traceId}" of project "${project}"`;
    throw this.#missing({ subject, name: traceId, candidates, kind: "traces" });
  }

  /**
   * The points of a metric by step; those of one step in the order in which they were logged.
   *
   * @throws {TrackerError} If there is no such run, or it has no such metric.
   *
   * @example At most 100 points
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assert, assertLessOrEqual } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * const id = logger.run();
   * for (let step = 0; step < 500; step++) logger.logMetric("loss", step === 321 ? 9 : 1, step);
   *
   * await using finder = await SQLFinder.open(config);
   * const points = finder.getMetrics(id, "loss", { maxPoints: 100 });
   * assertLessOrEqual(points.length, 100);
   * assert(points.some((point) => point.value === 9));
   * ```
   */
  getMetrics(runId: number, key: string, options: MetricsOptions = {}): MetricPoint[] {
    checkOptions(options, { action: `reduce metric "${key}"`, kinds: METRICS_OPTIONS });
    const read = this.#lists.bind(this);
    const points = readSeries(read, { model: this.#model, runId, key, ...options });
    if (points.length === 0) throw this.#missingMetric(runId, key);
    return points;
  }

  /**
   * The names of the metrics of a run, sorted.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getMetricKeys(runId: number): string[] {
    return this.getMetricSummaries(runId).map((summary) => summary.key);
  }

  /**
   * The summaries of the metrics of a run, sorted by name.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getMetricSummaries(runId: number): MetricSummary[] {
    this.#requireRun(runId);
    return this.getMetricSummariesOf([runId]).get(runId) ?? [];
  }

  /**
   * The summaries of the metrics of several runs at once, as a table of runs needs them: by run, and
   * those of a run sorted by name. A run that is not there, or has logged nothing, is left out.
   *
   * @example A table of runs
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * for (const accuracy of [0.8, 0.9]) {
   *   await logger.track({}, (run) => run.logMetric("accuracy", accuracy, 0));
   * }
   *
   * await using finder = await SQLFinder.open(config);
   * const ids = finder.getRunsInProject("digits").map((run) => run.id);
   * const summaries = finder.getMetricSummariesOf(ids);
   * assertEquals(ids.map((id) => summaries.get(id)?.[0]?.max), [0.8, 0.9]);
   * ```
   */
  getMetricSummariesOf(runIds: readonly number[]): Map<number, MetricSummary[]> {
    const rows = this.#lists(
      `SELECT ${SUMMARY_COLUMNS} FROM (${this.#model.summaries})
       WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id`,
      JSON.stringify(runIds),
    );
    const ofRuns = Map.groupBy(rows, ([runId]) => Number(runId));
    return new Map([...ofRuns].map(([runId, lists]) => [runId, toSummaries(lists)]));
  }

  /**
   * The artifacts of a run in the order in which they were recorded.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getArtifacts(runId: number): Artifact[] {
    this.#requireRun(runId);
    const sql = `SELECT * FROM (${this.#model.artifacts}) WHERE run_id = ? ORDER BY id`;
    return this.#rows(sql, runId).map((row) => toArtifact(row, this.#model));
  }

  /**
   * Sets runs side by side: the config keys on which they differ, and all their metrics.
   *
   * @throws {TrackerError} If one of the runs is not there.
   *
   * @example What differs
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const experiment = { project_name: "digits", sql: { db_path: `${folder}/e.db` } };
   * const config = { lr: 0.1, epochs: 3, experiment };
   * await using logger = await SQLLogger.open(config);
   * const first = logger.run();
   * config.lr = 0.01;
   * const second = logger.run();
   *
   * await using finder = await SQLFinder.open(config);
   * const { config: differences } = finder.compareRuns([first, second]);
   * assertEquals(differences, [{ path: "lr", values: [0.1, 0.01] }]);
   * ```
   */
  compareRuns(runIds: readonly number[]): RunComparison {
    const runs = runIds.map((id) => this.#requireRun(id));
    return compareRuns(runs, runIds.map((id) => this.getMetricSummaries(id)));
  }

  /**
   * The processes that have worked on a run, in their order: the one that began it, then each that
   * has resumed it.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getAttempts(runId: number): Attempt[] {
    this.#requireRun(runId);
    const sql = `SELECT * FROM (${this.#model.attempts}) WHERE run_id = ? ORDER BY number`;
    return this.#rows(sql, runId).map((row) => toAttempt(row, this.#model));
  }

  /**
   * Who wrote each value of the config of a run, as recorded with `run({ provenance })`: the writes
   * by the path of the value, oldest first. Empty where nothing was recorded.
   *
   * @throws {TrackerError} If there is no such run.
   *
   * @example What the scope of a run says
   * ```ts
   * import { Scope } from "@ato/core/scope";
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const scope = new Scope();
   * scope.observe({ default: true }, function defaults(config) {
   *   config.experiment = { project_name: "digits", sql: { db_path: `${folder}/e.db` } };
   *   config.lr = 0.1;
   * });
   * const config = await scope.resolve(["lr=0.2"]);
   *
   * await using logger = await SQLLogger.open(config);
   * const id = logger.run({ provenance: scope.explain() });
   *
   * await using finder = await SQLFinder.open(config);
   * const writers = finder.getProvenance(id).get("lr")?.map(({ writer }) => writer.name);
   * assertEquals(writers, ["defaults", "lr=0.2"]);
   * ```
   */
  getProvenance(runId: number): Map<string, RecordedWrite[]> {
    this.#requireRun(runId);
    const sql = `SELECT provenance FROM (${this.#model.provenance}) WHERE run_id = ?`;
    const text = this.#rows(sql, runId)[0]?.provenance ?? null;
    return new Map(text === null ? [] : this.#model.decodeJson(String(text)) as []);
  }

  /** Closes the database. Closing twice does nothing. */
  // deno-lint-ignore require-await -- async turns what is thrown into a rejection
  async close(): Promise<void> {
    this.#connection.close();
    this.#spools?.close();
  }

  /** Closes the finder at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #rows(sql: string, ...values: SqlValue[]): Row[] {
    this.#spools?.run();
    return this.#attempt(() => this.#connection.prepare(sql).all(...values));
  }

  #lists(sql: string, ...values: SqlValue[]): SqlValue[][] {
    this.#spools?.run();
    return this.#attempt(() => this.#connection.prepare(sql).lists(...values));
  }

  #runs(condition: string, ...values: SqlValue[]): Run[] {
    const rows = this.#rows(`SELECT * FROM (${this.#runTable()}) ${condition}`, ...values);
    return this.#attempt(() => rows.map((row) => toRun(row, this.#model)));
  }

  /**
   * The SELECT of the runs in which the status of a run whose process has died is "crashed": to be
   * used instead of the model's wherever a status is shown or compared.
   */
  #runTable(): string {
    this.#spools?.run();
    if (this.#model !== ATO_MODEL) return this.#model.runs([]);
    return this.#model.runs(this.#attempt(() => findCrashedRuns(this.#connection)));
  }

  #attempt<T>(work: () => T): T {
    return this.#connection.attempt("read", work);
  }

  #requireProject(name: string): void {
    if (this.findProject(name) !== undefined) return;
    const rows = this.#rows(`SELECT name FROM (${this.#model.projects}) ORDER BY name`);
    const candidates = rows.map((row) => String(row.name));
    throw this.#missing({ subject: `project "${name}"`, name, candidates, kind: "projects" });
  }

  #requireRun(id: number): Run {
    const run = this.findRun(id);
    if (run !== undefined) return run;
    const rows = this.#rows(`SELECT id FROM (${this.#runTable()}) ORDER BY id DESC`);
    const candidates = rows.map((row) => String(row.id));
    throw this.#missing({ subject: `run ${id}`, name: "", candidates, kind: "runs" });
  }

  #missingMetric(runId: number, key: string): TrackerError {
    const candidates = this.getMetricKeys(runId);
    const subject = `metric "${key}" of run ${runId}`;
    return this.#missing({ subject, name: key, candidates, kind: "metrics" });
  }

  #missing(missing: Omit<Parameters<typeof missingError>[0], "path">): TrackerError {
    return missingError({ ...missing, path: this.#connection.path });
  }
}
