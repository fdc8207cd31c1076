import type { ADict } from "../adict/mod.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { SearchReads } from "./search_reads.ts";

/** Which metric is the better one: the larger or the smaller. */
export type SearchMode = "max" | "min";

/** One point of a search: the value of every active parameter by dotted name. */
export type Samples = Readonly<Record<string, unknown>>;

/** The points that a search is about, made when they are asked for. */
export interface Candidates {
  /** The number of points; Infinity if there is no end, an upper bound if some may be refused. */
  readonly size: number;
  /**
   * The point at an index from 0 to `size - 1`; schedulers ask for each once, in order. Undefined
   * if there is none: from there on there is no further one.
   */
  at(index: number): Samples | undefined;
}

/**
 * One evaluation that a scheduler wants: a point at a rung. Trial and rung together name it: there
 * is never the same one twice, whatever is killed and started again.
 */
export interface Job {
  /** The number of the trial, which is that of its point among the candidates, from 0. */
  readonly index: number;
  /**
   * The rung. The objective finds it as `__num_halved__`. Rungs are numbered by resource, so in
   * Hyperband a bracket that begins with more of it begins at a later rung.
   */
  readonly generation: number;
  /** The bracket, from 0: the trials that compete with each other. */
  readonly bracket: number;
  /** The units of resource to train to, counted from nothing: a whole number, at least 1. */
  readonly resource: number;
  /** The units trained before, to go on from; 0 if the trial begins, or left no checkpoint. */
  readonly trained: number;
  /** The value of every active parameter by dotted name. */
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
  /** Whether it left a checkpoint, so that the next rung goes on from here instead of from 0. */
  readonly isResumable?: boolean;
}

/** A rung all of whose trials have a result. */
export interface Rung {
  /** The number of the rung, from 0. */
  readonly generation: number;
  /** The bracket of the rung, from 0. */
  readonly bracket?: number;
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
  /** The folder of the winner's checkpoint; undefined if it has none. */
  readonly checkpoint?: string | undefined;
}

/**
 * The algorithm of a search, free of any running: it proposes jobs and is told their results. It
 * is deterministic: the same calls give the same jobs. A {@linkcode Study} makes the calls in an
 * order that does not depend on who finishes first, which is what lets a search be replayed from
 * its ledger and run by any number of workers with one outcome.
 */
export interface Scheduler {
  /**
   * The next job, called whenever there is room for one. Undefined if there is none at present,
   * which changes nothing: it may be asked again after a result, and while no job is out it means
   * that the search is over.
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

/** What a scheduler will do, as far as that is known before. */
export interface ScheduledRung {
  /** The bracket, from 0. */
  readonly bracket: number;
  /** The number of the rung, by resource. */
  readonly generation: number;
  /** The number of configs. */
  readonly configs: number;
  /** The units of resource that each of them is trained to. */
  readonly resource: number;
}

/** A scheduler before it runs: what it is called, and how to begin. */
export interface SchedulerFactory {
  /** The name by which the ledger knows it. */
  readonly name: string;
  /** Its options as plain data; studies with other ones are other studies. */
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * How many jobs may be out at once unless the study says otherwise: job k is decided by the
   * results of the jobs up to k minus this. Infinity for a scheduler that waits by itself.
   */
  readonly parallelism: number;
  /** The rungs, where they are known before; an endless scheduler has none. */
  readonly plan?: readonly ScheduledRung[];
  /** Whether it goes on as long as there are points. */
  readonly isEndless?: boolean;
  /**
   * The resource with which a trial is at its end, where trials go on one by one: its checkpoint is
   * removed then, unless it is the best one. Not needed where the scheduler gives rungs.
   */
  readonly maxResource?: number;
  /** Begins. */
  create(candidates: Candidates, options: { mode: SearchMode }): Scheduler;
}

/**
 * What a point must meet: gets the values of the active parameters by dotted name. A point for which
 * it is false is never proposed.
 */
// deno-lint-ignore no-explicit-any -- the values are whatever the spaces hold
export type Constraint = (samples: any) => boolean;

/**
 * Chooses points. It is deterministic: the same seed and the same results in the same order give
 * the same points. Hence its randomness for a trial comes from the seed and the number of the trial
 * alone, and it keeps no generator running between trials.
 */
export interface Sampler {
  /** The number of points it has at most; Infinity if there is no end. */
  readonly size: number;
  /**
   * A point for a trial. A point that breaks a constraint or was there before is refused, then it is
   * asked again with the next attempt. Undefined if there is no further point.
   *
   * @param index The number of the trial, from 0, ascending.
   * @param attempt How many points for this trial were refused.
   */
  sample(index: number, attempt: number): Samples | undefined;
  /** Takes a result; called in logical order, the same for any number of workers. */
  observe(trial: Trial): void;
}

/** What a sampler is made for. */
export interface SamplerContext {
  /** The checked parameters by dotted name, parents before children. */
  readonly spaces: Readonly<Record<string, ParameterSpace>>;
  /** The seed of the study. */
  readonly seed: number;
  /** Which metric is the better one. */
  readonly mode: SearchMode;
  /** Whether a point meets all constraints and was not there before. */
  isAllowed(samples: Samples): boolean;
}

/** A sampler before it runs: what it is called, and how to begin. */
export interface SamplerFactory {
  /** The name by which the ledger knows it. */
  readonly name: string;
  /** Its options as plain data; studies with other ones are other studies. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Begins. */
  create(context: SamplerContext): Sampler;
}

/** Options of {@linkcode TrialContext.checkpoint}. */
export interface CheckpointOptions {
  /**
   * The units of resource that the trial is trained for by then, counted from nothing: a whole number
   * up to `resource`. A checkpoint of fewer units serves a further attempt at the same job.
   *
   * @default {resource}
   */
  units?: number | undefined;
}

/** What the objective can do and know besides its config. */
export interface TrialContext extends Omit<Job, "samples"> {
  /** The attempt at this job, from 1. */
  readonly attempt: number;
  /** The units that the checkpoint in `resume` is trained for; 0 if there is none. */
  readonly trained: number;
  /** Aborted when the trial shall end: its time is up, or the search was stopped. */
  readonly signal: AbortSignal;
  /** The folder of the checkpoint to go on from, trained for `trained` units; undefined if none. */
  readonly resume: string | undefined;
  /**
   * Records an intermediate value.
   *
   * @throws {TypeError} If the step is no finite number, or the value no number.
   * @throws {RangeError} If the step is too large to be exact.
   */
  report(step: number, value: number): void;
  /**
   * Saves a checkpoint: `write` fills an empty folder, which replaces the one before as a whole or
   * not at all. A trial that has one is resumed at the next rung instead of begun anew.
   *
   * @throws {Error} If the attempt is over, because its time was up or the search was stopped.
   */
  checkpoint(
    write: (folder: string) => void | Promise<void>,
    options?: CheckpointOptions,
  ): Promise<void>;
}

/** What an executor is given along with a job. */
export interface ExecuteOptions {
  /** Aborted when the job shall end. */
  readonly signal: AbortSignal;
  /** Takes what becomes known of the job while it runs, such as attempts and reported values. */
  record(event: LedgerEvent): void;
}

/**
 * How an attempt at a job failed: the objective threw, its metric is no finite number, the process
 * that ran it died, its time was up.
 */
export type FailureKind = "exception" | "nonFinite" | "crash" | "timeLimit";

/** Which failures are tried again, and how often. */
export interface RetryPolicy {
  /**
   * How many attempts there are at a job in all: a whole number, at least 1.
   *
   * @default {3}
   */
  attempts?: number | undefined;
  /**
   * The failures after which there is a further attempt. By default a crash alone: it may have come
   * from outside, while what a config does by itself it mostly does again.
   *
   * @default {["crash"]}
   */
  on?: readonly FailureKind[] | undefined;
}

/** How trials run in processes of their own. */
export interface WorkerOptions {
  /** The number of processes: a whole number, at least 1. */
  count: number;
  /**
   * Flags of `deno run` for them, besides those of this program that can be known, such as
   * `--allow-read=data` or `--v8-flags=--max-old-space-size=4096`.
   */
  flags?: readonly string[] | undefined;
}

/**
 * Runs jobs somewhere: in this process, in processes of their own, on a queue.
 *
 * A job that goes wrong is a failed trial, with one exception: an error with a numeric `exitCode`,
 * the mark of a user's mistake and of the machine's state, has nothing to do with this config. A
 * database that cannot be opened, a full disk, a key that no config has: the search ends at once
 * and rejects with that very error, lest good configs count as failed and worse ones go on. An
 * `InvalidConfigError` has an exit code too, but it means that the schema refuses this one config,
 * hence it makes a failed trial.
 */
export interface Executor extends Partial<AsyncDisposable> {
  /** How many jobs it can run at once at present. */
  readonly capacity: number;
  /**
   * Runs one job to its end. Where the signal ends it without a result, it rejects with the reason
   * of the signal.
   */
  execute(job: Job, options: ExecuteOptions): Promise<Trial>;
}

/** The first event of a ledger: what the study is. */
export interface StudyDescription {
  /** The seed of all that is random. */
  readonly seed: number;
  /** Which metric is the better one. */
  readonly mode: SearchMode;
  /** How many jobs may be out at once, whatever the number of workers; null if there is no limit. */
  readonly parallelism: number | null;
  /** By which results jobs are decided, unless that is the logical order. */
  readonly order?: "resource" | "arrival";
  /** The sampler and its options. */
  readonly sampler: { readonly name: string; readonly options: unknown };
  /** The scheduler and its options. */
  readonly scheduler: { readonly name: string; readonly options: unknown };
  /** The parameters as plain data. */
  readonly spaces: unknown;
  /** The source text of each constraint, if there are any. */
  readonly constraints?: readonly string[];
  /** The points to try first, if there are any. */
  readonly enqueue?: readonly Samples[];
  /** Whether a point may be tried twice, if so. */
  readonly allowRepeats?: boolean;
}

/** What names a job in the ledger. */
export interface JobKey {
  /** The number of the trial. */
  readonly index: number;
  /** The rung. */
  readonly generation: number;
}

/**
 * What happened in a study; plain data, so that JSON keeps it. `number` is the place of a job in
 * the logical order, from 0. What is `opened`, `enqueued`, `proposed` and `finished` is the study,
 * and the same for any number of workers; the other events, times and attempts, say how it came
 * about.
 */
export type LedgerEvent =
  | {
    readonly type: "opened";
    readonly study: StudyDescription;
    /** Where a tracker keeps it: with which config the search was started, without what is sampled. */
    readonly config?: unknown;
  }
  | { readonly type: "enqueued"; readonly at: number; readonly samples: Samples }
  | { readonly type: "proposed"; readonly number: number; readonly job: Job }
  | (JobKey & { readonly type: "started"; readonly attempt: number; readonly worker?: string })
  | (JobKey & {
    readonly type: "reported";
    readonly attempt: number;
    readonly step: number;
    readonly value: number;
  })
  | {
    readonly type: "claimed";
    /** On several machines: the folder for the checkpoints of the study, from that of all of them. */
    readonly path: string;
  }
  | (JobKey & {
    readonly type: "checkpointed";
    readonly attempt: number;
    /** The units of resource that it is trained for. */
    readonly units: number;
    /** The folder of the checkpoint, from that of all of them where this one stays. */
    readonly path: string;
  })
  | (JobKey & { readonly type: "interrupted"; readonly attempt: number; readonly reason: string })
  | (JobKey & {
    readonly type: "finished";
    readonly number: number;
    readonly status: Trial["status"];
    /** Null in place of NaN for a failed trial. */
    readonly metric: number | null;
    /** The name and the message of the error. */
    readonly error?: { readonly name: string; readonly message: string };
    readonly isResumable: boolean;
    readonly durationMs: number;
    /** The config as plain data. */
    readonly config: unknown;
  })
  | { readonly type: "ended"; readonly reason: string };

/**
 * The append-only record of a study, and the only truth about it: the same events give the same
 * study again. An event is kept for good when `append` returns.
 */
export interface Ledger {
  /**
   * All events, oldest first. A search asks for them when it begins, on several machines once this
   * process drives it: what reads a file does so then, and not before.
   */
  readonly events: readonly LedgerEvent[];
  /** Where checkpoints go unless the search says otherwise; undefined for a ledger that is in no file. */
  readonly checkpoints?: string | undefined;
  /** Adds an event. */
  append(event: LedgerEvent): void;
}

/** Who wrote each value of a config, by dotted path, as its scope says it. */
// deno-lint-ignore no-explicit-any -- what a scope says of a write is the affair of scope and tracker
export type Reasons = ReadonlyMap<string, readonly any[]>;

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
   * the scope explains where the samples come from. `onReasons`, where it is given, takes who wrote
   * each value, by dotted path. `follower` is what `followReads` gave: it counts what is read.
   */
  compose(
    samples: Record<string, unknown>,
    options: {
      source: string;
      onReasons?: (reasons: Reasons) => void;
      follower?: SearchReads | undefined;
    },
  ): Promise<Config>;
  /**
   * What is wrong with some points before any is tried: `problems` that every trial would have, and
   * keys that nobody sets. Where a scope says it, a search refuses the one and warns of the other.
   */
  checkSamples?(samples: readonly Samples[]): Promise<{
    problems: readonly { path: string; message: string; near?: string | undefined }[];
    unset: readonly { path: string; near: string }[];
  }>;
  /**
   * Who wrote a value of the resolved config, oldest first. Where a scope says it, a search warns of
   * what the command line sets and the search samples.
   */
  explain?(path: string): readonly { writer: { kind: string; name: string; phase: string } }[];
  /**
   * Follows what is read of the configs that it composes; undefined where there is nothing to say of
   * that. Where a scope has it, a search says at its end which values of the command line nobody has
   * read. `counted` are paths that count as read.
   */
  followReads?(options: { counted: readonly string[] }): Promise<SearchReads | undefined>;
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

/**
 * What is optimized by {@linkcode HyperOpt.optimize}: an {@linkcode Objective} that also gets the
 * context of its trial.
 *
 * @typeParam Config The config of a trial.
 */
// deno-lint-ignore no-explicit-any -- the objective may name the type of the config it expects
export type TrialObjective<Config = any> = (
  config: Config,
  context: TrialContext,
) => number | Promise<number>;

/**
 * When a study ends, if not by itself. All but `seconds` are counted in the logical order of the jobs,
 * so they end the same study at the same job whatever the number of workers.
 */
export interface Budget {
  /**
   * The number of configs; where the next one would begin, the study ends. An asynchronous scheduler has
   * not decided by the results of its last jobs then, up to `parallelism` of them: trials that they would
   * let go on do not.
   */
  trials?: number | undefined;
  /** The units of resource; a job that would cross it is not begun. */
  resource?: number | undefined;
  /** A metric that is good enough. */
  target?: number | undefined;
  /**
   * Seconds from the first trial on; then none begins, and those that run still end. It is the one
   * budget that depends on the machine, so where it cuts, two searches are not the same. A search with
   * a ledger or a tracker can be started again for as many further seconds.
   */
  seconds?: number | undefined;
}
