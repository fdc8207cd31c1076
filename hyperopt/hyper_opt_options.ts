import type { DistributedOptions } from "./distributed_options.ts";
import type { SearchTracker } from "./search_tracker.ts";
import type { StudyOptions } from "./study_options.ts";
import type { RetryPolicy, Rung, Trial, WorkerOptions } from "./types.ts";

/** Options of every search. */
export interface HyperOptOptions extends Omit<StudyOptions, "scheduler" | "sampler" | "order"> {
  /** Called after each trial, in logical order. An error in it ends the search. */
  onTrial?: ((trial: Trial) => void | Promise<void>) | undefined;
  /** Called after each rung, after `onTrial` of its last trial. An error in it ends the search. */
  onRung?: ((rung: Rung) => void | Promise<void>) | undefined;
  /**
   * A logger, in place of a `ledger`: the study is written down in its database, each trial at each
   * rung as a run, and the same program, started again, continues it.
   */
  tracker?: SearchTracker | undefined;
  /**
   * The name of the study for the tracker. A study continues the one of its name, and refuses to if it
   * is another one by now. By default the name follows from all that the study is, so that a changed
   * program begins a study of its own.
   */
  study?: string | undefined;
  /**
   * Keys of the config, by dotted path, that do not make another study for the tracker: where it is
   * written, how many workers there are. What lies in `experiment` never does.
   */
  ignore?: readonly string[] | undefined;
  /**
   * What the tracker calls the metric.
   *
   * @default {"metric"}
   */
  metric?: string | undefined;
  /**
   * Whether to show how the search goes on, on stderr: a moving line on a terminal, else a line for
   * each rung and at most two a minute.
   *
   * @default {false}
   */
  progress?: boolean | undefined;
  /**
   * Whether to print the plan and its cost, and end the program, before anything is trained. A function
   * is given the config of the scope.
   *
   * @default {false}
   */
  // deno-lint-ignore no-explicit-any -- the config of any scope
  dryRun?: boolean | ((config: any) => unknown) | undefined;
  /**
   * How many trials run at once in this process: for an objective that mostly waits.
   *
   * @default {1}
   */
  concurrency?: number | undefined;
  /**
   * How many processes run the trials: this program, started again, serves them from where it calls
   * the search. So training uses that many cores, and a crash or an endless loop ends one trial alone.
   * By default trials run in this process.
   */
  workers?: number | WorkerOptions | undefined;
  /**
   * How long an attempt at a trial may take, in milliseconds. In `workers` it is held against any
   * trial, in this process only against one that waits.
   */
  timeLimit?: number | undefined;
  /** Which failed trials are tried again. By default those whose process died, up to 3 attempts. */
  retry?: RetryPolicy | undefined;
  /**
   * The folder for checkpoints. By default one beside the database of the ledger, else a temporary
   * one, of which the winner's checkpoint stays.
   */
  checkpoints?: string | undefined;
  /**
   * How the search runs on several machines: every one runs the same program, one of them drives. By
   * default it runs on this one. What does it is loaded when it is used.
   */
  distributed?: DistributedOptions | undefined;
  /** Ends the search in order when it is aborted, as Ctrl-C does. */
  signal?: AbortSignal | undefined;
}
