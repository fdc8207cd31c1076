import { checkStudyOptions } from "./_check_study_options.ts";
import { HyperOpt } from "./hyper_opt.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";
import type { SearchSpacesInput } from "./parameter_space.ts";
import type { StudyOptions } from "./study_options.ts";
import type {
  Candidates,
  SamplerFactory,
  Scheduler,
  SchedulerFactory,
  SearchScope,
} from "./types.ts";

/** Options of {@linkcode Search}. */
export interface SearchOptions
  extends HyperOptOptions, Pick<StudyOptions, "scheduler" | "sampler" | "order"> {}

/**
 * A search by any sampler and any scheduler.
 *
 * @typeParam Config The config that the scope composes: the objective gets it, with the parameters
 * of the search and `__num_halved__`.
 * @typeParam Spaces The search spaces.
 *
 * @example Usage
 * ```ts
 * import { ashaScheduler, float, Search } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const search = new Search(new Scope(), { lr: float(1e-4, 1, { scale: "log" }) }, {
 *   scheduler: ashaScheduler({ maxResource: 9 }),
 *   budget: { trials: 27 },
 *   mode: "min",
 * });
 * const best = await search.optimize(({ lr }, { resource }) =>
 *   Math.abs(Math.log10(lr) + 2) + 1 / resource
 * );
 * assertAlmostEquals(Math.log10(best.config.lr), -2, 0.5);
 * assertEquals(best.logs[0]?.length, 27);
 * ```
 */
export class Search<
  // deno-lint-ignore no-explicit-any -- a scope of any config
  Config = any,
  // deno-lint-ignore no-explicit-any -- any search spaces, so that every search is one of these
  Spaces extends SearchSpacesInput = any,
> extends HyperOpt<SearchOptions, Config, Spaces> {
  /**
   * Checks the options.
   *
   * @param scope A `Scope` or `MultiScope`.
   * @param searchSpaces The parameters, as a plain object or as a config, nested or by dotted name.
   * @param options Options of the search.
   * @throws {SearchSpaceError} If a parameter or an option is wrong; it names it.
   */
  constructor(scope: SearchScope<Config>, searchSpaces: Spaces, options: SearchOptions) {
    super(scope, searchSpaces, options);
    const { scheduler, sampler, order } = options;
    checkStudyOptions({ scheduler, sampler, order });
  }

  /** The names of the options that this search adds. */
  protected override ownOptionNames(): readonly string[] {
    return ["scheduler", "sampler", "order"];
  }

  /** The sampler of the options. */
  protected override sampler(): SamplerFactory | undefined {
    return this.options.sampler;
  }

  /** The scheduler of the options. */
  protected override scheduler(): SchedulerFactory {
    return this.options.scheduler;
  }

  /** Begins with the scheduler of the options. */
  protected override createScheduler(candidates: Candidates): Scheduler {
    return this.scheduler().create(candidates, { mode: this.options.mode });
  }
}
