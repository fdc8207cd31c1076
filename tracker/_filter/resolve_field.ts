import { formatPath, nearestName } from "../../adict/mod.ts";
import type { SqlValue } from "../_driver.ts";
import type { ReadModel } from "../_read_model.ts";
import { fault, type Source, suggest } from "./fault.ts";
import type { Names } from "./names.ts";
import type { FieldName, Key } from "./syntax.ts";

// How other trackers call them
const OTHER_GROUPS: Readonly<Record<string, string>> = {
  params: "config",
  param: "config",
  parameters: "config",
  configs: "config",
  metric: "metrics",
  tag: "tags",
};
// Other names by which a run's fields go, without underscores and in lower case
const OTHER_NAMES: Readonly<Record<string, string>> = {
  starttime: "start",
  endtime: "end",
  parentid: "parent",
  projectname: "project",
  runid: "id",
};

/** All that reading an expression takes. */
export interface Reading {
  readonly source: Source;
  readonly model: ReadModel;
  readonly names: Names;
  readonly binder: Binder;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A field that is there. */
export interface Field extends RunField {
  /** What it is called in messages. */
  readonly label: string;
}

/**
 * Finds what a field means. The `sql` of a config value is not a value but rows of `type`, `number`
 * and `text` for a FROM, one or none of them.
 */
export function resolveField(name: FieldName, reading: Reading): Field {
  const [first, ...rest] = name.keys as [Key, ...Key[]];
  const group = first.name.toLowerCase();
  if (group === "config") return resolveParameter(name, rest, reading);
  if (group === "metrics") return resolveMetric(name, rest, reading);
  const field = canonicalField(first.name);
  if (field === undefined) throw unknownField(first, reading);
  if (rest.length > 0) {
    throw fault(reading.source, rest[0]!, `"${field}" holds no further names`);
  }
  return { ...RUN_FIELDS[field]!, label: field };
}

function resolveParameter(name: FieldName, keys: readonly Key[], reading: Reading): Field {
  const { source, model, names, binder } = reading;
  if (keys.length === 0) throw fault(source, name, "expected a key of the config: config.lr");
  const path = keys.map((key) => key.name);
  if (!names.hasParameter(path)) {
    const known = names.parameters();
    if (known.length > 0) {
      const dotted = formatPath(path);
      const place = { start: keys[0]!.start, end: name.end };
      const problem = `no run has the config key "${dotted}"${suggest(dotted, known)}`;
      throw fault(source, place, problem);
    }
  }
  const { rows, toPath } = model.parameter;
  const sql = rows.replaceAll("{path}", () => binder.bind(toPath(path)));
  return { type: "config", sql, label: `config.${formatPath(path)}` };
}

function resolveMetric(name: FieldName, keys: readonly Key[], reading: Reading): Field {
  const { source, model, names, binder } = reading;
  if (keys.length === 0) {
    throw fault(source, name, "expected a metric and its value: metrics.loss.min");
  }
  const last = keys.at(-1)!;
  const summary = keys.length > 1 ? canonicalSummary(last.name) : undefined;
  const parts = summary === undefined ? keys : keys.slice(0, -1);
  const metric = parts.map((key) => key.name).join(".");
  if (!names.hasMetric(metric)) {
    const known = names.metrics();
    const stem = keys.slice(0, -1).map((key) => key.name).join(".");
    if (summary === undefined && known.includes(stem)) {
      const problem = `a metric has no "${last.name}"`;
      throw fault(source, last, problem + suggest(last.name, [...SUMMARY_COLUMNS.keys()]));
    }
    if (known.length > 0) {
      const place = { start: parts[0]!.start, end: parts.at(-1)!.end };
      throw fault(source, place, `no run has the metric "${metric}"${suggest(metric, known)}`);
    }
  }
  const column = SUMMARY_COLUMNS.get(summary ?? "last")!;
  return {
    type: "number",
    sql: `(SELECT ${column} FROM (${model.summaries}) AS summary
      WHERE summary.run_id = run.id AND summary.key = ${binder.bind(metric)})`,
    label: `metrics.${metric}.${summary ?? "last"}`,
  };
}

/** The error for a field that is not there: another tracker's name, a config key, a metric, a slip. */
function unknownField(
  key: Key,
  { source, names }: { source: Source; names: Names },
): Error {
  const start = `there is no field "${key.name}"`;
  const other = otherName(key.name, names);
  if (other !== undefined) return fault(source, key, `${start}, did you mean "${other}"?`);
  const hint = suggest(key.name, fieldNames());
  const isBare = key.end - key.start === key.name.length && hint.startsWith(", expected");
  return fault(source, key, start + hint + (isBare ? " (a text stands in quotes)" : ""));
}

function otherName(name: string, names: Names): string | undefined {
  const folded = name.toLowerCase();
  if (Object.hasOwn(OTHER_GROUPS, folded)) return OTHER_GROUPS[folded];
  if (nearestName(name, fieldNames()) !== undefined) return undefined;
  if (names.hasParameter([name])) return `config.${name}`;
  return names.hasMetric(name) ? `metrics.${name}.last` : undefined;
}

function fieldNames(): string[] {
  return [...Object.keys(RUN_FIELDS), "config", "metrics"];
}

/** How the values of a field compare. */
export type FieldType = "number" | "text" | "status" | "time" | "list" | "config";

/** A field of a run, as an SQL expression over the row `run` of `ReadModel.runs`. */
interface RunField {
  readonly type: FieldType;
  readonly sql: string;
}

/** The fields of a run besides those of its config and metrics, by the name in messages. */
const RUN_FIELDS: Readonly<Record<string, RunField>> = {
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

/** The columns of `ReadModel.summaries` by what they are called in an expression. */
const SUMMARY_COLUMNS: ReadonlyMap<string, string> = new Map([
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
function canonicalField(name: string): string | undefined {
  const plain = plainName(name);
  if (Object.hasOwn(OTHER_NAMES, plain)) return OTHER_NAMES[plain];
  return Object.keys(RUN_FIELDS).find((field) => field === plain);
}

/** The name of a value of a metric, however it is spelled: `minStep`, `min_step`. */
function canonicalSummary(name: string): string | undefined {
  const plain = plainName(name);
  return [...SUMMARY_COLUMNS.keys()].find((summary) => plainName(summary) === plain);
}

function plainName(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** Gathers the values of a statement, so that nothing a user wrote becomes a part of the SQL. */
export class Binder {
  /** The values in the order of their numbers. */
  readonly values: SqlValue[] = [];

  /** Adds a value and gives the SQL that stands for it, such as `?3`. */
  bind(value: SqlValue): string {
    this.values.push(value);
    return `?${this.values.length}`;
  }
}
