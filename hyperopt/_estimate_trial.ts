import { ADict } from "../adict/mod.ts";
import { checkSampled } from "./_check_sampled.ts";
import { describe } from "./_describe.ts";
import { GENERATION_KEY } from "./_flatten_spaces.ts";
import { nest } from "./_nest.ts";
import { contextOf, type TrialChannel } from "./_trial_context.ts";
import type { Attempt, AttemptOutcome, AttemptRunner } from "./_attempt.ts";
import type { SearchReads } from "./search_reads.ts";
import { TrialError } from "./trial_error.ts";
import type { FailureKind, Job, Reasons, SearchScope, Trial, TrialObjective } from "./types.ts";

/** What trials are made of, besides their jobs. */
export interface TrialSource {
  scope: SearchScope;
  objective: TrialObjective;
  /** Every trial so far, by generation. */
  logs: () => readonly (readonly Trial[])[];
  /** Takes who wrote the config of a job. */
  onReasons?: ((job: Job, reasons: Reasons) => void) | undefined;
  /** Takes what is read of its config. */
  reads?: SearchReads | undefined;
}

/** The name under which a scope explains where the values of a trial come from. */
const SOURCE = "hyperopt";

type Data = Record<string, unknown>;

async function composeConfig({ scope, onReasons, reads }: TrialSource, job: Job): Promise<ADict> {
  const { samples, generation } = job;
  // Among the samples, so that lazy views can read the rung.
  const values = { ...samples, [GENERATION_KEY]: generation };
  const config = await scope.compose(values, {
    source: SOURCE,
    ...reads && { follower: reads },
    ...onReasons && { onReasons: (reasons) => onReasons(job, reasons) },
  });
  const written = Object.getOwnPropertyDescriptor(config, GENERATION_KEY)?.value;
  if (written !== generation) config[GENERATION_KEY] = generation;
  return config;
}

/**
 * Whether an error says that no further trial could do better: a mistake of the user or a state of
 * the machine, marked by an exit code. A schema that refuses a config speaks of this one alone.
 */
function endsSearch(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || thrown.name === "InvalidConfigError") return false;
  return "exitCode" in thrown && typeof thrown.exitCode === "number";
}

function checkMetric(metric: unknown): number {
  if (Number.isFinite(metric)) return metric as number;
  throw new TrialError(
    "nonFinite",
    `Cannot rank the trial: its metric is ${describe(metric)}, expected a finite number`,
  );
}

function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`The objective threw ${describe(thrown)}`, { cause: thrown });
}

function failureOf(error: Error): FailureKind {
  return error instanceof TrialError ? error.kind : "exception";
}

async function callObjective(
  { objective, reads }: TrialSource,
  { composed, job, channel }: { composed: ADict; job: Job; channel: TrialChannel },
): Promise<unknown> {
  let isWhole = false;
  try {
    const metric = await objective(composed, contextOf(job, channel));
    isWhole = true;
    return metric;
  } finally {
    reads?.count(composed, { isWhole });
  }
}

/**
 * Runs one attempt in this process: composes the config, calls the objective, judges its metric.
 *
 * @throws An error that ends the search, as it is; any other makes a failed trial.
 */
export async function estimateTrial(
  source: TrialSource,
  { job, channel }: { job: Job; channel: TrialChannel },
): Promise<AttemptOutcome> {
  const { logs } = source;
  const start = performance.now();
  // What is left to record when no config could be composed.
  let config: ADict = new ADict(nest(job));
  try {
    const composed = await composeConfig(source, job);
    checkSampled(composed, { job, logs: logs() });
    // The objective owns the config it gets; the trial keeps what that was before.
    config = new ADict<Data>(composed);
    const metric = checkMetric(await callObjective(source, { composed, job, channel }));
    const durationMs = performance.now() - start;
    const trial = { ...job, config, metric, status: "completed" as const, durationMs };
    return { trial, failure: undefined };
  } catch (thrown) {
    if (endsSearch(thrown)) throw thrown;
    const error = toError(thrown);
    const durationMs = performance.now() - start;
    const trial = { ...job, config, metric: NaN, status: "failed" as const, error, durationMs };
    return { trial, failure: failureOf(error) };
  }
}

/** Runs attempts in this process. */
export function inProcessRunner(
  source: TrialSource,
  { capacity }: { capacity: number },
): AttemptRunner {
  function run(job: Job, attempt: Attempt): Promise<AttemptOutcome> {
    attempt.start();
    return estimateTrial(source, { job, channel: attempt });
  }
  return { capacity, run };
}
