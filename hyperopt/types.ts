import type { ADict } from "../adict/mod.ts";

/** Which metric is the better one: the larger or the smaller. */
export type SearchMode = "max" | "min";

/** One point of a search: the value of every parameter by dotted name. */
export type Samples = Readonly<Record<string, unknown>>;

/** The points that a search is about, made when they are asked for. */
export interface Candidates {
  /** The number of points. */
  readonly size: number;
  /** The point at an index from 0 to `size - 1`. */
  at(index: number): Samples;
}

/** One evaluation that a scheduler wants: a point at a rung. There is never the same one twice. */
export interface Job {
  /** The number of the point among the candidates, from 0. */
  readonly index: number;
  /** The rung: how often the field was cut before. The objective finds it as `__num_halved__`. */
  readonly generation: number;
  /** The value of every parameter by dotted name. */
  readonly samples: Samples;
}

/** A job that was run. */
export interface Trial extends Job {
  /** The config as the objective received it, `__num_halved__` included; nobody else holds it. */
  readonly config: ADict;
  /** What the objective returned; finite if and only if the trial completed, else NaN. */
  readonly metric: number;
  /** Whether the objective returned a finite number. */
  readonly status: "completed" | "failed";
  /** Why the trial failed; never an error that ends the search, see {@linkcode Executor}. */
  readonly error?: Error;
  /** How long the trial took, composing its config included, in milliseconds. */
  readonly durationMs: number;
}

/** A rung all of whose trials have a result. */
export interface Rung {
  /** The number of the rung, from 0. */
  readonly generation: number;
  /** The trials, best first; ties by index, failed ones last. */
  readonly trials: readonly Trial[];
  /** How many of them, from the first, go on to the next rung. */
  readonly promoted: number;
}

/** What a search found. */
export interface SearchResult {
  /** The config of the best trial of the last rung. */
  readonly config: ADict;
  /** The metric of that trial, as it was measured there. */
  readonly metric: number;
  /** Every trial: `logs[generation]` holds the trials of that rung, best first. */
  readonly logs: readonly (readonly Trial[])[];
}

/**
 * The algorithm of a search, free of any running: it proposes jobs and is told their results. It
 * is deterministic: the same results in the same order give the same jobs, which is what lets a
 * search be replayed from its log.
 */
export interface Scheduler {
  /**
   * The next job, called whenever there is room for one. Undefined if there is none at present:
   * it may be asked again after a result, and while no job is out it means that the search is over.
   */
  propose(): Job | undefined;
  /**
   * Takes the result of a proposed job, in any order, once each, and gives the rung that it
   * completes, if any.
   *
   * @throws {RangeError} If the job is not out: it was never proposed, or has its result already.
   */
  accept(trial: Trial): Rung | undefined;
  /**
   * The outcome, called when the search is over.
   *
   * @throws {HyperOptError} If there is no winner, or not yet.
   */
  result(): SearchResult;
}

/**
 * Runs one job. A job that goes wrong is a failed trial, with one exception: an error with a
 * numeric `exitCode`, the mark of a user's mistake and of the machine's state, has nothing to do
 * with this config. A database that cannot be opened, a full disk, a key that no config has: the
 * search ends at once and rejects with that very error, lest good configs count as failed and worse
 * ones go on. An `InvalidConfigError` has an exit code too, but it means that the schema refuses
 * this one config, hence it makes a failed trial.
 */
export type Executor = (job: Job) => Promise<Trial>;

/**
 * What a search needs of a scope: `Scope` and `MultiScope` both have it.
 *
 * @typeParam Config The config that the scope composes.
 */
// deno-lint-ignore no-explicit-any -- a scope of any config
export interface SearchScope<Config = any> {
  /**
   * Makes a function that resolves the command line at its first call and passes what it is
   * called with.
   */
  inject<R>(
    // deno-lint-ignore no-explicit-any -- the type of the config is the scope's own affair
    fn: (config: any, ...rest: unknown[]) => R | Promise<R>,
  ): (...rest: unknown[]) => Promise<R>;
  /**
   * A fresh config: default views, named views, the command line, then the samples by dotted
   * path, then lazy views. The scope's own config stays as it is. `source` is the name under which
   * the scope explains where the samples come from.
   */
  compose(samples: Record<string, unknown>, options: { source: string }): Promise<Config>;
}

/**
 * What is optimized: gets the config of a trial, gives its metric. A metric that is not a finite
 * number, like an error, makes a failed trial; an error with a numeric `exitCode` ends the search,
 * as {@linkcode Executor} says.
 *
 * @typeParam Rest The types of the further arguments.
 * @typeParam Config The config of a trial.
 */
// deno-lint-ignore no-explicit-any -- the objective may name the type of the config it expects
export type Objective<Rest extends unknown[] = unknown[], Config = any> = (
  config: Config,
  ...rest: Rest
) => number | Promise<number>;

/** Options of every search. */
export interface HyperOptOptions {
  /**
   * Which metric is the better one.
   *
   * @default {"max"}
   */
  mode?: SearchMode | undefined;
  /** Called after each trial. An error in it ends the search. */
  onTrial?: ((trial: Trial) => void | Promise<void>) | undefined;
  /** Called after each rung, after `onTrial` of its last trial. An error in it ends the search. */
  onRung?: ((rung: Rung) => void | Promise<void>) | undefined;
}
