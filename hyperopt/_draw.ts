import { copyPlain } from "./_copy.ts";
import { isActive } from "./_conditions.ts";
import { normalQuantile } from "./_normal.ts";
import type { Random } from "./_random.ts";
import { fromUnit, toUnit } from "./_unit.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { Samples } from "./types.ts";

/** How much is drawn around a prior; the rest anywhere, since it may be wrong. */
const PRIOR_SHARE = 0.5;
/** The standard deviation around a prior, as a share of the range. */
const PRIOR_WIDTH = 0.15;

/** A uniform number, moved near a prior for a share of the draws. */
function drawUnit(prior: number | undefined, random: Random): number {
  if (prior === undefined || random() >= PRIOR_SHARE) return random();
  const unit = prior + PRIOR_WIDTH * normalQuantile(random());
  return unit >= 0 && unit <= 1 ? unit : random();
}

/** A random value of a parameter: uniform on its scale, unless there is a prior. */
export function drawValue(space: ParameterSpace, random: Random): unknown {
  if (space.paramType !== "CATEGORY") {
    const prior = space.prior === undefined ? undefined : toUnit(space, space.prior);
    return fromUnit(space, drawUnit(prior, random));
  }
  const { categories, prior } = space;
  if (prior !== undefined && random() < PRIOR_SHARE) return copyPlain(prior);
  return copyPlain(categories[Math.floor(random() * categories.length)]);
}

/** A random point: the active parameters only, those that are fixed as they are. */
export function drawPoint(
  spaces: Readonly<Record<string, ParameterSpace>>,
  random: Random,
  fixed: Samples = {},
): Samples {
  const samples: Record<string, unknown> = {};
  for (const [name, space] of Object.entries(spaces)) {
    if (!isActive(space, samples)) continue;
    samples[name] = Object.hasOwn(fixed, name) ? fixed[name] : drawValue(space, random);
  }
  return samples;
}
