import type {
  Budget,
  Constraint,
  Job,
  Ledger,
  SamplerFactory,
  Samples,
  SchedulerFactory,
  SearchMode,
  Trial,
} from "./types.ts";

/** Options of {@linkcode Study}. */
export interface StudyOptions {
  /** What decides which trials go on, and for how long. */
  scheduler: SchedulerFactory;
  /**
   * What chooses the points.
   *
   * @default {tpeSampler()}
   */
  sampler?: SamplerFactory | undefined;
  /**
   * Which metric is the better one.
   *
   * @default {"max"}
   */
  mode?: SearchMode | undefined;
  /**
   * The seed of all that is random: a whole number.
   *
   * @default {0}
   */
  seed?: number | undefined;
  /**
   * How many jobs may be out at once, whatever the number of workers: job k is decided by the
   * results of the jobs up to k minus this. More workers than this have nothing to do; the fewer,
   * the better each decision. By default what the scheduler says: no limit for one that waits by
   * itself, 8 for an asynchronous one. With no limit a sampler chooses a whole first rung at random,
   * since it knows no result, and an asynchronous scheduler goes on with nobody, unless its `order` is
   * that of arrival.
   */
  parallelism?: number | undefined;
  /**
   * By which results a job is decided. In `"logical"` order by those that `parallelism` says, as if all
   * jobs took the same time: while a long one runs, only so many more are begun. In the order of
   * `"resource"` by those that would be there if `parallelism` workers trained a unit of resource in a
   * unit of time, so that a job that trains long holds up nobody; two or three times the number of
   * workers leaves room for those that are slower than they should be. Both make the same study for any
   * number of workers. In the order of `"arrival"` a job is decided by all that is there: nobody ever
   * waits, and `parallelism` has no limit by default, but the study depends on who finishes first. All
   * of them are continued from a ledger exactly where they were.
   *
   * @default {"logical"}
   */
  order?: "logical" | "resource" | "arrival" | undefined;
  /** What every point must meet. */
  constraints?: readonly Constraint[] | undefined;
  /** Points to try first; what they leave out is drawn at random. */
  enqueue?: readonly Samples[] | undefined;
  /**
   * Whether a point may be tried twice.
   *
   * @default {false}
   */
  allowRepeats?: boolean | undefined;
  /** When the study ends, if not by itself. */
  budget?: Budget | undefined;
  /** Where the study is written down, and continued from. */
  ledger?: Ledger | undefined;
}

/** What became of a job: the metric alone, the error alone, or more of it. */
export type Outcome = number | Error | Partial<Omit<Trial, keyof Job>>;
