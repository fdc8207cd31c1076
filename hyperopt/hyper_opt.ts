import { reportMistakes } from "../adict/mod.ts";
import { describe } from "./_describe.ts";
import { trialExecutor } from "./_estimate_trial.ts";
import { flattenSpaces } from "./_flatten_spaces.ts";
import { checkCallback, checkMode, checkOptions } from "./_options.ts";
import { runSearch } from "./_run_search.ts";
import type { ParameterSpace, SearchSpacesInput } from "./parameter_space.ts";
import type { TrialConfig } from "./trial_config.ts";
import type {
  HyperOptOptions,
  Objective,
  Scheduler,
  SearchMode,
  SearchResult,
  SearchScope,
  Trial,
} from "./types.ts";

/** The names of the options of every search. */
const OPTION_NAMES: readonly string[] = [
  "mode",
  "onTrial",
  "onRung",
] satisfies (keyof HyperOptOptions)[];

/**
 * The frame of every search: it holds the scope and the checked parameters, composes the config of
 * each trial, runs the trials and keeps their records. A search algorithm extends it by one
 * method that makes its {@linkcode Scheduler}.
 *
 * The config of a trial is composed anew: default views, named views, the command line, then
 * the samples, then lazy views. The scope's own config stays as it is. `__num_halved__` holds the
 * rung of the trial, also for lazy views. Where a sampled value does not arrive in the config,
 * because a lazy view overwrites it, the search ends with a {@linkcode HyperOptError}.
 *
 * A trial that throws is recorded as failed and the search goes on, unless the error has a numeric
 * `exitCode`. That marks a user's mistake or a state of the machine, such as a database that cannot
 * be opened, a full disk, or a key that no config has: the search ends at once and rejects with the
 * error as it is. Only an `InvalidConfigError`, by which a schema refuses the config of one trial,
 * makes a failed trial all the same.
 *
 * @typeParam Options The options of the search.
 * @typeParam Config The config that the scope composes.
 * @typeParam Spaces The search spaces.
 *
 * @example A search over all points of a grid
 * ```ts
 * import { GridSpace, HyperOpt, integer, SuccessiveHalving } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 * import { assertEquals } from "@std/assert";
 *
 * class GridSearch extends HyperOpt {
 *   protected override createScheduler() {
 *     const grid = new GridSpace(this.searchSpaces);
 *     return new SuccessiveHalving(grid, { rungs: [grid.size], mode: this.options.mode });
 *   }
 * }
 *
 * const search = new GridSearch(new Scope(), { a: integer(0, 9) }, { mode: "min" });
 * const best = await search.main(({ a }) => (a - 7) ** 2)();
 * assertEquals([best.config.a, best.metric], [7, 0]);
 * ```
 */
export abstract class HyperOpt<
  Options extends HyperOptOptions = HyperOptOptions,
  // deno-lint-ignore no-explicit-any -- a scope of any config
  Config = any,
  // deno-lint-ignore no-explicit-any -- any search spaces, so that every search is one of these
  Spaces extends SearchSpacesInput = any,
> {
  /** Where the configs come from. */
  readonly scope: SearchScope<Config>;
  /** The checked parameters by dotted name. */
  readonly searchSpaces: Readonly<Record<string, ParameterSpace>>;
  /** The options, with the default of `mode` filled in. */
  readonly options: Readonly<Options & { mode: SearchMode }>;

  /**
   * Checks everything that can be checked before anything is trained.
   *
   * @param scope A `Scope` or `MultiScope`.
   * @param searchSpaces The parameters, as a plain object or as a config, nested or by dotted name.
   * @param options Options of the search.
   * @throws {SearchSpaceError} If a parameter or an option is wrong; it names it.
   */
  constructor(scope: SearchScope<Config>, searchSpaces: Spaces, options: Options) {
    const own = this.ownOptionNames();
    checkOptions(options, {
      action: "search with",
      names: [...own ?? [], ...OPTION_NAMES],
      isOpen: own === undefined,
    });
    const { mode = "max", onTrial, onRung } = { ...options };
    checkCallback("onTrial", onTrial);
    checkCallback("onRung", onRung);
    this.scope = scope;
    this.searchSpaces = flattenSpaces(searchSpaces);
    this.options = Object.freeze({ ...options, mode: checkMode(mode) });
  }

  /**
   * The names of the options that a search has besides those of every search; the constructor asks
   * for them. A search that gives them refuses every other name. By default any name is let
   * through, unless it is nearly that of an option of every search which was not given: `modes` for
   * `mode`.
   */
  protected ownOptionNames(): readonly string[] | undefined {
    return undefined;
  }

  /** Makes the algorithm; called once for each search. */
  protected abstract createScheduler(): Scheduler;

  /**
   * Makes a search of an objective. It goes through {@linkcode SearchScope.inject}, so at its first
   * call the command line is resolved.
   *
   * @typeParam Rest The types of the further arguments.
   * @param objective Called with the config of each trial, which it may change, and with what the
   * search was called with; returns the metric.
   * @returns The search: called, it runs all trials and gives the best config, its metric and
   * the logs. It rejects with a {@linkcode HyperOptError} if all trials of a rung failed or a
   * sampled value does not arrive in the config, and with any error that ends a search, as it is.
   * @throws {TypeError} If the objective is not a function.
   *
   * @example Usage
   * ```ts
   * import { HyperBand, integer } from "@ato/core/hyperopt";
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const hyperband = new HyperBand(new Scope(), { width: integer(1, 9) }, {
   *   halvingRate: 0.5,
   *   numMinSamples: 1,
   *   mode: "min",
   * });
   * const search = hyperband.main((config, target: number) => Math.abs(config.width - target));
   * const { config, metric } = await search(6);
   * assertEquals([config.width, metric], [6, 0]);
   * ```
   */
  main<Rest extends unknown[]>(
    objective: Objective<Rest, TrialConfig<Config, Spaces>>,
  ): (...rest: Rest) => Promise<SearchResult> {
    if (typeof objective !== "function") {
      throw new TypeError(`Cannot search: the objective is ${describe(objective)}, not a function`);
    }
    return async (...rest) => {
      // Before the scope does: its config may have been resolved by hand.
      reportMistakes();
      const logs: (readonly Trial[])[] = [];
      const execute = trialExecutor(this.scope, objective, { rest, logs });
      // Injected for the command line alone: the arguments do not go through the scope, which
      // passes them on differently while it is paused.
      const search = this.scope.inject(() =>
        runSearch(this.createScheduler(), execute, { ...this.options, logs })
      );
      return await search();
    };
  }
}
