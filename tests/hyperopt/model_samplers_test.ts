/** What samplers that model their results promise, beyond what holds for every sampler. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { ADict } from "@ato/core/adict";
import {
  float,
  gpSampler,
  integer,
  randomSampler,
  type Sampler,
  type SamplerFactory,
  type SearchSpaces,
  tpeSampler,
  type Trial,
} from "@ato/core/hyperopt";
import { dimensionOf, ParzenEstimator } from "../../hyperopt/_tpe.ts";
import { randomOf } from "../../hyperopt/_random.ts";
import type { ParameterSpace } from "../../hyperopt/parameter_space.ts";

function samplerOf(factory: SamplerFactory, spaces: SearchSpaces, seed: number): Sampler {
  return factory.create({
    spaces: spaces as Record<string, ParameterSpace>,
    seed,
    mode: "min",
    isAllowed: () => true,
  });
}

/** A sampler that has seen a few results of something rough. */
function experienced(factory: SamplerFactory, seed: number): Sampler {
  const sampler = samplerOf(factory, { x: float(0, 1) }, seed);
  for (let index = 0; index < 8; index++) {
    const x = (index * 0.618) % 1;
    const key = { index, generation: 0, bracket: 0, resource: 1, trained: 0 };
    const trial: Trial = {
      ...{ ...key, samples: { x }, config: new ADict() as ADict, durationMs: 0 },
      ...{ metric: Math.sin(40 * x), status: "completed" },
    };
    sampler.observe(trial);
  }
  return sampler;
}

/** The mean distance of each point to the nearest other one. */
function spreadOf(points: readonly number[]): number {
  const nearest = points.map((point, i) =>
    Math.min(...points.filter((_, j) => j !== i).map((other) => Math.abs(other - point)))
  );
  return nearest.reduce((sum, distance) => sum + distance) / points.length;
}

for (
  const [name, factory] of [
    ["tpeSampler()", tpeSampler({ startup: 5 })],
    ["gpSampler()", gpSampler({ startup: 5 })],
  ] as const
) {
  Deno.test(`${name} keeps workers apart: points that are out count`, () => {
    const numbers = [8, 9, 10, 11, 12, 13];
    const spreads = [0, 1, 2, 3].map((seed) => {
      const busy = experienced(factory, seed);
      const out = numbers.map((index) => Number(busy.sample(index, 0)!.x));
      // The randomness of a point comes from its number alone, so nothing else differs.
      const alone = numbers.map((index) => Number(experienced(factory, seed).sample(index, 0)!.x));
      assertEquals(out[0], alone[0]);
      return [spreadOf(out), spreadOf(alone)] as const;
    });
    const [apart, alone] = [0, 1].map((i) => spreads.reduce((sum, pair) => sum + pair[i]!, 0));
    assert(apart! > 10 * alone!, `${apart} where workers know of each other, else ${alone}`);
  });
}

Deno.test("tpeSampler() has kernels not narrower than the interval of a whole number", () => {
  const dimension = dimensionOf(integer(1, 2) as ParameterSpace);
  const one = Float64Array.of(dimension.encode(1));
  // A thousand points make the kernels of a continuum a twentieth of its range wide.
  const density = new ParzenEstimator([dimension], Array.from({ length: 1000 }, () => one));
  const random = randomOf(1);
  const drawn = Array.from(
    { length: 2000 },
    () => dimension.decode(density.draw(one[0]!, 0, random)),
  );
  const share = drawn.filter((value) => value === 2).length / drawn.length;
  assert(share > 0.1 && share < 0.3, `${share} of the draws are the neighbour`);
});

Deno.test("randomSampler() draws again what is beyond the range near a prior", () => {
  for (const prior of [0, 1]) {
    const sampler = samplerOf(randomSampler(), { x: float(0, 1, { prior }) }, 0);
    const drawn = Array.from({ length: 1000 }, (_, index) => Number(sampler.sample(index, 0)!.x));
    // A quarter of all would lie on the very end of the range.
    assertLess(drawn.filter((x) => x === prior).length, 3);
  }
});
