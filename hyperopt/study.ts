import { describe } from "./_describe.ts";
import { describeStudy } from "./_describe_study.ts";
import { type FlatSpaces, flattenSpaces } from "./_flatten_spaces.ts";
import {
  ArrivalOrder,
  createOrder,
  keyOf,
  type NumberedJob,
  type Order,
} from "./_logical_order.ts";
import { copyOf, trialOf } from "./_outcome.ts";
import { Points, refuseLate } from "./_points.ts";
import { bestResult, leads, reaches, resultOf } from "./_rank.ts";
import { hashOf, logsSoFar } from "./_study_summary.ts";
import { type Step, StudyLog } from "./_study_log.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import { checkStudyOptions } from "./_check_study_options.ts";
import type { ParameterSpace, SearchSpacesInput } from "./parameter_space.ts";
import type { Outcome, StudyOptions } from "./study_options.ts";
import type {
  Budget,
  Job,
  JobKey,
  Rung,
  Samples,
  SearchMode,
  SearchResult,
  StudyDescription,
  Trial,
} from "./types.ts";

/**
 * A search that is driven from outside: `ask` gives what to evaluate next, `tell` takes the result.
 * A sampler chooses the points, a scheduler decides which of them go on; both can be combined freely.
 *
 * A study is a function of its options and of the results. It decides in the logical order of its
 * jobs, not in that of their completion, hence the same results make the same study for any number
 * of workers, unless the option `order` has it decide as results come in. A study whose ledger exists
 * continues where it was: jobs that have a result are not asked for again.
 *
 * @example Another program trains
 * ```ts
 * import { ashaScheduler, float, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const study = new Study({ lr: float(1e-4, 1, { scale: "log" }) }, {
 *   scheduler: ashaScheduler({ maxResource: 9 }),
 *   mode: "min",
 *   budget: { resource: 100 },
 * });
 * for (let job = study.ask(); job !== undefined; job = study.ask()) {
 *   const lr = job.samples.lr as number;
 *   study.tell(job, Math.abs(Math.log10(lr) + 2) + 1 / job.resource);
 * }
 * assertEquals(study.isOver, true);
 * assertEquals(study.result().logs.length, 3);
 * ```
 */
export class Study {
  /** The checked parameters by dotted name. */
  readonly searchSpaces: Readonly<Record<string, ParameterSpace>>;
  /** What the study is. */
  readonly description: StudyDescription;
  readonly #mode: SearchMode;
  readonly #budget: Budget;
  readonly #points: Points;
  readonly #order: Order;
  readonly #log: StudyLog;
  readonly #out = new Map<string, Job>();
  readonly #trials: Trial[] = [];
  readonly #rungs: Rung[] = [];
  readonly #outcome: () => SearchResult;
  /** Jobs of the ledger without a result, to be given out again. */
  readonly #unfinished = new Map<string, Job>();
  #best: Trial | undefined;
  #winner: Trial | undefined;
  #spent = 0;
  #isOver = false;
  #isCut = false;

  /**
   * Checks everything. What is in the ledger already is replayed once it is needed: by
   * {@linkcode Study.ask} as far as the next job without a result, else as a whole. A program that
   * enqueues points at its beginning does so before it asks for anything.
   *
   * @param searchSpaces The parameters, as a plain object or as a config, nested or by dotted name.
   * @param options What the study is made of.
   * @throws {SearchSpaceError} If a parameter or an option is wrong; it names it.
   * @throws {HyperOptError} If the ledger is that of another study.
   */
  constructor(searchSpaces: SearchSpacesInput, options: StudyOptions) {
    const spaces: FlatSpaces = flattenSpaces(searchSpaces);
    const checked = checkStudyOptions(options);
    const { scheduler, sampler, mode, seed, parallelism, budget } = checked;
    this.searchSpaces = spaces;
    this.#mode = mode;
    this.#budget = budget;
    this.description = describeStudy(spaces, checked);
    this.#log = new StudyLog(checked.ledger, this.description);
    this.#points = new Points({
      spaces,
      sampler,
      seed,
      mode,
      constraints: checked.constraints,
      allowsRepeats: checked.allowRepeats,
    });
    for (const samples of checked.enqueue) this.#points.enqueue(samples);
    const algorithm = scheduler.create(this.#points, { mode });
    this.#outcome = () => algorithm.result();
    this.#order = createOrder(algorithm, {
      order: checked.order,
      parallelism,
      onResult: (trial, rung) => this.#learn(trial, rung),
    });
  }

  /**
   * The results in the logical order of their jobs, up to the first that is missing, or, in the order
   * of arrival, as they came. Jobs that were under way when the study ended are not among them.
   */
  get trials(): readonly Trial[] {
    this.#replay();
    return this.#trials;
  }

  /** The rungs that are complete. */
  get rungs(): readonly Rung[] {
    this.#replay();
    return this.#rungs;
  }

  /**
   * The units of resource of all jobs that were proposed, as trained: what a resume saves is not in it.
   * Where a target ended the study, those of its {@linkcode Study.trials}, the same for any number of
   * workers.
   */
  get spent(): number {
    this.#replay();
    return this.#spent;
  }

  /**
   * Whether there will be no further job. That is known when {@linkcode Study.ask} has none, or when a
   * target is reached.
   */
  get isOver(): boolean {
    this.#replay();
    return this.#isOver && this.#unfinished.size === 0;
  }

  /** The jobs that were asked for and have no result; those of a ledger once they are asked for again. */
  get running(): readonly Job[] {
    return [...this.#out].filter(([key]) => !this.#unfinished.has(key)).map(([, job]) =>
      copyOf(job)
    );
  }

  /**
   * Every trial so far by generation: best first where its rung is complete, else in logical order.
   */
  get logs(): readonly (readonly Trial[])[] {
    return logsSoFar(this.trials, { rungs: this.#rungs, mode: this.#mode });
  }

  /** The best of the trials that were trained longest; undefined while none completed. */
  get best(): Trial | undefined {
    this.#replay();
    return this.#winner ?? this.#best;
  }

  /**
   * The next job.
   *
   * @returns Undefined if there is none at present: while a result is missing that decides about it,
   * or because the study {@linkcode Study.isOver}.
   */
  ask(): Job | undefined {
    if (this.#order instanceof ArrivalOrder) this.#repeat(this.#log.takeSteps());
    for (const [key, job] of this.#unfinished) {
      this.#unfinished.delete(key);
      return copyOf(job);
    }
    while (!this.#isOver) {
      const next = this.#propose();
      if (next === undefined) return undefined;
      const known = this.#log.resultOf(next.number, next.job);
      if (known === undefined) return copyOf(next.job);
      this.#settle(next.number, known);
    }
    return undefined;
  }

  /**
   * Takes the result of a job.
   *
   * @param key The job, or what names it.
   * @param outcome The metric, an error, or a trial with all that is known of it. A metric that is
   * no finite number makes a failed trial.
   * @returns The trial as it is recorded.
   * @throws {RangeError} If the job is not out: it was never asked for, or has its result already. In
   * a study that is continued, jobs of the ledger are out that have none.
   * @throws {TypeError} If there is no outcome: null or undefined, as of a function that returns nothing.
   */
  tell(key: JobKey, outcome: Outcome): Trial {
    this.#replay();
    const number = this.#order.numberOf(key);
    const job = this.#out.get(keyOf(key));
    if (number === undefined || job === undefined) {
      throw new RangeError(
        `Cannot tell the result of trial "${key.index}" at rung ${key.generation}: ` +
          `it is not out, expected a job that was asked for and has no result`,
      );
    }
    if (outcome === undefined || outcome === null) {
      throw new TypeError(
        `Cannot tell the result of trial "${key.index}" at rung ${key.generation}: ` +
          `it is ${describe(outcome)}, expected a metric, an error or a trial`,
      );
    }
    const trial = trialOf(job, outcome);
    this.#log.finish(number, trial);
    this.#settle(number, trial);
    return trial;
  }

  /**
   * Has a point tried next, before those of the sampler; what it leaves out is drawn at random. It is
   * the way in for points of another optimizer.
   *
   * @throws {SearchSpaceError} If it holds a name or a value that the spaces do not, or one that is
   * not active or breaks a constraint whatever the rest, or if there will be no further trial. After
   * the end of a budget it is taken, for a study that goes on from the ledger with a larger one.
   */
  enqueue(samples: Samples): void {
    if (this.#isOver && !this.#isCut) refuseLate();
    this.#log.enqueue(this.#order.proposed, this.#points.enqueue(samples));
  }

  /**
   * What the study found; before it is over, what it has found so far.
   *
   * @throws {HyperOptError} If no trial completed.
   */
  result(): SearchResult {
    this.#replay();
    if (this.#winner !== undefined) return resultOf(this.#winner, this.logs);
    return this.#isOver && !this.#isCut ? this.#outcome() : bestResult(this.#trials, this.#mode);
  }

  /**
   * A hash of what the study is, of its jobs and of their results, in the order of
   * {@linkcode Study.trials} and without times: the same for the same study, whatever the number of
   * workers and whatever was killed and started again. Where the order is that of arrival, a study
   * that is continued has the same hash, and another run another one.
   */
  hash(): Promise<string> {
    return hashOf(this.description, this.trials);
  }

  /** The next job with its place; undefined as {@linkcode Study.ask} says. */
  #propose(): NumberedJob | undefined {
    for (const samples of this.#log.enqueuedAt(this.#order.proposed)) {
      this.#points.enqueue(samples);
    }
    const next = this.#order.next();
    if (next === undefined) {
      this.#isOver = this.#order.isSettled;
      return undefined;
    }
    const { number, job } = next;
    const cost = job.resource - job.trained;
    const { trials = Infinity, resource = Infinity } = this.#budget;
    const isBeyond = job.index >= trials || this.#spent + cost > resource;
    // What comes in later would have another job in its place, so the ledger has where it ended.
    if (!isBeyond || this.#order instanceof ArrivalOrder) this.#log.propose(number, job);
    // The scheduler knows nothing of it, so with a larger budget the same jobs come first.
    if (isBeyond) {
      this.#isCut = this.#isOver = true;
      return undefined;
    }
    this.#spent += cost;
    this.#out.set(keyOf(job), job);
    return next;
  }

  /** Does all that is in the ledger, so that this study knows what the one before knew. */
  #replay(): void {
    if (this.#order instanceof ArrivalOrder) return this.#repeat(this.#log.takeSteps());
    while (!this.#isOver && this.#log.hasProposed(this.#order.proposed)) {
      const next = this.#propose();
      if (next === undefined) return;
      const known = this.#log.resultOf(next.number, next.job);
      if (known === undefined) this.#unfinished.set(keyOf(next.job), next.job);
      else this.#settle(next.number, known);
    }
  }

  /** Does what was done before, in the same order; jobs that have no result come again. */
  #repeat(steps: readonly Step[]): void {
    if (steps.length === 0) return;
    for (const step of steps) {
      if (step.type === "finished") {
        const job = this.#out.get(keyOf(step));
        if (job !== undefined) this.#settle(step.number, this.#log.resultOf(step.number, job)!);
      } else if (!this.#isOver && this.#propose() === undefined && !this.#isCut) {
        throw new HyperOptError(
          `Cannot continue the study: there is no job ${step.number}, in the ledger there is, ` +
            `expected the same: the program or its data have changed`,
        );
      }
    }
    if (this.#winner !== undefined) return;
    for (const [key, job] of this.#out) this.#unfinished.set(key, job);
  }

  #settle(number: number, trial: Trial): void {
    this.#out.delete(keyOf(trial));
    this.#unfinished.delete(keyOf(trial));
    for (const next of this.#order.settle(number, trial)) {
      if (this.#winner !== undefined) return;
      this.#trials.push(next);
      if (leads(next, { best: this.#best, mode: this.#mode })) this.#best = next;
      if (!reaches(this.#budget.target, { trial: next, mode: this.#mode })) continue;
      this.#winner = next;
      this.#isOver = this.#isCut = true;
      this.#unfinished.clear();
      // How many jobs were under way depends on the number of workers.
      this.#spent = this.#trials.reduce(
        (sum, { resource, trained }) => sum + resource - trained,
        0,
      );
    }
  }

  #learn(trial: Trial, rung: Rung | undefined): void {
    this.#points.observe(trial);
    if (rung !== undefined) this.#rungs.push(rung);
  }
}
