import { GridSpace } from "./grid_space.ts";
import type { SamplerFactory } from "./types.ts";

/**
 * Every point of a grid once, in its order, made when it is asked for: the points of a
 * {@linkcode GridSpace} without those that break a constraint.
 *
 * @returns The sampler, for a {@linkcode Study} or a {@linkcode Search}.
 *
 * @example Usage
 * ```ts
 * import { gridSampler, halvingScheduler, integer, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const study = new Study({ a: integer(1, 9), b: integer(1, 9) }, {
 *   sampler: gridSampler(),
 *   scheduler: halvingScheduler({ rungs: [2] }),
 *   constraints: [({ a, b }) => a + b > 10],
 * });
 * assertEquals([study.ask(), study.ask()].map((job) => job?.samples), [{ a: 2, b: 9 }, {
 *   a: 3,
 *   b: 8,
 * }]);
 * ```
 */
export function gridSampler(): SamplerFactory {
  return {
    name: "grid",
    options: {},
    create({ spaces, isAllowed }) {
      const grid = new GridSpace(spaces);
      let next = 0;
      return {
        size: grid.size,
        sample() {
          while (next < grid.size) {
            const samples = grid.at(next++);
            if (isAllowed(samples)) return samples;
          }
          return undefined;
        },
        observe() {},
      };
    },
  };
}
