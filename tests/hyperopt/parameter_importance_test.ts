import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import {
  category,
  float,
  formatImportance,
  halvingScheduler,
  integer,
  parameterImportance,
  type Samples,
  type SearchResult,
  SearchSpaceError,
  type SearchSpaces,
  Study,
} from "@ato/core/hyperopt";
import { dimensionOf, varianceShares } from "../../hyperopt/_forest.ts";

/** The logs of a study that tries so many random points. */
function sample(
  spaces: SearchSpaces,
  // deno-lint-ignore no-explicit-any -- the values of the spaces
  metric: (samples: any) => number,
  count = 600,
): SearchResult {
  const study = new Study(spaces, {
    scheduler: halvingScheduler({ rungs: [count] }),
    seed: 5,
    allowRepeats: true,
  });
  for (let job = study.ask(); job !== undefined; job = study.ask()) {
    study.tell(job, metric(job.samples));
  }
  return study.result();
}

function sharesOf(importance: { name: string; share: number }[]): Record<string, number> {
  return Object.fromEntries(importance.map(({ name, share }) => [name, share]));
}

// Variance of a·x for x uniform in [0, 1]: a²/12; of x²: 4/45; of k equally likely values: their own.
const ADDITIVE: [
  name: string,
  spaces: SearchSpaces,
  metric: (samples: Record<string, number>) => number,
  shares: Record<string, number>,
][] = [
  [
    "two linear parameters",
    { a: float(0, 1), b: float(0, 1) },
    ({ a, b }) => 3 * a! + b!,
    { a: 0.9, b: 0.1 },
  ],
  [
    "one that does nothing",
    { a: float(0, 1), b: float(0, 1), c: integer(1, 100) },
    ({ a, b }) => 2 * a! + 2 * b!,
    { a: 0.5, b: 0.5, c: 0 },
  ],
  [
    "the scale of the space",
    { a: float(1e-4, 1, { scale: "log" }), b: float(0, 1) },
    ({ a, b }) => Math.log10(a!) / 4 + b!,
    { a: 0.5, b: 0.5 },
  ],
  [
    "a square",
    { a: float(0, 1), b: float(0, 1) },
    ({ a, b }) => a! ** 2 + b!,
    { a: (4 / 45) / (4 / 45 + 1 / 12), b: (1 / 12) / (4 / 45 + 1 / 12) },
  ],
  [
    "a valley, which no line sees",
    { a: float(-1, 1), b: float(0, 1) },
    ({ a, b }) => Math.abs(a!) + b!,
    { a: 0.5, b: 0.5 },
  ],
];

for (const [name, spaces, metric, shares] of ADDITIVE) {
  Deno.test(`parameterImportance() finds the known shares of variance: ${name}`, () => {
    const found = sharesOf(parameterImportance(sample(spaces, metric), spaces));
    for (const [parameter, share] of Object.entries(shares)) {
      assertAlmostEquals(found[parameter]!, share, 0.06);
    }
  });
}

Deno.test("parameterImportance() weighs categories alike, whatever their order and kind", () => {
  const spaces = { kind: category(["c", "a", null, { b: 1 }]), x: float(0, 1) };
  const worth = (kind: unknown) => kind === "a" ? 1 : kind === null ? 3 : kind === "c" ? 3 : 1;
  // Two of four are worth 1 and two 3: variance 1. Of x · √12: variance 1.
  const metric = ({ kind, x }: { kind: unknown; x: number }) => worth(kind) + Math.sqrt(12) * x;
  const found = sharesOf(parameterImportance(sample(spaces, metric), spaces));
  assertAlmostEquals(found.kind!, 0.5, 0.06);
  assertAlmostEquals(found.x!, 0.5, 0.06);
});

Deno.test("parameterImportance() leaves to nobody what only several explain together", () => {
  const spaces = { a: float(0, 1), b: float(0, 1) };
  // Of a · b: 1/9 - 1/16 = 7/144 in all, 1/48 along each.
  const found = sharesOf(parameterImportance(sample(spaces, ({ a, b }) => a * b), spaces));
  assertAlmostEquals(found.a!, 3 / 7, 0.06);
  assertAlmostEquals(found.b!, 3 / 7, 0.06);
  assertLess(found.a! + found.b!, 0.95);
});

Deno.test("parameterImportance() counts a parameter only where it takes part", () => {
  const spaces = {
    optimizer: category(["sgd", "adam"]),
    momentum: float(0, 1, { when: { optimizer: "sgd" } }),
  };
  // With f = 0 for adam and f = m for sgd: the mean is m / 2 along m, of variance 1/48; by optimizer
  // 1/2 or 0, of variance 1/16; in all 1/2 · 1/3 - 1/16 = 5/48.
  const metric = ({ momentum }: { momentum?: number }) => momentum ?? 0;
  const found = sharesOf(parameterImportance(sample(spaces, metric), spaces));
  assertAlmostEquals(found.optimizer!, 3 / 5, 0.06);
  assertAlmostEquals(found.momentum!, 1 / 5, 0.06);
});

Deno.test("varianceShares() is exact for a tree", () => {
  const dimensions = [
    dimensionOf("x", float(0, 1)),
    dimensionOf("kind", category(["a", "b", "c"])),
  ];
  // 0 for x < 1/4, else 4 for a, 8 for b and c.
  const all = { held: [true, true, true] };
  const leaves = [
    { box: [{ low: 0, high: 0.25 }, all], value: 0 },
    { box: [{ low: 0.25, high: 1 }, { held: [true, false, false] }], value: 4 },
    { box: [{ low: 0.25, high: 1 }, { held: [false, true, true] }], value: 8 },
  ];
  const mean = 0.25 * 4 + 0.5 * 8;
  const variance = 0.25 * mean ** 2 + 0.25 * (4 - mean) ** 2 + 0.5 * (8 - mean) ** 2;
  const ofX = 0.25 * mean ** 2 + 0.75 * (20 / 3 - mean) ** 2;
  const ofKind = (3 - mean) ** 2 / 3 + 2 * (6 - mean) ** 2 / 3;
  const [x, kind] = varianceShares(dimensions, leaves)!;
  assertAlmostEquals(x!, ofX / variance, 1e-12);
  assertAlmostEquals(kind!, ofKind / variance, 1e-12);
  const box = [{ low: 0, high: 1 }, all];
  assertEquals(varianceShares(dimensions, [{ box, value: 1 }]), undefined);
});

Deno.test("parameterImportance() takes the rung with the most trials, without those that failed", () => {
  const spaces = { a: float(0, 1), b: float(0, 1) };
  const study = new Study(spaces, {
    scheduler: halvingScheduler({ rungs: [200, 40] }),
  });
  const metric = ({ a, b }: Samples, rung: number) => Number(rung === 0 ? a : b);
  for (let job = study.ask(); job !== undefined; job = study.ask()) {
    const isBroken = job.index % 10 === 0;
    study.tell(job, isBroken ? new Error("broken") : metric(job.samples, job.generation));
  }
  const result = study.result();
  assertEquals(parameterImportance(result, spaces)[0]?.name, "a");
  assertEquals(parameterImportance(result, spaces, { generation: 1 })[0]?.name, "b");
  assertEquals(parameterImportance(result, spaces, { generation: 7 }), []);
});

Deno.test("parameterImportance() does not depend on the scale of the metric", () => {
  const spaces = { a: float(0, 1), b: float(0, 1) };
  const metric = ({ a, b }: Record<string, number>) => (3 * a! + b!) / 2 - 1;
  const shares = sharesOf(parameterImportance(sample(spaces, metric, 100), spaces));
  for (const scale of [2 ** 1023, 2 ** -40]) {
    const scaled = sample(spaces, (samples) => scale * metric(samples), 100);
    const { a, b } = sharesOf(parameterImportance(scaled, spaces));
    assertAlmostEquals(a!, shares.a!, 0.01);
    assertAlmostEquals(b!, shares.b!, 0.01);
  }
});

Deno.test("parameterImportance() says nothing where there is nothing to say", () => {
  const spaces = { a: float(0, 1) };
  assertEquals(parameterImportance({ logs: [] }, spaces), []);
  assertEquals(parameterImportance(sample(spaces, ({ a }) => a, 3), spaces), []);
  assertEquals(parameterImportance(sample(spaces, () => 1), spaces), []);
  assert(formatImportance([]).endsWith("there are too few trials, or all metrics are equal."));
});

Deno.test("parameterImportance() is the same each time, and refuses options it does not know", () => {
  const spaces = { a: float(0, 1), b: float(0, 1) };
  const result = sample(spaces, ({ a, b }) => a * b, 50);
  assertEquals(parameterImportance(result, spaces), parameterImportance(result, spaces));
  assertThrows(
    () => parameterImportance(result, spaces, { tree: 5 } as never),
    SearchSpaceError,
    'Cannot weigh parameters with "tree": unknown option, expected "trees"',
  );
  assertThrows(
    () => parameterImportance(result, spaces, { trees: 0 }),
    SearchSpaceError,
    'Cannot weigh parameters with "trees": 0, expected a whole number from 1',
  );
});
