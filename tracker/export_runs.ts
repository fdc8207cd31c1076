import { reportMistakes } from "../adict/mod.ts";

/** A format of exported runs. */
export type TransferFormat = "jsonl" | "csv";

/** What to export, and how. */
export interface ExportOptions {
  /**
   * JSON Lines, or CSV with one line for each point.
   *
   * @default {"jsonl"}
   */
  format?: TransferFormat;
  /** Only the runs for which this expression is true, as for {@linkcode SQLFinder.findRuns}. */
  filter?: string;
  /** Only the runs of this project. */
  project?: string;
  /** Only the runs with these ids. */
  runs?: readonly number[];
}

/**
 * Writes runs down as text, whole: what they were started with, what became of them, every point.
 * {@linkcode importRuns} reads it, and exporting what was imported into an empty database gives the
 * same bytes. The content of artifacts and runs in the trash are no part of it.
 *
 * @param config names the database, as for {@linkcode SQLFinder.open}; the Python ato's own
 * databases can be exported as well
 * @param options which runs, and in which format
 * @returns the text, piece by piece
 * @throws {TrackerError} If the database cannot be read, there is no such project, or an option is
 * wrong.
 * @throws {FilterError} If the filter is not as it must be.
 *
 * @example Take a run to another database
 * ```ts
 * import { exportRuns, importRuns, SQLFinder, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * function configOf(name: string): object {
 *   return { experiment: { project_name: "digits", sql: { db_path: `${folder}/${name}` } } };
 * }
 * await using logger = await SQLLogger.open(configOf("here.db"));
 * await logger.track({}, (run) => run.logMetrics({ loss: NaN }, 0));
 *
 * const text = (await Array.fromAsync(exportRuns(configOf("here.db")))).join("");
 * await Deno.writeTextFile(`${folder}/runs.jsonl`, text);
 * await importRuns(configOf("there.db"), `${folder}/runs.jsonl`);
 *
 * await using finder = await SQLFinder.open(configOf("there.db"));
 * assertEquals(finder.getMetrics(1, "loss").map((point) => point.value), [NaN]);
 * ```
 */
export async function* exportRuns(
  config: object,
  options: ExportOptions = {},
): AsyncGenerator<string, void, void> {
  reportMistakes();
  const { writeRuns } = await import("./_export_runs.ts");
  yield* writeRuns(config, options);
}
