import { exportRuns, SQLFinder, type TransferFormat } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { readText } from "../_read_flags.ts";
import { resolveRuns } from "../_resolve_runs.ts";
import { UsageError } from "../_usage_error.ts";
import { findOutput, writeOutput } from "../_write_output.ts";

/** `export`: runs as text. */
export const EXPORT: Command = {
  args: "[RUN…]",
  count: { min: 0, max: Infinity },
  summary: "Writes runs down, whole, as JSON Lines or CSV; all of them where none is named.",
  flags: {
    format: { alias: "f", value: "FORMAT", description: "jsonl (default) or csv" },
    output: {
      alias: "o",
      value: "FILE",
      description: "the file to write (default: the standard output)",
    },
    where: { alias: "w", value: "EXPRESSION", description: "the runs for which this is true" },
    project: { alias: "p", value: "NAME", description: "the runs of this project" },
  },
  details:
    `What import reads into an empty database, export writes again with the same bytes: NaN, infinities and
any text included. The content of artifacts and runs in the trash are no part of it. A file that ends
in .csv is CSV where --format does not say otherwise.

A file keeps its mode, and a link is followed; a pipe takes the lines as they come. No database is
replaced, and nothing that belongs to one.

CSV has one line for each point (record "metric": run, key, step, time in milliseconds since 1970,
attempt, value) and one for each fact of a run (record "run": run, key, value).`,

  async run({ args, flags, config, databasePath, terminal }) {
    const output = readText(flags, "output");
    const where = readText(flags, "where");
    const project = readText(flags, "project");
    const format = readFormat(readText(flags, "format"), output);
    const target = output === undefined ? undefined : await findOutput(output, databasePath);
    const runs = args.length === 0 ? undefined : await idsOf(config, args);
    const pieces = exportRuns(config, {
      format,
      ...(where === undefined ? {} : { filter: where }),
      ...(project === undefined ? {} : { project }),
      ...(runs === undefined ? {} : { runs }),
    });
    if (target !== undefined) return await writeOutput(target, pieces);
    for await (const piece of pieces) terminal.write(piece);
  },
};

async function idsOf(config: object, args: readonly string[]): Promise<number[]> {
  await using finder = await SQLFinder.open(config);
  return resolveRuns(finder, args).map(({ id }) => id);
}

function readFormat(given: string | undefined, output: string | undefined): TransferFormat {
  if (given === undefined) return output !== undefined && /\.csv$/i.test(output) ? "csv" : "jsonl";
  if (given === "jsonl" || given === "csv") return given;
  throw new UsageError(`--format is "${given}", expected jsonl or csv`);
}
