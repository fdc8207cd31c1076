import { ADict } from "../adict/mod.ts";
import { type MetricSummary, type Run, TrackerError } from "../tracker/mod.ts";

/**
 * A value as JSON: numbers that JSON cannot say as "NaN", "Infinity" or "-Infinity", big integers as
 * text, dates in ISO 8601, bytes in base64, Map and Set as lists.
 */
export function toJson(value: unknown): string {
  return `${JSON.stringify(toPlain(value), null, 2)}\n`;
}

/** The same on one line. */
export function toJsonLine(value: unknown): string {
  return `${JSON.stringify(toPlain(value))}\n`;
}

function toPlain(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Date) return Number.isNaN(Number(value)) ? null : value.toISOString();
  if (value instanceof Uint8Array) return value.toBase64();
  if (value instanceof Map || value instanceof Set) return Array.from(value, toPlain);
  if (value instanceof URL || value instanceof RegExp) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
}

/** A run, in the shape that every command prints it. */
export function runToJson(run: Run): Record<string, unknown> {
  const { id, name, projectName: project, status, tags, notes, error, attempt } = run;
  return {
    id,
    name,
    project,
    status,
    tags,
    notes,
    error,
    start: run.startTime,
    end: run.endTime,
    durationSeconds: durationOf(run),
    attempt,
    parent: run.parentId,
    config: configOf(run) ?? null,
  };
}

/** The summaries of the metrics of a run, by their names. */
export function metricsToJson(summaries: readonly MetricSummary[]): Record<string, unknown> {
  return Object.fromEntries(summaries.map(({ key, ...summary }) => [key, summary]));
}

/** How long a run took, in seconds; undefined while it runs. */
function durationOf({ startTime, endTime }: Run): number | undefined {
  return endTime && (endTime.getTime() - startTime.getTime()) / 1000;
}

/** The config as plain data; undefined where it cannot be read, which must not hide the run. */
export function configOf(run: Run): Record<string, unknown> | undefined {
  try {
    return ADict.prototype.toObject.call(run.config);
  } catch (error) {
    if (error instanceof TrackerError) return undefined;
    throw error;
  }
}
