import { type ImportOptions, importRuns, type TransferFormat } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { formatCount } from "../_format.ts";
import { toJson } from "../_json.ts";
import { readText } from "../_read_flags.ts";
import { UsageError } from "../_usage_error.ts";

/** `import`: runs from text. */
export const IMPORT: Command = {
  args: "FILE",
  count: { min: 1, max: 1 },
  database: "made",
  summary: "Reads what export has written; all of it, or nothing.",
  flags: {
    format: {
      alias: "f",
      value: "FORMAT",
      description: "jsonl or csv (default: by the name of the file)",
    },
    "skip-existing": { description: "leave alone the runs that are there already" },
  },
  details:
    `FILE may be - for the standard input. The database is made where it is missing. Runs keep their ids
where the database has none of that id or a later one; otherwise they get new ones. A mistake is named
with its line and character, and nothing is imported then.

--json prints { runs: [{ from, id }], skipped: [ids in the file], points }.`,

  async run({ args, flags, config, terminal, isJson }) {
    const [file = ""] = args;
    const format = readFormat(readText(flags, "format"));
    const options: ImportOptions = {
      ...(format === undefined ? {} : { format }),
      ...(flags.has("skip-existing") ? { existing: "skip" } : {}),
    };
    const source = file === "-" ? await new Response(Deno.stdin.readable).bytes() : file;
    const report = await importRuns(config, source, options);
    if (isJson) return terminal.write(toJson(report));
    const { runs, skipped, points } = report;
    const moved = runs.filter(({ from, id }) => from !== id);
    terminal.write(
      `${formatCount(runs.length, "run")} with ${formatCount(points, "point")} imported\n`,
    );
    if (skipped.length > 0) terminal.write(`${formatCount(skipped.length, "run")} skipped\n`);
    for (const { from, id } of moved) terminal.write(`run ${from} is run ${id} here\n`);
  },
};

function readFormat(given: string | undefined): TransferFormat | undefined {
  if (given === undefined || given === "jsonl" || given === "csv") return given;
  throw new UsageError(`--format is "${given}", expected jsonl or csv`);
}
