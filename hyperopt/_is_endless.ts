import type { FlatSpaces } from "./_flatten_spaces.ts";
import { randomSampler } from "./random_sampler.ts";
import type { StudyOptions } from "./study_options.ts";

/** How a search that nothing ends goes on, as it stands after its name. */
export const ENDLESS = "without a budget it goes on until it is stopped (Ctrl-C)";

function hasEndlessPoints(
  spaces: FlatSpaces,
  { sampler = randomSampler(), allowRepeats = false }: StudyOptions,
): boolean {
  const isContinuous = Object.values(spaces).some(({ paramType, when }) =>
    paramType === "FLOAT" && when === undefined
  );
  if (!isContinuous && !allowRepeats) return false;
  return sampler.create({ spaces, seed: 0, mode: "max", isAllowed: () => true }).size === Infinity;
}

/** Whether a search has neither a budget nor an end of its own: surely so, not where it may end. */
export function isEndless(spaces: FlatSpaces, options: StudyOptions): boolean {
  const { scheduler, budget = {} } = options;
  const isLimited = Object.values(budget).some((limit) => limit !== undefined);
  return scheduler.isEndless === true && !isLimited && hasEndlessPoints(spaces, options);
}
