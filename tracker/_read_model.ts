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
  /** run_id, key, step, seq (the order within a step), attempt, time_ms, value (NULL is NaN) */
  readonly points: string;
  /**
   * run_id, key, count, first_step, last_step, last_value, min_value, min_step, max_value,
   * max_step, first_nonfinite_step
   */
  readonly summaries: string;
  /** run_id, key, level, block, points (packed by _rollup.ts); undefined where there are no roll-ups */
  readonly blocks?: string;
  /** id, run_id, path, data_type, metadata (JSON), size, sha256, is_copied */
  readonly artifacts: string;
  /** run_id, trace_id, trace_type, fingerprint */
  readonly fingerprints: string;
  /** run_id, number, start_ms, host, pid, environment (JSON) */
  readonly attempts: string;
  /** run_id, provenance (JSON) */
  readonly provenance: string;
  /** Reads a JSON column. */
  decodeJson(text: string): unknown;
}
