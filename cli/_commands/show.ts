import { type Run, SQLFinder } from "../../tracker/mod.ts";
import { colourOfStatus, paint } from "../_colour.ts";
import type { Command } from "../_command.ts";
import { flattenValues } from "../_flatten_values.ts";
import {
  formatBytes,
  formatNumber,
  formatOptional,
  formatTime,
  formatValue,
  printable,
} from "../_format.ts";
import { configOf, metricsToJson, runToJson, toJson } from "../_json.ts";
import { resolveRun } from "../_resolve_runs.ts";
import { showDuration } from "../_run_columns.ts";
import { sparkline } from "../_sparkline.ts";
import { cut, formatTable } from "../_table.ts";
import type { Terminal } from "../_terminal.ts";

const SPARK_WIDTH = 24;
const MAX_POINTS = 480;

/** `show`: one run. */
export const SHOW: Command = {
  args: "RUN",
  count: { min: 1, max: 1 },
  summary: "Shows all about one run, its metrics as sparklines.",
  flags: {},
  details:
    `RUN is an id, a name, or last. A bar of a sparkline shows the most extreme value of its stretch, so no
spike is lost; × stands for NaN and infinities.

--json prints { id, name, project, status, tags, notes, error, start, end, durationSeconds, attempt,
parent, config, metrics: { NAME: { count, firstStep, lastStep, last, min, minStep, max, maxStep,
firstNonFiniteStep } }, artifacts: [{ id, runId, path, dataType, metadata, size, sha256 }],
attempts: [{ number, startTime, host, pid, environment }] }.`,

  async run({ args, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const run = resolveRun(finder, args[0]!);
    const summaries = finder.getMetricSummaries(run.id);
    const artifacts = finder.getArtifacts(run.id);
    const attempts = finder.getAttempts(run.id);
    if (isJson) {
      const metrics = metricsToJson(summaries);
      return terminal.write(toJson({ ...runToJson(run), metrics, artifacts, attempts }));
    }
    terminal.write(describeRun(run, terminal));
    const values = configOf(run);
    if (values === undefined) terminal.write("config: it cannot be read\n");
    const leaves = [...flattenValues(values ?? {})];
    if (leaves.length > 0) {
      terminal.write(`\n${paint("config", "bold", terminal)}\n`);
      for (const [path, value] of leaves) {
        const line = `  ${printable(`${path} = ${formatValue(value)}`)}`;
        terminal.write(`${cut(line, terminal.columns)}\n`);
      }
    }
    if (summaries.length > 0) {
      const rows = summaries.map(({ key, last, min, minStep, max, maxStep, count }) => {
        const points = finder.getMetrics(run.id, key, { maxPoints: MAX_POINTS });
        return [
          key,
          sparkline(points.map(({ value }) => value), SPARK_WIDTH),
          formatNumber(last),
          min === undefined ? "" : `${formatNumber(min)} @${minStep}`,
          max === undefined ? "" : `${formatNumber(max)} @${maxStep}`,
          String(count),
        ];
      });
      const columns = [
        { title: "metric", minWidth: 8 },
        { title: "" },
        { title: "last", align: "right" },
        { title: "min @step", align: "right" },
        { title: "max @step", align: "right" },
        { title: "points", align: "right" },
      ] as const;
      terminal.write(`\n${formatTable(columns, rows, terminal)}`);
    }
    if (artifacts.length > 0) {
      const columns = [{ title: "artifact", minWidth: 12 }, { title: "type" }, {
        title: "size",
        align: "right",
      }, { title: "sha256" }] as const;
      const rows = artifacts.map(({ path, dataType, size, sha256 }) => [
        path,
        dataType ?? "",
        size === undefined ? "" : formatBytes(size),
        sha256?.slice(0, 12) ?? "",
      ]);
      terminal.write(`\n${formatTable(columns, rows, terminal)}`);
    }
    const environment = attempts.at(-1)?.environment;
    if (environment !== undefined) {
      const { argv, mainModule = "", git } = environment;
      const commit = git && `${git.commit.slice(0, 12)}${git.isDirty ? " with changes" : ""}`;
      const lines = [["ran", [mainModule.replace(/^file:\/\//, ""), ...argv].join(" ")], [
        "commit",
        commit ?? "",
      ]];
      terminal.write("\n");
      for (const [label, text] of lines) if (text) terminal.write(`${label}: ${printable(text)}\n`);
    }
  },
};

function describeRun(run: Run, terminal: Terminal): string {
  const { id, name, projectName, status, tags, notes, error, attempt, parentId } = run;
  const took = showDuration(run);
  const facts = [
    ["status", paint(status, colourOfStatus(status), terminal) + (took && ` after ${took}`)],
    ["started", formatTime(run.startTime)],
    ["tags", printable(tags.join(", "))],
    ["notes", printable(notes ?? "")],
    ["error", paint(printable(error ?? ""), "red", terminal)],
    ["attempts", attempt > 1 ? String(attempt) : ""],
    ["parent", formatOptional(parentId)],
  ];
  const title = paint(printable(`run ${id}: ${name}, of ${projectName}`), "bold", terminal);
  const lines = facts.filter(([, text]) => text !== "")
    .map(([label, text]) => `${label}: ${text}\n`);
  return `${title}\n${lines.join("")}`;
}
