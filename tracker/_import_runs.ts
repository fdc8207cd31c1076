import { checkOptions, oneOf, type OptionKinds } from "./_check_options.ts";
import { explainFailure } from "./_failure.ts";
import { openWriter } from "./_open.ts";
import { readTarget } from "./_target.ts";
import { readerFor } from "./_transfer/formats.ts";
import { readChunks, splitLines } from "./_transfer/text_lines.ts";
import { type ExistingRuns, RecordWriter } from "./_transfer/write_records.ts";
import { ImportError } from "./import_error.ts";
import type { ImportOptions, ImportReport } from "./import_runs.ts";
import { TrackerError } from "./tracker_error.ts";

const BUSY_TIMEOUT = 30_000;
const IMPORT_OPTIONS: OptionKinds<ImportOptions> = {
  format: oneOf("jsonl", "csv"),
  existing: oneOf("refuse", "skip"),
};

/** Reads exported runs into a database; see `importRuns`. */
export async function readRuns(
  config: object,
  path: string | Uint8Array,
  options: ImportOptions,
): Promise<ImportReport> {
  checkOptions(options, { action: "import runs", kinds: IMPORT_OPTIONS });
  const file = typeof path === "string" ? path : "input";
  const format = options.format ?? (/\.csv$/i.test(file) ? "csv" : "jsonl");
  function* read() {
    const chunks = typeof path === "string" ? readChunks(path) : [path];
    yield* readerFor(format)(file, splitLines(file, chunks));
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
