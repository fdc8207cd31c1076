import type { ArtifactOptions } from "./options.ts";
import type { RunStatus } from "./types.ts";

/**
 * A run that `SQLLogger.track` has begun; it logs to this run, whichever is the current one. Once
 * the run has ended, every method throws a `TrackerError`.
 */
export interface ActiveRun {
  /** The number of the run in this database. */
  readonly id: number;
  /** Logs one value; see `SQLLogger.logMetric`. */
  logMetric(key: string, value: number, step: number): void;
  /** Logs several values of one step; see `SQLLogger.logMetrics`. */
  logMetrics(values: Readonly<Record<string, number>>, step: number): void;
  /** Records a file or folder; see `SQLLogger.logArtifact`. */
  logArtifact(path: string, options?: ArtifactOptions): void;
  /** Ends this run, before its function returns; see `SQLLogger.finish`. */
  finish(status?: Exclude<RunStatus, "running">): void;
  /** Sets the status of this run, which goes on; see `SQLLogger.updateStatus`. */
  updateStatus(status: RunStatus): void;
}
