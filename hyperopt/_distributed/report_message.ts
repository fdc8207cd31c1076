import { ADict } from "../../adict/mod.ts";
import { canonicalData } from "../_canonical.ts";
import { FAILURE_KINDS } from "../_failure_kinds.ts";
import { fromCanonical } from "../_from_canonical.ts";
import type { WireError, WireOutcome } from "../_workers/wire.ts";
import {
  countOf,
  type Fields,
  fieldsOf,
  MAX_NAME,
  MAX_TEXT,
  numberOf,
  optional,
  reading,
  refuse,
  restored,
  storable,
  textOf,
  VERSION,
  versionedOf,
} from "./fields.ts";
import type { CheckpointNews } from "./attempt_message.ts";
import { packReads, readReads } from "./reads_message.ts";
import type { SearchReadNews } from "../search_reads.ts";
import type { FailureKind } from "../types.ts";

/** So many reported values go along with a result; of more the last ones do. */
export const MAX_VALUES = 10_000;

type Value = readonly [step: number, value: number];

/** What a worker says of an attempt on the way. */
export interface ProgressMessage {
  readonly nonce: string;
  /** Who is at it. */
  readonly worker: string;
  /** How many values were reported before these. */
  readonly from: number;
  readonly values: readonly Value[];
  readonly checkpoint: CheckpointNews | undefined;
}

/** What became of an attempt. */
export interface ResultMessage extends ProgressMessage {
  readonly outcome: WireOutcome | undefined;
  /** An error that ends the search. */
  readonly error: WireError | undefined;
  /** What the trials of its machine have read so far; undefined where that is not known. */
  readonly reads?: SearchReadNews | undefined;
}

function readCheckpoint(data: unknown): CheckpointNews {
  const fields = fieldsOf(data, "checkpoint");
  return {
    name: textOf(fields.name, "the checkpoint", MAX_NAME),
    units: countOf(fields.units, "the units", 1),
  };
}

/** A step such as an objective may report. */
function stepOf(value: unknown): number {
  const step = numberOf(value, "a step");
  return Number.isSafeInteger(Math.round(step)) ? step : refuse("no number for a step");
}

function readValues(data: unknown): Value[] {
  if (!Array.isArray(data) || data.length > MAX_VALUES) refuse("no reported values");
  return data.map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) refuse("no reported values");
    return [stepOf(pair[0]), numberOf(pair[1], "a value")];
  });
}

export function packProgress(message: ProgressMessage): object {
  return storable(progressFields(message)) as object;
}

function progressFields(message: ProgressMessage): Fields {
  const { nonce, worker, from, values, checkpoint } = message;
  return {
    v: VERSION,
    nonce,
    worker: worker.slice(0, MAX_NAME),
    from,
    values: canonicalData(values),
    checkpoint,
  };
}

/** @throws {MessageError} If no worker of the search can have written it. */
export function readProgress(data: unknown): ProgressMessage {
  return reading(() => progressOf(restored(data)));
}

/** The same, or undefined where no worker of the search can have written it. */
export function tryProgress(data: unknown): ProgressMessage | undefined {
  try {
    return readProgress(data);
  } catch {
    return undefined;
  }
}

function progressOf(data: unknown): ProgressMessage {
  const fields = versionedOf(data, "progress");
  return {
    nonce: textOf(fields.nonce, "the nonce", MAX_NAME),
    worker: textOf(fields.worker, "the worker", MAX_NAME),
    from: countOf(fields.from, "the place"),
    values: readValues(fields.values),
    checkpoint: optional(fields.checkpoint, readCheckpoint),
  };
}

export function packResult(message: ResultMessage): object {
  const { outcome, error, reads } = message;
  return storable({
    ...progressFields(message),
    outcome: outcome && { ...measuredFields(outcome), failure: outcome.failure },
    error: error && shortError(error),
    reads: reads && packReads(reads),
  }) as object;
}

/** An error as it goes into a queue, without the trials that it carries. */
export function shortError({ name, message, stack, exitCode, kind, logs }: WireError): unknown {
  return {
    name: name.slice(0, MAX_NAME),
    message: message.slice(0, MAX_TEXT),
    stack: stack?.slice(0, MAX_TEXT),
    exitCode: canonicalData(exitCode),
    kind,
    logs: logs && [],
  };
}

/** @throws {MessageError} If it is none. */
export function readError(data: unknown): WireError {
  const fields = fieldsOf(data, "error");
  const kind = optional(fields.kind, (value) => textOf(value, "the failure"));
  if (kind !== undefined && !FAILURE_KINDS.includes(kind)) refuse("no such failure");
  return {
    name: textOf(fields.name, "the error", MAX_NAME),
    message: textOf(fields.message, "the message"),
    stack: optional(fields.stack, (value) => textOf(value, "the stack")),
    exitCode: optional(fields.exitCode, exitCodeOf),
    kind: kind as FailureKind | undefined,
    logs: optional(fields.logs, () => []),
  };
}

/** Undefined is a mark of its own, since an error may have any number for its exit code. */
function exitCodeOf(value: unknown): number | undefined {
  const exitCode = fromCanonical(value);
  if (exitCode === undefined || typeof exitCode === "number") return exitCode;
  refuse("no number for the exit code");
}

/** A config that can be one. */
export function configOf(data: unknown): Record<string, unknown> {
  const config = fieldsOf(fromCanonical(fieldsOf(data, "config")), "config");
  new ADict(config);
  return config;
}

/** What a trial came to. */
type Measured = Pick<WireOutcome, "config" | "metric" | "durationMs" | "error">;

/** What a trial came to, as {@linkcode readMeasured} reads it. */
export function measuredFields({ config, metric, durationMs, error }: Measured): Fields {
  return {
    config: canonicalData(config),
    metric: canonicalData(metric),
    durationMs,
    error: error && shortError(error),
  };
}

/** @throws {MessageError} If no trial can have come to it. */
export function readMeasured(fields: Fields): Measured {
  const error = optional(fields.error, readError);
  const metric = numberOf(fields.metric, "the metric");
  if (Math.abs(metric) === Infinity || Number.isNaN(metric) !== (error !== undefined)) {
    refuse("a metric that does not go with its failure");
  }
  const durationMs = numberOf(fields.durationMs, "the duration");
  if (!(durationMs >= 0 && durationMs < Infinity)) refuse("no duration");
  return { config: configOf(fields.config), metric, durationMs, error };
}

function readOutcome(data: unknown): WireOutcome {
  const fields = fieldsOf(data, "outcome");
  const failure = optional(fields.failure, (value) => textOf(value, "the failure"));
  if (failure !== undefined && !FAILURE_KINDS.includes(failure)) refuse("no such failure");
  const measured = readMeasured(fields);
  if ((failure !== undefined) !== (measured.error !== undefined)) {
    refuse("a metric that does not go with its failure");
  }
  return { ...measured, failure: failure as FailureKind | undefined };
}

/** @throws {MessageError} If no worker of the search can have written it. */
export function readResult(data: unknown): ResultMessage {
  return reading(() => resultOf(restored(data)));
}

function resultOf(data: unknown): ResultMessage {
  const fields = fieldsOf(data, "result");
  const outcome = optional(fields.outcome, readOutcome);
  const error = optional(fields.error, readError);
  const reads = optional(fields.reads, readReads);
  if ((outcome === undefined) === (error === undefined)) refuse("no outcome");
  return { ...progressOf(data), outcome, error, ...reads && { reads } };
}
