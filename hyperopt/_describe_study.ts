import type { CheckedStudyOptions } from "./_check_study_options.ts";
import { copyPlain } from "./_copy.ts";
import type { FlatSpaces } from "./_flatten_spaces.ts";
import type { StudyDescription } from "./types.ts";

/** What a study is, as plain data. */
export function describeStudy(
  spaces: FlatSpaces,
  options: CheckedStudyOptions,
): StudyDescription {
  const { seed, mode, parallelism, sampler, scheduler } = options;
  const { order, constraints, enqueue, allowRepeats } = options;
  return {
    seed,
    mode,
    parallelism: parallelism === Infinity ? null : parallelism,
    sampler: { name: sampler.name, options: sampler.options },
    scheduler: { name: scheduler.name, options: scheduler.options },
    spaces,
    // Left out where they say nothing, as in the ledgers of before.
    ...order !== "logical" && { order },
    ...constraints.length > 0 && { constraints: constraints.map(String) },
    ...enqueue.length > 0 && { enqueue: copyPlain(enqueue) },
    ...allowRepeats && { allowRepeats },
  };
}
