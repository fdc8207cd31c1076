import { formatPath } from "../../adict/mod.ts";
import type { ReadModel } from "../_read_model.ts";
import type { Binder } from "./binder.ts";
import { fault, type Source, suggest } from "./fault.ts";
import type { Names } from "./names.ts";
import {
  canonicalField,
  canonicalSummary,
  RUN_FIELDS,
  type RunField,
  SUMMARY_COLUMNS,
} from "./run_fields.ts";
import type { FieldName, Key } from "./syntax.ts";
import { unknownField } from "./unknown_field.ts";

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
