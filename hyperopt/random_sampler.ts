import { drawPoint } from "./_draw.ts";
import { randomOf } from "./_random.ts";
import type { SamplerFactory } from "./types.ts";

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
