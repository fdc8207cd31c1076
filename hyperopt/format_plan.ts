import { alignRows } from "./_align_rows.ts";
import { checkOptions } from "./_options.ts";
import type { ScheduledRung } from "./types.ts";

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
