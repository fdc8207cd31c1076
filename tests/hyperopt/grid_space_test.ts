import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "../_property.ts";
import { ADict } from "@ato/core/adict";
import {
  category,
  float,
  GridSpace,
  integer,
  type ParameterSpace,
  SearchSpaceError,
  type SearchSpacesInput,
} from "@ato/core/hyperopt";
import spaces from "./testdata/spaces.json" with { type: "json" };

function valuesOf(space: ParameterSpace): unknown[] {
  return Array.from(new GridSpace({ x: space }), ({ x }) => x);
}

/** Whether `value` is the nearest integer to `low · (high / low)^(index / last)`. */
function isNearestGeometric(
  value: number,
  { low, high, index, last }: { low: number; high: number; index: number; last: number },
): boolean {
  const power = BigInt(last);
  const scaled = BigInt(low) ** BigInt(last - index) * BigInt(high) ** BigInt(index) * 2n ** power;
  const doubled = 2n * BigInt(value);
  return (doubled - 1n) ** power <= scaled && scaled <= (doubled + 1n) ** power;
}

const range = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 5000 }))
  .map(([low, width]) => ({ low, high: low + width }));

Deno.test("GridSpace() agrees with the conformance data", () => {
  for (const { space, values } of spaces) {
    const actual = valuesOf(space as unknown as ParameterSpace) as number[];
    if (space.paramType === "INTEGER") {
      assertEquals(actual, values, JSON.stringify(space));
      continue;
    }
    assertEquals(actual.length, values.length);
    assertEquals([actual[0], actual.at(-1)], [values[0], values.at(-1)]);
    values.forEach((value, i) => assertAlmostEquals(actual[i]!, value, Math.abs(value) * 1e-9));
  }
});

Deno.test("GridSpace() spaces integers by even ratios, rounded exactly", () => {
  fc.assert(fc.property(range, fc.integer({ min: 2, max: 60 }), ({ low, high }, samples) => {
    const values = valuesOf(integer(low, high, { samples, scale: "log" })) as number[];
    const last = samples - 1;
    const expected = new Set<number>();
    for (let index = 0; index <= last; index++) {
      let value = Math.round(low * (high / low) ** (index / last));
      for (const candidate of [value - 1, value + 1]) {
        if (isNearestGeometric(candidate, { low, high, index, last })) value = candidate;
      }
      assert(isNearestGeometric(value, { low, high, index, last }));
      expected.add(value);
    }
    assertEquals(values, [...expected]);
  }));
});

Deno.test("GridSpace() rounds integers exactly where doubles cannot", () => {
  const high = Number.MAX_SAFE_INTEGER;
  for (const [low, samples] of [[1, 41], [3, 23], [2 ** 40 + 1, 30], [7, 2]] as const) {
    const last = samples - 1;
    const values = valuesOf(integer(low, high, { samples, scale: "log" })) as number[];
    const isExact = values.map((value, index) =>
      isNearestGeometric(value, { low, high, index, last })
    );
    assertEquals(isExact, new Array(samples).fill(true));
    assertEquals([values[0], values.at(-1)], [low, high]);
  }
});

Deno.test("GridSpace() spaces more integers than powers could check", () => {
  const grid = new GridSpace({ n: integer(1, 2 ** 50, { samples: 1_000_001, scale: "log" }) });
  assertAlmostEquals(grid.at(grid.size - 2).n as number, 2 ** (50 * (1 - 1e-6)), 2);
  assertEquals(grid.at(grid.size - 1).n, 2 ** 50);
});

Deno.test("GridSpace() spaces integers by even steps, rounded exactly", () => {
  const wide = fc.tuple(
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: 0, max: 2 ** 40 }),
  );
  fc.assert(fc.property(wide, fc.integer({ min: 2, max: 60 }), ([low, width], samples) => {
    const values = valuesOf(integer(low, low + width, { samples })) as number[];
    const last = BigInt(samples - 1);
    const expected = new Set<number>();
    for (let index = 0n; index <= last; index++) {
      expected.add(low + Number((2n * BigInt(width) * index + last) / (2n * last)));
    }
    assertEquals(values, [...expected]);
  }));
});

Deno.test("GridSpace() keeps floats inside, ascending and exact at the ends", () => {
  const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const bounds = fc.tuple(bound, bound).filter(([a, b]) => Math.abs(a - b) > 1e-6);
  fc.assert(fc.property(
    bounds,
    fc.integer({ min: 2, max: 40 }),
    fc.boolean(),
    ([a, b], samples, isLog) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const scale = isLog && low > 0 ? "log" : "linear";
      const values = valuesOf(float(low, high, { samples, scale })) as number[];
      assertEquals(values.length, samples);
      assertEquals([values[0], values.at(-1)], [low, high]);
      assertEquals(values, values.toSorted((x, y) => x - y));
    },
  ));
});

Deno.test("GridSpace() spaces the extremes of doubles", () => {
  const [, middle] = valuesOf(float(1e-300, 1e300, { samples: 3, scale: "log" })) as number[];
  assertAlmostEquals(middle!, 1, 1e-9);
  const { MAX_VALUE: max, MIN_VALUE: min } = Number;
  assertEquals(valuesOf(float(-max, max, { samples: 3 })), [-max, 0, max]);
  assertEquals(valuesOf(float(min, max, { samples: 2, scale: "log" })), [min, max]);
});

Deno.test("GridSpace() has the values that the reference got wrong", () => {
  const cases: [ParameterSpace, unknown[]][] = [
    [integer(1, 1000, { samples: 4, scale: "log" }), [1, 10, 100, 1000]],
    [integer(1, 243, { samples: 6, scale: "log" }), [1, 3, 9, 27, 81, 243]],
    [integer(0, 3, { samples: 10 }), [0, 1, 2, 3]],
    [integer(1, 4, { samples: 30, scale: "log" }), [1, 2, 3, 4]],
    [float(1e-5, 1e-1, { samples: 5, scale: "log" }), [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]],
    [float(0.1, 0.5, { samples: 5 }), [0.1, 0.2, 0.3, 0.4, 0.5]],
  ];
  for (const [space, values] of cases) assertEquals(valuesOf(space), values);
});

Deno.test("GridSpace() merges what is one value", () => {
  assertEquals(valuesOf(float(3, 3, { samples: 5 })), [3]);
  assertEquals(valuesOf(integer(3, 3, { samples: 5, scale: "log" })), [3]);
  assertEquals(valuesOf(float(1, 2, { samples: 1 })), [1]);
  assertEquals(valuesOf(integer(1, 2, { samples: 1, scale: "log" })), [1]);
});

Deno.test("GridSpace() holds every integer of a range without a number of samples", () => {
  assertEquals(valuesOf(integer(-1, 2)), [-1, 0, 1, 2]);
});

Deno.test("GridSpace() varies the last parameter fastest", () => {
  const grid = new GridSpace({ a: category(["x", "y"]), b: { c: integer(1, 3) } });
  const expected = ["x", "y"].flatMap((a) => [1, 2, 3].map((c) => ({ a, "b.c": c })));
  assertEquals([...grid], expected);
  assertEquals(expected.map((_, index) => grid.at(index)), expected);
});

Deno.test("GridSpace() iterates the points that at() gives", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(sizes, (counts) => {
    const named = counts.map((count, i) => [`p${i}`, integer(1, count)] as const);
    const grid = new GridSpace(Object.fromEntries(named));
    const points = [...grid];
    assertEquals(grid.size, counts.reduce((product, count) => product * count, 1));
    assertEquals(points, points.map((_, index) => grid.at(index)));
    assertEquals(new Set(points.map((point) => JSON.stringify(point))).size, grid.size);
  }));
});

Deno.test("GridSpace() opens 10^12 points without making them", () => {
  const grids = [
    new GridSpace({
      a: float(0, 1, { samples: 1e6 }),
      b: integer(1, 1e9, { samples: 1e6, scale: "linear" }),
    }),
    new GridSpace({ a: integer(1, 1e12) }),
    new GridSpace({ a: float(1e-9, 1, { samples: 1e12, scale: "log" }) }),
    new GridSpace(Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`p${i}`, float(1, 2, { samples: 10, scale: "log" })]),
    )),
  ];
  for (const grid of grids) {
    assertEquals(grid.size, 1e12);
    assertNotEquals(grid.at(0), grid.at(1e12 - 1));
    let count = 0;
    for (const _ of grid) if (++count === 3) break;
    assertEquals(count, 3);
  }
  const dense = new GridSpace({ a: integer(1, 1000, { samples: 1e12, scale: "log" }) });
  assertEquals([dense.size, dense.at(998)], [1000, { a: 999 }]);
});

Deno.test("GridSpace() refuses 2^53 points and more, and names where it gets there", () => {
  const half = integer(1, 2 ** 27);
  const error = assertThrows(
    () => new GridSpace({ a: half, b: half, c: category([1]) }),
    SearchSpaceError,
    'Cannot search "b" on a grid',
  );
  assertEquals(error.parameter, "b");
  const { MAX_SAFE_INTEGER: max } = Number;
  assertThrows(() => new GridSpace({ a: integer(-max, max) }), SearchSpaceError, "2^53");
});

Deno.test("GridSpace.at() refuses an index that does not exist", () => {
  const grid = new GridSpace({ a: integer(1, 3) });
  for (const index of [-1, 3, 0.5, NaN, Infinity]) {
    assertThrows(() => grid.at(index), RangeError, `Cannot read point "${index}": the grid has 3`);
  }
});

Deno.test("GridSpace.at() shares no value between points", () => {
  const grid = new GridSpace({
    a: category([{ layers: [1, 2] }, new ADict({ layers: [3] })]),
    b: integer(1, 2),
  });
  (grid.at(0).a as { layers: number[] }).layers.push(3);
  assertEquals([grid.at(0).a, grid.at(1).a], [{ layers: [1, 2] }, { layers: [1, 2] }]);
  assertEquals(grid.at(2).a, { layers: [3] });
});

Deno.test("GridSpace() keeps values that are no data as they are", () => {
  const values = [new Date(0), Math.sin, null];
  const points = [...new GridSpace({ a: category(values) })];
  points.forEach(({ a }, i) => assertStrictEquals(a, values[i]));
});

Deno.test("GridSpace() takes plain objects, configs and mixtures, nested or dotted", () => {
  const lr = { paramType: "FLOAT", paramRange: [0, 1], numSamples: 2 } as const;
  const inputs: SearchSpacesInput[] = [
    { opt: { lr }, n: integer(1, 2) },
    { "opt.lr": lr, n: integer(1, 2) },
    new ADict({ opt: { lr }, n: integer(1, 2) }) as ADict,
    { opt: new ADict({ lr }) as ADict, n: integer(1, 2) },
    { opt: { lr: new ADict(lr) as ADict }, n: integer(1, 2) },
  ];
  for (const input of inputs) {
    assertEquals([...new GridSpace(input)], [
      { "opt.lr": 0, n: 1 },
      { "opt.lr": 0, n: 2 },
      { "opt.lr": 1, n: 1 },
      { "opt.lr": 1, n: 2 },
    ]);
  }
});

Deno.test("GridSpace() takes a parameter named paramType", () => {
  const grid = new GridSpace({ group: { paramType: category(["a"]) } });
  assertEquals(grid.at(0), { "group.paramType": "a" });
});

Deno.test("GridSpace() names the parameter that is wrong, and what was expected", () => {
  const cases: [spaces: unknown, parameter: string, ...message: string[]][] = [
    [{ lr: float(0, 1, { samples: 3, scale: "log" }) }, "lr", "LOG", "a lower end above 0"],
    [{ lr: float(-1, 1, { samples: 3, scale: "log" }) }, "lr", "from -1 to 1"],
    [{ n: integer(0, 8, { samples: 3, scale: "log" }) }, "n", "a lower end above 0"],
    [{ lr: float(2, 1, { samples: 3 }) }, "lr", "[2, 1]", "the lower end first"],
    [{ lr: float(0, Infinity, { samples: 3 }) }, "lr", "Infinity", "finite"],
    [{ lr: float(NaN, 1, { samples: 3 }) }, "lr", "NaN", "finite"],
    [{ n: integer(0.5, 3) }, "n", "0.5", "whole numbers"],
    [{ n: integer(1, 2 ** 53) }, "n", "9007199254740992", "whole numbers"],
    [{ lr: float(0, 1, { samples: 0 }) }, "lr", "numSamples is 0", "at least 1"],
    [{ lr: float(0, 1, { samples: 2.5 }) }, "lr", "numSamples is 2.5"],
    [{ lr: float(0, 1, { samples: NaN }) }, "lr", "numSamples is NaN"],
    [{ lr: float(0, 1) }, "lr", "no number of samples"],
    [{ n: integer(1, 8, { scale: "log" }) }, "n", "no number of samples"],
    [{ m: { name: category([]) } }, "m.name", "an empty list", "at least one value"],
    [{ m: category(["a", "b", "a"]) }, "m", '"a" twice'],
    [{ m: { paramType: "CATEGORY" } }, "m", "categories is undefined"],
    [{ m: { paramType: "CATEGORY", categories: "abc" } }, "m", 'categories is "abc"'],
    [{ a: { paramType: "FLOTA", paramRange: [0, 1] } }, "a", '"FLOTA"', 'did you mean "FLOAT"?'],
    [{ a: { paramType: "integer", paramRange: [0, 1] } }, "a", 'did you mean "INTEGER"?'],
    [{ a: { paramType: 3 } }, "a", "paramType is 3", '"CATEGORY"'],
    [{ a: { paramType: "toString" } }, "a", '"toString"'],
    [{ a: { paramType: "FLOAT", paramRange: 3 } }, "a", "paramRange is 3", "[low, high]"],
    [{ a: { paramType: "FLOAT", paramRange: [1] } }, "a", "[low, high]"],
    [{ a: { paramType: "FLOAT", paramRange: ["0", 1] } }, "a", '"0"', "finite"],
    [{ a: { ...float(0, 1), spaceType: "LGO" } }, "a", '"LGO"', 'did you mean "LOG"?'],
    [{ a: { ...float(0, 1), numSample: 3 } }, "a", 'unknown field "numSample"', '"numSamples"'],
    [{ a: { param_type: "FLOAT" } }, "a.param_type", 'did you mean "paramType"?'],
    [{ a: ["x", "y"] }, "a", "it is a list", "category()"],
    [{ a: 3 }, "a", "it is 3"],
    [{ a: () => 3 }, "a", "it is a function"],
    [{ a: null }, "a", "it is null"],
    [{ a: new Map() }, "a", "an object"],
    [{ a: {} }, "a", "holds no parameter"],
    [{}, "searchSpaces", "holds no parameter"],
    [undefined, "searchSpaces", "it is undefined"],
    [{ "a..b": integer(1, 2) }, "a..b", "is empty"],
    [{ "": integer(1, 2) }, "", "is empty"],
    [JSON.parse('{ "__proto__": { "paramType": "FLOAT", "paramRange": [0, 1] } }'), "__proto__"],
    [{ a: integer(1, 2), "a.b": integer(1, 2) }, "a.b", 'in the parameter "a"'],
    [{ "a.b": integer(1, 2), a: integer(1, 2) }, "a", '"a.b" lies in it'],
    [{ "a.b": integer(1, 2), a: { b: integer(1, 2) } }, "a.b", "defined twice"],
    [{ __num_halved__: integer(1, 2) }, "__num_halved__", "the search itself sets it"],
  ];
  for (const [input, parameter, ...parts] of cases) {
    const error = assertThrows(
      () => new GridSpace(input as SearchSpacesInput),
      SearchSpaceError,
      `Cannot search "${parameter}"`,
    );
    assertEquals([error.parameter, error.exitCode], [parameter, 1]);
    assertInstanceOf(error, RangeError);
    for (const part of parts) assertStringIncludes(error.message, part);
  }
});

Deno.test("GridSpace() refuses groups that contain themselves", () => {
  const group: Record<string, unknown> = {};
  group.again = group;
  assertThrows(() => new GridSpace(group as SearchSpacesInput), SearchSpaceError, "no end");
});

Deno.test("GridSpace() either opens or says which parameter is wrong", () => {
  const field = fc.oneof(
    fc.constantFrom("FLOAT", "INTEGER", "CATEGORY", "LOG", "LINEAR"),
    fc.anything(),
  );
  const numbers = fc.array(fc.oneof(fc.double(), fc.integer(), fc.anything()), { maxLength: 3 });
  const space = fc.record({
    paramType: field,
    paramRange: numbers,
    numSamples: fc.oneof(fc.integer(), fc.anything()),
    spaceType: field,
    categories: numbers,
  }, { requiredKeys: [] });
  const input = fc.dictionary(fc.string(), fc.oneof(space, fc.anything()), { maxKeys: 3 });
  fc.assert(fc.property(input, (hostile) => {
    try {
      const grid = new GridSpace(hostile as unknown as SearchSpacesInput);
      grid.at(0);
      grid.at(grid.size - 1);
    } catch (error) {
      assertInstanceOf(error, SearchSpaceError);
      assertStringIncludes(error.message, "Cannot search");
    }
  }));
});

Deno.test("GridSpace.prepareDistributions() writes points into copies of a base", () => {
  const base = new ADict({ epochs: 3, model: { name: "vit", depth: 0 } });
  const configs = new GridSpace({ "model.depth": integer(1, 2) }).prepareDistributions(base);
  assertEquals(configs.size, 2);
  assertEquals(Array.from(configs, (config) => config.toObject()), [
    { epochs: 3, model: { name: "vit", depth: 1 } },
    { epochs: 3, model: { name: "vit", depth: 2 } },
  ]);
  configs.at(0).model.name = "changed";
  assertEquals(configs.at(0).model.name, "vit");
  assertEquals(base.model.depth, 0);
  assertThrows(() => configs.at(2), RangeError);
});

Deno.test("GridSpace.prepareDistributions() starts from nothing without a base", () => {
  const configs = new GridSpace({ model: { depth: integer(1, 2) } }).prepareDistributions();
  assertEquals(configs.at(1).toObject(), { model: { depth: 2 } });
});

Deno.test("GridSpace() refuses more values than it can count where others wait for them", () => {
  const depth = integer(1, 3, { when: { width: 4 } });
  for (const width of [integer(1, 2e7), integer(1, 1_000_001)]) {
    const error = assertThrows(
      () => new GridSpace({ width, depth }),
      SearchSpaceError,
      'Cannot search "width" on a grid: it has',
    );
    assertEquals(error.parameter, "width");
  }
  const wide = integer(1, 3000);
  assertThrows(
    () => new GridSpace({ a: wide, b: wide, c: integer(1, 2, { when: { a: 1, b: 2 } }) }),
    SearchSpaceError,
    'Cannot search "b" on a grid',
  );
  assertEquals(new GridSpace({ width: integer(1, 1000), depth }).size, 1002);
});

Deno.test("GridSpace() counts the points that there are, not all combinations of values", () => {
  const models = Array.from({ length: 20 }, (_, i) => `m${i}`);
  const spaces = Object.fromEntries(
    models.map((model) => [`p_${model}`, integer(1, 10, { when: { model } })]),
  );
  const grid = new GridSpace({ model: category(models), ...spaces });
  assertEquals(grid.size, 200);
  assertEquals([grid.at(0), grid.at(199)], [{ model: "m0", p_m0: 1 }, { model: "m19", p_m19: 10 }]);

  const chain = new GridSpace(Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [
      `p${i}`,
      category([0, 1], i === 0 ? {} : { when: { [`p${i - 1}`]: 1 } }),
    ]),
  ));
  assertEquals(chain.size, 61);
  assertEquals(Array.from(chain, (point) => Object.keys(point).length), [
    ...Array.from({ length: 60 }, (_, i) => i + 1),
    60,
  ]);

  const half = integer(1, 2 ** 27);
  const error = assertThrows(
    () =>
      new GridSpace({ on: category([true, false]), a: half, b: { ...half, when: { on: true } } }),
    SearchSpaceError,
    `there are ${2n ** 54n + 2n ** 27n} points, expected fewer than 2^53`,
  );
  assertEquals(error.parameter, "b");
});

Deno.test("GridSpace() refuses categories that cannot be told apart", () => {
  const cases: [unknown[], string][] = [
    [[() => 1, () => 2], "two functions without a name, which cannot be told apart"],
    [[{ f: () => 1 }, { f: () => 2 }], "and another that cannot be told apart"],
    [[Symbol("a"), Symbol("a")], "Symbol(a) and another that cannot be told apart"],
    [[[1, 2], [1, 2]], "lists a list twice, expected each value once"],
    [[{ a: 1 }, { a: 1 }], "lists an object twice, expected each value once"],
    [[NaN, NaN], "lists NaN twice"],
    [[Math.sin, Math.sin], "lists a function twice"],
  ];
  for (const [values, message] of cases) {
    assertThrows(() => new GridSpace({ a: category(values) }), SearchSpaceError, message);
  }
  assertEquals(new GridSpace({ a: category([Math.sin, Math.cos, [1], [1, 2]]) }).size, 4);
});
