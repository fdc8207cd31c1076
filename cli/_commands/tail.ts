import { type MetricPoint, type Run, SQLFinder } from "../../tracker/mod.ts";
import { colourOfStatus, paint } from "../_colour.ts";
import type { Command } from "../_command.ts";
import { formatNumber, formatTime, printable } from "../_format.ts";
import { toJsonLine } from "../_json.ts";
import { readCount } from "../_read_flags.ts";
import { resolveRun } from "../_resolve_runs.ts";
import type { Terminal } from "../_terminal.ts";

const DEFAULT_LINES = 10;
const POLL_MS = 250;

interface TailLine {
  readonly step: number;
  readonly time: Date;
  readonly values: Map<string, number>;
}

/** `tail`: the end of a run. */
export const TAIL: Command = {
  args: "RUN",
  count: { min: 1, max: 1 },
  summary: "Prints the last points of a run; -f follows it until it ends.",
  flags: {
    follow: { alias: "f", description: "print what is logged from now on, until the run ends" },
    lines: {
      alias: "n",
      value: "COUNT",
      description: `how many lines of the past (default: ${DEFAULT_LINES})`,
    },
  },
  details:
    `RUN is an id, a name, or last. A line holds the metrics that were logged together for a step.

--json prints one object a line: { run, time, step, values: { NAME: value } }, and with -f at the end
{ run, status }.`,

  async run({ args, flags, config, terminal, isJson }) {
    const count = readCount(flags, "lines", DEFAULT_LINES);
    await using finder = await SQLFinder.open(config);
    const run = resolveRun(finder, args[0]!);
    const known = new Map<string, number>();
    const print = (line: TailLine) => terminal.write(showLine(run, line, { isJson, terminal }));
    const past = readLines(finder, run.id, known);
    for (const line of count === 0 ? [] : past.slice(-count)) print(line);
    if (!flags.has("follow")) return;
    while (true) {
      // Asked before the points are read, so that the last ones are not missed
      const status = finder.findRun(run.id)?.status;
      for (const line of readLines(finder, run.id, known)) print(line);
      if (status !== "running") return terminal.write(showEnd(run, status, { isJson, terminal }));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  },
};

/** What was logged since the last call, as lines, and counted in `known`. */
function readLines(finder: SQLFinder, runId: number, known: Map<string, number>): TailLine[] {
  const series = finder.getMetricsSince(runId, known);
  const points = [...series].flatMap(([key, points]) => points.map((point) => ({ key, point })));
  for (const [key, added] of series) known.set(key, (known.get(key) ?? 0) + added.length);
  points.sort(({ point: left }, { point: right }) =>
    timeOf(left) - timeOf(right) || left.step - right.step
  );
  const lines: TailLine[] = [];
  for (const { key, point: { step, value, timestamp } } of points) {
    const last = lines.at(-1);
    if (last !== undefined && last.step === step && !last.values.has(key)) {
      last.values.set(key, value);
    } else {
      lines.push({ step, time: timestamp, values: new Map([[key, value]]) });
    }
  }
  return lines;
}

function timeOf({ timestamp }: MetricPoint): number {
  return timestamp.getTime();
}

function showLine(
  { id }: Run,
  { step, time, values }: TailLine,
  { isJson, terminal }: { isJson: boolean; terminal: Terminal },
): string {
  if (isJson) return toJsonLine({ run: id, time, step, values: Object.fromEntries(values) });
  const clock = paint(formatTime(time).slice(11), "dim", terminal);
  const parts = Array.from(values, ([key, value]) => `${printable(key)} ${formatNumber(value)}`);
  return `${[clock, `step ${step}`, ...parts].join("  ")}\n`;
}

function showEnd(
  { id }: Run,
  status: string | undefined,
  { isJson, terminal }: { isJson: boolean; terminal: Terminal },
): string {
  const state = status ?? "removed";
  if (isJson) return toJsonLine({ run: id, status: state });
  return `run ${id}: ${paint(state, colourOfStatus(state), terminal)}\n`;
}
