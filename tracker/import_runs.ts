import { reportMistakes } from "../adict/mod.ts";
import { checkOptions, oneOf, type OptionKinds } from "./_check_options.ts";
import type { TransferFormat } from "./export_runs.ts";
import { explainFailure } from "./_failure.ts";
import { openWriter } from "./_open.ts";
import { readTarget } from "./_target.ts";
import type { ExistingRuns } from "./_transfer/write_records.ts";
import { ImportError } from "./import_error.ts";
import { TrackerError } from "./tracker_error.ts";

const BUSY_TIMEOUT = 30_000;
const IMPORT_OPTIONS: OptionKinds<ImportOptions> = {
  format: oneOf("jsonl", "csv"),
  existing: oneOf("refuse", "skip"),
};

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
 */
export async function importRuns(
  config: object,
  path: string | Uint8Array,
  options: ImportOptions = {},
): Promise<ImportReport> {
  reportMistakes();
  checkOptions(options, { action: "import runs", kinds: IMPORT_OPTIONS });
  const [{ readerFor }, lines, { RecordWriter }] = await Promise.all([
    import("./_transfer/formats.ts"),
    import("./_transfer/text_lines.ts"),
    import("./_transfer/write_records.ts"),
  ]);
  const file = typeof path === "string" ? path : "input";
  const format = options.format ?? (/\.csv$/i.test(file) ? "csv" : "jsonl");
  function* read() {
    const chunks = typeof path === "string" ? lines.readChunks(path) : [path];
    yield* readerFor(format)(file, lines.splitLines(file, chunks));
  }
  // Once without writing, so that a file with a mistake makes no database
  countRecords(file, read);
  const existing: ExistingRuns = options.existing ?? "refuse";
  const connection = await openWriter(readTarget(config), { busyTimeout: BUSY_TIMEOUT });
  try {
    const writer = new RecordWriter(connection, existing);
    connection.transaction(() => {
      for (const record of read()) writer.write(record);
    });
    const { ids, skipped, points } = writer.written;
    return { runs: [...ids].map(([from, id]) => ({ from, id })), skipped: [...skipped], points };
  } catch (error) {
    throw explainFailure(error, { action: `import "${file}" into`, path: connection.path });
  } finally {
    connection.close();
  }
}

function countRecords(file: string, read: () => Iterable<unknown>): void {
  let count = 0;
  try {
    for (const _ of read()) count++;
  } catch (error) {
    throw explainFile(error, file);
  }
  if (count === 0) throw new ImportError("it is empty", { file, line: 1, column: 1 });
}

function explainFile(error: unknown, file: string): unknown {
  if (error instanceof Deno.errors.NotFound) {
    return new TrackerError(`Cannot import "${file}": no such file, expected an exported one`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    const problem = `Deno has no permission, run again with --allow-read (for "${file}")`;
    return new TrackerError(`Cannot import "${file}": ${problem}`);
  }
  if (error instanceof TrackerError || !(error instanceof Error && "code" in error)) return error;
  return new TrackerError(`Cannot import "${file}": ${error.message}`, { cause: error });
}
