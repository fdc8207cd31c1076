import { reportMistakes } from "../adict/mod.ts";
import type { TransferFormat } from "./export_runs.ts";

/** How to import. */
export interface ImportOptions {
  /**
   * The format of the file.
   *
   * @default {CSV where its name ends in .csv, else JSON Lines}
   */
  format?: TransferFormat;
  /**
   * What to do with a run that the database has already: throw, or leave it as it is.
   *
   * @default {"refuse"}
   */
  existing?: "refuse" | "skip";
}

/** What has been imported. */
export interface ImportReport {
  /** The runs, in the order of the file: the id they had, and the id they have now. */
  readonly runs: readonly { readonly from: number; readonly id: number }[];
  /** The ids, in the file, of the runs that were there already. */
  readonly skipped: readonly number[];
  /** How many points were written. */
  readonly points: number;
}

/**
 * Reads what {@linkcode exportRuns} has written into a database, which is made where it is missing.
 * All of it is imported, or nothing. Runs keep their ids where the database has none of that id or a
 * later one, so those of an empty database do; the others get new ones.
 *
 * @param config names the database, as for {@linkcode SQLLogger.open}
 * @param path the file, or its bytes
 * @param options the format, and what to do with runs that are there already
 * @throws {ImportError} If the file is not as it must be, with the line and the character.
 * @throws {TrackerError} If the file cannot be read, the database cannot be written, or an option is
 * wrong.
 *
 * @example Import a file twice
 * ```ts
 * import { exportRuns, importRuns, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * function configOf(name: string): object {
 *   return { experiment: { project_name: "digits", sql: { db_path: `${folder}/${name}` } } };
 * }
 * await using logger = await SQLLogger.open(configOf("here.db"));
 * await logger.track({}, (run) => run.logMetrics({ loss: 0.5 }, 0));
 *
 * const text = (await Array.fromAsync(exportRuns(configOf("here.db")))).join("");
 * const bytes = new TextEncoder().encode(text);
 * const { runs, points } = await importRuns(configOf("there.db"), bytes);
 * assertEquals([runs, points], [[{ from: 1, id: 1 }], 1]);
 *
 * const { skipped } = await importRuns(configOf("there.db"), bytes, { existing: "skip" });
 * assertEquals(skipped, [1]);
 * ```
 */
export async function importRuns(
  config: object,
  path: string | Uint8Array,
  options: ImportOptions = {},
): Promise<ImportReport> {
  reportMistakes();
  const { readRuns } = await import("./_import_runs.ts");
  return await readRuns(config, path, options);
}
