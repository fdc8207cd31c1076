import { nearestName } from "../../adict/mod.ts";
import { SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { metricsToJson, runToJson, toJson } from "../_json.ts";
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
    const project = readText(flags, "project");
    const field = `metrics."${metric.replaceAll(/["\\]/g, "\\$&")}".${isMin ? "min" : "max"}`;
    requireMetric(finder, metric);
    const condition = `${field} is not null`;
    const query = {
      filter: filter === undefined ? condition : `${condition} and (${filter})`,
      orderBy: `${field} ${isMin ? "asc" : "desc"}`,
      limit: readCount(flags, "limit", DEFAULT_COUNT) || Number.MAX_SAFE_INTEGER,
    };
    // A mistake is shown in what was typed, not in what was made of it
    if (filter !== undefined) finder.findRuns(filter, { limit: 0 });
    const { filter: expression, ...options } = query;
    const runs = project === undefined
      ? finder.findRuns(expression, options)
      : finder.getRunsInProject(project, query);
    const listed = runs.map((run) => ({ run, summaries: finder.getMetricSummaries(run.id) }));
    if (isJson) {
      const items = listed.map(({ run, summaries }) => ({
        ...runToJson(run),
        metrics: metricsToJson(summaries),
      }));
      return terminal.write(toJson(items));
    }
    if (runs.length === 0) return terminal.write(`no run has a finite ${metric}\n`);
    const differences = runs.length < 2
      ? []
      : finder.compareRuns(runs.map(({ id }) => id)).config.map(({ path }) => `config.${path}`);
    const columns: RunColumn[] = [
      ...chooseColumns(["id", "name"]),
      summaryColumn(metric, isMin ? "min" : "max", metric),
      summaryColumn(metric, isMin ? "minStep" : "maxStep", "at step"),
      ...chooseColumns(["status", ...differences]),
    ];
    const rows = listed.map((item) => columns.map((column) => column.read(item)));
    terminal.write(formatTable(columns, rows, terminal));
  },
};

function requireMetric(finder: SQLFinder, metric: string): void {
  const names = new Set<string>();
  for (const { id } of finder.findRuns()) {
    for (const key of finder.getMetricKeys(id)) {
      if (key === metric) return;
      names.add(key);
    }
  }
  const nearest = nearestName(metric, names);
  const there = names.size === 0
    ? "none has logged any"
    : `expected one of ${[...names].sort().join(", ")}`;
  const hint = nearest === undefined ? there : `did you mean "${nearest}"?`;
  throw new UsageError(`no run has the metric "${metric}", ${hint}`);
}
