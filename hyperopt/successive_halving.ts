import { describe } from "./_describe.ts";
import { checkMode, checkOptions } from "./_options.ts";
import { ranked, resultOf } from "./_rank.ts";
import { refuse } from "./_refuse.ts";
import { refuseResult } from "./_refuse_result.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
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

const OPTION_NAMES = [
  "rungs",
  "resources",
  "bracket",
  "firstGeneration",
  "firstIndex",
  "rate",
  "mode",
];

/** Options of {@linkcode SuccessiveHalving}. */
export interface SuccessiveHalvingOptions {
  /** The number of configs of every rung: the first ones of the candidates, then ever fewer. */
  rungs: readonly number[];
  /**
   * The units of resource that the configs of every rung are trained to. By default one more at
   * each rung, from 1.
   */
  resources?: readonly number[];
  /**
   * The number of its bracket.
   *
   * @default {0}
   */
  bracket?: number;
  /**
   * The number of its first rung.
   *
   * @default {0}
   */
  firstGeneration?: number;
  /**
   * The index of its first candidate.
   *
   * @default {0}
   */
  firstIndex?: number;
  /**
   * The share of a rung that goes on, as numerator and denominator, where there are fewer candidates
   * than planned. By default that of the plan, which differs from rung to rung where it is rounded.
   */
  rate?: readonly [numerator: number, denominator: number];
  /**
   * Which metric is the better one.
   *
   * @default {"max"}
   */
  mode?: SearchMode;
}

function showList(values: unknown): string {
  return Array.isArray(values) ? `[${values.join(", ")}]` : describe(values);
}

function checkRungs(rungs: readonly number[], available: number): void {
  const [first = 0] = Array.isArray(rungs) ? rungs : [];
  const isDescending = first > 0 &&
    rungs.every((count, generation) =>
      Number.isSafeInteger(count) && count >= 1 && count <= (rungs[generation - 1] ?? available)
    );
  if (isDescending) return;
  const [place, range] = available === Infinity
    ? ["", "descending"]
    : [` of ${available} candidates`, `from ${available} downwards`];
  refuse(
    "rungs",
    `Cannot plan "rungs": ${showList(rungs)}${place}, ` +
      `expected whole numbers, ${range}, at least 1`,
  );
}

function checkRate([numerator, denominator]: readonly [number, number]): void {
  const areWhole = Number.isInteger(numerator) && Number.isInteger(denominator);
  if (areWhole && numerator > 0 && numerator < denominator) return;
  refuse(
    "rate",
    `Cannot plan "rate": ${describe(numerator)} / ${describe(denominator)}, ` +
      `expected two whole numbers, the smaller one first`,
  );
}

function checkResources(resources: readonly number[], rungs: readonly number[]): void {
  const isAscending = Array.isArray(resources) && resources.length === rungs.length &&
    resources.every((units, generation) =>
      Number.isSafeInteger(units) && units >= (resources[generation - 1] ?? 1)
    );
  if (isAscending) return;
  refuse(
    "resources",
    `Cannot plan "resources": ${showList(resources)} of ${rungs.length} rungs, ` +
      `expected a whole number for each rung, ascending, at least 1`,
  );
}

/** The resources of rungs that are checked. */
function resourcesOf({ rungs, resources }: HalvingSchedulerOptions): readonly number[] {
  const given = resources ?? rungs.map((_, rung) => rung + 1);
  checkResources(given, rungs);
  return given;
}

/**
 * Synchronous successive halving: all configs of a rung run, the best of them go on to the next.
 * With a single rung it runs every candidate once, whatever made them.
 *
 * A rung starts when every trial of the one before has its result, best config first. Trials rank
 * by metric, ties by index. A failed trial ranks last and never goes on, so where many fail the
 * next rung holds fewer configs than planned. Where there are fewer candidates than planned, because
 * a constraint refuses the others perhaps, each rung keeps the share of the plan of what there is,
 * rounded down, and at least one. Results may come in any order: the outcome is the same. After
 * Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization"
 * (2016), section 3.
 *
 * @example Usage
 * ```ts
 * import { ADict } from "@ato/core/adict";
 * import { GridSpace, integer, SuccessiveHalving } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const halving = new SuccessiveHalving(new GridSpace({ a: integer(1, 4) }), { rungs: [4, 1] });
 * for (let job = halving.propose(); job !== undefined; job = halving.propose()) {
 *   const metric = job.samples.a as number;
 *   const config = new ADict({ ...job.samples });
 *   halving.accept({ ...job, config, metric, status: "completed", durationMs: 0 });
 * }
 * assertEquals(halving.result().config.toObject(), { a: 4 });
 * ```
 */
export class SuccessiveHalving implements Scheduler {
  readonly #candidates: Candidates;
  readonly #rungs: readonly number[];
  readonly #resources: readonly number[];
  readonly #bracket: number;
  readonly #firstGeneration: number;
  readonly #firstIndex: number;
  readonly #rate: readonly [number, number] | undefined;
  readonly #mode: SearchMode;
  readonly #logs: (readonly Trial[])[] = [];
  readonly #out = new Set<number>();
  #survivors: readonly Trial[] = [];
  #finished: Trial[] = [];
  #size: number;
  #proposed = 0;
  #isShort = false;

  /**
   * Makes the scheduler.
   *
   * @throws {SearchSpaceError} If there is no rung, or one holds more configs than there are, or if
   * an option is unknown.
   */
  constructor(candidates: Candidates, options: SuccessiveHalvingOptions) {
    checkOptions(options, { action: "search with", names: OPTION_NAMES });
    const { rungs, mode = "max", bracket = 0, firstGeneration = 0, firstIndex = 0 } = options;
    checkRungs(rungs, candidates.size - firstIndex);
    const resources = resourcesOf(options);
    if (options.rate !== undefined) checkRate(options.rate);
    this.#candidates = candidates;
    this.#rungs = [...rungs];
    this.#resources = [...resources];
    this.#bracket = bracket;
    this.#firstGeneration = firstGeneration;
    this.#firstIndex = firstIndex;
    this.#rate = options.rate;
    this.#mode = checkMode(mode);
    this.#size = rungs[0]!;
  }

  /** Whether no job is out and there will be none. */
  get isOver(): boolean {
    return this.#size === 0;
  }

  /** Whether the candidates ended before its first rung was full. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** The next job of the rung; undefined while results of it are missing, and at the end. */
  propose(): Job | undefined {
    if (this.#proposed === this.#size) return undefined;
    const survivor = this.#survivors[this.#proposed];
    const index = survivor?.index ?? this.#firstIndex + this.#proposed;
    const samples = survivor?.samples ?? this.#candidates.at(index);
    if (samples === undefined) return this.#endCandidates();
    this.#proposed++;
    this.#out.add(index);
    const rung = this.#logs.length;
    return {
      index,
      generation: this.#firstGeneration + rung,
      bracket: this.#bracket,
      resource: this.#resources[rung]!,
      trained: survivor?.isResumable ? survivor.resource : 0,
      samples,
    };
  }

  /**
   * Takes a result, and gives the rung if it was the last one missing.
   *
   * @throws {RangeError} If the job is not out: it was never proposed, or has its result already.
   */
  accept(trial: Trial): Rung | undefined {
    const generation = this.#firstGeneration + this.#logs.length;
    if (trial.generation !== generation || !this.#out.delete(trial.index)) refuseResult(trial);
    this.#finished.push(trial);
    if (this.#finished.length < this.#size) return undefined;
    return this.#closeRung();
  }

  /**
   * The outcome.
   *
   * @throws {HyperOptError} If results are missing, or if all trials of a rung failed.
   */
  result(): SearchResult {
    const logs = [...this.#logs];
    if (this.#size > 0) {
      const state = `rung ${logs.length} has ${this.#finished.length} of ${this.#size} results`;
      throw new HyperOptError(`Cannot choose a winner: ${state}, expected all of them`, {
        logs: [...logs, this.#finished],
      });
    }
    const winner = logs.at(-1)?.[0];
    if (winner?.status !== "completed") throw this.#failure(logs);
    return resultOf(winner, logs);
  }

  /** Fewer candidates than planned: the first rung holds those that there were. */
  #endCandidates(): Job | undefined {
    this.#isShort = true;
    this.#size = this.#proposed;
    if (this.#size === 0 || this.#finished.length < this.#size) return undefined;
    this.#closeRung();
    return this.propose();
  }

  #closeRung(): Rung {
    const generation = this.#logs.length;
    const trials = ranked(this.#finished, this.#mode);
    const completed = trials.filter(({ status }) => status === "completed").length;
    const promoted = Math.min(this.#keep(generation, trials.length), completed);
    this.#logs.push(trials);
    this.#survivors = trials.slice(0, promoted);
    this.#finished = [];
    this.#size = promoted;
    this.#proposed = 0;
    return {
      generation: this.#firstGeneration + generation,
      bracket: this.#bracket,
      trials,
      promoted,
    };
  }

  /** How many trials of a rung go on at most. */
  #keep(generation: number, count: number): number {
    const planned = this.#rungs[generation + 1] ?? 0;
    if (!this.#isShort || planned === 0) return planned;
    const [numerator, denominator] = this.#rate ?? [planned, this.#rungs[generation]!];
    const share = Number(BigInt(count) * BigInt(numerator) / BigInt(denominator));
    return Math.min(Math.max(share, 1), planned);
  }

  /** The first error is that of the trial with the lowest index: failed trials rank by index. */
  #failure(logs: readonly (readonly Trial[])[]): HyperOptError {
    const trials = logs.at(-1) ?? [];
    const first = trials[0];
    const subject = `all ${trials.length} trials of rung ${logs.length - 1} failed`;
    const reason = `trial ${first?.index}: ${first?.error}`;
    return new HyperOptError(
      `Cannot choose a winner: ${subject}, expected a finite metric of at least one; ${reason}`,
      { logs, cause: first?.error },
    );
  }
}

/** Options of {@linkcode halvingScheduler}. */
export type HalvingSchedulerOptions = Pick<SuccessiveHalvingOptions, "rungs" | "resources">;

/**
 * One bracket of synchronous successive halving, see {@linkcode SuccessiveHalving}.
 *
 * @param options The number of configs of every rung, and what each of them is trained to.
 * @returns The scheduler, for a {@linkcode Study} or a {@linkcode Search}.
 * @throws {SearchSpaceError} If an option is unknown or wrong; it names it.
 *
 * @example Usage
 * ```ts
 * import { halvingScheduler, integer, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const scheduler = halvingScheduler({ rungs: [9, 3, 1], resources: [1, 3, 9] });
 * const study = new Study({ x: integer(1, 1000) }, { scheduler });
 * for (let job = study.ask(); job !== undefined; job = study.ask()) {
 *   study.tell(job, Number(job.samples.x));
 * }
 * assertEquals(study.result().logs.map((rung) => rung.length), [9, 3, 1]);
 * ```
 */
export function halvingScheduler(options: HalvingSchedulerOptions): SchedulerFactory {
  checkOptions(options, { action: "search with", names: ["rungs", "resources"] });
  const { rungs } = options;
  // The candidates come later, and may be too few.
  checkRungs(rungs, Infinity);
  const resources = resourcesOf(options);
  return {
    name: "halving",
    options: { rungs, resources },
    parallelism: Infinity,
    plan: rungs.map((configs, generation) => (
      { bracket: 0, generation, configs, resource: resources[generation]! }
    )),
    create: (candidates, { mode }) => new SuccessiveHalving(candidates, { ...options, mode }),
  };
}
