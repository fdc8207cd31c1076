import { decodePythonJson } from "./_config_json.ts";
import type { ReadModel } from "./_read_model.ts";

// SQLAlchemy writes "2026-01-31 12:00:00.123456", meaning UTC. The fraction is cut, not rounded, as
// JavaScript's Date does.
function milliseconds(column: string): string {
  return `CAST(strftime('%s', substr(${column}, 1, 19)) AS INTEGER) * 1000 +
    CAST(substr(${column} || '000', 21, 3) AS INTEGER)`;
}

function stepOf(order: string): string {
  return `(SELECT point.step FROM metrics AS point
    WHERE point.run_id = metrics.run_id AND point.key = metrics.key AND abs(point.value) < 9e999
    ORDER BY ${order}, point.id LIMIT 1)`;
}

/** Reads the tables that the Python ato writes, which keep no summary of a metric. */
export const PYTHON_MODEL: ReadModel = {
  projects: `SELECT id, name, description, ${milliseconds("created_at")} AS created_ms
    FROM projects`,
  runs: () =>
    `SELECT experiments.id, projects.name AS project_name, NULL AS name, NULL AS notes,
      experiments.status, NULL AS error, experiments.config, experiments.structural_hash,
      experiments.tags, ${milliseconds("start_time")} AS start_ms,
      ${milliseconds("end_time")} AS end_ms, NULL AS parent_id, 1 AS attempt
    FROM experiments JOIN projects ON projects.id = experiments.project_id`,
  countsPoints: false,
  points: `SELECT run_id, key, step, id AS seq, 1 AS attempt, ${
    milliseconds("timestamp")
  } AS time_ms, value
    FROM metrics`,
  summaries: `SELECT run_id, key, count(*) AS count, min(step) AS first_step,
      max(step) AS last_step,
      (SELECT point.value FROM metrics AS point
        WHERE point.run_id = metrics.run_id AND point.key = metrics.key
        ORDER BY point.step DESC, point.id DESC LIMIT 1) AS last_value,
      avg(value) FILTER (WHERE abs(value) < 9e999) AS mean_value,
      min(value) FILTER (WHERE abs(value) < 9e999) AS min_value,
      ${stepOf("point.value")} AS min_step,
      max(value) FILTER (WHERE abs(value) < 9e999) AS max_value,
      ${stepOf("point.value DESC")} AS max_step,
      min(step) FILTER (WHERE NOT abs(value) < 9e999) AS first_nonfinite_step
    FROM metrics GROUP BY run_id, key`,
  hasTag: `EXISTS (SELECT 1 FROM json_each(run.tags) WHERE value = {tag})`,
  parameter: {
    rows: `(SELECT CASE json_type(run.config, {path}) WHEN 'integer' THEN 'number'
          WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean'
          WHEN 'text' THEN 'string' WHEN 'array' THEN 'array' END AS type,
        iif(json_type(run.config, {path}) IN ('integer', 'real', 'true', 'false'),
          json_extract(run.config, {path}), NULL) AS number,
        iif(json_type(run.config, {path}) IN ('text', 'array'),
          json_extract(run.config, {path}), NULL) AS text
      WHERE json_type(run.config, {path}) <> 'object')`,
    toPath: (keys) => `$${keys.map((key) => `."${key}"`).join("")}`,
  },
  artifacts: `SELECT id, run_id, path, data_type, data_info AS metadata, NULL AS size,
      NULL AS sha256, 0 AS is_copied, NULL AS time_ms
    FROM artifacts`,
  fingerprints: `SELECT run_id, trace_id, trace_type, fingerprint FROM fingerprints`,
  attempts: `SELECT id AS run_id, 1 AS number, ${milliseconds("start_time")} AS start_ms,
      NULL AS host, NULL AS pid, NULL AS environment
    FROM experiments`,
  uuids: `SELECT id AS run_id, NULL AS uuid FROM experiments`,
  sessions: `SELECT NULL AS run_id, NULL AS number WHERE FALSE`,
  provenance: `SELECT id AS run_id, NULL AS provenance FROM experiments`,
  decodeJson: decodePythonJson,
};
