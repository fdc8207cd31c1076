import type { ArtifactOptions } from "./options.ts";

/** A run that `SQLLogger.track` has begun; it logs to this run, whichever is the current one. */
export interface ActiveRun {
  /** The number of the run in this database. */
  readonly id: number;
  /** Logs one value; see `SQLLogger.logMetric`. */
  logMetric(key: string, value: number, step: number): void;
  /** Logs several values of one step; see `SQLLogger.logMetrics`. */
  logMetrics(values: Readonly<Record<string, number>>, step: number): void;
  /** Records a file or folder; see `SQLLogger.logArtifact`. */
  logArtifact(path: string, options?: ArtifactOptions): void;
}
