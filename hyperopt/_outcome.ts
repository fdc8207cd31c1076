import { ADict } from "../adict/mod.ts";
import { copyPlain } from "./_copy.ts";
import { describe } from "./_describe.ts";
import { nest } from "./_nest.ts";
import type { Outcome } from "./study_options.ts";
import type { Job, Trial } from "./types.ts";

/** What may be changed by whoever gets it: further jobs of the trial have the same samples. */
export function copyOf(job: Job): Job {
  return { ...job, samples: copyPlain(job.samples) };
}

/** Whoever tells it over a wire has but a text. */
function errorOf(error: unknown): Error | undefined {
  if (error === undefined || error === null) return undefined;
  if (error instanceof Error) return error;
  return new Error(typeof error === "string" ? error : Deno.inspect(error));
}

/** What a job became. */
export function trialOf(job: Job, outcome: Outcome): Trial {
  // Without types it may be anything; what is no trial stands where a metric should.
  const given = typeof outcome !== "object" || Array.isArray(outcome)
    ? { metric: outcome as number }
    : outcome instanceof Error
    ? { error: outcome }
    : outcome;
  const { config = new ADict(nest(job)) as ADict, durationMs = 0, isResumable = false } = given;
  const base = { ...copyOf(job), config, durationMs, isResumable };
  if (errorOf(given.error) === undefined && Number.isFinite(given.metric)) {
    // No -0, which JSON does not keep: a study that is continued would have another hash.
    return Object.freeze({ ...base, metric: given.metric! + 0, status: "completed" as const });
  }
  const error = errorOf(given.error) ?? new TypeError(
    `Cannot rank the trial: its metric is ${describe(given.metric)}, expected a finite number`,
  );
  return Object.freeze({ ...base, metric: NaN, status: "failed" as const, error });
}
