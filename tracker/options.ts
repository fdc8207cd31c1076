import type { Fingerprint, RecordedWrite } from "./types.ts";

/** How a logger is opened. */
export interface SQLLoggerOptions {
  /**
   * How long a call that begins, resumes or ends a run waits for other processes that write to the
   * same database, in milliseconds. Logging a value never waits.
   *
   * @default {30000}
   */
  busyTimeout?: number;
  /**
   * What a logged value survives from when the call returns: the death of the process, or a loss of
   * power as well, at the price of a disk flush for each call.
   *
   * @default {"process"}
   */
  durability?: "process" | "power";
  /**
   * Whether a call throws where the state of the machine (a full disk, a damaged file) keeps it from
   * recording. Otherwise the program is told once and goes on; what it logs is kept, in memory if
   * nowhere else, until it can be written.
   *
   * @default {false}
   */
  strict?: boolean;
  /** Receives warnings, one sentence each; by default they are lines on standard error. */
  onWarning?: (message: string) => void;
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
  provenance?: ReadonlyMap<string, readonly RecordedWrite[]>;
  /** The id of the run that starts this one. */
  parent?: number;
}

/** What is recorded of an artifact besides its path. */
export interface ArtifactOptions {
  /** What it is, such as "model". */
  dataType?: string;
  /** Anything that JSON can say, and what a config may hold besides. */
  metadata?: unknown;
  /**
   * Whether to keep a copy of the file's content beside the database, in the folder `<database>.files`
   * under its SHA-256: once, however many runs have recorded it. Where that is not possible, as of a
   * file that is not there, or of a folder, a warning says so; a strict logger throws. Beside a
   * database in memory nothing is kept.
   *
   * @default {false}
   */
  copy?: boolean;
}

/** Which runs of a project to list. */
export interface RunFilter {
  /** A status, or several of which a run must have one: none has one of an empty list. */
  status?: string | readonly string[];
  /** Tags that a run must have, all of them: every run has those of an empty list. */
  tags?: readonly string[];
  /** A filter expression, as for {@linkcode SQLFinder.findRuns}. */
  filter?: string;
  /** An order, as for {@linkcode SQLFinder.findRuns}. */
  orderBy?: string;
  /** How many runs at most: the newest, or the first of the order. */
  limit?: number;
}

/** Where to look for runs, and how to list them. */
export interface FindRunsOptions {
  /** The project to look in; all of them by default. */
  project?: string;
  /**
   * The fields to sort by, each with `desc` behind it or not: `metrics.loss.min, start desc`. Runs
   * without a value come last.
   *
   * @default {the order in which they began}
   */
  orderBy?: string;
  /** How many runs at most: the newest, or the first of the order. */
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
