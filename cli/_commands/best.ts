import { FilterError, SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { listRuns, listToJson } from "../_list_runs.ts";
import { readCount, readText } from "../_read_flags.ts";
import { chooseColumns, type RunColumn, summaryColumn } from "../_run_columns.ts";
import { formatTable } from "../_table.ts";
import { UsageError } from "../_usage_error.ts";

const DEFAULT_COUNT = 5;

/** `best`: the best runs. */
export const BEST: Command = {
  args: "METRIC [EXPRESSION]",
  count: { min: 1, max: 2 },
  summary: "Lists the best runs by a metric, the best first.",
  flags: {
    min: { description: "low values are good (default: high ones are)" },
    project: { alias: "p", value: "NAME", description: "only the runs of this project" },
    limit: {
      alias: "n",
      value: "COUNT",
      description: `how many at most (default: ${DEFAULT_COUNT}; 0: all)`,
    },
  },
  details:
    `A run counts with the best finite value at any step: NaN and infinities are never the best. The
expression is one of "runs". The config keys on which the listed runs differ are in the table.

--json prints what "runs --json" prints, the best first.`,

  async run({ args: [metric = "", filter], flags, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const isMin = flags.has("min");
    const field = `metrics."${metric.replaceAll(/["\\]/g, "\\$&")}".${isMin ? "min" : "max"}`;
    requireMetric(finder, field);
    // A mistake is shown in what was typed, not in what is made of it
    if (filter !== undefined) finder.findRuns(filter, { limit: 0 });
    const listed = listRuns(finder, {
      filter: `${field} is not null` + (filter === undefined ? "" : ` and (${filter})`),
      project: readText(flags, "project"),
      orderBy: `${field} ${isMin ? "asc" : "desc"}`,
      limit: readCount(flags, "limit", DEFAULT_COUNT) || Number.MAX_SAFE_INTEGER,
    });
    if (isJson) return terminal.write(listToJson(listed));
    if (listed.length === 0) return terminal.write(`no run has a finite ${metric}\n`);
    const { config: differences } = finder.compareRuns(listed.map(({ run }) => run.id));
    const columns: RunColumn[] = [
      ...chooseColumns(["id", "name"]),
      summaryColumn(metric, isMin ? "min" : "max", metric),
      summaryColumn(metric, isMin ? "minStep" : "maxStep", "at step"),
      ...chooseColumns(["status", ...differences.map(({ path }) => `config.${path}`)]),
    ];
    const rows = listed.map((item) => columns.map((column) => column.read(item)));
    terminal.write(formatTable(columns, rows, terminal));
  },
};

/** Throws where no run has the metric, though some have others. */
function requireMetric(finder: SQLFinder, field: string): void {
  try {
    finder.findRuns(`${field} is not null`, { limit: 0 });
  } catch (error) {
    throw error instanceof FilterError ? new UsageError(error.problem) : error;
  }
}
