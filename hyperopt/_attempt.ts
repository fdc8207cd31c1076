import type { FailureKind, Job, JobKey, Trial } from "./types.ts";

/** One attempt at a job, as whoever runs it sees it. */
export interface Attempt {
  /** Its number, from 1. */
  readonly number: number;
  /** The folder of the checkpoint to go on from. */
  readonly resume: string | undefined;
  /** The units that the checkpoint is trained for; 0 if there is none. */
  readonly trained: number;
  /** Aborted when the attempt shall end by itself. */
  readonly signal: AbortSignal;
  /** Aborted when it shall be ended, having had time to do so by itself. */
  readonly force: AbortSignal;
  /** Says that it begins now, and where: from here on its time counts. */
  start(worker?: string): void;
  /** Takes an intermediate value. */
  report(step: number, value: number): void;
  /** Waits until there is room for more values; undefined where there is, or no end of it. */
  room?(): Promise<void> | undefined;
  /**
   * Gives an empty folder for a checkpoint.
   *
   * @throws {Error} If the attempt is over.
   */
  beginCheckpoint(): string;
  /**
   * Makes what was written there the checkpoint of the trial, or throws it away.
   *
   * @throws {Error} If the attempt is over.
   */
  endCheckpoint(folder: string, units: number | undefined): void | Promise<void>;
  /** Takes a checkpoint that another machine has put into the folder of the study, by its name there. */
  takeCheckpoint?(name: string, units: number): void;
}

/** How an attempt ended. */
export interface AttemptOutcome {
  readonly trial: Trial;
  /** How it failed; undefined if it completed. */
  readonly failure: FailureKind | undefined;
  /** Whether it says nothing of the trial, since whoever ran it is gone. */
  readonly isLost?: boolean;
}

/**
 * Runs attempts somewhere: all that an engine has to bring. It rejects with an error that ends the
 * search; whatever else happens to an attempt is an outcome.
 */
export interface AttemptRunner extends Partial<AsyncDisposable> {
  /** How many attempts it can run at once at present. */
  readonly capacity: number;
  /** Takes what to call when the capacity has grown. */
  watch?(onGrown: () => void): void;
  /** Whether it runs an attempt of a driver before this one. */
  holds?(job: JobKey, number: number): boolean;
  /** Runs an attempt to its end. */
  run(job: Job, attempt: Attempt): Promise<AttemptOutcome>;
  /** Takes that the result of a job is written down. */
  settle?(job: JobKey): void;
}
