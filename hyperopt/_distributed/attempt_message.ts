import { canonicalData } from "../_canonical.ts";
import { checkValue } from "../_check_space.ts";
import { fromCanonical } from "../_from_canonical.ts";
import { packJob, unpackJob, type WireJob } from "../_workers/wire.ts";
import {
  countOf,
  type Fields,
  fieldsOf,
  MAX_NAME,
  optional,
  reading,
  refuse,
  restored,
  storable,
  textOf,
  VERSION,
  versionedOf,
} from "./fields.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { Job } from "../types.ts";

/** What a timer can hold. */
const MAX_TIME_LIMIT = 2 ** 31 - 1;

type Spaces = Readonly<Record<string, ParameterSpace>>;

/** A checkpoint, by its name in the folder of the study. */
export interface CheckpointNews {
  readonly name: string;
  readonly units: number;
}

/** One attempt at a job, as the driver puts it out. */
export interface AttemptMessage {
  /** Known to whoever was given this attempt, and to nobody who was given one of the same number before. */
  readonly nonce: string;
  /** By which the study is told from others of its name. */
  readonly study: string;
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

/** The name of the folder of a study, which no path can be made of. */
function folderOf(value: unknown): string {
  const name = textOf(value, "the folder");
  return /^study-[\da-f-]{36}$/.test(name) ? name : refuse("no name of a folder");
}

const COUNT = "(0|[1-9]\\d{0,15})";

/** The name of a checkpoint: of which trial, rung, attempt, the how many-th, of so many units. */
const CHECKPOINT = new RegExp(
  `^trial-${COUNT}/rung-${COUNT}-attempt-${COUNT}-${COUNT}-${COUNT}-units$`,
);

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
  const [, trial, rung, attempt, , trained] = CHECKPOINT.exec(name) ?? [];
  const expected = [job.index, job.generation, number, units];
  return [trial, rung, attempt, trained].every((digits, i) => Number(digits) === expected[i]) &&
    units >= 1 && units <= job.resource;
}

export function packAttempt(message: AttemptMessage, spaces: Spaces): unknown {
  const { nonce, study, number, folder, resume, trained, timeLimit } = message;
  return storable({
    v: VERSION,
    nonce,
    study,
    job: jobFields(message.job, spaces),
    number,
    folder,
    resume,
    trained,
    timeLimit: timeLimit === Infinity ? null : timeLimit,
  });
}

/** A job as {@linkcode jobOf} reads it. */
export function jobFields(job: Job, spaces: Spaces): Fields {
  const { samples, ...rest } = packJob(job, spaces);
  return { ...rest, samples: canonicalData(samples) };
}

/** @throws {MessageError} If it is none of the search. */
export function jobOf(data: unknown, spaces: Spaces): Job {
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

function timeLimitOf(value: unknown): number {
  if (typeof value === "number" && value > 0 && value <= MAX_TIME_LIMIT) return value;
  refuse("no time limit");
}

/** @throws {MessageError} If nobody of the search can have written it. */
export function readAttempt(data: unknown, spaces: Spaces): AttemptMessage {
  return reading(() => attemptOf(restored(data), spaces));
}

function attemptOf(data: unknown, spaces: Spaces): AttemptMessage {
  const fields = versionedOf(data, "attempt");
  const job = jobOf(fields.job, spaces);
  return {
    nonce: textOf(fields.nonce, "the nonce", MAX_NAME),
    study: textOf(fields.study, "the study", MAX_NAME),
    job,
    number: countOf(fields.number, "the attempt", 1),
    folder: optional(fields.folder, folderOf),
    resume: optional(fields.resume, (value) => checkpointName(value, job.index)),
    trained: countOf(fields.trained, "the units trained"),
    timeLimit: optional(fields.timeLimit, timeLimitOf) ?? Infinity,
  };
}
