import type { NumericSpaceOptions, SpaceType } from "./parameter_space.ts";

/** The fields that the two numeric spaces share, absent where they were not given. */
export interface NumericFields {
  readonly numSamples?: number;
  readonly spaceType: SpaceType;
}

/**
 * Translates the options. An unknown scale goes through in capitals: the search that gets the
 * space reports it together with the name of the parameter, which is not known here.
 */
export function numericFields({ samples, scale = "linear" }: NumericSpaceOptions): NumericFields {
  const spaceType = String(scale).toUpperCase() as SpaceType;
  return samples === undefined ? { spaceType } : { numSamples: samples, spaceType };
}
