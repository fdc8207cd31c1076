/**
 * What an export is made of, in this order: the format, then each project, then each run, followed
 * by its artifacts and its metrics. Runs go by the id they had in the exported database. Times are
 * milliseconds since 1970. JSON is that of _config_json.ts, so that any value a config may hold
 * comes back.
 */
export type TransferRecord =
  | FormatRecord
  | ProjectRecord
  | RunRecord
  | ArtifactRecord
  | MetricRecord;

/** The first record: what follows is an export, and of which version. */
export interface FormatRecord {
  readonly record: "export";
  readonly format: number;
}

/** A project. */
export interface ProjectRecord {
  readonly record: "project";
  readonly name: string;
  readonly description?: string | undefined;
  readonly created: number;
}

/** A run, without its points and artifacts. */
export interface RunRecord {
  readonly record: "run";
  readonly id: number;
  readonly uuid: string;
  readonly project: string;
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
  readonly status: string;
  readonly error?: string | undefined;
  readonly tags: readonly string[];
  readonly start: number;
  readonly end?: number | undefined;
  readonly parent?: number | undefined;
  readonly attempt: number;
  readonly hash: string;
  readonly config: unknown;
  readonly provenance?: unknown;
  readonly attempts: readonly AttemptRecord[];
  readonly fingerprints: readonly (readonly [id: string, type: string, fingerprint: string])[];
}

/** A process that has worked on a run. */
export interface AttemptRecord {
  readonly number: number;
  readonly start: number;
  readonly session?: SessionRecord;
}

/** An opened logger. */
export interface SessionRecord {
  readonly uuid: string;
  readonly host: string | null;
  readonly pid: number;
  readonly pidStart: number | null;
  readonly bootId: string | null;
  readonly environment: unknown;
  readonly start: number;
  readonly end: number | null;
  readonly heartbeat: number;
}

/** A file that a run made; its content is no part of an export. */
export interface ArtifactRecord {
  readonly record: "artifact";
  readonly run: number;
  readonly path: string;
  readonly type?: string | undefined;
  readonly metadata?: unknown;
  readonly size?: number | undefined;
  readonly sha256?: string | undefined;
  readonly time: number;
}

/** Points of one metric in the order in which they were logged. */
export interface MetricRecord {
  readonly record: "metric";
  readonly run: number;
  readonly key: string;
  readonly steps: readonly number[];
  readonly times: readonly number[];
  readonly attempts: readonly number[];
  readonly values: readonly number[];
}

/** The version of the format. */
export const FORMAT = 1;

/** The version that is read and written, as a record. */
export const FORMAT_RECORD: FormatRecord = { record: "export", format: FORMAT };
