import { checkOptions } from "./_options.ts";
import type { ScheduledRung, SearchResult, Trial } from "./types.ts";

const NO_METRIC = "-";
/** Significant digits of a metric, kept where they are zeros: all metrics are rounded alike. */
const METRIC_DIGITS = 4;

/** Options of {@linkcode formatPlan}. */
export interface FormatPlanOptions {
  /** What a unit of resource is, in the plural. */
  unit?: string;
  /** The units of each rung, where they are not those of the plan. */
  steps?: readonly number[];
}

interface Cost {
  configs: number;
  restart: number;
  resume: number;
}

function show(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** What a rung costs if its trials begin anew, and if they go on from the rung before. */
function costsOf(plan: readonly ScheduledRung[]): Cost[] {
  return plan.map(({ bracket, configs, resource }, i) => {
    const before = plan[i - 1];
    const trained = before?.bracket === bracket ? before.resource : 0;
    return { configs, restart: configs * resource, resume: configs * (resource - trained) };
  });
}

/**
 * The plan of a search as a table in plain text: how many configs each rung of each bracket holds, to
 * what they are trained, and what that costs in units of resource if a trial begins anew at each rung,
 * and if it goes on from its checkpoint. Sums, and the number of trainings, stand below.
 *
 * @param plan The rungs, as a scheduler gives them.
 * @param options Options of the table.
 * @returns The lines, without a line break at the end.
 * @throws {SearchSpaceError} If an option is unknown.
 *
 * @example Usage
 * ```ts
 * import { formatPlan, halvingScheduler } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const { plan } = halvingScheduler({ rungs: [27, 9, 3], resources: [1, 3, 9] });
 * assertEquals(
 *   formatPlan(plan!, { unit: "epochs" }),
 *   [
 *     "bracket  rung  configs  epochs each  restarted  resumed",
 *     "      0     0       27            1         27       27",
 *     "      0     1        9            3         27       18",
 *     "      0     2        3            9         27       18",
 *     "27 configs, 39 trainings: 81 epochs if each begins anew, 63 if it goes on from its checkpoint",
 *   ].join("\n"),
 * );
 * ```
 */
export function formatPlan(
  plan: readonly ScheduledRung[],
  options: FormatPlanOptions = {},
): string {
  checkOptions(options, { action: "format a plan with", names: ["unit", "steps"] });
  const { unit = "units", steps } = options;
  const rungs = plan.map((rung) => ({
    ...rung,
    resource: steps?.[rung.generation] ?? rung.resource,
  }));
  const costs = costsOf(rungs);
  const heading = ["bracket", "rung", "configs", `${unit} each`, "restarted", "resumed"];
  const rows = rungs.map(({ bracket, generation, configs, resource }, i) =>
    [bracket, generation, configs, resource, costs[i]!.restart, costs[i]!.resume].map(show)
  );
  const sum = (key: keyof Cost) => show(costs.reduce((total, cost) => total + cost[key], 0));
  const configs = rungs
    .filter(({ bracket }, i) => rungs[i - 1]?.bracket !== bracket)
    .reduce((total, rung) => total + rung.configs, 0);
  return `${alignRows([heading, ...rows])}\n${show(configs)} configs, ${
    sum("configs")
  } trainings: ` +
    `${sum("restart")} ${unit} if each begins anew, ${
      sum("resume")
    } if it goes on from its checkpoint`;
}

/** Options of {@linkcode formatRungs}. */
export interface FormatRungsOptions {
  /** The steps of each rung, for a column of their own. */
  steps?: readonly number[];
}

function formatMetric(best: Trial | undefined): string {
  if (best?.status !== "completed") return NO_METRIC;
  const { metric } = best;
  // Large numbers show all their whole digits in place of an exponent.
  const isLarge = Math.abs(metric) >= 10 ** (METRIC_DIGITS - 1);
  return isLarge ? metric.toFixed(0) : metric.toPrecision(METRIC_DIGITS);
}

function fractionOf(cell: string): string {
  return /\..*$/.exec(cell)?.[0] ?? "";
}

/** Numbers with their points one below the other; what is no number stays as it is. */
function alignPoints(cells: readonly string[]): string[] {
  const width = Math.max(0, ...cells.map((cell) => fractionOf(cell).length));
  return cells.map((cell) =>
    cell === NO_METRIC ? cell : cell + " ".repeat(width - fractionOf(cell).length)
  );
}

/**
 * The rungs of a search as a table in plain text: how many configs each held, how many of them
 * failed, and the best metric, rounded to four significant digits.
 *
 * @param result The result of a search, or a {@linkcode HyperOptError}, which has logs as well.
 * @param options Options of the table.
 * @returns One line for the heading and one for each rung, without a line break at the end.
 * @throws {SearchSpaceError} If an option is unknown.
 *
 * @example Usage
 * ```ts
 * import { ADict } from "@ato/core/adict";
 * import { formatRungs, type Trial } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const trial: Trial = {
 *   index: 0,
 *   generation: 0,
 *   bracket: 0,
 *   resource: 100,
 *   trained: 0,
 *   samples: { lr: 0.1 },
 *   config: new ADict({ lr: 0.1 }) as ADict,
 *   metric: 0.875,
 *   status: "completed",
 *   durationMs: 12,
 * };
 * assertEquals(
 *   formatRungs({ logs: [[trial]] }, { steps: [100] }),
 *   "rung  configs  failed  best metric  steps\n" +
 *   "   0        1       0       0.8750    100",
 * );
 * ```
 */
export function formatRungs(
  result: Pick<SearchResult, "logs">,
  options: FormatRungsOptions = {},
): string {
  checkOptions(options, { action: "format rungs with", names: ["steps"] });
  const { steps } = options;
  const heading = ["rung", "configs", "failed", "best metric"];
  const metrics = alignPoints(result.logs.map(([best]) => formatMetric(best)));
  const rows = result.logs.map((trials, generation) => {
    const failed = trials.filter(({ status }) => status === "failed").length;
    return [String(generation), String(trials.length), String(failed), metrics[generation]!];
  });
  if (steps === undefined) return alignRows([heading, ...rows]);
  const stepped = rows.map((row, generation) => [...row, String(steps[generation] ?? "-")]);
  return alignRows([[...heading, "steps"], ...stepped]);
}

/** Right-aligned columns, two spaces apart. */
export function alignRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join("  ").trimEnd())
    .join("\n");
}
