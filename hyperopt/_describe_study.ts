import type { CheckedStudyOptions } from "./_check_study_options.ts";
import type { FlatSpaces } from "./_flatten_spaces.ts";
import type { StudyDescription } from "./types.ts";

/** What a study is, as plain data. */
export function describeStudy(
  spaces: FlatSpaces,
  { seed, mode, parallelism, sampler, scheduler }: CheckedStudyOptions,
): StudyDescription {
  return {
    seed,
    mode,
    parallelism: parallelism === Infinity ? null : parallelism,
    sampler: { name: sampler.name, options: sampler.options },
    scheduler: { name: scheduler.name, options: scheduler.options },
    spaces,
  };
}
