import { describe, describeChoice } from "./_describe.ts";
import { checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";
import type { Condition, NumericSpaceOptions, SpaceType } from "./parameter_space.ts";

const SPACE_TYPES: ReadonlyMap<unknown, SpaceType> = new Map([
  ["linear", "LINEAR"],
  ["log", "LOG"],
]);

/** The fields that the two numeric spaces share, absent where they were not given. */
export interface NumericFields {
  readonly numSamples?: number;
  readonly spaceType: SpaceType;
  readonly prior?: number;
  readonly when?: Condition;
}

/**
 * Translates the options. `call` stands for the parameter, which has no name before a search gets
 * it; the values that the search checks with that name are left to it.
 *
 * @throws {SearchSpaceError} If an option is unknown, or the scale; it names the option.
 */
export function numericFields(options: NumericSpaceOptions, call: string): NumericFields {
  const action = `space ${call} by`;
  checkOptions(options, { action, names: ["samples", "scale", "prior", "when"] });
  const { samples, scale = "linear", prior, when } = options;
  const spaceType = SPACE_TYPES.get(scale);
  if (spaceType === undefined) {
    const expected = describeChoice(["linear", "log"], scale);
    refuse("scale", `Cannot ${action} "scale": ${describe(scale)}, expected ${expected}`);
  }
  return {
    ...samples === undefined ? {} : { numSamples: samples },
    spaceType,
    ...prior === undefined ? {} : { prior },
    ...when === undefined ? {} : { when },
  };
}
