import { SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { formatOptional, formatValue } from "../_format.ts";
import { metricsToJson, runToJson, toJson } from "../_json.ts";
import { resolveRuns } from "../_resolve_runs.ts";
import { formatTable } from "../_table.ts";

/** `compare`: runs side by side. */
export const COMPARE: Command = {
  args: "RUN RUN…",
  count: { min: 2, max: Infinity },
  summary: "Sets runs side by side: the config keys that differ, and the metrics.",
  flags: {
    all: { alias: "a", description: "minimum and maximum of the metrics as well" },
  },
  details:
    `RUN is an id, a name, or last. A config key that a run lacks is left empty. The metrics are the last
values.

--json prints { runs: [{ id, …, metrics }], config: [{ path, values: [one of each run] }] }; a value
that a run lacks is null, and metrics are as "runs --json" has them.`,

  async run({ args, flags, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const runs = resolveRuns(finder, args);
    const comparison = finder.compareRuns(runs.map(({ id }) => id));
    if (isJson) {
      const items = runs.map((run) => ({
        ...runToJson(run),
        metrics: metricsToJson(finder.getMetricSummaries(run.id)),
      }));
      const differences = comparison.config.map(({ path, values }) => ({
        path,
        values: values.map((value) => value ?? null),
      }));
      return terminal.write(toJson({ runs: items, config: differences }));
    }
    const columns = [
      { title: "", minWidth: 12 },
      ...runs.map(({ id }) => ({ title: `run ${id}`, minWidth: 8 })),
    ];
    const summaryNames = flags.has("all") ? ["last", "min", "max"] as const : ["last"] as const;
    const rows = [
      ["name", ...runs.map(({ name }) => name)],
      ["status", ...runs.map(({ status }) => status)],
      ...comparison.config.map(({ path, values }) => [path, ...values.map(formatValue)]),
      ...comparison.metrics.flatMap(({ key, summaries }) =>
        summaryNames.map((name) => [
          name === "last" ? key : `${key} ${name}`,
          ...summaries.map((summary) => formatOptional(summary?.[name])),
        ])
      ),
    ];
    terminal.write(formatTable(columns, rows, terminal));
  },
};
