import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { SortedTrials } from "../../hyperopt/_rank.ts";
import type { Trial } from "@ato/core/hyperopt";

function compare(a: Trial, b: Trial): number {
  return a.metric - b.metric || a.index - b.index;
}

function trialOf(metric: number, index: number): Trial {
  return { metric, index } as Trial;
}

Deno.test("SortedTrials holds what a sorted list holds", () => {
  // Below 0 the first is removed. So many in a few orders that blocks are split and become empty.
  const step = fc.integer({ min: -3, max: 9 });
  const property = fc.property(
    fc.array(step, { minLength: 1, maxLength: 40 }),
    fc.constantFrom(1, 3, 90),
    fc.constantFrom(1, -1, 48271),
    (steps, repeats, stride) => {
      const sorted = new SortedTrials(compare);
      const expected: Trial[] = [];
      let index = 0;
      for (let round = 0; round < repeats; round++) {
        for (const metric of steps) {
          if (metric < 0) {
            assertEquals(sorted.removeFirst(), expected.shift());
            continue;
          }
          const trial = trialOf((metric + round * stride) % 1000, index++);
          const rank = expected.filter((other) => compare(other, trial) < 0).length;
          assertEquals(sorted.rankOf(trial), rank);
          sorted.add(trial);
          expected.splice(rank, 0, trial);
          assertEquals(sorted.rankOf(trial), rank);
        }
        assertEquals([sorted.size, sorted.first], [expected.length, expected[0]]);
      }
      while (expected.length > 0) assertEquals(sorted.removeFirst(), expected.shift());
      assertEquals([sorted.size, sorted.first, sorted.removeFirst()], [0, undefined, undefined]);
    },
  );
  fc.assert(property, { numRuns: 60 });
});
