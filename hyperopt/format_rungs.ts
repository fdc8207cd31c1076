import type { SearchResult, Trial } from "./types.ts";

/** Options of {@linkcode formatRungs}. */
export interface FormatRungsOptions {
  /** The steps of each rung, for a column of their own. */
  steps?: readonly number[];
}

const METRIC_DIGITS = 6;

function formatMetric(best: Trial | undefined): string {
  if (best?.status !== "completed") return "-";
  return String(Number(best.metric.toPrecision(METRIC_DIGITS)));
}

/** Right-aligned columns, two spaces apart. */
function alignRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join("  "))
    .join("\n");
}

/**
 * The rungs of a search as a table in plain text: how many configs each held, how many of them
 * failed, and the best metric.
 *
 * @param result The result of a search, or a {@linkcode HyperOptError}, which has logs as well.
 * @param options Options of the table.
 * @returns One line for the heading and one for each rung, without a line break at the end.
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
 *   samples: { lr: 0.1 },
 *   config: new ADict({ lr: 0.1 }) as ADict,
 *   metric: 0.875,
 *   status: "completed",
 *   durationMs: 12,
 * };
 * assertEquals(
 *   formatRungs({ logs: [[trial]] }, { steps: [100] }),
 *   "rung  configs  failed  best metric  steps\n" +
 *   "   0        1       0        0.875    100",
 * );
 * ```
 */
export function formatRungs(
  result: Pick<SearchResult, "logs">,
  { steps }: FormatRungsOptions = {},
): string {
  const heading = ["rung", "configs", "failed", "best metric"];
  const rows = result.logs.map((trials, generation) => {
    const failed = trials.filter(({ status }) => status === "failed").length;
    return [String(generation), String(trials.length), String(failed), formatMetric(trials[0])];
  });
  if (steps === undefined) return alignRows([heading, ...rows]);
  const stepped = rows.map((row, generation) => [...row, String(steps[generation] ?? "-")]);
  return alignRows([[...heading, "steps"], ...stepped]);
}
