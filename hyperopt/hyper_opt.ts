import { nearestName } from "../adict/mod.ts";
import { describe } from "./_describe.ts";
import { trialExecutor } from "./_estimate_trial.ts";
import { flattenSpaces } from "./_flatten_spaces.ts";
import { runSearch } from "./_run_search.ts";
import type { ParameterSpace, SearchSpacesInput } from "./parameter_space.ts";
import { SearchSpaceError } from "./search_space_error.ts";
import type {
  HyperOptOptions,
  Objective,
  Scheduler,
  SearchMode,
  SearchResult,
  SearchScope,
} from "./types.ts";

const MODES: readonly string[] = ["max", "min"] satisfies SearchMode[];

function checkMode(mode: unknown): SearchMode {
  if (typeof mode === "string" && MODES.includes(mode)) return mode as SearchMode;
  const near = typeof mode === "string" ? nearestName(mode, MODES) : undefined;
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new SearchSpaceError(
    "mode",
    `Cannot search with "mode": ${describe(mode)}, expected "max" or "min"${hint}`,
  );
}

function checkCallback(name: "onTrial" | "onRung", callback: unknown): void {
  if (callback === undefined || typeof callback === "function") return;
  throw new SearchSpaceError(
    name,
    `Cannot search with "${name}": ${describe(callback)}, expected a function`,
  );
}

/**
 * The frame of every search: it holds the scope and the checked parameters, composes the config of
 * each trial, runs the trials and keeps their records. A search algorithm extends it by one
 * method that makes its {@linkcode Scheduler}.
 *
 * The config of a trial is composed anew: default views, named views, the command line, then
 * the samples, then lazy views. The scope's own config stays as it is. `__num_halved__` holds the
 * rung of the trial, also for lazy views.
 *
 * @typeParam Options The options of the search.
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
export abstract class HyperOpt<Options extends HyperOptOptions = HyperOptOptions> {
  /** Where the configs come from. */
  readonly scope: SearchScope;
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
  constructor(scope: SearchScope, searchSpaces: SearchSpacesInput, options: Options) {
    const mode = checkMode(options.mode ?? "max");
    checkCallback("onTrial", options.onTrial);
    checkCallback("onRung", options.onRung);
    this.scope = scope;
    this.searchSpaces = flattenSpaces(searchSpaces);
    this.options = Object.freeze({ ...options, mode });
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
   * the logs. It rejects with a {@linkcode HyperOptError} if all trials of a rung failed.
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
    objective: Objective<Rest>,
  ): (...rest: Rest) => Promise<SearchResult> {
    if (typeof objective !== "function") {
      throw new TypeError(`Cannot search: the objective is ${describe(objective)}, not a function`);
    }
    return async (...rest) => {
      const execute = trialExecutor(this.scope, objective, rest);
      // Injected for the command line alone: the arguments do not go through the scope, which
      // passes them on differently while it is paused.
      const search = this.scope.inject(() =>
        runSearch(this.createScheduler(), execute, this.options)
      );
      return await search();
    };
  }
}
