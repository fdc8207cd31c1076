import { keyOf } from "./_logical_order.ts";
import { bestResult, byRank, SortedTrials } from "./_rank.ts";
import { refuseResult } from "./_refuse_result.ts";
import { checkResources, type ResourceOptions, rungResources } from "./_rung_resources.ts";
import type {
  Candidates,
  Job,
  Scheduler,
  SchedulerFactory,
  SearchMode,
  SearchResult,
  Trial,
} from "./types.ts";

/** How many jobs may be out at once unless a study says otherwise. */
const PARALLELISM = 8;

/** Options of {@linkcode ashaScheduler}. */
export interface AshaSchedulerOptions extends ResourceOptions {}

/** The results of a rung: those that went on, and those that did not, or not yet. */
interface AshaRung {
  readonly resource: number;
  readonly promoted: SortedTrials;
  readonly waiting: SortedTrials;
  failed: number;
}

class Asha implements Scheduler {
  readonly #candidates: Candidates;
  readonly #mode: SearchMode;
  readonly #eta: number;
  readonly #rungs: readonly AshaRung[];
  readonly #out = new Set<string>();
  readonly #trials: Trial[] = [];
  #next = 0;

  constructor(
    candidates: Candidates,
    options: { mode: SearchMode; eta: number; resources: readonly number[] },
  ) {
    this.#candidates = candidates;
    this.#mode = options.mode;
    this.#eta = options.eta;
    const order = byRank(options.mode);
    this.#rungs = options.resources.map((resource) => ({
      resource,
      promoted: new SortedTrials(order),
      waiting: new SortedTrials(order),
      failed: 0,
    }));
  }

  propose(): Job | undefined {
    const job = this.#promote() ?? this.#begin();
    if (job !== undefined) this.#out.add(keyOf(job));
    return job;
  }

  accept(trial: Trial): undefined {
    if (!this.#out.delete(keyOf(trial))) refuseResult(trial);
    this.#trials.push(trial);
    const rung = this.#rungs[trial.generation]!;
    if (trial.status === "completed") rung.waiting.add(trial);
    else rung.failed++;
  }

  result(): SearchResult {
    return bestResult(this.#trials, this.#mode);
  }

  /** The best trial that is in the top 1/eta of its rung and did not go on, of the highest rung. */
  #promote(): Job | undefined {
    for (let generation = this.#rungs.length - 2; generation >= 0; generation--) {
      const { promoted, waiting, failed } = this.#rungs[generation]!;
      const { first } = waiting;
      if (first === undefined) continue;
      const results = promoted.size + waiting.size + failed;
      // Better than the best that waits are only some of those that went on.
      if (promoted.rankOf(first) >= Math.floor(results / this.#eta)) continue;
      promoted.add(waiting.removeFirst()!);
      return {
        index: first.index,
        generation: generation + 1,
        bracket: 0,
        resource: this.#rungs[generation + 1]!.resource,
        trained: first.isResumable ? first.resource : 0,
        samples: first.samples,
      };
    }
    return undefined;
  }

  #begin(): Job | undefined {
    if (this.#next >= this.#candidates.size) return undefined;
    const samples = this.#candidates.at(this.#next);
    if (samples === undefined) {
      this.#next = Infinity;
      return undefined;
    }
    const { resource } = this.#rungs[0]!;
    return { index: this.#next++, generation: 0, bracket: 0, resource, trained: 0, samples };
  }
}

/**
 * Asynchronous successive halving of the promotion type: whenever there is room, the best trial that
 * is in the top 1/eta of its rung and waits there goes on; if there is none, a new one begins. No rung
 * is waited for, and the search goes on until its budget is spent or there is no further point.
 *
 * After Li et al., "A System for Massively Parallel Hyperparameter Tuning" (2020), algorithm 2. In
 * a study it is deterministic: job k is decided by the results of the jobs up to k - `parallelism`
 * (8 by default), in the order in which they were proposed, so that all wait for a job that is longer
 * than the 8 that follow it. With many workers let the study decide in the order of `"resource"`, or of
 * `"arrival"`, which is ASHA as in the paper: see the option `order` of {@linkcode StudyOptions}.
 *
 * @param options How long trials are trained.
 * @returns The scheduler, for a {@linkcode Study} or a {@linkcode Search}.
 * @throws {SearchSpaceError} If an option is unknown or wrong; it names it.
 *
 * @example Usage
 * ```ts
 * import { ashaScheduler, integer, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const study = new Study({ x: integer(1, 1000) }, {
 *   scheduler: ashaScheduler({ maxResource: 27 }),
 *   budget: { trials: 81 },
 *   parallelism: 1,
 * });
 * const counts = new Map<number, number>();
 * for (let job = study.ask(); job !== undefined; job = study.ask()) {
 *   counts.set(job.resource, (counts.get(job.resource) ?? 0) + 1);
 *   study.tell(job, 0);
 * }
 * assertEquals([...counts], [[1, 81], [3, 27], [9, 9], [27, 3]]);
 * ```
 */
export function ashaScheduler(options: AshaSchedulerOptions): SchedulerFactory {
  const checked = checkResources(options);
  const resources = rungResources(checked);
  return {
    name: "asha",
    options: { ...checked },
    parallelism: PARALLELISM,
    isEndless: true,
    maxResource: checked.maxResource,
    create: (candidates, { mode }) => new Asha(candidates, { mode, eta: checked.eta, resources }),
  };
}
