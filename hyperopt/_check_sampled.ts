import { ADict } from "../adict/mod.ts";
import { copyPlain } from "./_copy.ts";
import { describe } from "./_describe.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { Job, Trial } from "./types.ts";

/** Enough to tell two values apart, on a line that stays readable. */
const MAX_LENGTH = 60;

/** A value with what is in it. */
function show(value: unknown): string {
  if (typeof value !== "object" || value === null) return describe(value);
  const text = Deno.inspect(copyPlain(value), { breakLength: Infinity, compact: true });
  return text.length <= MAX_LENGTH ? text : describe(value);
}

/**
 * Whether a value still holds a sample; keys that were added to a sampled mapping do not matter.
 */
function holds(value: unknown, sample: unknown): boolean {
  const differences = new ADict({ value: sample }).diff({ value });
  return differences.every(({ kind }) => kind === "added");
}

/**
 * Checks that a composed config holds what was sampled: a search over a value that never changes
 * would end with a winner that says nothing.
 *
 * @throws {HyperOptError} If it holds something else; the logs go with it.
 */
export function checkSampled(
  config: ADict,
  { job, logs }: { job: Job; logs: readonly (readonly Trial[])[] },
): void {
  // A copy: what is read here shall not count as read by the objective.
  const copy = new ADict(config);
  for (const [name, sample] of Object.entries(job.samples)) {
    const value = ADict.prototype.get.call(copy, name);
    if (holds(value, sample)) continue;
    const state = `it is ${show(value)} in the config of trial ${job.index}`;
    throw new HyperOptError(
      `Cannot search "${name}": ${state}, expected the sample ${show(sample)}: ` +
        `a lazy view has overwritten it, or a schema`,
      { logs },
    );
  }
}
