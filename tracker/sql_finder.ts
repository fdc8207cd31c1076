import { reportMistakes } from "../adict/mod.ts";
import type { RunQueries } from "./_run_queries.ts";
import type {
  BestRunQuery,
  FindRunsOptions,
  MetricsOptions,
  RunFilter,
  SQLFinderOptions,
} from "./options.ts";
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
  readonly #queries: RunQueries;

  private constructor(queries: RunQueries) {
    this.#queries = queries;
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
    const { openQueries } = await import("./_run_queries.ts");
    return new SQLFinder(await openQueries(config, options));
  }

  /** The project of that name. */
  findProject(name: string): Project | undefined {
    return this.#queries.findProject(name);
  }

  /** The projects, in the order in which they were made. */
  findProjects(): Project[] {
    return this.#queries.findProjects();
  }

  /** The run of that id. */
  findRun(id: number): Run | undefined {
    return this.#queries.findRun(id);
  }

  /**
   * The runs of a project in the order in which they began.
   *
   * @throws {TrackerError} If there is no such project, or an option of the filter is wrong.
   * @throws {FilterError} If the filter expression, or the order, is not as it must be.
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
    return this.#queries.getRunsInProject(name, filter);
  }

  /**
   * The runs for which a filter expression is true, in the order in which they began; all runs
   * without one. The README describes the expressions in full:
   *
   * - `status = "completed" and (config.lr < 0.01 or metrics.val_acc.max > 0.9)`
   * - `"baseline" in tags and not config.model like "resnet%"`
   * - `status in ("failed", "crashed") and start > "2 days ago"`
   *
   * A comparison with a value that is missing (a key that a run lacks, null, NaN) is neither true
   * nor false, so no run is found by it, not with `not` before it either; `= null` asks for that.
   *
   * @throws {FilterError} If the expression, or the order, is not as it must be. Names that no run
   * has (a config key, a metric, a status) are such a mistake, where there are others.
   * @throws {TrackerError} If an option is wrong.
   *
   * @example Completed runs, the best first
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { lr: 0, experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * for (const lr of [0.1, 0.01, 0.001]) {
   *   config.lr = lr;
   *   await logger.track({}, (run) => run.logMetric("val/loss", lr, 0));
   * }
   *
   * await using finder = await SQLFinder.open(config);
   * const runs = finder.findRuns('status = "completed" and config.lr < 0.05', {
   *   orderBy: 'metrics."val/loss".min',
   * });
   * assertEquals(runs.map((run) => run.config.lr), [0.001, 0.01]);
   * ```
   */
  findRuns(filter?: string, options: FindRunsOptions = {}): Run[] {
    return this.#queries.findRuns(filter, options);
  }

  /**
   * The run of a project with the best finite value of a metric at any step; the earliest, of equals.
   *
   * @throws {TrackerError} If the query lacks an option, or has one that is wrong.
   */
  findBestRun(query: BestRunQuery): Run | undefined {
    return this.#queries.findBestRun(query);
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
    return this.#queries.findSimilarRuns(runId);
  }

  /** The other runs of the same project in which a traced function had the same fingerprint. */
  findSimilarRunsByTrace(runId: number, traceId: string, traceType: TraceType = "static"): Run[] {
    return this.#queries.findSimilarRunsByTrace(runId, traceId, traceType);
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
    return this.#queries.getTraceStatistics(project, traceId);
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
    return this.#queries.getMetrics(runId, key, options);
  }

  /**
   * The points of a run that were logged since the last look: for each metric, in the order in which
   * they were logged, those after the first so many. Metrics without new points are left out.
   *
   * @param runId the run
   * @param counts how many points of each metric are known; 0 of those left out
   * @throws {TrackerError} If there is no such run.
   *
   * @example Follow a run
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * const id = logger.run();
   * await using finder = await SQLFinder.open(config);
   *
   * logger.logMetric("loss", 2, 0);
   * const known = finder.getMetricsSince(id, new Map()).get("loss")?.length ?? 0;
   * logger.logMetric("loss", 1, 1);
   * const added = finder.getMetricsSince(id, new Map([["loss", known]]));
   * assertEquals(added.get("loss")?.map(({ value }) => value), [1]);
   * ```
   */
  getMetricsSince(runId: number, counts: ReadonlyMap<string, number>): Map<string, MetricPoint[]> {
    return this.#queries.getMetricsSince(runId, counts);
  }

  /**
   * The names of the metrics of a run, sorted.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getMetricKeys(runId: number): string[] {
    return this.#queries.getMetricKeys(runId);
  }

  /**
   * The summaries of the metrics of a run, sorted by name.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getMetricSummaries(runId: number): MetricSummary[] {
    return this.#queries.getMetricSummaries(runId);
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
    return this.#queries.getMetricSummariesOf(runIds);
  }

  /**
   * The fingerprints of the traced functions of a run, in the order in which they were recorded.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getFingerprints(runId: number): Fingerprint[] {
    return this.#queries.getFingerprints(runId);
  }

  /**
   * The artifacts of a run in the order in which they were recorded.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getArtifacts(runId: number): Artifact[] {
    return this.#queries.getArtifacts(runId);
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
    return this.#queries.compareRuns(runIds);
  }

  /**
   * The processes that have worked on a run, in their order: the one that began it, then each that
   * has resumed it.
   *
   * @throws {TrackerError} If there is no such run.
   */
  getAttempts(runId: number): Attempt[] {
    return this.#queries.getAttempts(runId);
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
    return this.#queries.getProvenance(runId);
  }

  /** Closes the database. Closing twice does nothing. */
  // deno-lint-ignore require-await -- async turns what is thrown into a rejection
  async close(): Promise<void> {
    this.#queries.close();
  }

  /** Closes the finder at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
