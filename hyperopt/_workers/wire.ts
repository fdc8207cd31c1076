import { ADict } from "../../adict/mod.ts";
import type { AttemptOutcome } from "../_attempt.ts";
import { canonicalText } from "../_canonical.ts";
import { copyPlain } from "../_copy.ts";
import { describe } from "../_describe.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import { TrialError } from "../trial_error.ts";
import type { FailureKind, Job, Samples, SearchResult, Trial } from "../types.ts";

type Spaces = Readonly<Record<string, ParameterSpace>>;

/** A sample as it goes to another process: a category by its place, since it may be a function. */
type WireSample = { at: number } | { value: unknown };

/** A job as it goes to another process. */
export type WireJob = Omit<Job, "samples"> & { samples: Record<string, WireSample> };

/** An error as it goes to another process. */
export interface WireError {
  name: string;
  message: string;
  stack: string | undefined;
  exitCode: number | undefined;
  kind: FailureKind | undefined;
  /** The trials that an error of a search carries. */
  logs: WireLogs | undefined;
}

/** Trials as they go to another process. */
type WireLogs = (Omit<Trial, "config" | "error"> & {
  config: Record<string, unknown>;
  error: WireError | undefined;
})[][];

/** What became of a trial, without the job. */
export interface WireOutcome {
  config: Record<string, unknown>;
  metric: number;
  durationMs: number;
  error: WireError | undefined;
  failure: FailureKind | undefined;
}

/** Whether a value is an object that plain data does not hold. */
function isOpaque(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return true;
  return typeof value === "object" && value !== null && copyPlain(value) === value;
}

/** What the structured clone algorithm can copy: functions and the like become undefined. */
function cloneable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloneable);
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (!isOpaque(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cloneable(item)]));
  }
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

function plainConfig(config: ADict): Record<string, unknown> {
  return cloneable(ADict.prototype.toJSON.call(config)) as Record<string, unknown>;
}

export function packJob({ samples, ...job }: Job, spaces: Spaces): WireJob {
  const packed = Object.entries(samples).map(([name, value]): [string, WireSample] => {
    const space = Object.hasOwn(spaces, name) ? spaces[name] : undefined;
    if (space?.paramType !== "CATEGORY") return [name, { value: cloneable(value) }];
    const text = canonicalText(value);
    const at = space.categories.findIndex((category) => canonicalText(category) === text);
    return [name, at === -1 ? { value: cloneable(value) } : { at }];
  });
  return { ...job, samples: Object.fromEntries(packed) };
}

export function unpackJob({ samples, ...job }: WireJob, spaces: Spaces): Job {
  const unpacked = Object.entries(samples).map(([name, sample]) => {
    if ("value" in sample) return [name, sample.value];
    const space = spaces[name] as Extract<ParameterSpace, { paramType: "CATEGORY" }>;
    return [name, copyPlain(space.categories[sample.at])];
  });
  return { ...job, samples: Object.fromEntries(unpacked) };
}

/** A text, also where somebody has put something else in its place. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return describe(value);
  }
}

export function packError(thrown: unknown): WireError {
  const error = thrown instanceof Error ? thrown : new Error(textOf(thrown));
  const { name, message, stack } = error;
  const exitCode = "exitCode" in error && typeof error.exitCode === "number"
    ? error.exitCode
    : undefined;
  return {
    name: textOf(name),
    message: textOf(message),
    stack: stack === undefined ? undefined : textOf(stack),
    exitCode,
    kind: error instanceof TrialError ? error.kind : undefined,
    logs: error instanceof HyperOptError ? packLogs(error.logs) : undefined,
  };
}

/**
 * The error again, by its name, message and exit code; its class only where that is one of a search.
 */
export function unpackError({ name, message, stack, exitCode, kind, logs }: WireError): Error {
  const error = kind !== undefined
    ? new TrialError(kind, message)
    : logs !== undefined
    ? new HyperOptError(message, { logs: unpackLogs(logs) })
    : new Error(message);
  if (error.name !== name) {
    Object.defineProperty(error, "name", { value: name, configurable: true });
  }
  if (stack !== undefined) error.stack = stack;
  return exitCode === undefined ? error : Object.assign(error, { exitCode });
}

export function packOutcome({ trial, failure }: AttemptOutcome): WireOutcome {
  const { config, metric, durationMs } = trial;
  const error = trial.error === undefined ? undefined : packError(trial.error);
  return { config: plainConfig(config), metric, durationMs, error, failure };
}

export function unpackOutcome(outcome: WireOutcome, job: Job): AttemptOutcome {
  const { metric, durationMs, failure, error } = outcome;
  const base = { ...job, config: unpackConfig(outcome.config, job.samples), metric, durationMs };
  const trial: Trial = error === undefined
    ? { ...base, status: "completed" }
    : { ...base, status: "failed", error: unpackError(error) };
  return { trial, failure };
}

function unpackConfig(plain: Record<string, unknown>, samples: Samples): ADict {
  const config = new ADict(plain) as ADict;
  for (const [name, value] of Object.entries(samples)) {
    if (isOpaque(value)) ADict.prototype.set.call(config, name, value);
  }
  return config;
}

function packLogs(logs: SearchResult["logs"]): WireLogs {
  return logs.map((trials) =>
    trials.map((trial) => ({
      ...trial,
      config: plainConfig(trial.config),
      samples: cloneable(trial.samples) as Samples,
      error: trial.error === undefined ? undefined : packError(trial.error),
    }))
  );
}

function unpackLogs(logs: WireLogs): Trial[][] {
  return logs.map((trials) =>
    trials.map(({ config, error, ...trial }) => ({
      ...trial,
      config: new ADict(config) as ADict,
      ...error === undefined ? {} : { error: unpackError(error) },
    }))
  );
}

/** A result as it goes to another process. */
export interface WireResult extends Omit<SearchResult, "config" | "logs"> {
  config: Record<string, unknown>;
  logs: WireLogs;
}

export function packResult({ config, logs, ...rest }: SearchResult): WireResult {
  return { ...rest, config: plainConfig(config), logs: packLogs(logs) };
}

export function unpackResult({ config, logs, ...rest }: WireResult): SearchResult {
  return { ...rest, config: new ADict(config) as ADict, logs: unpackLogs(logs) };
}
