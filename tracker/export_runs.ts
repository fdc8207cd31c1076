import { reportMistakes } from "../adict/mod.ts";
import { checkOptions, EXPRESSION, LIST, oneOf, type OptionKinds, TEXT } from "./_check_options.ts";
import { findCrashedRuns } from "./_liveness.ts";
import { openReader } from "./_open_reader.ts";
import { ATO_MODEL } from "./_read_ato.ts";
import { readTarget } from "./_target.ts";

const BUSY_TIMEOUT = 5_000;
const EXPORT_OPTIONS: OptionKinds<ExportOptions> = {
  format: oneOf("jsonl", "csv"),
  filter: EXPRESSION,
  project: TEXT,
  runs: LIST,
};

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
 * @throws {TrackerError} If the database cannot be read, or an option is wrong.
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
  checkOptions(options, { action: "export runs", kinds: EXPORT_OPTIONS });
  const [{ connection, model, spools }, crypto, { buildRunQuery }, formats, { readRecords }] =
    await Promise
      .all([
        openReader(readTarget(config), { busyTimeout: BUSY_TIMEOUT }),
        import("node:crypto"),
        import("./_filter/build_run_query.ts"),
        import("./_transfer/formats.ts"),
        import("./_transfer/read_records.ts"),
      ]);
  try {
    spools?.run();
    // One transaction, so that all of it is of one moment
    connection.attempt("read", () => connection.exec("BEGIN"));
    const runs = connection.attempt("read", () => {
      const table = model.runs(model === ATO_MODEL ? findCrashedRuns(connection) : []);
      const { sql, values } = buildRunQuery({ connection, model, runs: table }, options);
      const rows = connection.prepare(sql).all(...values);
      const ids = options.runs && new Set(options.runs);
      return ids === undefined ? rows : rows.filter((row) => ids.has(Number(row.id)));
    });
    const { header, toText } = formats.writerFor(options.format ?? "jsonl");
    yield header;
    for (const record of readRecords({ connection, model, runs, crypto })) yield toText(record);
    connection.attempt("read", () => connection.exec("COMMIT"));
  } finally {
    spools?.close();
    connection.close();
  }
}
