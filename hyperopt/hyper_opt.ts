import { reportMistakes } from "../adict/mod.ts";
import { describe } from "./_describe.ts";
import { flattenSpaces } from "./_flatten_spaces.ts";
import { checkCallback, checkMode, checkOptions } from "./_options.ts";
import { checkRecordOptions, RECORD_OPTION_NAMES } from "./_check_record_options.ts";
import { checkRunOptions, RUN_OPTION_NAMES } from "./_check_run_options.ts";
import { randomSampler } from "./random_sampler.ts";
import {
  checkDistributedOptions,
  resolveDistributed,
  withHiddenUrl,
} from "./_check_distributed.ts";
import { checkParameters } from "./_check_parameters.ts";
import { checkStudyOptions, studyOptionsIn } from "./_check_study_options.ts";
import { describeBudget } from "./_describe_budget.ts";
import { ENDLESS, isEndless } from "./_is_endless.ts";
import { formatPlan, type FormatPlanOptions } from "./format_tables.ts";
import { takeTurn, type Turn } from "./_turns.ts";
import { warnOfSampled } from "./_warn_of_sampled.ts";
import { watchUnset } from "./_watch_unset.ts";
import { workerRole } from "./_worker_role.ts";
import type { DistributedOptions } from "./distributed_options.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";
import type { ParameterSpace, SearchSpacesInput } from "./parameter_space.ts";
import type { StudyOptions } from "./study_options.ts";
import type { TrialConfig } from "./trial_config.ts";
import type {
  Candidates,
  Objective,
  SamplerFactory,
  Scheduler,
  SchedulerFactory,
  SearchMode,
  SearchResult,
  SearchScope,
  TrialObjective,
} from "./types.ts";

/** The names of the options of every search. */
const OPTION_NAMES: readonly string[] = [
  "mode",
  "onTrial",
  "onRung",
  "seed",
  "parallelism",
  "constraints",
  "enqueue",
  "allowRepeats",
  "budget",
  "ledger",
  ...RUN_OPTION_NAMES,
  ...RECORD_OPTION_NAMES,
  "distributed",
];

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
    this.options = Object.freeze(withHiddenUrl({ ...options, mode: checkMode(mode) }));
    checkRunOptions(this.options);
    const distributed = this.distribution();
    if (distributed !== undefined) checkDistributedOptions(distributed);
    checkRecordOptions(this.options, { isDistributed: distributed !== undefined });
    // The algorithm comes with a search; here is what all searches have.
    checkStudyOptions({
      ...studyOptionsIn(this.options),
      scheduler: HyperOpt.prototype.scheduler.call(this),
    });
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

  /**
   * Makes the algorithm; called once for each search.
   *
   * @param candidates The points of the sampler, without those that break a constraint. An algorithm
   * may take others.
   */
  protected abstract createScheduler(candidates: Candidates): Scheduler;

  /** How it runs on several machines; by default what the option `distributed` says. */
  protected distribution(): DistributedOptions | undefined {
    return this.options.distributed;
  }

  /** The sampler that makes the candidates; by default random points. */
  protected sampler(): SamplerFactory | undefined {
    return randomSampler();
  }

  /** What the study knows of the algorithm; by default its name. */
  protected scheduler(): SchedulerFactory {
    return {
      name: this.constructor.name,
      options: {},
      parallelism: Infinity,
      create: (candidates) => this.createScheduler(candidates),
    };
  }

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
    return (...rest) => this.#search((config) => objective(config, ...rest));
  }

  /**
   * Runs a search of an objective that gets the context of its trial: how long to train, from where
   * to go on, where to report.
   *
   * @param objective Called with the config of each trial and its context; returns the metric.
   * @returns The best config, its metric and the logs, as from {@linkcode HyperOpt.main}.
   * @throws {TypeError} If the objective is not a function.
   *
   * @example Usage
   * ```ts
   * import { float, halvingScheduler, Search } from "@ato/core/hyperopt";
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const search = new Search(new Scope(), { lr: float(0, 1) }, {
   *   scheduler: halvingScheduler({ rungs: [9, 3, 1], resources: [1, 3, 9] }),
   *   mode: "min",
   * });
   * const best = await search.optimize(({ lr }, { resource }) => (lr - 0.5) ** 2 + 1 / resource);
   * assertEquals(best.logs.map((rung) => rung.length), [9, 3, 1]);
   * ```
   */
  optimize(objective: TrialObjective<TrialConfig<Config, Spaces>>): Promise<SearchResult> {
    if (typeof objective !== "function") {
      throw new TypeError(`Cannot search: the objective is ${describe(objective)}, not a function`);
    }
    return this.#search(objective);
  }

  /**
   * What the search will do, as far as that is known before anything is trained: the rungs and what
   * they cost, see {@linkcode formatPlan}; for a search without an end of its own, its budget. The
   * option `dryRun` prints it.
   *
   * @param options Options of the table.
   * @returns The lines, without a line break at the end.
   * @throws {SearchSpaceError} If an option is unknown.
   *
   * @example Usage
   * ```ts
   * import { ashaScheduler, float, Search } from "@ato/core/hyperopt";
   * import { Scope } from "@ato/core/scope";
   * import { assertEquals } from "@std/assert";
   *
   * const search = new Search(new Scope(), { lr: float(0, 1) }, {
   *   scheduler: ashaScheduler({ maxResource: 9 }),
   *   budget: { trials: 27 },
   * });
   * assertEquals(search.formatPlan(), "asha, until 27 configs were tried");
   * ```
   */
  formatPlan(options: FormatPlanOptions = {}): string {
    const { name, plan } = this.scheduler();
    const { budget = {} } = this.options;
    const table = plan === undefined ? [] : [formatPlan(plan, options)];
    const limits = describeBudget(budget, options);
    if (isEndless(this.searchSpaces, this.#wholeStudyOptions())) table.push(`${name}: ${ENDLESS}`);
    else if (limits !== "" || plan === undefined) {
      table.push(`${name}, until ${limits || "it ends"}`);
    }
    return table.join("\n");
  }

  #wholeStudyOptions(): StudyOptions {
    return {
      ...studyOptionsIn(this.options),
      sampler: this.sampler(),
      scheduler: this.scheduler(),
    };
  }

  /** Begins a study that nobody keeps: it refuses the plan that the search would. */
  async #checkPlan(): Promise<void> {
    const [{ Study }, { MemoryLedger }] = await Promise.all([
      import("./study.ts"),
      import("./memory_ledger.ts"),
    ]);
    new Study(this.searchSpaces, { ...this.#wholeStudyOptions(), ledger: new MemoryLedger() });
  }

  #search(objective: TrialObjective): Promise<SearchResult> {
    // Before the scope does: its config may have been resolved by hand.
    reportMistakes();
    return takeTurn(async (turn) => {
      // Injected for the command line alone: the arguments do not go through the scope, which
      // passes them on differently while it is paused.
      const search = this.scope.inject((...configs: unknown[]) =>
        this.#run(objective, { turn, config: configs[0] })
      );
      return await search();
    });
  }

  async #run(
    given: TrialObjective,
    { turn, config }: { turn: Turn; config: unknown },
  ): Promise<SearchResult> {
    const { scope, searchSpaces, options } = this;
    const unset = await checkParameters({ scope, searchSpaces, config });
    const objective = watchUnset(given, unset);
    const role = workerRole();
    using reads = await scope.followReads?.({ counted: Object.keys(searchSpaces) });
    if (role !== undefined) {
      const { serveSearch } = await import("./_workers/serve_search.ts");
      return await serveSearch({ role, turn, scope, searchSpaces, objective, reads });
    }
    const distribution = this.distribution();
    const distributed = distribution && resolveDistributed(distribution);
    if (distributed === undefined || distributed.rank === 0) {
      warnOfSampled({ scope, searchSpaces, config });
    }
    const { dryRun = false } = options;
    if (typeof dryRun === "function" ? dryRun(config) : dryRun) {
      await this.#checkPlan();
      printLine(this.formatPlan());
      await options.tracker?.close?.();
      Deno.exit(0);
    }
    const studyOptions = this.#wholeStudyOptions();
    const { conductSearch } = await import("./_conduct_search.ts");
    const result = await conductSearch({
      scope,
      objective,
      searchSpaces,
      studyOptions,
      options,
      turn,
      config,
      distributed,
      reads,
    });
    if (reads === undefined) return result;
    const trials = result.logs.flat().map((trial) => trial.config);
    await reads.report({ results: [result.config, ...trials] });
    return result;
  }
}

function printLine(text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
