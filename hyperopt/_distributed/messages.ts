import { canonicalData } from "../_canonical.ts";
import { checkValue } from "../_check_space.ts";
import { fromCanonical } from "../_from_canonical.ts";
import {
  packJob,
  unpackJob,
  type WireError,
  type WireJob,
  type WireOutcome,
} from "../_workers/wire.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { FailureKind, Job } from "../types.ts";

// Everybody who can reach the server can write into a queue. So whatever comes out of one is held
// against what it has to be before anything is done with it, on both sides.

/** The version of what is said here; others are refused. */
const VERSION = 1;
/** So many reported values go along with a result; of more the last ones do. */
export const MAX_VALUES = 10_000;
const MAX_TEXT = 100_000;

const KINDS: readonly string[] = [
  "exception",
  "nonFinite",
  "crash",
  "timeLimit",
] satisfies FailureKind[];

type Spaces = Readonly<Record<string, ParameterSpace>>;
type Fields = Record<string, unknown>;
type Value = readonly [step: number, value: number];

/** A checkpoint, by its name in the folder of the study. */
export interface CheckpointNews {
  readonly name: string;
  readonly units: number;
}

/** One attempt at a job, as the driver puts it out. */
export interface AttemptMessage {
  /** Known to whoever was given this attempt, and to nobody who was given one of the same number before. */
  readonly nonce: string;
  readonly job: Job;
  readonly number: number;
  /** The folder of the study among those of checkpoints; undefined where there are none. */
  readonly folder: string | undefined;
  /** The name of the checkpoint to go on from. */
  readonly resume: string | undefined;
  readonly trained: number;
  /** In milliseconds; Infinity for none. */
  readonly timeLimit: number;
}

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
}

/** Something in a queue that nobody of the search has written. */
export class MessageError extends Error {
  override readonly name = "MessageError";
}

function refuse(what: string): never {
  throw new MessageError(`It has ${what}`);
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  refuse(`no ${what}`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === "string" && value.length <= MAX_TEXT) return value;
  refuse(`no text for ${what}`);
}

function countOf(value: unknown, what: string, least = 0): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  refuse(`no whole number for ${what}`);
}

function numberOf(value: unknown, what: string): number {
  const number = fromCanonical(value);
  if (typeof number === "number") return number;
  refuse(`no number for ${what}`);
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

function versionedOf(data: unknown, what: string): Fields {
  const fields = fieldsOf(data, what);
  if (fields.v !== VERSION) refuse(`version ${fields.v} of the search, here it is ${VERSION}`);
  return fields;
}

/** The name of the folder of a study, which no path can be made of. */
function folderOf(value: unknown): string {
  const name = textOf(value, "the folder");
  return /^study-[\da-f-]{36}$/.test(name) ? name : refuse("no name of a folder");
}

const CHECKPOINT = /^trial-(\d+)\/rung-(\d+)-attempt-(\d+)-\d+-(\d+)-units$/;

/** A name of a checkpoint of a trial, which leads nowhere else. */
function checkpointName(value: unknown, index: number): string {
  const name = textOf(value, "the checkpoint");
  const match = CHECKPOINT.exec(name);
  return match !== null && Number(match[1]) === index ? name : refuse("no name of a checkpoint");
}

/** Whether it is the name that an attempt gives its own checkpoint. */
export function isCheckpointOf(
  { name, units }: CheckpointNews,
  { job, number }: Pick<AttemptMessage, "job" | "number">,
): boolean {
  const [, ...numbers] = CHECKPOINT.exec(name) ?? [];
  const expected = [job.index, job.generation, number, units];
  return numbers.length === 4 && numbers.every((digits, i) => Number(digits) === expected[i]) &&
    units >= 1 && units <= job.resource;
}

export function packAttempt(message: AttemptMessage, spaces: Spaces): unknown {
  const { samples, ...job } = packJob(message.job, spaces);
  const { nonce, number, folder, resume, trained, timeLimit } = message;
  return {
    v: VERSION,
    nonce,
    job: { ...job, samples: canonicalData(samples) },
    number,
    folder,
    resume,
    trained,
    timeLimit: timeLimit === Infinity ? null : timeLimit,
  };
}

function jobOf(data: unknown, spaces: Spaces): Job {
  const fields = fieldsOf(data, "job");
  const packed = fieldsOf(fields.samples, "samples");
  for (const [name, sample] of Object.entries(packed)) {
    const space = Object.hasOwn(spaces, name) ? spaces[name]! : refuse(`a parameter "${name}"`);
    const { at } = fieldsOf(sample, "sample");
    if (at === undefined) continue;
    const size = space.paramType === "CATEGORY" ? space.categories.length : 0;
    if (countOf(at, `"${name}"`) >= size) refuse(`no such choice for "${name}"`);
  }
  const wire: WireJob = {
    index: countOf(fields.index, "the trial"),
    generation: countOf(fields.generation, "the rung"),
    bracket: countOf(fields.bracket, "the bracket"),
    resource: countOf(fields.resource, "the resource", 1),
    trained: countOf(fields.trained, "the units trained"),
    samples: fromCanonical(packed) as WireJob["samples"],
  };
  const job = unpackJob(wire, spaces);
  for (const [name, value] of Object.entries(job.samples)) checkValue(name, spaces[name]!, value);
  return job;
}

/** @throws {MessageError} If nobody of the search can have written it. */
export function readAttempt(data: unknown, spaces: Spaces): AttemptMessage {
  const fields = versionedOf(data, "attempt");
  const job = jobOf(fields.job, spaces);
  return {
    nonce: textOf(fields.nonce, "the nonce"),
    job,
    number: countOf(fields.number, "the attempt", 1),
    folder: optional(fields.folder, folderOf),
    resume: optional(fields.resume, (value) => checkpointName(value, job.index)),
    trained: countOf(fields.trained, "the units trained"),
    timeLimit: optional(fields.timeLimit, (value) => numberOf(value, "the time limit")) ?? Infinity,
  };
}

function readCheckpoint(data: unknown): CheckpointNews {
  const fields = fieldsOf(data, "checkpoint");
  return {
    name: textOf(fields.name, "the checkpoint"),
    units: countOf(fields.units, "the units", 1),
  };
}

function readValues(data: unknown): Value[] {
  if (!Array.isArray(data) || data.length > MAX_VALUES) refuse("no reported values");
  return data.map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) refuse("no reported values");
    return [numberOf(pair[0], "a step"), numberOf(pair[1], "a value")];
  });
}

export function packProgress(message: ProgressMessage): Fields {
  const { nonce, worker, from, values, checkpoint } = message;
  return { v: VERSION, nonce, worker, from, values: canonicalData(values), checkpoint };
}

/** @throws {MessageError} If no worker of the search can have written it. */
export function readProgress(data: unknown): ProgressMessage {
  const fields = versionedOf(data, "progress");
  return {
    nonce: textOf(fields.nonce, "the nonce"),
    worker: textOf(fields.worker, "the worker"),
    from: countOf(fields.from, "the place"),
    values: readValues(fields.values),
    checkpoint: optional(fields.checkpoint, readCheckpoint),
  };
}

export function packResult(message: ResultMessage): Fields {
  const { outcome, error } = message;
  return {
    ...packProgress(message),
    outcome: outcome && {
      ...outcome,
      config: canonicalData(outcome.config),
      metric: canonicalData(outcome.metric),
      error: outcome.error && withoutLogs(outcome.error),
    },
    error: error && withoutLogs(error),
  };
}

/** The trials that an error carries are known to the driver. */
function withoutLogs(error: WireError): WireError {
  return { ...error, logs: error.logs && [] };
}

function readError(data: unknown): WireError {
  const fields = fieldsOf(data, "error");
  const kind = optional(fields.kind, (value) => textOf(value, "the failure"));
  if (kind !== undefined && !KINDS.includes(kind)) refuse("no such failure");
  return {
    name: textOf(fields.name, "the error"),
    message: textOf(fields.message, "the message"),
    stack: optional(fields.stack, (value) => textOf(value, "the stack")),
    exitCode: optional(fields.exitCode, (value) => countOf(value, "the exit code")),
    kind: kind as FailureKind | undefined,
    logs: fields.logs === undefined ? undefined : [],
  };
}

function readOutcome(data: unknown): WireOutcome {
  const fields = fieldsOf(data, "outcome");
  const error = optional(fields.error, readError);
  const failure = optional(fields.failure, (value) => textOf(value, "the failure"));
  if (failure !== undefined && !KINDS.includes(failure)) refuse("no such failure");
  const metric = numberOf(fields.metric, "the metric");
  if (Number.isFinite(metric) !== (error === undefined && failure === undefined)) {
    refuse("a metric that does not go with its failure");
  }
  return {
    config: fromCanonical(fieldsOf(fields.config, "config")) as Record<string, unknown>,
    metric,
    durationMs: numberOf(fields.durationMs, "the duration"),
    error,
    failure: failure as FailureKind | undefined,
  };
}

/** @throws {MessageError} If no worker of the search can have written it. */
export function readResult(data: unknown): ResultMessage {
  const fields = fieldsOf(data, "result");
  const outcome = optional(fields.outcome, readOutcome);
  const error = optional(fields.error, readError);
  if ((outcome === undefined) === (error === undefined)) refuse("no outcome");
  return { ...readProgress(data), outcome, error };
}
