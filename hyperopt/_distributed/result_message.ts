import { ADict } from "../../adict/mod.ts";
import { canonicalData, canonicalText } from "../_canonical.ts";
import { isOpaque } from "../_copy.ts";
import { fromCanonical } from "../_from_canonical.ts";
import {
  packError,
  packOutcome,
  packResult,
  unpackError,
  unpackOutcome,
} from "../_workers/wire.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { SearchResult, Trial } from "../types.ts";
import { jobFields, jobOf } from "./attempt_message.ts";
import {
  countOf,
  type Fields,
  fieldsOf,
  knownOf,
  listOf,
  MAX_NAME,
  numberOf,
  optional,
  reading,
  refuse,
  textOf,
} from "./fields.ts";
import { configOf, measuredFields, readError, readMeasured, shortError } from "./report_message.ts";

type Spaces = Readonly<Record<string, ParameterSpace>>;

/** What became of a search, as it is put up for all who worked on it. */
type OutcomeNote = { readonly result: unknown } | { readonly error: unknown };

const RESULT_FIELDS = ["config", "metric", "logs", "winner", "checkpoint"];
const TRIAL_FIELDS = ["job", "config", "metric", "durationMs", "error", "isResumable"];

/** The checkpoint of a winner, from the folder of all of them. */
const CHECKPOINT = /study-[\da-f-]{36}[\\/]trial-\d+[\\/][\w-]+$/;

/** What a search has found, as it is put up for all who worked on it. */
export function packFound(found: SearchResult, spaces: Spaces): OutcomeNote {
  const { metric, logs, checkpoint } = found;
  const text = canonicalText(found.config);
  const winner = logs.flat().findLastIndex((trial) =>
    trial.metric === metric && canonicalText(trial.config) === text
  );
  const { config } = packResult({ ...found, logs: [] });
  return {
    result: {
      // Else it is that of the trial.
      config: winner === -1 ? canonicalData(config) : undefined,
      metric: canonicalData(metric),
      logs: logs.map((trials) => trials.map((trial) => trialFields(trial, spaces))),
      winner: winner === -1 ? undefined : winner,
      checkpoint: CHECKPOINT.exec(checkpoint ?? "")?.[0].replaceAll("\\", "/"),
    },
  };
}

function trialFields(trial: Trial, spaces: Spaces): Fields {
  const { index, generation, bracket, resource, trained, samples, isResumable } = trial;
  return {
    // Samples go by their place among the choices, since JSON has no functions.
    job: jobFields({ index, generation, bracket, resource, trained, samples }, spaces),
    ...measuredFields(packOutcome({ trial, failure: undefined })),
    isResumable,
  };
}

/** Why a search has ended, as it is put up for all who worked on it. */
export function packFailure(error: unknown): OutcomeNote {
  return { error: shortError(packError(error)) };
}

/** What unpacks results. */
interface UnpackOptions {
  spaces: Spaces;
  /** The folder of all checkpoints, on this machine. */
  checkpoints: string | undefined;
}

/**
 * What a search has found; its checkpoint where this machine sees it.
 *
 * @throws The error by which it ended.
 * @throws {HyperOptError} If nobody of the search can have written it.
 */
export function unpackFound(note: unknown, options: UnpackOptions): SearchResult {
  let found: SearchResult | Error;
  try {
    found = reading(() => foundIn(note, options));
  } catch (error) {
    throw new HyperOptError(
      `Cannot read what the search has found: ${String((error as Error).message).slice(0, 300)}, ` +
        `expected what its driver has written: another program of this server uses its names`,
    );
  }
  if (found instanceof Error) throw found;
  return found;
}

function foundIn(note: unknown, { spaces, checkpoints }: UnpackOptions): SearchResult | Error {
  const { result, error } = fieldsOf(note, "outcome");
  if (error !== undefined) return unpackError(readError(error));
  const fields = knownOf(result, "result", RESULT_FIELDS);
  const logs = listOf(fields.logs, "trials").map((trials) =>
    listOf(trials, "trials of a rung").map((trial) => trialOf(trial, spaces))
  );
  const metric = numberOf(fields.metric, "the metric");
  const winner = optional(fields.winner, (value) => {
    const { [countOf(value, "the winner")]: trial } = logs.flat();
    return trial?.metric === metric ? trial : refuse("no such winner");
  });
  if (!Number.isFinite(metric)) refuse("no number for the metric");
  const checkpoint = optional(fields.checkpoint, (value) => {
    const name = textOf(value, "the checkpoint", MAX_NAME);
    return CHECKPOINT.exec(name)?.[0] === name ? name : refuse("no name of a checkpoint");
  });
  return {
    config: winner?.config ?? new ADict(configOf(fields.config)) as ADict,
    metric,
    logs,
    ...checkpoint !== undefined && checkpoints !== undefined && {
      checkpoint: `${checkpoints}/${checkpoint}`,
    },
  };
}

function trialOf(data: unknown, spaces: Spaces): Trial {
  const fields = knownOf(data, "trial", TRIAL_FIELDS);
  const job = jobOf(fields.job, spaces);
  const { trial } = unpackOutcome({ ...readMeasured(fields), failure: undefined }, job);
  const isResumable = optional(fields.isResumable, (value) => {
    return typeof value === "boolean" ? value : refuse("no yes or no for its checkpoint");
  });
  return {
    ...withSamples(trial, job.samples),
    ...isResumable !== undefined && { isResumable },
  };
}

function withSamples(trial: Trial, samples: Trial["samples"]): Trial {
  const config = new ADict(trial.config) as ADict;
  for (const [name, value] of Object.entries(samples)) {
    // What JSON does not hold is among the choices.
    const isHeld = !isOpaque(value) &&
      canonicalText(fromCanonical(canonicalData(value))) === canonicalText(value);
    if (!isHeld) ADict.prototype.set.call(config, name, value);
  }
  return { ...trial, config };
}
