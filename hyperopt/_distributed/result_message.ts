import { canonicalData, canonicalText } from "../_canonical.ts";
import { fromCanonical } from "../_from_canonical.ts";
import {
  packError,
  packJob,
  packResult,
  unpackError,
  unpackJob,
  unpackResult,
  type WireError,
  type WireJob,
  type WireResult,
} from "../_workers/wire.ts";
import { ADict } from "../../adict/mod.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { SearchResult, Trial } from "../types.ts";

type Spaces = Readonly<Record<string, ParameterSpace>>;

/** What became of a search, as it is put up for all who worked on it. */
type OutcomeNote =
  | { readonly result: unknown; readonly jobs: unknown }
  | { readonly error: WireError };

/** The checkpoint of a winner, from the folder of all of them. */
const CHECKPOINT = /study-[\da-f-]{36}[\\/]trial-\d+[\\/][\w-]+$/;

/** What a search has found, as it is put up for all who worked on it. */
export function packFound({ checkpoint, ...found }: SearchResult, spaces: Spaces): OutcomeNote {
  const path = CHECKPOINT.exec(checkpoint ?? "")?.[0].replaceAll("\\", "/");
  const result = path === undefined ? found : { ...found, checkpoint: path };
  // Samples go by their place among the choices, since JSON has no functions.
  const jobs = result.logs.map((trials) => trials.map((trial) => packJob(jobOf(trial), spaces)));
  return { result: canonicalData(packResult(result)), jobs: canonicalData(jobs) };
}

/** Why a search has ended, as it is put up for all who worked on it. */
export function packFailure(error: unknown): OutcomeNote {
  const packed = packError(error);
  return { error: { ...packed, logs: packed.logs && [] } };
}

/**
 * What a search has found; its checkpoint where this machine sees it.
 *
 * @throws The error by which it ended.
 */
export function unpackFound(
  note: unknown,
  { spaces, checkpoints }: { spaces: Spaces; checkpoints: string | undefined },
): SearchResult {
  const fields = note as { result?: unknown; jobs?: unknown; error?: WireError };
  if (fields.error !== undefined) throw unpackError(fields.error);
  const { checkpoint, ...result } = unpackResult(fromCanonical(fields.result) as WireResult);
  const jobs = fromCanonical(fields.jobs) as WireJob[][];
  const logs = result.logs.map((trials, generation) =>
    trials.map((trial, i) => withSamples(trial, unpackJob(jobs[generation]![i]!, spaces).samples))
  );
  const winner = logs.flat().findLast(({ config }) =>
    canonicalText(config) === canonicalText(result.config)
  );
  const isSeen = checkpoint !== undefined && checkpoints !== undefined &&
    CHECKPOINT.exec(checkpoint)?.[0] === checkpoint;
  return {
    ...result,
    config: winner?.config ?? result.config,
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
    if (typeof value === "function") ADict.prototype.set.call(config, name, value);
  }
  return { ...trial, config, samples };
}
