import { ADict } from "../adict/mod.ts";
import type { Row, SqlValue } from "./_driver.ts";
import type { ReadModel } from "./_read_model.ts";
import type {
  Artifact,
  Attempt,
  Environment,
  MetricPoint,
  MetricSummary,
  Project,
  Run,
} from "./types.ts";

type JsonDecoder = Pick<ReadModel, "decodeJson">;

/** A project from a row of `ReadModel.projects`. */
export function toProject(row: Row): Project {
  return withoutNulls({
    id: Number(row.id),
    name: String(row.name),
    description: textOrNull(row.description),
    createdAt: new Date(Number(row.created_ms)),
  });
}

/** A run from a row of `ReadModel.runs`. */
export function toRun(row: Row, { decodeJson }: JsonDecoder): Run {
  const tags: unknown = JSON.parse(textOrNull(row.tags) ?? "[]");
  return withoutNulls({
    id: Number(row.id),
    name: textOrNull(row.name) ?? `run-${row.id}`,
    projectName: String(row.project_name),
    config: new ADict(decodeJson(String(row.config)) as Record<string, unknown>),
    status: textOrNull(row.status) ?? "running",
    tags: Array.isArray(tags) ? tags.map(String) : [],
    notes: textOrNull(row.notes),
    startTime: new Date(Number(row.start_ms)),
    endTime: row.end_ms === null ? null : new Date(Number(row.end_ms)),
    structuralHash: textOrNull(row.structural_hash) ?? "",
    error: textOrNull(row.error),
    parentId: numberOrNull(row.parent_id),
    attempt: Number(row.attempt),
  }) as Run;
}

/** A point from a row of `ReadModel.points`. */
export function toPoint(row: Row): MetricPoint {
  return {
    step: Number(row.step),
    value: toValue(row.value),
    timestamp: new Date(Number(row.time_ms)),
    ...(Number(row.attempt) > 1 && { attempt: Number(row.attempt) }),
  };
}

/** A summary from a row of `ReadModel.summaries`. */
export function toSummary(row: Row): MetricSummary {
  return withoutNulls({
    key: String(row.key),
    count: Number(row.count),
    firstStep: Number(row.first_step),
    lastStep: Number(row.last_step),
    last: toValue(row.last_value),
    min: numberOrNull(row.min_value),
    minStep: numberOrNull(row.min_step),
    max: numberOrNull(row.max_value),
    maxStep: numberOrNull(row.max_step),
    firstNonFiniteStep: numberOrNull(row.first_nonfinite_step),
  });
}

/** An artifact from a row of `ReadModel.artifacts`. */
export function toArtifact(row: Row, { decodeJson }: JsonDecoder): Artifact {
  const metadata = textOrNull(row.metadata);
  return withoutNulls({
    id: Number(row.id),
    runId: Number(row.run_id),
    path: String(row.path),
    dataType: textOrNull(row.data_type),
    metadata: metadata === null ? null : decodeJson(metadata),
    size: numberOrNull(row.size),
    sha256: textOrNull(row.sha256),
    isCopied: row.is_copied === 1 ? true : null,
  }) as Artifact;
}

/** One attempt at a run from a row of `ReadModel.attempts`. */
export function toAttempt(row: Row, { decodeJson }: JsonDecoder): Attempt {
  const text = textOrNull(row.environment);
  return withoutNulls({
    number: Number(row.number),
    startTime: new Date(Number(row.start_ms)),
    host: textOrNull(row.host),
    pid: numberOrNull(row.pid),
    environment: text === null ? null : decodeJson(text) as Environment,
  });
}

// NaN is stored as NULL
function toValue(value: SqlValue | undefined): number {
  return typeof value === "number" ? value : value === null ? NaN : Number(value);
}

function textOrNull(value: SqlValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function numberOrNull(value: SqlValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

type WithoutNulls<T> =
  & { [K in keyof T as null extends T[K] ? never : K]: T[K] }
  & { [K in keyof T as null extends T[K] ? K : never]?: Exclude<T[K], null> };

function withoutNulls<T extends object>(value: T): WithoutNulls<T> {
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries) as WithoutNulls<T>;
}
