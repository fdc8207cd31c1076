/** How the values of a field compare. */
export type FieldType = "number" | "text" | "status" | "time" | "list" | "config";

/** A field of a run, as an SQL expression over the row `run` of `ReadModel.runs`. */
export interface RunField {
  readonly type: FieldType;
  readonly sql: string;
}

/** The fields of a run besides those of its config and metrics, by the name in messages. */
export const RUN_FIELDS: Readonly<Record<string, RunField>> = {
  id: { type: "number", sql: "run.id" },
  name: { type: "text", sql: "coalesce(run.name, 'run-' || run.id)" },
  project: { type: "text", sql: "run.project_name" },
  status: { type: "status", sql: "coalesce(run.status, 'running')" },
  tags: { type: "list", sql: "run.tags" },
  notes: { type: "text", sql: "run.notes" },
  error: { type: "text", sql: "run.error" },
  start: { type: "time", sql: "run.start_ms" },
  end: { type: "time", sql: "run.end_ms" },
  duration: { type: "number", sql: "((run.end_ms - run.start_ms) / 1000.0)" },
  parent: { type: "number", sql: "run.parent_id" },
};

// Other names by which a run's fields go, without underscores and in lower case
const OTHER_NAMES: Readonly<Record<string, string>> = {
  starttime: "start",
  endtime: "end",
  parentid: "parent",
  projectname: "project",
  runid: "id",
};

/** The columns of `ReadModel.summaries` by what they are called in an expression. */
export const SUMMARY_COLUMNS: ReadonlyMap<string, string> = new Map([
  ["last", "last_value"],
  ["min", "min_value"],
  ["max", "max_value"],
  ["mean", "mean_value"],
  ["count", "count"],
  ["first_step", "first_step"],
  ["last_step", "last_step"],
  ["min_step", "min_step"],
  ["max_step", "max_step"],
  ["first_nonfinite_step", "first_nonfinite_step"],
]);

/** The name of a run's field, however it is spelled: `startTime`, `start_time`, `Start`. */
export function canonicalField(name: string): string | undefined {
  const plain = plainName(name);
  if (Object.hasOwn(OTHER_NAMES, plain)) return OTHER_NAMES[plain];
  return Object.keys(RUN_FIELDS).find((field) => field === plain);
}

/** The name of a value of a metric, however it is spelled: `minStep`, `min_step`. */
export function canonicalSummary(name: string): string | undefined {
  const plain = plainName(name);
  return [...SUMMARY_COLUMNS.keys()].find((summary) => plainName(summary) === plain);
}

function plainName(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}
