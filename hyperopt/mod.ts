/**
 * Hyperparameter search with early stopping: search spaces, lazy grids, successive halving.
 *
 * A search takes its configs from a `Scope` or `MultiScope`, or from anything that has their two
 * methods `inject` and `compose`. To write a search of your own, extend {@linkcode HyperOpt}.
 *
 * @example Usage
 * ```ts
 * import { category, float, GridSpace, halvingPlan } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const grid = new GridSpace({
 *   lr: float(1e-5, 1e-1, { samples: 100, scale: "log" }),
 *   "model.name": category(["resnet50", "resnet101", "vit"]),
 * });
 * assertEquals(grid.at(0), { lr: 1e-5, "model.name": "resnet50" });
 *
 * const plan = halvingPlan({ configs: grid.size, halvingRate: 0.3, numMinSamples: 3 });
 * assertEquals(plan.rungs, [300, 90, 27, 8]);
 * ```
 *
 * @module
 */

export { ashaScheduler, type AshaSchedulerOptions } from "./asha_scheduler.ts";
export {
  DistributedHyperBand,
  type DistributedHyperBandOptions,
} from "./distributed_hyper_band.ts";
export type { DistributedOptions } from "./distributed_options.ts";
export { category, float, integer } from "./spaces.ts";
export {
  formatPlan,
  type FormatPlanOptions,
  formatRungs,
  type FormatRungsOptions,
} from "./format_tables.ts";
export { gpSampler, type GpSamplerOptions } from "./gp_sampler.ts";
export { gridSampler } from "./grid_sampler.ts";
export { type Distributions, GridSpace } from "./grid_space.ts";
export {
  halvingScheduler,
  type HalvingSchedulerOptions,
  SuccessiveHalving,
  type SuccessiveHalvingOptions,
} from "./successive_halving.ts";
export { type HalvingPlan, halvingPlan, type HalvingPlanOptions } from "./halving_plan.ts";
export {
  type HyperbandPlan,
  hyperbandPlan,
  type HyperbandPlanOptions,
  hyperbandScheduler,
  type HyperbandSchedulerOptions,
  type HyperbandTable,
} from "./hyperband_scheduler.ts";
export { HyperBand, type HyperBandOptions } from "./hyper_band.ts";
export { HyperOpt } from "./hyper_opt.ts";
export { HyperOptError, type HyperOptErrorOptions } from "./hyper_opt_error.ts";
export type { HyperOptOptions } from "./hyper_opt_options.ts";
export { isSearchWorker } from "./is_search_worker.ts";
export { MemoryLedger } from "./memory_ledger.ts";
export type {
  CategorySpace,
  CategorySpaceOptions,
  Condition,
  FloatSpace,
  IntegerSpace,
  NumericSpaceOptions,
  ParameterSpace,
  SearchSpaces,
  SearchSpacesInput,
  SpaceType,
} from "./parameter_space.ts";
export {
  formatImportance,
  type ParameterImportance,
  parameterImportance,
  type ParameterImportanceOptions,
} from "./parameter_importance.ts";
export { randomSampler } from "./random_sampler.ts";
export { Search, type SearchOptions } from "./search.ts";
export type { ResourceOptions } from "./_rung_resources.ts";
export {
  SearchInterruptedError,
  type SearchInterruptedErrorOptions,
} from "./search_interrupted_error.ts";
export type { SearchReadNews, SearchReads } from "./search_reads.ts";
export type { SearchTracker, TrackedLedger, TrackedRunChange } from "./search_tracker.ts";
export { SearchSpaceError } from "./search_space_error.ts";
export { Study } from "./study.ts";
export type { Outcome, StudyOptions } from "./study_options.ts";
export { tpeSampler, type TpeSamplerOptions } from "./tpe_sampler.ts";
export type { SampledConfig, TrialConfig } from "./trial_config.ts";
export { TrialError } from "./trial_error.ts";
export type {
  Budget,
  Candidates,
  CheckpointOptions,
  Constraint,
  ExecuteOptions,
  Executor,
  FailureKind,
  Job,
  JobKey,
  Ledger,
  LedgerEvent,
  Objective,
  Reasons,
  RetryPolicy,
  Rung,
  Sampler,
  SamplerContext,
  SamplerFactory,
  Samples,
  ScheduledRung,
  Scheduler,
  SchedulerFactory,
  SearchMode,
  SearchResult,
  SearchScope,
  StudyDescription,
  Trial,
  TrialContext,
  TrialObjective,
  WorkerOptions,
} from "./types.ts";
