import { ADict } from "../adict/mod.ts";
import type { Row, SqlValue } from "./_driver.ts";
import type { ReadModel } from "./_read_model.ts";
import type {
  Artifact,
  Attempt,
  Environment,
  Fingerprint,
  MetricPoint,
  MetricSummary,
  Project,
  Run,
  TraceType,
} from "./types.ts";
import { TrackerError } from "./tracker_error.ts";

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

/**
 * A run from a row of `ReadModel.runs`. Where its config cannot be read, whoever asks for the config
 * is told so: the other runs, and all else of this one, are still there.
 */
export function toRun(row: Row, decoder: JsonDecoder): Run {
  const tags: unknown = JSON.parse(textOrNull(row.tags) ?? "[]");
  const config = readConfig(row, decoder);
  const run = withoutNulls({
    id: Number(row.id),
    name: textOrNull(row.name) ?? `run-${row.id}`,
    projectName: String(row.project_name),
    config: config instanceof TrackerError ? new ADict({}) : config,
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
  if (!(config instanceof TrackerError)) return run;
  return Object.defineProperty(run, "config", {
    enumerable: true,
    get(): never {
      throw config;
    },
  });
}

function readConfig(row: Row, { decodeJson }: JsonDecoder): ADict | TrackerError {
  try {
    return new ADict(decodeJson(String(row.config)) as Record<string, unknown>);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return new TrackerError(`Cannot read the config of run ${row.id}: ${problem}`);
  }
}

/** A point from a list of step, value, time and attempt. */
export function toPoint(row: readonly SqlValue[]): MetricPoint {
  const [step, value, time, attempt] = row;
  const point = { step: Number(step), value: toValue(value), timestamp: new Date(Number(time)) };
  return attempt === 1 ? point : { ...point, attempt: Number(attempt) };
}

/** The columns of `ReadModel.summaries` that {@linkcode toSummaries} reads, in its order. */
export const SUMMARY_COLUMNS: string = "run_id, key, count, first_step, last_step, last_value, " +
  "min_value, min_step, max_value, max_step, first_nonfinite_step";

/** Summaries from lists of {@linkcode SUMMARY_COLUMNS}, sorted by name. */
export function toSummaries(rows: readonly SqlValue[][]): MetricSummary[] {
  return rows.map(toSummary).sort((a, b) => a.key < b.key ? -1 : 1);
}

function toSummary(row: readonly SqlValue[]): MetricSummary {
  const [, key, count, firstStep, lastStep, last, min, minStep, max, maxStep, nonFinite] = row;
  return {
    key: String(key),
    count: Number(count),
    firstStep: Number(firstStep),
    lastStep: Number(lastStep),
    last: toValue(last),
    ...(min !== null && { min: Number(min), minStep: Number(minStep) }),
    ...(max !== null && { max: Number(max), maxStep: Number(maxStep) }),
    ...(nonFinite !== null && { firstNonFiniteStep: Number(nonFinite) }),
  };
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

/** A fingerprint from a row of `ReadModel.fingerprints`. */
export function toFingerprint(row: Row): Fingerprint {
  return {
    traceId: String(row.trace_id),
    traceType: String(row.trace_type) as TraceType,
    fingerprint: String(row.fingerprint),
  };
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
  const kept: Partial<T> = {};
  for (const key of Object.keys(value) as (keyof T)[]) {
    if (value[key] !== null) kept[key] = value[key];
  }
  return kept as unknown as WithoutNulls<T>;
}
