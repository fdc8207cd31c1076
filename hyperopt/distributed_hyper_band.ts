import { reportMistakes } from "../adict/mod.ts";
import { DISTRIBUTED_OPTION_NAMES, resolveDistributed } from "./_check_distributed.ts";
import { studyOptionsIn } from "./_check_study_options.ts";
import { callGroup, nextGroup } from "./_group_calls.ts";
import { workerRole } from "./_worker_role.ts";
import type { DistributedOptions } from "./distributed_options.ts";
import { HyperBand, type HyperBandOptions } from "./hyper_band.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import { loadDistributed } from "./_load_distributed.ts";
import type { ProcessGroup } from "./_distributed/process_group.ts";
import type { SearchSpacesInput } from "./parameter_space.ts";
import type { SearchScope } from "./types.ts";

/** Options of {@linkcode DistributedHyperBand}. */
export interface DistributedHyperBandOptions
  extends Omit<HyperBandOptions, "distributed">, DistributedOptions {}

/**
 * {@linkcode HyperBand} on any number of machines. Every process runs the same program and calls the
 * search; every one gets the same result. Rank 0 drives, the others work for it; it works too where
 * `workers` says so. Workers come and go: whoever joins late works, and what a lost one had is done
 * again by another, from its newest checkpoint.
 *
 * Any other search does the same by its option `distributed`.
 *
 * @typeParam Config The config that the scope composes.
 * @typeParam Spaces The search spaces.
 *
 * @example Usage
 * ```ts ignore
 * import { DistributedHyperBand, float } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 *
 * const hyperband = new DistributedHyperBand(new Scope(), {
 *   lr: float(1e-4, 1, { samples: 27, scale: "log" }),
 * }, {
 *   halvingRate: 1 / 3,
 *   numMinSamples: 3,
 *   mode: "min",
 *   backend: "redis",
 *   url: "redis://127.0.0.1:6379",
 * });
 * const best = await hyperband.optimize(({ lr }) => Math.abs(Math.log10(lr) + 2));
 * if (hyperband.isRoot) console.log(best.config.lr);
 * ```
 */
export class DistributedHyperBand<
  // deno-lint-ignore no-explicit-any -- a scope of any config
  Config = any,
  // deno-lint-ignore no-explicit-any -- any search spaces, so that every search is one of these
  Spaces extends SearchSpacesInput = any,
> extends HyperBand<Config, Spaces> {
  #group: Promise<ProcessGroup> | undefined;
  /** The how-many-th of its name in this program the group is. */
  #number: number | undefined;

  /**
   * Opens the grid and makes the plan.
   *
   * @param scope A `Scope` or `MultiScope`.
   * @param searchSpaces The parameters, as a plain object or as a config, nested or by dotted name.
   * @param options Options of the search.
   * @throws {SearchSpaceError} If a parameter or an option is wrong; it names it.
   */
  constructor(
    scope: SearchScope<Config>,
    searchSpaces: Spaces,
    options: DistributedHyperBandOptions,
  ) {
    super(scope, searchSpaces, options);
  }

  /**
   * Whether this process drives: it has rank 0. A process that was started for trials, whoever started
   * it, does not; since it makes the same searches and calls as that one, none may depend on this.
   */
  get isRoot(): boolean {
    return workerRole() === undefined && resolveDistributed(this.distribution()).rank === 0;
  }

  /**
   * Gives every process what the root has; all of them call it, in the same order. In a process that was
   * started for trials it gives what it gave in the one that started it.
   *
   * Processes find each other by the option `study`, by default by all that the study is: its parameters,
   * its options, and the config, for which the command line is resolved.
   *
   * @typeParam T The type of the value.
   * @param value What is given, where this process is the root; of the others it does not matter. It is
   * anything that a config can hold.
   * @param options `timeout`: how long to wait for the root, in milliseconds; without end by default.
   * @returns The value of the root.
   * @throws {HyperOptError} If the server is not there, the root does not come in time, or another process
   * is the root.
   */
  async broadcast<T>(value: T, options: { timeout?: number } = {}): Promise<T> {
    return await callGroup(async () =>
      await (await this.#join(options)).broadcast(value, options) as T
    );
  }

  /**
   * Gives every process what each of them has; all of `worldSize` call it, in the same order. Where one
   * has died that had given its value already, that counts, also for the one in its place. In a process
   * that was started for trials it gives what it gave in the one that started it.
   *
   * @typeParam T The type of the values.
   * @param value What this process gives: anything that a config can hold.
   * @param options `timeout`: how long to wait for the others, in milliseconds; without end by default.
   * @returns The values by rank.
   * @throws {HyperOptError} If the server is not there, or somebody does not come in time, it says who; if
   * `rank` is not below `worldSize`, or another process has it.
   */
  async allGather<T>(value: T, options: { timeout?: number } = {}): Promise<T[]> {
    return await callGroup(async () => {
      this.#checkRank();
      return await (await this.#join(options)).allGather(value, options) as T[];
    });
  }

  /** Leaves the group of processes that `broadcast` and `allGather` speak to; the last thing to do. */
  async destroy(): Promise<void> {
    const group = this.#group;
    this.#group = undefined;
    // One that could not be joined has said so to whoever wanted to.
    const joined = await group?.catch(() => undefined);
    if (joined === undefined) return;
    this.#number = undefined;
    await joined[Symbol.asyncDispose]();
  }

  /** The names of the options that this search adds. */
  protected override ownOptionNames(): readonly string[] {
    return [...super.ownOptionNames(), ...DISTRIBUTED_OPTION_NAMES];
  }

  /** Those of the options that say how it runs on several machines. */
  protected override distribution(): DistributedOptions {
    const options = this.options as DistributedOptions;
    const { rank, worldSize, backend, url, prefix, lockDuration, losses } = options;
    return { rank, worldSize, backend, url, prefix, lockDuration, losses };
  }

  #checkRank(): void {
    reportMistakes();
    const { rank, worldSize } = resolveDistributed(this.distribution());
    if (rank < worldSize) return;
    throw new HyperOptError(
      `Cannot gather as rank ${rank} of ${worldSize}: expected a rank below the number of processes; ` +
        `set RANK and WORLD_SIZE, or the options "rank" and "worldSize"`,
    );
  }

  async #join({ timeout }: { timeout?: number }): Promise<ProcessGroup> {
    reportMistakes();
    this.#group ??= this.#enter(timeout);
    try {
      return await this.#group;
    } catch (error) {
      this.#group = undefined;
      throw error;
    }
  }

  async #enter(timeout: number | undefined): Promise<ProcessGroup> {
    const distributed = resolveDistributed(this.distribution());
    const name = this.options.study ?? await this.#studyName();
    // The same where it is tried again.
    const number = this.#number ??= nextGroup(name);
    const { ProcessGroup } = await loadDistributed();
    return await ProcessGroup.join({ distributed, name, number, timeout });
  }

  /** What the study is called without a name of its own. */
  async #studyName(): Promise<string> {
    const { searchSpaces, options } = this;
    const { identifySearch } = await import("./_conduct_search.ts");
    const studyOptions = {
      ...studyOptionsIn(options),
      sampler: this.sampler(),
      scheduler: this.scheduler(),
    };
    // Without a parameter: what of the command line was not read is for the search to say.
    const config = await this.scope.inject((...configs: unknown[]) => configs[0])();
    return (await identifySearch({ options, searchSpaces, studyOptions, config })).name;
  }
}
