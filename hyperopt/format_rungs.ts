import { alignRows } from "./_align_rows.ts";
import { checkOptions } from "./_options.ts";
import type { SearchResult, Trial } from "./types.ts";

/** Options of {@linkcode formatRungs}. */
export interface FormatRungsOptions {
  /** The steps of each rung, for a column of their own. */
  steps?: readonly number[];
}

const NO_METRIC = "-";

/** Significant digits of a metric, kept where they are zeros: all metrics are rounded alike. */
const METRIC_DIGITS = 4;

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
