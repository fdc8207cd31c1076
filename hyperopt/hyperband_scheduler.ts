import { describe, describeChoice } from "./_describe.ts";
import { bestResult } from "./_rank.ts";
import { refuse } from "./_refuse.ts";
import { refuseResult } from "./_refuse_result.ts";
import { checkResources, type ResourceOptions, rungResources } from "./_rung_resources.ts";
import { SuccessiveHalving } from "./successive_halving.ts";
import type {
  Candidates,
  Job,
  Rung,
  ScheduledRung,
  Scheduler,
  SchedulerFactory,
  SearchMode,
  SearchResult,
  Trial,
} from "./types.ts";

const TABLES: readonly string[] = ["paper", "blog"] satisfies HyperbandTable[];
/** Up to here the costs of all brackets are whole numbers that doubles hold. */
const MAX_RESOURCE = 2 ** 40;

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

/** Options of {@linkcode hyperbandScheduler}. */
export interface HyperbandSchedulerOptions extends HyperbandPlanOptions {
  /**
   * How often all brackets run, each time with new points: a whole number, or Infinity to go on until
   * the budget of the study is spent.
   *
   * @default {1}
   */
  sweeps?: number | undefined;
}

class Hyperband implements Scheduler {
  readonly #candidates: Candidates;
  readonly #mode: SearchMode;
  readonly #plan: HyperbandPlan;
  readonly #sweeps: number;
  readonly #trials: Trial[] = [];
  #bracket = 0;
  #nextIndex = 0;
  #halving: SuccessiveHalving | undefined;

  constructor(
    candidates: Candidates,
    options: { mode: SearchMode; plan: HyperbandPlan; sweeps: number },
  ) {
    this.#candidates = candidates;
    this.#mode = options.mode;
    this.#plan = options.plan;
    this.#sweeps = options.sweeps;
    this.#halving = this.#nextBracket();
  }

  propose(): Job | undefined {
    while (this.#halving !== undefined) {
      const job = this.#halving.propose();
      if (job !== undefined || !this.#halving.isOver) return job;
      this.#halving = this.#nextBracket();
    }
    return undefined;
  }

  accept(trial: Trial): Rung | undefined {
    if (this.#halving === undefined) refuseResult(trial);
    const rung = this.#halving.accept(trial);
    this.#trials.push(trial);
    return rung;
  }

  result(): SearchResult {
    return bestResult(this.#trials, this.#mode);
  }

  #nextBracket(): SuccessiveHalving | undefined {
    const { brackets } = this.#plan;
    const left = this.#candidates.size - this.#nextIndex;
    if (this.#bracket >= this.#sweeps * brackets.length || left <= 0) return undefined;
    const rungs = brackets[this.#bracket % brackets.length]!;
    const firstIndex = this.#nextIndex;
    this.#nextIndex += rungs[0]!.configs;
    return new SuccessiveHalving(this.#candidates, {
      rungs: rungs.map(({ configs }) => Math.min(configs, left)),
      resources: rungs.map(({ resource }) => resource),
      bracket: this.#bracket++,
      firstGeneration: rungs[0]!.generation,
      firstIndex,
      mode: this.#mode,
    });
  }
}

/**
 * Hyperband: brackets of successive halving, from one that begins with many configs and little
 * resource to one that trains few configs in full. It hedges against curves that cross, where the
 * best after a short training is not the best after a long one. (The class `HyperBand` is one bracket
 * over a grid.)
 *
 * After Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization" (2018),
 * by the exact {@linkcode hyperbandPlan}. A rung begins when the one before is complete; a bracket
 * when the one before is over, so that a sampler learns from it. Rungs are numbered by resource,
 * over all brackets.
 *
 * @param options The resource of a trial, the reduction factor, the table, the number of sweeps.
 * @returns The scheduler, for a {@linkcode Study} or a {@linkcode Search}.
 * @throws {SearchSpaceError} If an option is unknown or wrong; it names it.
 *
 * @example Usage
 * ```ts
 * import { float, hyperbandScheduler, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const scheduler = hyperbandScheduler({ maxResource: 81 });
 * const study = new Study({ x: float(0, 1) }, { scheduler });
 * for (let job = study.ask(); job !== undefined; job = study.ask()) {
 *   study.tell(job, { metric: Number(job.samples.x), isResumable: true });
 * }
 * assertEquals(study.spent, 1581);
 * assertEquals(study.result().logs.map((rung) => rung.length), [81, 61, 35, 19, 10]);
 * ```
 */
export function hyperbandScheduler(options: HyperbandSchedulerOptions): SchedulerFactory {
  const { sweeps = 1, ...rest } = { ...options };
  const plan = hyperbandPlan(rest);
  if (sweeps !== Infinity && !(Number.isSafeInteger(sweeps) && sweeps >= 1)) {
    const expected = "a whole number of at least 1, or Infinity";
    refuse("sweeps", `Cannot plan "sweeps": ${describe(sweeps)}, expected ${expected}`);
  }
  return {
    name: "hyperband",
    options: { ...rest, sweeps },
    parallelism: Infinity,
    ...sweeps === 1 ? { plan: plan.brackets.flat() } : {},
    ...sweeps === Infinity ? { isEndless: true } : {},
    create: (candidates, { mode }) => new Hyperband(candidates, { mode, plan, sweeps }),
  };
}
