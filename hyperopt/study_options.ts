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
   * itself, 8 for an asynchronous one.
   */
  parallelism?: number | undefined;
  /**
   * By which results a job is decided. In `"logical"` order by those of the jobs up to k minus
   * `parallelism`: the study is the same for any number of workers, but once so many jobs were begun
   * after a slow one, all workers wait for it. In order of `"arrival"` by all that are there: nobody
   * waits, which with many workers or jobs of very different length is several times as much work
   * done, but who finishes first makes another study. Both continue from a ledger exactly where they
   * were. By default there is then no limit to `parallelism`: a job goes to whoever asks.
   *
   * @default {"logical"}
   */
  order?: "logical" | "arrival" | undefined;
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
