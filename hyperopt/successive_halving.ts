import { ADict } from "../adict/mod.ts";
import { checkMode, checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { Candidates, Job, Rung, Scheduler, SearchMode, SearchResult, Trial } from "./types.ts";

/** Options of {@linkcode SuccessiveHalving}. */
export interface SuccessiveHalvingOptions {
  /** The number of configs of every rung: the first ones of the candidates, then ever fewer. */
  rungs: readonly number[];
  /**
   * Which metric is the better one.
   *
   * @default {"max"}
   */
  mode?: SearchMode;
}

function checkRungs(rungs: readonly number[], available: number): void {
  const [first = 0] = rungs;
  const isDescending = rungs.every((count, generation) =>
    Number.isSafeInteger(count) && count >= 1 && count <= (rungs[generation - 1] ?? available)
  );
  if (first > 0 && isDescending) return;
  refuse(
    "rungs",
    `Cannot plan "rungs": [${rungs.join(", ")}] of ${available} candidates, ` +
      `expected whole numbers from ${available} downwards, at least 1`,
  );
}

/** Best first; ties by index, failed trials last. */
function ranked(trials: readonly Trial[], mode: SearchMode): readonly Trial[] {
  const sign = mode === "max" ? -1 : 1;
  const byIndex = trials.toSorted((a, b) => a.index - b.index);
  const completed = byIndex.filter(({ status }) => status === "completed");
  const failed = byIndex.filter(({ status }) => status === "failed");
  // The sort is stable, which leaves ties in the order of their index.
  return Object.freeze([...completed.sort((a, b) => sign * (a.metric - b.metric)), ...failed]);
}

/**
 * Synchronous successive halving: all configs of a rung run, the best of them go on to the next.
 * With a single rung it runs every candidate once, whatever made them.
 *
 * A rung starts when every trial of the one before has its result, best config first. Trials rank
 * by metric, ties by index. A failed trial ranks last and never goes on, so where many fail the
 * next rung holds fewer configs than planned. Results may come in any order: the outcome is the
 * same. After Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter
 * Optimization" (2016), section 3.
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
  readonly #mode: SearchMode;
  readonly #logs: (readonly Trial[])[] = [];
  readonly #out = new Set<number>();
  #survivors: readonly Trial[] = [];
  #finished: Trial[] = [];
  #size: number;
  #proposed = 0;

  /**
   * Makes the scheduler.
   *
   * @throws {SearchSpaceError} If there is no rung, or one holds more configs than there are, or if
   * an option is unknown.
   */
  constructor(candidates: Candidates, options: SuccessiveHalvingOptions) {
    checkOptions(options, { action: "search with", names: ["rungs", "mode"] });
    const { rungs, mode = "max" } = options;
    checkRungs(rungs, candidates.size);
    this.#candidates = candidates;
    this.#rungs = [...rungs];
    this.#mode = checkMode(mode);
    this.#size = rungs[0]!;
  }

  /** The next job of the rung; undefined while results of it are missing, and at the end. */
  propose(): Job | undefined {
    if (this.#proposed === this.#size) return undefined;
    const place = this.#proposed++;
    const generation = this.#logs.length;
    const survivor = this.#survivors[place];
    const index = survivor?.index ?? place;
    const samples = survivor?.samples ?? this.#candidates.at(index);
    this.#out.add(index);
    return { index, generation, samples };
  }

  /**
   * Takes a result, and gives the rung if it was the last one missing.
   *
   * @throws {RangeError} If the job is not out: it was never proposed, or has its result already.
   */
  accept(trial: Trial): Rung | undefined {
    const generation = this.#logs.length;
    if (trial.generation !== generation || !this.#out.delete(trial.index)) {
      throw new RangeError(
        `Cannot accept trial "${trial.index}" of rung ${trial.generation}: ` +
          `it is not out, expected the result of a job that was proposed and has none yet`,
      );
    }
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
    const { config, metric } = winner;
    return { config: ADict.prototype.clone.call(config), metric, logs };
  }

  #closeRung(): Rung {
    const generation = this.#logs.length;
    const trials = ranked(this.#finished, this.#mode);
    const completed = trials.filter(({ status }) => status === "completed").length;
    const promoted = Math.min(this.#rungs[generation + 1] ?? 0, completed);
    this.#logs.push(trials);
    this.#survivors = trials.slice(0, promoted);
    this.#finished = [];
    this.#size = promoted;
    this.#proposed = 0;
    return { generation, trials, promoted };
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
