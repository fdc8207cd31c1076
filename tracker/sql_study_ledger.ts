import type { StudyEvent, StudyRunChange } from "./types.ts";

/**
 * The record of a study in the database: events that are only ever added, and the runs that they
 * are about. {@linkcode SQLLogger.openStudy} opens it. An event and what it changes in a run are
 * written in one transaction, and are there when `append` returns, whatever is killed then.
 *
 * It does not know what the events mean. It has the form of the `TrackedLedger` of
 * `@ato/core/hyperopt`, which makes them, and which knows nothing of a database.
 *
 * @example An event with its run
 * ```ts
 * import { SQLFinder, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
 * await using logger = await SQLLogger.open(config);
 * using ledger = logger.openStudy("learning rate");
 * ledger.append({ type: "started", trial: 0 }, { key: "trial 0", begin: { config: { lr: 0.1 } } });
 * ledger.append({ type: "finished", trial: 0 }, {
 *   key: "trial 0",
 *   points: [{ key: "accuracy", value: 0.9, step: 1 }],
 *   end: { status: "completed" },
 * });
 *
 * await using finder = await SQLFinder.open(config);
 * const best = finder.findBestRun({ project: "digits", metric: "accuracy", mode: "max" });
 * assertEquals([best?.config.lr, best?.status], [0.1, "completed"]);
 * ```
 */
export interface SQLStudyLedger extends Disposable {
  /** What it is called in its project. */
  readonly name: string;

  /** The folder for checkpoints, beside the database; undefined for one in memory. */
  readonly checkpoints: string | undefined;

  /** All events, oldest first. */
  // deno-lint-ignore no-explicit-any -- what an event holds is the affair of who writes it
  readonly events: readonly any[];

  /**
   * Adds an event or several, or changes a run, or both: all of it or nothing.
   *
   * @param events anything that JSON can say, and what a config may hold besides; an empty list for none
   * @param change what it changes in a run
   * @throws {TrackerError} If it cannot be written, or another program has taken the study over.
   */
  append(events: StudyEvent | readonly StudyEvent[], change?: StudyRunChange): void;

  /**
   * Marks the runs of the study that are still running "interrupted", and lets another program
   * continue it. Closing twice does nothing. At the end of a `using` block, where an error may be
   * on its way out, nothing is thrown.
   *
   * @throws {TrackerError} If that cannot be written; the next program finds it out by itself.
   */
  close(): void;
}
