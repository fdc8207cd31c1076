import { countExtraPoints } from "./_extra_points.ts";
import type { FormatPlanOptions } from "./format_tables.ts";
import { gridSampler } from "./grid_sampler.ts";
import { GridSpace } from "./grid_space.ts";
import { type HalvingPlan, halvingPlan } from "./halving_plan.ts";
import { HyperOpt } from "./hyper_opt.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";
import type { SearchSpacesInput } from "./parameter_space.ts";
import { SuccessiveHalving } from "./successive_halving.ts";
import type {
  Candidates,
  SamplerFactory,
  Scheduler,
  SchedulerFactory,
  SearchScope,
} from "./types.ts";

/** Options of {@linkcode HyperBand}. */
export interface HyperBandOptions extends HyperOptOptions {
  /** The share of a rung that goes on to the next: more than 0, less than 1. */
  halvingRate: number;
  /** The number of configs without which a further rung is not worth running: at least 1. */
  numMinSamples: number;
}

/**
 * Successive halving over a whole grid: train many configs briefly, drop most of them, train the
 * rest for longer, until few are left.
 *
 * The first rung is the whole grid. Points of the option `enqueue` come first; those that are not on
 * the grid are trained besides it, and the plan counts them.
 *
 * The objective finds the number of its rung in `config.__num_halved__` and chooses from it how
 * long to train; {@linkcode HyperBand.computeOptimizedInitialTrainingSteps} gives a number of steps
 * for each. The winner is the best of the last rung, with the metric measured there; it is not
 * trained again. A trial that throws, or whose metric is not a finite number, is recorded as failed
 * and never goes on; the search does not end for it. An error with a numeric `exitCode` does end
 * it, at once and as it is: it marks a user's mistake or a state of the machine, such as a full
 * disk, and would make good configs look bad. Only an `InvalidConfigError`, by which a schema
 * refuses the config of one trial, makes a failed trial all the same.
 *
 * @typeParam Config The config that the scope composes: the objective gets it, with the parameters
 * of the search and `__num_halved__`.
 * @typeParam Spaces The search spaces.
 *
 * @example Usage
 * ```ts
 * import { float, HyperBand } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 * import { assertEquals } from "@std/assert";
 *
 * const hyperband = new HyperBand(new Scope(), {
 *   lr: float(0.001, 1000, { samples: 7, scale: "log" }),
 * }, { halvingRate: 0.3, numMinSamples: 1, mode: "min" });
 *
 * const steps = hyperband.computeOptimizedInitialTrainingSteps(100);
 * assertEquals(steps, [30, 100]);
 *
 * const search = hyperband.main(({ lr, __num_halved__ }) =>
 *   Math.abs(Math.log10(lr)) + 1 / steps[__num_halved__]!
 * );
 * const best = await search();
 * assertEquals([best.config.lr, best.metric], [1, 0.01]);
 * assertEquals(best.logs.map((rung) => rung.length), [7, 2]);
 * ```
 */
export class HyperBand<
  // deno-lint-ignore no-explicit-any -- a scope of any config
  Config = any,
  // deno-lint-ignore no-explicit-any -- any search spaces, so that every search is one of these
  Spaces extends SearchSpacesInput = any,
> extends HyperOpt<HyperBandOptions, Config, Spaces> {
  /** How many configs each rung holds; everything else follows from it. */
  readonly plan: HalvingPlan;

  /**
   * Opens the grid and makes the plan.
   *
   * @param scope A `Scope` or `MultiScope`.
   * @param searchSpaces The parameters, as a plain object or as a config, nested or by dotted name.
   * @param options Options of the search.
   * @throws {SearchSpaceError} If a parameter or an option is wrong; it names it.
   */
  constructor(scope: SearchScope<Config>, searchSpaces: Spaces, options: HyperBandOptions) {
    super(scope, searchSpaces, options);
    const { halvingRate, numMinSamples } = { ...options };
    const { size } = new GridSpace(this.searchSpaces);
    const configs = size + this.#countExtraPoints();
    this.plan = halvingPlan({ configs, halvingRate, numMinSamples });
  }

  /** The names of the two options that this search adds. */
  protected override ownOptionNames(): readonly string[] {
    return ["halvingRate", "numMinSamples"];
  }

  /** All points of the grid. */
  protected override sampler(): SamplerFactory {
    return gridSampler();
  }

  /** The successive halving of the grid, with its options and its plan. */
  protected override scheduler(): SchedulerFactory {
    const { halvingRate, numMinSamples } = this.options;
    return {
      ...super.scheduler(),
      options: { halvingRate, numMinSamples },
      plan: this.plan.rungs.map((configs, generation) => (
        { bracket: 0, generation, configs, resource: generation + 1 }
      )),
    };
  }

  #countExtraPoints(): number {
    const { enqueue = [], constraints = [], allowRepeats = false, seed = 0, mode } = this.options;
    if (enqueue.length === 0) return 0;
    const spaces = this.searchSpaces;
    return countExtraPoints(enqueue, {
      spaces,
      sampler: gridSampler(),
      seed,
      mode,
      constraints,
      allowsRepeats: allowRepeats,
    });
  }

  /** Makes the successive halving of the grid. */
  protected override createScheduler(candidates: Candidates): Scheduler {
    const { rungs, rate } = this.plan;
    return new SuccessiveHalving(candidates, {
      rungs,
      // Where nothing is cut, the rate may be no number that a double holds.
      ...rungs.length > 1 ? { rate } : {},
      mode: this.options.mode,
    });
  }

  /**
   * The plan with its cost. How long each rung trains is up to the objective; unless `steps` say it, a
   * unit is about what the first rung trains for, and each further one as many times more as it holds
   * fewer configs.
   *
   * @param options Options of the table.
   * @returns The lines, without a line break at the end.
   * @throws {SearchSpaceError} If an option is unknown.
   *
   * @example Usage
   * ```ts
   * import { HyperBand, integer } from "@ato/core/hyperopt";
   * import { Scope } from "@ato/core/scope";
   * import { assertStringIncludes } from "@std/assert";
   *
   * const options = { halvingRate: 1 / 3, numMinSamples: 3 };
   * const hyperband = new HyperBand(new Scope(), { seed: integer(1, 27) }, options);
   * const steps = hyperband.computeOptimizedInitialTrainingSteps(900);
   * assertStringIncludes(
   *   hyperband.formatPlan({ unit: "steps", steps }),
   *   "27 configs, 39 trainings: 8,100 steps if each begins anew, 6,300 if it goes on",
   * );
   * ```
   */
  override formatPlan(options: FormatPlanOptions = {}): string {
    const { rungs, rate: [numerator, denominator] } = this.plan;
    const most = Math.ceil((denominator / numerator) ** (rungs.length - 1));
    const steps = this.plan.steps(Math.min(most, Number.MAX_SAFE_INTEGER));
    return super.formatPlan({ steps, ...options });
  }

  /**
   * The number of rungs, which is one more than the largest `__num_halved__`.
   *
   * @returns At least 1.
   *
   * @example Usage
   * ```ts
   * import { HyperBand, integer } from "@ato/core/hyperopt";
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const options = { halvingRate: 0.3, numMinSamples: 3 };
   * const hyperband = new HyperBand(new Scope(), { seed: integer(1, 300) }, options);
   * assertEquals(hyperband.plan.rungs, [300, 90, 27, 8]);
   * assertEquals(hyperband.numGenerations(), 4);
   * ```
   */
  numGenerations(): number {
    return this.plan.rungs.length;
  }

  /**
   * How many steps to train at each rung, so that the last one trains for `maxSteps` and each one
   * before for its share: `ceil(maxSteps · halvingRate^(last - rung))`.
   *
   * @param maxSteps The steps of the last rung: a whole number, at least 1.
   * @returns One number of steps for each rung: `steps[config.__num_halved__]`.
   * @throws {SearchSpaceError} If `maxSteps` is not a whole number of at least 1.
   *
   * @example Usage
   * ```ts
   * import { HyperBand, integer } from "@ato/core/hyperopt";
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const options = { halvingRate: 0.3, numMinSamples: 3 };
   * const hyperband = new HyperBand(new Scope(), { seed: integer(1, 300) }, options);
   * const steps = hyperband.computeOptimizedInitialTrainingSteps(100_000);
   * assertEquals(steps, [2700, 9000, 30_000, 100_000]);
   * ```
   */
  computeOptimizedInitialTrainingSteps(maxSteps: number): number[] {
    return this.plan.steps(maxSteps);
  }
}
