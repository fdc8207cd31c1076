import { isActive } from "./_conditions.ts";
import { copyPlain } from "./_copy.ts";
import { normalQuantile, type Random, randomOf } from "./_random.ts";
import { fromUnit, toUnit } from "./_unit.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { SamplerFactory, Samples } from "./types.ts";

/** How much is drawn around a prior; the rest anywhere, since it may be wrong. */
const PRIOR_SHARE = 0.5;
/** The standard deviation around a prior, as a share of the range. */
const PRIOR_WIDTH = 0.15;

/**
 * Random search: every point is drawn by itself, uniformly on the scale of each parameter, half of
 * them near a prior where there is one. The number of a trial and the seed give its point, so the
 * points are the same for any number of workers.
 *
 * After Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization" (2012).
 *
 * @returns The sampler, for a {@linkcode Study} or a {@linkcode Search}.
 *
 * @example Usage
 * ```ts
 * import { float, halvingScheduler, randomSampler, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * function firstPoint(seed: number): unknown {
 *   const scheduler = halvingScheduler({ rungs: [10] });
 *   return new Study({ lr: float(0, 1) }, { sampler: randomSampler(), scheduler, seed }).ask();
 * }
 * assertEquals(firstPoint(1), firstPoint(1));
 * ```
 */
export function randomSampler(): SamplerFactory {
  return {
    name: "random",
    options: {},
    create: ({ spaces, seed }) => ({
      size: Infinity,
      sample: (index, attempt) => drawPoint(spaces, randomOf(seed, index, attempt)),
      observe() {},
    }),
  };
}

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
