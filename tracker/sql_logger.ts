import { reportMistakes } from "../adict/mod.ts";
import type { RunRecorder } from "./_run_recorder.ts";
import type { ActiveRun } from "./active_run.ts";
import type { ArtifactOptions, RunOptions, SQLLoggerOptions } from "./options.ts";
import type { SQLStudyLedger } from "./sql_study_ledger.ts";
import { TrackerError } from "./tracker_error.ts";
import type { RunStatus } from "./types.ts";

/**
 * Records runs in an SQLite database. The config names the database and the project:
 *
 * - `experiment.project_name`
 * - `experiment.sql.db_path`: "sqlite:///relative.db", "sqlite:////absolute.db", a plain path or
 *   ":memory:"; folder and file are made where they are missing
 * - `experiment.sql.driver`: "node" (the default) or "ffi" (`@db/sqlite`, needs `--allow-ffi`)
 *
 * What a method has recorded when it returns is on file: neither a crash nor a kill of the process
 * loses it. Any number of processes may record to one file at a time, and logging a value never waits
 * for another one. What the machine keeps from being recorded (a full disk, a damaged file) does not
 * stop the program unless the logger is `strict`: it is told once, and what is logged is kept until
 * it can be written. Only opening, and beginning or resuming a run, throw in any case.
 *
 * The run begun last is the current one. A run begun while another is running becomes the current
 * one until it ends; then the other is again. Runs still running when the logger closes, as after
 * an error, are marked "interrupted". The calls are synchronous.
 *
 * @example Record a run
 * ```ts
 * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = {
 *   experiment: { project_name: "digits", sql: { db_path: `${folder}/experiments.db` } },
 *   lr: 0.1,
 * };
 *
 * await using logger = await SQLLogger.open(config);
 * const runId = logger.run({ tags: ["baseline"] });
 * for (let epoch = 0; epoch < 3; epoch++) logger.logMetric("loss", 1 / (epoch + 1), epoch);
 * logger.finish();
 *
 * await using finder = await SQLFinder.open(config);
 * assertEquals(finder.findRun(runId)?.status, "completed");
 * assertEquals(finder.getMetrics(runId, "loss").map((point) => point.value), [1, 1 / 2, 1 / 3]);
 * ```
 */
export class SQLLogger implements AsyncDisposable {
  readonly #config: object;
  readonly #recorder: RunRecorder;

  private constructor(config: object, recorder: RunRecorder) {
    this.#config = config;
    this.#recorder = recorder;
  }

  /**
   * Opens the database that the config names, and makes it where it is missing.
   *
   * From then on the program ends with the message of a {@linkcode TrackerError} that it does not
   * catch, without a stack trace.
   *
   * @throws {TrackerError} If the config lacks a setting, an option is wrong, or the file cannot be
   * written. A file that could not be made whole is not left behind.
   */
  static async open(config: object, options: SQLLoggerOptions = {}): Promise<SQLLogger> {
    reportMistakes();
    const { openRecorder } = await import("./_run_recorder.ts");
    return new SQLLogger(config, await openRecorder(config, options));
  }

  /** Where the checkpoints of its studies go: a folder beside the database; undefined for one in memory. */
  get checkpoints(): string | undefined {
    return this.#recorder.checkpoints;
  }

  /** The current run, or undefined where none is running. */
  get currentRunId(): number | undefined {
    return this.#recorder.runs.last;
  }

  /**
   * Begins a run and makes it the current one. The config is stored as it is now.
   *
   * @returns the id of the run
   * @throws {TrackerError} If the run cannot be written; then nothing of it is.
   *
   * @example A run inside a run
   * ```ts
   * import { SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * await using logger = await SQLLogger.open({
   *   experiment: { project_name: "digits", sql: { db_path: ":memory:" } },
   * });
   * const outer = logger.run({ name: "search" });
   * const inner = logger.run({ name: "trial", parent: outer });
   * assertEquals(logger.currentRunId, inner);
   * logger.finish();
   * assertEquals(logger.currentRunId, outer);
   * ```
   */
  run(options: RunOptions = {}): number {
    return this.#recorder.begin(this.#config, options);
  }

  /**
   * Continues a run of this project that has ended, or that a killed process has left "running",
   * and makes it the current one: it is "running" again and without an end. Its config stays the
   * one with which it began.
   *
   * @param runId the run to continue
   * @throws {TrackerError} If the project has no such run, naming those it has, or the run is
   * running in this logger, or in another one that is alive.
   *
   * @example Go on after an interruption
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * const runId = logger.run();
   * logger.logMetric("loss", 0.5, 0);
   * logger.finish("interrupted");
   *
   * logger.resume(runId);
   * logger.logMetric("loss", 0.3, 1);
   * logger.finish();
   *
   * await using finder = await SQLFinder.open(config);
   * assertEquals(finder.findRun(runId)?.status, "completed");
   * assertEquals(finder.getMetrics(runId, "loss").map((point) => point.value), [0.5, 0.3]);
   * ```
   */
  resume(runId: number): void {
    this.#recorder.resume(this.#config, runId);
  }

  /**
   * Logs one value of the current run. Steps may come in any order and more than once; NaN and
   * ±Infinity are kept.
   *
   * @param key the name of the metric
   * @param value the value
   * @param step a whole number, such as the epoch
   * @throws {TrackerError} If no run is running, an argument is of another type, or the logger is
   * strict and the value cannot be written; what was logged before is safe then.
   *
   * @example Log the loss of each epoch
   * ```ts
   * import { SQLLogger } from "@ato/core/tracker";
   *
   * await using logger = await SQLLogger.open({
   *   experiment: { project_name: "digits", sql: { db_path: ":memory:" } },
   * });
   * logger.run();
   * for (let epoch = 0; epoch < 3; epoch++) logger.logMetric("loss", 1 / (epoch + 1), epoch);
   * logger.finish();
   * ```
   */
  logMetric(key: string, value: number, step: number): void {
    this.#recorder.logPoint(this.#recorder.runs.requireCurrent("log a metric"), {
      key,
      value,
      step,
    });
  }

  /**
   * Logs several values of one step of the current run in one transaction: all of them, or none.
   *
   * @param values the values by the name of the metric
   * @param step a whole number, such as the epoch
   * @throws {TrackerError} As {@linkcode SQLLogger.logMetric}.
   *
   * @example Log two metrics
   * ```ts
   * import { SQLLogger } from "@ato/core/tracker";
   *
   * await using logger = await SQLLogger.open({
   *   experiment: { project_name: "digits", sql: { db_path: ":memory:" } },
   * });
   * logger.run();
   * logger.logMetrics({ loss: 0.3, accuracy: 0.9 }, 0);
   * logger.finish();
   * ```
   */
  logMetrics(values: Readonly<Record<string, number>>, step: number): void {
    this.#recorder.logPoints(this.#recorder.runs.requireCurrent("log metrics"), values, step);
  }

  /**
   * Records a file or folder that a run made. The size and SHA-256 of a file are recorded with it;
   * a folder, or a path where nothing can be read, is recorded without. With `copy` the content is
   * kept beside the database as well; a folder has to be logged file by file for that.
   *
   * @param runId the run that made it
   * @param path as it should be listed
   * @param options what it is, and anything else to remember
   * @throws {TrackerError} If there is no such run, or the logger is strict and the record cannot be
   * written, or the content not be copied; then nothing is recorded.
   *
   * @example Record a checkpoint
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * await Deno.writeTextFile(`${folder}/best.pt`, "weights");
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   *
   * await using logger = await SQLLogger.open(config);
   * const runId = logger.run();
   * logger.logArtifact(runId, `${folder}/best.pt`, { dataType: "model", metadata: { epoch: 3 } });
   *
   * await using finder = await SQLFinder.open(config);
   * assertEquals(finder.getArtifacts(runId)[0]?.size, 7);
   * ```
   */
  logArtifact(runId: number, path: string, options: ArtifactOptions = {}): void {
    this.#recorder.recordArtifact(runId, path, options);
  }

  /**
   * Ends the current run; the run begun before it, if it is still running, is the current one then.
   *
   * @throws {TrackerError} If no run is running, the status is not known, or several tracked runs
   * are running, of which each has a method of this name.
   */
  finish(status: Exclude<RunStatus, "running"> = "completed"): void {
    this.#recorder.finish(status);
  }

  /**
   * Sets the status of the current run, which stays the current one. Any status but "running" sets
   * the time of its end to now.
   *
   * @throws {TrackerError} As {@linkcode SQLLogger.finish}.
   */
  updateStatus(status: RunStatus): void {
    this.#recorder.updateStatus(status);
  }

  /**
   * Runs a function as a run: "completed" when it returns, "failed" with the message of the error
   * when it throws. The error is thrown on unchanged. A status that the function has set by itself
   * stays when it returns.
   *
   * Several may be tracked at a time, each logging to the run that it is given; while more than one
   * is running, the logger's own `logMetric`, `logMetrics`, `finish` and `updateStatus` throw.
   *
   * @returns what the function returns
   * @throws {TrackerError} If the run cannot be started or ended.
   *
   * @example The error is kept
   * ```ts
   * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals, assertRejects } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   *
   * await assertRejects(() =>
   *   logger.track({ tags: ["wide"] }, (run) => {
   *     run.logMetric("loss", 2.3, 0);
   *     throw new RangeError("out of memory");
   *   }), RangeError);
   *
   * await using finder = await SQLFinder.open(config);
   * const [run] = finder.getRunsInProject("digits", { status: "failed" });
   * assertEquals(run?.error, "out of memory");
   * ```
   */
  async track<R>(options: RunOptions, fn: (run: ActiveRun) => R | Promise<R>): Promise<R> {
    return await this.#recorder.track(this.#config, options, fn);
  }

  /**
   * Opens the record of a study of this project, such as a search that shall continue where it was
   * killed; makes it where there is none. Only one program at a time may have it open.
   *
   * A search of `@ato/core/hyperopt` that is given a logger calls this by itself.
   *
   * @param name what it is called in this project
   * @throws {TrackerError} If another program that still runs has it open.
   *
   * @example Continue after a crash
   * ```ts
   * import { SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * await using logger = await SQLLogger.open({
   *   experiment: { project_name: "digits", sql: { db_path: ":memory:" } },
   * });
   * {
   *   using ledger = logger.openStudy("learning rate");
   *   ledger.append({ type: "finished", trial: 0 });
   * }
   * using ledger = logger.openStudy("learning rate");
   * assertEquals(ledger.events, [{ type: "finished", trial: 0 }]);
   * ```
   */
  openStudy(name: string): SQLStudyLedger {
    return this.#recorder.openStudy(this.#config, name);
  }

  /**
   * Marks the runs still running "interrupted" and closes the database. Closing twice does nothing.
   *
   * An open logger keeps no program from ending, and nothing is lost where it ends without closing;
   * but the runs that are not finished are "crashed" then, and files stay beside the database until
   * somebody opens it for writing.
   *
   * @throws {TrackerError} If the logger is strict and the runs cannot be marked; the database is
   * closed all the same.
   */
  // deno-lint-ignore require-await -- async turns what is thrown into a rejection
  async close(): Promise<void> {
    this.#recorder.close();
  }

  /**
   * Closes the logger at the end of an `await using` block. As an error may be on its way out of
   * the block, none is thrown here: a run that cannot be marked any more stays "running".
   */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
    }
  }
}
