import { describe } from "./_describe.ts";
import { bestResult } from "./_rank.ts";
import { refuse } from "./_refuse.ts";
import { refuseResult } from "./_refuse_result.ts";
import { type HyperbandPlan, hyperbandPlan, type HyperbandPlanOptions } from "./hyperband_plan.ts";
import { SuccessiveHalving } from "./successive_halving.ts";
import type {
  Candidates,
  Job,
  Rung,
  Scheduler,
  SchedulerFactory,
  SearchMode,
  SearchResult,
  Trial,
} from "./types.ts";

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
    create: (candidates, { mode }) => new Hyperband(candidates, { mode, plan, sweeps }),
  };
}
