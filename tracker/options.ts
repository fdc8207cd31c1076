import type { ConfigWrite, Fingerprint } from "./types.ts";

/** How a logger is opened. */
export interface SQLLoggerOptions {
  /**
   * How long a call waits for other processes that write to the same database, in milliseconds,
   * before it throws.
   *
   * @default {30000}
   */
  busyTimeout?: number;
}

/** How a finder is opened. */
export interface SQLFinderOptions {
  /**
   * How long a call waits for a database that is locked, in milliseconds, before it throws.
   *
   * @default {5000}
   */
  busyTimeout?: number;
}

/** What is recorded of a run when it begins. */
export interface RunOptions {
  /** Labels to find it by. */
  tags?: readonly string[];
  /** A name; without one the run is called "run-" and its id. */
  name?: string;
  /** A remark in plain text. */
  notes?: string;
  /** The versions of the traced functions. */
  fingerprints?: readonly Fingerprint[];
  /**
   * Who wrote each value of the config, by its path: what `scope.explain()` gives.
   * `SQLFinder.getProvenance` gives it back.
   */
  provenance?: ReadonlyMap<string, readonly ConfigWrite[]>;
  /** The id of the run that starts this one. */
  parent?: number;
}

/** What is recorded of an artifact besides its path. */
export interface ArtifactOptions {
  /** What it is, such as "model". */
  dataType?: string;
  /** Anything that JSON can say, and what a config may hold besides. */
  metadata?: unknown;
}

/** Which runs of a project to list. */
export interface RunFilter {
  /** A status, or several of which a run must have one: none has one of an empty list. */
  status?: string | readonly string[];
  /** Tags that a run must have, all of them: every run has those of an empty list. */
  tags?: readonly string[];
  /** How many runs at most: the newest. */
  limit?: number;
}

/** What makes a run the best. */
export interface BestRunQuery {
  /** The project to look in. */
  project: string;
  /** The metric to go by. */
  metric: string;
  /** Whether a high value is good, or a low one. */
  mode: "max" | "min";
}

/** Which points of a metric to give. */
export interface MetricsOptions {
  /**
   * How many points at most, and at least 5. A longer series is cut into buckets of equal width;
   * each keeps its first, smallest, largest and last point and its first that is not finite, so
   * that a chart looks the same.
   */
  maxPoints?: number;
}
