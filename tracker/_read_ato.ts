import { formatPath } from "../adict/mod.ts";
import { bigintIn, decodeJson } from "./_config_json.ts";
import type { ReadModel } from "./_read_model.ts";

/** Reads the tables that the logger writes. */
export const ATO_MODEL: ReadModel = {
  projects: `SELECT id, name, description, created_ms FROM project`,
  runs: (crashed) =>
    `SELECT run.id, project.name AS project_name, run.name, run.notes,
      iif(run.id IN (${
      crashed.join(", ")
    }), 'crashed', run.status) AS status, run.error, run.config, run.structural_hash,
      (SELECT json_group_array(name) FROM
        (SELECT name FROM tag WHERE run_id = run.id ORDER BY position)) AS tags,
      run.start_ms, run.end_ms, run.parent_id, run.attempt
    FROM run JOIN project ON project.id = run.project_id
    WHERE run.trashed_ms IS NULL`,
  countsPoints: true,
  points: `SELECT run_id, metric_key.name AS key, step, seq, metric.attempt,
      run.start_ms + elapsed_ms AS time_ms, value
    FROM metric JOIN metric_key ON metric_key.id = metric.key_id
      JOIN run ON run.id = metric.run_id`,
  summaries: `SELECT run_id, metric_key.name AS key, count, first_step, last_step, last_value,
      finite_sum / nullif(finite_count, 0) AS mean_value,
      min_value, min_step, max_value, max_step, first_nonfinite_step
    FROM metric_summary JOIN metric_key ON metric_key.id = metric_summary.key_id`,
  blocks: `SELECT run_id, metric_key.name AS key, level, block, points
    FROM metric_rollup JOIN metric_key ON metric_key.id = metric_rollup.key_id`,
  hasTag: `EXISTS (SELECT 1 FROM tag WHERE tag.run_id = run.id AND tag.name = {tag})`,
  parameter: {
    rows: `(SELECT
        CASE WHEN type IN ('null', 'undefined') OR (type = 'number' AND number IS NULL) THEN NULL
          WHEN type = 'bigint' THEN 'number' ELSE type END AS type,
        CAST(iif(type = 'bigint', ${bigintIn("text")}, number) AS NUMERIC) AS number, text
      FROM run_parameter WHERE run_id = run.id AND path = {path})`,
    toPath: formatPath,
  },
  artifacts:
    `SELECT id, run_id, path, data_type, metadata, size, sha256, is_copied, time_ms FROM artifact`,
  fingerprints: `SELECT run_id, trace_id, trace_type, fingerprint FROM fingerprint`,
  attempts: `SELECT run_id, number, attempt.start_ms, host, pid, environment
    FROM attempt LEFT JOIN session ON session.id = session_id`,
  uuids: `SELECT id AS run_id, uuid FROM run`,
  sessions: `SELECT run_id, number, attempt.start_ms AS attempt_start_ms, session.uuid, host, pid,
      pid_start, boot_id, environment, session.start_ms, end_ms, heartbeat_ms
    FROM attempt LEFT JOIN session ON session.id = session_id`,
  provenance: `SELECT id AS run_id, provenance FROM run`,
  decodeJson,
};
