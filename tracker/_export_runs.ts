import { checkOptions, EXPRESSION, LIST, oneOf, type OptionKinds, TEXT } from "./_check_options.ts";
import { buildRunQuery } from "./_filter/build_run_query.ts";
import { findCrashedRuns } from "./_liveness.ts";
import { openReader } from "./_open_reader.ts";
import { ATO_MODEL } from "./_read_ato.ts";
import { RunReader } from "./_run_reader.ts";
import { readTarget } from "./_target.ts";
import { writerFor } from "./_transfer/formats.ts";
import { readRecords } from "./_transfer/read_records.ts";
import type { ExportOptions } from "./export_runs.ts";

const BUSY_TIMEOUT = 5_000;
const EXPORT_OPTIONS: OptionKinds<ExportOptions> = {
  format: oneOf("jsonl", "csv"),
  filter: EXPRESSION,
  project: TEXT,
  runs: LIST,
};

/** Writes runs down as text, piece by piece; see `exportRuns`. */
export async function* writeRuns(
  config: object,
  options: ExportOptions,
): AsyncGenerator<string, void, void> {
  checkOptions(options, { action: "export runs", kinds: EXPORT_OPTIONS });
  const [reader, crypto] = await Promise.all([
    openReader(readTarget(config), { busyTimeout: BUSY_TIMEOUT }),
    import("node:crypto"),
  ]);
  const { connection, model, spools } = reader;
  try {
    spools?.run();
    if (options.project !== undefined) new RunReader(reader).requireProject(options.project);
    // One transaction, so that all of it is of one moment
    connection.attempt("read", () => connection.exec("BEGIN"));
    const runs = connection.attempt("read", () => {
      const table = model.runs(model === ATO_MODEL ? findCrashedRuns(connection) : []);
      const { sql, values } = buildRunQuery({ connection, model, runs: table }, options);
      const rows = connection.prepare(sql).all(...values);
      const ids = options.runs && new Set(options.runs);
      return ids === undefined ? rows : rows.filter((row) => ids.has(Number(row.id)));
    });
    const { header, toText } = writerFor(options.format ?? "jsonl");
    yield header;
    for (const record of readRecords({ connection, model, runs, crypto })) yield toText(record);
    connection.attempt("read", () => connection.exec("COMMIT"));
  } finally {
    spools?.close();
    connection.close();
  }
}
