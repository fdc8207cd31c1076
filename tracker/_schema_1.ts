// Every table is STRICT: a value of another type is an error instead of a surprise. Times are
// milliseconds since 1970 in UTC, columns named *_ms. JSON columns hold text of _config_json.ts.
const TABLES: readonly string[] = [
  `CREATE TABLE project (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     description TEXT,
     created_ms INTEGER NOT NULL
   ) STRICT`,

  // One opened logger: the process it is in, what that process is, and how far its spool, the file
  // named by the uuid, has been imported
  `CREATE TABLE session (
     id INTEGER PRIMARY KEY,
     uuid TEXT NOT NULL UNIQUE,
     host TEXT,
     pid INTEGER NOT NULL,
     pid_start INTEGER,
     boot_id TEXT,
     environment TEXT NOT NULL,
     is_spooled INTEGER NOT NULL,
     start_ms INTEGER NOT NULL,
     end_ms INTEGER,
     heartbeat_ms INTEGER NOT NULL,
     last_sequence INTEGER NOT NULL DEFAULT 0
   ) STRICT`,

  // AUTOINCREMENT: the number of a deleted run, which stands in notes and file names, never returns
  `CREATE TABLE run (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     uuid TEXT NOT NULL UNIQUE,
     project_id INTEGER NOT NULL REFERENCES project (id),
     parent_id INTEGER REFERENCES run (id) ON DELETE SET NULL,
     name TEXT,
     notes TEXT,
     status TEXT NOT NULL,
     error TEXT,
     config TEXT NOT NULL,
     structural_hash TEXT NOT NULL,
     provenance TEXT,
     start_ms INTEGER NOT NULL,
     end_ms INTEGER,
     attempt INTEGER NOT NULL DEFAULT 1,
     trashed_ms INTEGER
   ) STRICT`,
  `CREATE INDEX run_by_project ON run (project_id, structural_hash)`,
  `CREATE INDEX run_by_parent ON run (parent_id) WHERE parent_id IS NOT NULL`,

  // The session that began a run, and each that has resumed it
  `CREATE TABLE attempt (
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     number INTEGER NOT NULL,
     session_id INTEGER REFERENCES session (id),
     start_ms INTEGER NOT NULL,
     PRIMARY KEY (run_id, number)
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX attempt_by_session ON attempt (session_id)`,

  // The leaves of the config by dotted path: number for numbers and booleans, else text
  `CREATE TABLE run_parameter (
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     path TEXT NOT NULL,
     type TEXT NOT NULL,
     number REAL,
     text TEXT,
     PRIMARY KEY (run_id, path)
   ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE tag (
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     name TEXT NOT NULL,
     position INTEGER NOT NULL,
     PRIMARY KEY (run_id, name)
   ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE metric_key (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE
   ) STRICT`,

  // seq counts the points of one run and key in the order they were logged, so a step may come
  // twice. elapsed_ms counts from the run's start_ms, which takes three bytes less than a date does.
  // A value of NULL is NaN, which SQLite cannot store; the infinities are themselves.
  `CREATE TABLE metric (
     run_id INTEGER NOT NULL,
     key_id INTEGER NOT NULL,
     step INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     attempt INTEGER NOT NULL,
     elapsed_ms INTEGER NOT NULL,
     value REAL,
     PRIMARY KEY (run_id, key_id, step, seq)
   ) STRICT, WITHOUT ROWID`,

  // What a list of runs shows, brought up to date in the transaction that writes the points. "last" is the point at the
  // highest step (the one logged last, where there are several); min and max are over finite values.
  `CREATE TABLE metric_summary (
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     key_id INTEGER NOT NULL REFERENCES metric_key (id),
     count INTEGER NOT NULL,
     first_step INTEGER NOT NULL,
     last_step INTEGER NOT NULL,
     last_value REAL,
     finite_count INTEGER NOT NULL,
     finite_sum REAL,
     min_value REAL,
     min_step INTEGER,
     max_value REAL,
     max_step INTEGER,
     first_nonfinite_step INTEGER,
     PRIMARY KEY (run_id, key_id)
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX metric_summary_by_min ON metric_summary (key_id, min_value)`,
  `CREATE INDEX metric_summary_by_max ON metric_summary (key_id, max_value DESC)`,

  // What a chart of a long metric is drawn from: of every 256, 4096 and 65536 points in the order in
  // which they were logged, those that _rollup.ts keeps, packed
  `CREATE TABLE metric_rollup (
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     key_id INTEGER NOT NULL REFERENCES metric_key (id),
     level INTEGER NOT NULL,
     block INTEGER NOT NULL,
     points BLOB NOT NULL,
     PRIMARY KEY (run_id, key_id, level, block)
   ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE artifact (
     id INTEGER PRIMARY KEY,
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     path TEXT NOT NULL,
     data_type TEXT,
     metadata TEXT,
     size INTEGER,
     sha256 TEXT,
     is_copied INTEGER NOT NULL DEFAULT 0,
     time_ms INTEGER NOT NULL
   ) STRICT`,
  `CREATE INDEX artifact_by_run ON artifact (run_id)`,

  `CREATE TABLE fingerprint (
     id INTEGER PRIMARY KEY,
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     trace_id TEXT NOT NULL,
     trace_type TEXT NOT NULL,
     fingerprint TEXT NOT NULL
   ) STRICT`,
  `CREATE INDEX fingerprint_by_run ON fingerprint (run_id)`,
  `CREATE INDEX fingerprint_by_trace ON fingerprint (trace_id, trace_type, fingerprint, run_id)`,

  // What a search is continued from. The leader is the session that may write to it, if any, and
  // leader_ms its last sign of life
  `CREATE TABLE study (
     id INTEGER PRIMARY KEY,
     project_id INTEGER NOT NULL REFERENCES project (id),
     name TEXT NOT NULL,
     created_ms INTEGER NOT NULL,
     leader_id INTEGER REFERENCES session (id),
     leader_ms INTEGER,
     UNIQUE (project_id, name)
   ) STRICT`,

  // The events of a study, numbered from 0 without a gap; none is ever changed
  `CREATE TABLE study_event (
     study_id INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
     number INTEGER NOT NULL,
     time_ms INTEGER NOT NULL,
     data TEXT NOT NULL,
     PRIMARY KEY (study_id, number)
   ) STRICT, WITHOUT ROWID`,

  // The runs that belong to a study, each under a key of its own, which makes it one run whatever is
  // begun twice
  `CREATE TABLE study_run (
     study_id INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
     key TEXT NOT NULL,
     run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     PRIMARY KEY (study_id, key)
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX study_run_by_run ON study_run (run_id)`,
];

// The points of a run go with it. A reference would say so as well, at the price of a look-up for
// every point that is written.
const RUN_TRIGGER = `CREATE TRIGGER run_deleted AFTER DELETE ON run BEGIN
  DELETE FROM metric WHERE run_id = old.id;
END`;

/** The SQL that writes a time the way SQLAlchemy does: "YYYY-MM-DD HH:MM:SS.ffffff", UTC. */
function dateText(column: string): string {
  return `strftime('%Y-%m-%d %H:%M:%f000', ${column} / 1000.0, 'unixepoch')`;
}

// The tables of the Python ato, for whoever reads the file with its classes or with SQL. A metric
// has no id of its own; its key, packed into one number, is unique up to 2^19 runs, 2^14 keys and
// 2^30 points of a run and key.
const VIEWS: readonly string[] = [
  `CREATE VIEW projects AS
     SELECT id, name, description, ${dateText("created_ms")} AS created_at FROM project`,
  `CREATE VIEW experiments AS
     SELECT id, project_id, config, structural_hash,
       (SELECT json_group_array(name) FROM
         (SELECT name FROM tag WHERE run_id = run.id ORDER BY position)) AS tags,
       status, ${dateText("start_ms")} AS start_time, ${dateText("end_ms")} AS end_time
     FROM run WHERE trashed_ms IS NULL`,
  `CREATE VIEW metrics AS
     SELECT (metric.run_id << 44) | (metric.key_id << 30) | metric.seq AS id, metric.run_id,
       metric_key.name AS "key", metric.value, metric.step,
       ${dateText("(run.start_ms + metric.elapsed_ms)")} AS "timestamp"
     FROM metric JOIN metric_key ON metric_key.id = metric.key_id
       JOIN run ON run.id = metric.run_id
     WHERE run.trashed_ms IS NULL`,
  `CREATE VIEW artifacts AS
     SELECT artifact.id, run_id, path, data_type, metadata AS data_info
     FROM artifact JOIN run ON run.id = run_id WHERE trashed_ms IS NULL`,
  `CREATE VIEW fingerprints AS
     SELECT fingerprint.id, run_id, trace_id, trace_type, fingerprint
     FROM fingerprint JOIN run ON run.id = run_id WHERE trashed_ms IS NULL`,
];

/** The first schema. A released schema never changes: what comes later is a migration of its own. */
export const SCHEMA_1: readonly string[] = [...TABLES, RUN_TRIGGER, ...VIEWS];
