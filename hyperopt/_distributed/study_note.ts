import { canonicalData, canonicalHash } from "../_canonical.ts";
import { firstDifference, showValue } from "../_difference.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import type { Budget } from "../types.ts";

/** What is put up by whoever drives a study, for those who come to work for it. */
export interface StudyNote {
  /** All that the study is. */
  readonly study: unknown;
  /** When it ends: with another budget it is the same study, but another search. */
  readonly budget: unknown;
}

/** What tells this process from all others: it may drive several studies, one after the other. */
export const PROGRAM: string = crypto.randomUUID();

/** So much of a hash tells queues apart. */
const HASH_DIGITS = 8;

/** What a search puts up about itself. */
export function noteOf(
  { description, config }: StudyIdentity,
  budget: Budget | undefined,
): StudyNote {
  const { seconds: _, ...counted } = budget ?? {};
  const study = { ...canonicalData(description) as object, config };
  return JSON.parse(JSON.stringify({ study, budget: canonicalData(counted) }));
}

/**
 * What is the same for two searches only if they train the same, and so may work for each other.
 *
 * @param note What a search puts up about itself, without secrets: those of others are others.
 */
export async function digestOf({ study }: StudyNote): Promise<string> {
  return await canonicalHash([study]);
}

/**
 * A name for a queue: that of the study, in characters that any server takes, and no dot.
 *
 * @param name The name of the study.
 * @param repetition The how many-th search of this name it is in its program, from 0.
 */
export async function queueName(name: string, repetition = 0): Promise<string> {
  // What belongs to a queue is called after it, with a dot between.
  const plain = name.replaceAll(/[^\w-]+/g, "_").slice(0, 60);
  const queue = plain === name
    ? name
    : `${plain}-${(await canonicalHash([name])).slice(0, HASH_DIGITS)}`;
  return repetition === 0 ? queue : `${queue}.${repetition + 1}`;
}

/**
 * Whether a search works on what is put up; false where that is left from a search with another budget.
 *
 * @throws {HyperOptError} If it is another study; at what differs.
 */
export function isSame(mine: StudyNote, note: unknown, name: string): boolean {
  const theirs = (note ?? {}) as Partial<StudyNote>;
  const difference = firstDifference(mine.study, theirs.study);
  if (difference !== undefined) {
    const { path, now, before } = difference;
    const key = /^config\.(.+)/.exec(path)?.[1];
    const advice = key === undefined ? "" : `, or { ignore: ["${key}"] } if it makes no difference`;
    throw new HyperOptError(
      `Cannot work for the study "${name}": its ${path || "description"} is ${
        showValue(now)
      } here and ` +
        `${showValue(before)} where it is driven, expected the same program with the same ` +
        `arguments${advice}`,
    );
  }
  return firstDifference(mine.budget, theirs.budget) === undefined;
}
