/** Where a value of the config of a run is found. */
export interface ParameterSource {
  /**
   * One row, or none, for a FROM: type ("number", "boolean", "string", "array", …; NULL where the
   * value is null, undefined or NaN), number (that of a bigint too), text (a list as JSON). It is
   * over the row `run` of `ReadModel.runs`; "{path}" stands for the bound path.
   */
  readonly rows: string;
  /** The path to bind. */
  toPath(keys: readonly string[]): string;
}

/**
 * How to read one kind of database: for each kind of thing a SELECT that gives the columns named
 * here, which the finder puts into the FROM of its own queries. Times are milliseconds since 1970.
 */
export interface ReadModel {
  /** id, name, description, created_ms */
  readonly projects: string;
  /**
   * id, project_name, name, notes, status, error, config, structural_hash, tags (a JSON list),
   * start_ms, end_ms, parent_id, attempt; the status of those runs that `crashed` lists is "crashed"
   */
  runs(crashed: readonly number[]): string;
  /** Whether seq is the number of a point within its run and key, from 0 and without gaps. */
  readonly countsPoints: boolean;
  /** run_id, key, step, seq (the order within a step), attempt, time_ms, value (NULL is NaN) */
  readonly points: string;
  /**
   * run_id, key, count, first_step, last_step, last_value, mean_value (of finite values),
   * min_value, min_step, max_value, max_step, first_nonfinite_step
   */
  readonly summaries: string;
  /** run_id, key, level, block, points (packed by _rollup.ts); undefined where there are no roll-ups */
  readonly blocks?: string;
  /** SQL for whether the row `run` of `runs` has a tag; "{tag}" stands for the bound one. */
  readonly hasTag: string;
  /** Where a filter finds a value of the config. */
  readonly parameter: ParameterSource;
  /** id, run_id, path, data_type, metadata (JSON), size, sha256, is_copied, time_ms */
  readonly artifacts: string;
  /** run_id, trace_id, trace_type, fingerprint */
  readonly fingerprints: string;
  /** run_id, number, start_ms, host, pid, environment (JSON) */
  readonly attempts: string;
  /** run_id, uuid (NULL where there is none) */
  readonly uuids: string;
  /**
   * run_id, number, attempt_start_ms, uuid (NULL without a session), host, pid, pid_start, boot_id,
   * environment (JSON), start_ms, end_ms, heartbeat_ms
   */
  readonly sessions: string;
  /** run_id, provenance (JSON) */
  readonly provenance: string;
  /** Reads a JSON column. */
  decodeJson(text: string): unknown;
}
