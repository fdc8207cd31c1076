import { describe, describeChoice } from "./_describe.ts";
import { refuse } from "./_refuse.ts";
import { checkResources, type ResourceOptions, rungResources } from "./_rung_resources.ts";
import type { ScheduledRung } from "./types.ts";

/** Which of the two published tables says how many configs a bracket begins with. */
export type HyperbandTable = "paper" | "blog";

/** Options of {@linkcode hyperbandPlan}. */
export interface HyperbandPlanOptions extends ResourceOptions {
  /**
   * How many configs bracket s begins with, of s_max + 1 brackets. "paper": `ceil((s_max + 1) ·
   * eta^s / (s + 1))`, algorithm 1 of Li et al. (2018). "blog": `floor((s_max + 1) / (s + 1)) ·
   * eta^s`, the code that its authors published earlier, which others have copied.
   *
   * @default {"paper"}
   */
  table?: HyperbandTable | undefined;
}

/** The brackets of Hyperband, and what they cost. */
export interface HyperbandPlan {
  /** The rungs of every bracket; the first bracket begins with the most configs. */
  readonly brackets: readonly (readonly ScheduledRung[])[];
  /** The number of configs in all. */
  readonly configs: number;
  /** The units of resource if every rung trains from nothing. */
  readonly restartCost: number;
  /** The units of resource if every rung goes on from the checkpoint of the one before. */
  readonly resumeCost: number;
}

const TABLES: readonly string[] = ["paper", "blog"] satisfies HyperbandTable[];

/** Up to here the costs of all brackets are whole numbers that doubles hold. */
const MAX_RESOURCE = 2 ** 40;

/** The configs of the first rung of a bracket that cuts `cuts` times, of the bracket that cuts most. */
function firstConfigs(
  table: HyperbandTable,
  { cuts, most, eta }: { cuts: number; most: number; eta: bigint },
): bigint {
  const count = BigInt(most) + 1n;
  const divisor = BigInt(cuts) + 1n;
  const power = eta ** BigInt(cuts);
  return table === "paper" ? (count * power + divisor - 1n) / divisor : count / divisor * power;
}

/**
 * The brackets of Hyperband in exact arithmetic: brackets s = s_max, …, 0 with s_max =
 * `floor(log_eta(maxResource / minResource))`. Rung i of bracket s holds `floor(n · eta^-i)` configs,
 * each trained to `floor(maxResource · eta^(i - s))` units.
 *
 * After Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization" (2018),
 * algorithm 1. Logarithms in doubles, which other programs use here, lose a bracket for resources
 * such as 243 at an eta of 3.
 *
 * @param options The resource of a trial, the reduction factor, and the table.
 * @returns The plan.
 * @throws {SearchSpaceError} If an option is unknown or wrong; it names it.
 *
 * @example Usage
 * ```ts
 * import { hyperbandPlan } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = hyperbandPlan({ maxResource: 81, eta: 3 });
 * assertEquals(plan.brackets.map((rungs) => rungs.map(({ configs }) => configs)), [
 *   [81, 27, 9, 3, 1],
 *   [34, 11, 3, 1],
 *   [15, 5, 1],
 *   [8, 2],
 *   [5],
 * ]);
 * assertEquals([plan.configs, plan.restartCost, plan.resumeCost], [143, 1902, 1581]);
 * ```
 */
export function hyperbandPlan(options: HyperbandPlanOptions): HyperbandPlan {
  const checked = checkResources(options, ["table"]);
  const table = options.table ?? "paper";
  if (!TABLES.includes(table)) {
    const expected = describeChoice(TABLES, table);
    refuse("table", `Cannot plan "table": ${describe(table)}, expected ${expected}`);
  }
  if (checked.maxResource > MAX_RESOURCE) {
    refuse(
      "maxResource",
      `Cannot plan "maxResource": ${checked.maxResource}, expected at most 2^40`,
    );
  }
  const resources = rungResources(checked);
  const last = resources.length - 1;
  const eta = BigInt(checked.eta);
  const brackets = resources.map((_, bracket) => {
    const first = firstConfigs(table, { cuts: last - bracket, most: last, eta });
    return resources.slice(bracket).map((resource, rung) => ({
      bracket,
      generation: bracket + rung,
      configs: Number(first / eta ** BigInt(rung)),
      resource,
    }));
  });
  const rungs = brackets.flat();
  function cost(of: (rung: ScheduledRung) => number): number {
    return rungs.reduce((sum, rung) => sum + rung.configs * of(rung), 0);
  }
  return {
    brackets,
    configs: brackets.reduce((sum, [first]) => sum + first!.configs, 0),
    restartCost: cost(({ resource }) => resource),
    resumeCost: cost(({ bracket, generation, resource }) =>
      resource - (generation > bracket ? resources[generation - 1]! : 0)
    ),
  };
}
