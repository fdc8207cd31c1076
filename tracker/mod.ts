/**
 * Records experiments in a local SQLite database and finds them again. Nothing is loaded and no
 * permission asked for before a logger or finder is opened; then `--allow-read` and `--allow-write`
 * for the folder of the database suffice, and `--allow-read` alone for a finder (see
 * {@linkcode SQLFinder.open} for what SQLite leaves behind then).
 *
 * ```ts
 * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = {
 *   experiment: { project_name: "digits", sql: { db_path: `sqlite:///${folder}/experiments.db` } },
 *   lr: 0.1,
 * };
 *
 * await using logger = await SQLLogger.open(config);
 * for (const accuracy of [0.91, 0.97]) {
 *   await logger.track({ tags: ["baseline"] }, (run) => run.logMetric("accuracy", accuracy, 0));
 * }
 *
 * await using finder = await SQLFinder.open(config);
 * const best = finder.findBestRun({ project: "digits", metric: "accuracy", mode: "max" });
 * assertEquals(best?.id, 2);
 * ```
 *
 * The tables are described by the views `projects`, `experiments`, `metrics`, `artifacts` and
 * `fingerprints`, which any SQLite client can read and which have the columns that the Python ato
 * writes. A database made by the Python ato can be opened with {@linkcode SQLFinder}.
 *
 * @module
 */

export type { ActiveRun } from "./active_run.ts";
export type {
  ArtifactOptions,
  BestRunQuery,
  FindRunsOptions,
  MetricsOptions,
  RunFilter,
  RunOptions,
  SQLFinderOptions,
  SQLLoggerOptions,
} from "./options.ts";
export { collectGarbage, type GarbageOptions, type GarbageReport } from "./collect_garbage.ts";
export { type ExportOptions, exportRuns, type TransferFormat } from "./export_runs.ts";
export { FilterError, type FilterProblem } from "./filter_error.ts";
export { ImportError, type ImportPlace } from "./import_error.ts";
export { type ImportOptions, type ImportReport, importRuns } from "./import_runs.ts";
export { type DatabaseReport, inspectDatabase } from "./inspect_database.ts";
export { RunEditor, type TrashedRun } from "./run_editor.ts";
export { SQLFinder } from "./sql_finder.ts";
export { SQLLogger } from "./sql_logger.ts";
export { TrackerError, type TrackerErrorOptions } from "./tracker_error.ts";
export type {
  Artifact,
  Attempt,
  ComparedKey,
  Environment,
  Fingerprint,
  GitState,
  MetricComparison,
  MetricPoint,
  MetricSummary,
  Project,
  RecordedWrite,
  Run,
  RunComparison,
  RunStatus,
  TraceStatistics,
  TraceType,
} from "./types.ts";
