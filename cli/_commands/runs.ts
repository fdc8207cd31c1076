import { SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { formatCount } from "../_format.ts";
import { listRuns, listToJson } from "../_list_runs.ts";
import { readCount, readText } from "../_read_flags.ts";
import { requireColumns } from "../_require_columns.ts";
import { chooseColumns, defaultColumns } from "../_run_columns.ts";
import { formatTable } from "../_table.ts";

const DEFAULT_COUNT = 30;
const EVERYTHING = 2 ** 40;

/** `runs`: a list. */
export const RUNS: Command = {
  args: "[EXPRESSION]",
  count: { min: 0, max: 1 },
  summary: "Lists runs, those for which an expression is true.",
  flags: {
    project: { alias: "p", value: "NAME", description: "only the runs of this project" },
    sort: {
      alias: "s",
      value: "ORDER",
      description: "the order, such as 'metrics.loss.min, start desc'",
    },
    limit: {
      alias: "n",
      value: "COUNT",
      description: `how many at most (default: ${DEFAULT_COUNT}; 0: all)`,
    },
    columns: {
      alias: "c",
      value: "NAMES",
      description: "the columns, such as id,config.lr,metrics.loss.min",
    },
  },
  details: `An expression compares fields with values and joins comparisons with and, or, not:

  status = "completed" and (config.lr < 0.01 or metrics.val_acc.max > 0.9)
  "baseline" in tags and not config.model like "resnet%"
  status in ("failed", "crashed") and start > "2 days ago"

Fields: id, name, project, status, tags, notes, error, start, end, duration (seconds), parent,
config.KEY, metrics.NAME.last, .min, .max, .mean, .count, .first_step, .last_step, .min_step,
.max_step, .first_nonfinite_step. Odd names stand in quotes: metrics."val/acc @5".max.
Operators: = != < <= > >= in, contains, like (% and _), ilike, is null. A comparison with a value
that is missing is neither true nor false; "= null" asks for that.

The metrics in the table are the last values. Without --sort the newest runs are listed, the newest
at the end. --json prints [{ id, name, project, status, tags, notes, error, start, end,
durationSeconds, attempt, parent, config, metrics: { NAME: { count, firstStep, lastStep, last, min,
minStep, max, maxStep, firstNonFiniteStep } } }].`,

  async run({ args: [filter], flags, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const project = readText(flags, "project");
    const limit = readCount(flags, "limit", DEFAULT_COUNT) || EVERYTHING;
    const orderBy = readText(flags, "sort");
    const names = readText(flags, "columns")?.split(",").map((name) => name.trim());
    const columns = names && chooseColumns(names);
    // One more than asked for tells whether there are more
    const found = listRuns(finder, { filter, project, orderBy, limit: limit + 1 });
    const isMore = found.length > limit;
    // The surplus run is the oldest, or the last of the order
    const listed = isMore ? orderBy === undefined ? found.slice(1) : found.slice(0, -1) : found;
    if (columns !== undefined) requireColumns(columns, listed, finder);
    if (isJson) return terminal.write(listToJson(listed));
    if (listed.length === 0) return terminal.write("no runs\n");
    const shown = columns ?? defaultColumns(listed);
    const rows = listed.map((item) => shown.map((column) => column.read(item)));
    terminal.write(formatTable(shown, rows, terminal));
    if (isMore) {
      terminal.write(`(${formatCount(listed.length, "run")}, there are more: --limit 0)\n`);
    }
  },
};
