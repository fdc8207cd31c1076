import { canonicalData, canonicalText } from "../_canonical.ts";
import { fromCanonical } from "../_from_canonical.ts";
import { readError, shortError } from "./report_message.ts";
import {
  packError,
  packJob,
  packResult,
  unpackError,
  unpackJob,
  unpackResult,
  type WireJob,
  type WireResult,
} from "../_workers/wire.ts";
import { ADict } from "../../adict/mod.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { SearchResult, Trial } from "../types.ts";

type Spaces = Readonly<Record<string, ParameterSpace>>;

/** What became of a search, as it is put up for all who worked on it. */
type OutcomeNote =
  | { readonly result: unknown; readonly jobs: unknown; readonly winner: number | undefined }
  | { readonly error: unknown };

/** The checkpoint of a winner, from the folder of all of them. */
const CHECKPOINT = /study-[\da-f-]{36}[\\/]trial-\d+[\\/][\w-]+$/;

/** What a search has found, as it is put up for all who worked on it. */
export function packFound({ checkpoint, ...found }: SearchResult, spaces: Spaces): OutcomeNote {
  const path = CHECKPOINT.exec(checkpoint ?? "")?.[0].replaceAll("\\", "/");
  const result = path === undefined ? found : { ...found, checkpoint: path };
  // Samples go by their place among the choices, since JSON has no functions.
  const jobs = result.logs.map((trials) => trials.map((trial) => packJob(jobOf(trial), spaces)));
  const [text, { metric, logs }] = [canonicalText(result.config), result];
  const winner = logs.flat().findLastIndex((trial) =>
    trial.metric === metric && canonicalText(trial.config) === text
  );
  return {
    result: canonicalData(packResult(result)),
    jobs: canonicalData(jobs),
    winner: winner === -1 ? undefined : winner,
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
    found = foundIn(note, options);
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
  const fields = note as { result?: unknown; jobs?: unknown; winner?: unknown; error?: unknown };
  if (fields.error !== undefined) return unpackError(readError(fields.error));
  const { checkpoint, ...result } = unpackResult(fromCanonical(fields.result) as WireResult);
  const jobs = fromCanonical(fields.jobs) as WireJob[][];
  const logs = result.logs.map((trials, generation) =>
    trials.map((trial, i) => withSamples(trial, unpackJob(jobs[generation]![i]!, spaces).samples))
  );
  const isSeen = checkpoint !== undefined && checkpoints !== undefined &&
    CHECKPOINT.exec(checkpoint)?.[0] === checkpoint;
  return {
    ...result,
    config: logs.flat()[Number(fields.winner ?? NaN)]?.config ?? result.config,
    logs,
    ...isSeen && { checkpoint: `${checkpoints}/${checkpoint}` },
  };
}

function jobOf({ index, generation, bracket, resource, trained, samples }: Trial): Trial {
  return { index, generation, bracket, resource, trained, samples } as Trial;
}

function withSamples(trial: Trial, samples: Trial["samples"]): Trial {
  const config = new ADict(trial.config) as ADict;
  for (const [name, value] of Object.entries(samples)) {
    // What JSON does not hold is among the choices.
    const isHeld = canonicalText(fromCanonical(canonicalData(value))) === canonicalText(value);
    if (!isHeld) ADict.prototype.set.call(config, name, value);
  }
  return { ...trial, config, samples };
}
