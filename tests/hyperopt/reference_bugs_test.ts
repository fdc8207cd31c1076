/** The defects of the Python reference, by their numbers: each is gone. */
import { assert, assertEquals, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import {
  ashaScheduler,
  category,
  float,
  GridSpace,
  halvingPlan,
  HyperBand,
  type HyperBandOptions,
  HyperOptError,
  integer,
  type ParameterSpace,
  SearchSpaceError,
  Study,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { drive, picker } from "./_drive.ts";

const OPTIONS: HyperBandOptions = { halvingRate: 0.5, numMinSamples: 1 };

function bandOf(size: number, options: Partial<HyperBandOptions> = {}): HyperBand {
  return new HyperBand(new Scope(), { x: integer(0, size - 1) }, { ...OPTIONS, ...options });
}

function valuesOf(space: ParameterSpace): unknown[] {
  return [...new GridSpace({ p: space })].map(({ p }) => p);
}

Deno.test("A1: nested configs run to the end, with several workers too", async () => {
  const spaces = { model: { name: category(["a", "b"]), depth: integer(1, 4) } };
  const best = await new HyperBand(new Scope(), spaces, OPTIONS).main(({ model }) => model.depth)();
  assertEquals([best.config.model.depth, best.logs.length], [4, 4]);
  const scheduler = ashaScheduler({ maxResource: 9 });
  const study = new Study(spaces, { scheduler, allowRepeats: true, budget: { trials: 27 } });
  drive(study, ({ samples }) => Number(samples["model.depth"]), { workers: 8, pick: picker(1) });
  assertEquals(study.result().logs[0]!.length, 27);
});

Deno.test("A2, A3: a search is made, and numbers its trials, without any group of processes", () => {
  const study = new Study({ x: float(0, 1) }, { scheduler: ashaScheduler({ maxResource: 1 }) });
  assertEquals([study.ask()?.index, study.ask()?.index], [0, 1]);
});

Deno.test("A4: there are as many steps as rungs, and every rung finds its own", async () => {
  const cases = [[300, 0.3, 4], [320, 0.3, 4], [81, 1 / 3, 1], [27, 1 / 3, 1], [64, 0.5, 1], [
    1000,
    0.1,
    1,
  ]] as const;
  for (const [size, halvingRate, numMinSamples] of cases) {
    const hyperband = bandOf(size, { halvingRate, numMinSamples });
    const steps = hyperband.computeOptimizedInitialTrainingSteps(100_000);
    const seen = new Set<number>();
    await hyperband.main(({ x, __num_halved__ }) => {
      seen.add(steps[__num_halved__]!);
      return x;
    })();
    assertEquals([...seen], steps);
    assertEquals(hyperband.numGenerations(), steps.length);
  }
});

Deno.test("A5: the log of a rung shows that rung", async () => {
  const { logs } = await bandOf(9).main(({ x }) => x)();
  logs.forEach((trials, generation) => {
    assert(trials.every(({ config }) => config.__num_halved__ === generation));
  });
});

Deno.test("A6: the winner is not trained again, and keeps the metric that it won with", async () => {
  const random = picker(3);
  const metrics: number[] = [];
  const { metric, logs } = await bandOf(8).main(() => metrics[metrics.push(random(1000)) - 1]!)();
  assertEquals(metrics.length, 8 + 4 + 2 + 1);
  assertEquals([metric, logs.length], [metrics.at(-1)!, 4]);
});

Deno.test("A7: samples win over default views in every trial", async () => {
  const scope = new Scope();
  scope.observe("defaults", { default: true }, { x: 999, epochs: 7 });
  const seen: number[][] = [];
  const search = new HyperBand(scope, { x: integer(0, 5) }, OPTIONS).main(({ x, epochs }) => {
    seen.push([x, epochs]);
    return x;
  });
  assertEquals((await search()).config.x, 5);
  assertEquals(seen.slice(0, 6), [0, 1, 2, 3, 4, 5].map((x) => [x, 7]));
  assert(seen.every(([, epochs]) => epochs === 7));
});

Deno.test("A7: what was sampled says so where it is explained", async () => {
  const scope = new Scope();
  scope.observe("defaults", { default: true }, { x: 999 });
  await scope.resolve([]);
  const config = await scope.compose({ x: 3 }, { source: "hyperopt" });
  assertEquals(config.x, 3);
  const sources: string[] = [];
  const spied = {
    inject: scope.inject.bind(scope),
    compose: (samples: Record<string, unknown>, options: { source: string }) => {
      sources.push(options.source);
      return scope.compose(samples, options);
    },
  };
  await new HyperBand(spied as never, { x: integer(0, 1) }, OPTIONS).main(({ x }) => x)();
  assertEquals(new Set(sources), new Set(["hyperopt"]));
});

Deno.test("A8: a grid smaller than numMinSamples has one rung, and generations are at least one", async () => {
  const hyperband = bandOf(3, { numMinSamples: 5 });
  assertEquals((await hyperband.main(({ x }) => x)()).config.x, 2);
  assertEquals(hyperband.numGenerations(), 1);
  assertEquals(halvingPlan({ configs: 8, halvingRate: 0.5, numMinSamples: 4 }).rungs, [8, 4]);
});

Deno.test("A9: spaces hold what they say: exact, inside, none twice, by dotted names", () => {
  const cases: [ParameterSpace, unknown[]][] = [
    [integer(1, 1000, { samples: 4, scale: "log" }), [1, 10, 100, 1000]],
    [integer(1, 243, { samples: 6, scale: "log" }), [1, 3, 9, 27, 81, 243]],
    [integer(0, 3, { samples: 10 }), [0, 1, 2, 3]],
    [float(1e-4, 0.1, { samples: 4, scale: "log" }), [1e-4, 1e-3, 1e-2, 0.1]],
  ];
  for (const [space, values] of cases) assertEquals(valuesOf(space), values);
  const once = valuesOf(integer(1, 64, { samples: 10, scale: "log" }));
  assertEquals(once.length, new Set(once).size);
  for (const low of [0, -1]) {
    const space = float(low, 0.1, { samples: 3, scale: "log" });
    assertThrows(() => valuesOf(space), SearchSpaceError, "a lower end above 0");
  }
  const nested = new GridSpace({ "opt.lr": float(0, 1, { samples: 2 }) });
  assertEquals(nested.prepareDistributions().at(1).opt.lr, 1);
});

Deno.test("A10: a metric that is no number neither wins nor ends the search", async () => {
  const metrics: unknown[] = [1, NaN, 5, null, 2];
  for (const [mode, winner] of [["max", 2], ["min", 0]] as const) {
    const search = bandOf(5, { mode }).main(({ x }) => metrics[x] as number);
    const { config, logs } = await search();
    assertEquals(config.x, winner);
    assertEquals(logs[0]!.slice(-2).map(({ status }) => status), ["failed", "failed"]);
  }
  const failing = bandOf(4).main(({ x }) => {
    if (x === 3) throw new RangeError("out of memory");
    return x;
  });
  const { config, logs } = await failing();
  assertEquals([config.x, logs[0]![3]!.error?.message], [2, "out of memory"]);
});

Deno.test("A10: where all fail, the error keeps every trial", async () => {
  const error = await bandOf(4).main(() => NaN)().catch((thrown) => thrown);
  assert(error instanceof HyperOptError);
  assertEquals(error.logs[0]!.length, 4);
});

Deno.test("A11: 10^12 configs open without being made", () => {
  const spaces = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`p${i}`, float(0, 1, { samples: 10 })]),
  );
  const begin = performance.now();
  const hyperband = new HyperBand(new Scope(), spaces, OPTIONS);
  assertLess(performance.now() - begin, 2000);
  assertEquals(hyperband.plan.rungs[0], 1e12);
});

Deno.test("A12: survivors and steps are exact", () => {
  for (
    const [configs, halvingRate, next] of [[100, 0.29, 29], [100, 0.57, 57], [
      100,
      0.58,
      58,
    ]] as const
  ) {
    assertEquals(halvingPlan({ configs, halvingRate, numMinSamples: 1 }).rungs[1], next);
  }
  const plan = halvingPlan({ configs: 300, halvingRate: 0.3, numMinSamples: 3 });
  assertEquals(plan.steps(100_000), [2700, 9000, 30_000, 100_000]);
});

Deno.test("A13: nothing leaks from one rung into the next, nor into the scope", async () => {
  const scope = new Scope({ config: { y: 1 } });
  const before = (await scope.resolve([])).toObject();
  const keys: string[][] = [];
  await new HyperBand(scope, { x: integer(0, 3) }, OPTIONS).main((config) => {
    keys.push(Object.keys(config).sort());
    Object.assign(config, { __metric__: 1 });
    return config.x;
  })();
  assert(keys.every((own) => own.join() === "__num_halved__,x,y"), String(keys));
  assertEquals(scope.config.toObject(), before);
});

Deno.test("A13: a seed decides, a budget ends, a ledger continues", async () => {
  const scheduler = ashaScheduler({ maxResource: 9 });
  const options = { scheduler, seed: 7, budget: { resource: 60 } };
  const [first, second] = [0, 1].map(() => new Study({ x: float(0, 1) }, options));
  drive(first!, ({ samples }) => Number(samples.x));
  drive(second!, ({ samples }) => Number(samples.x));
  assertEquals(await first!.hash(), await second!.hash());
  assertLess(first!.spent, 61);
});

Deno.test("A14: a slow or dead worker holds up nobody else", () => {
  const scheduler = ashaScheduler({ maxResource: 9 });
  const study = new Study({ x: float(0, 1) }, { scheduler, parallelism: 100 });
  const dead = study.ask()!;
  const jobs = drive(study, ({ samples }) => Number(samples.x), { workers: 2, pick: picker(2) });
  assertEquals(jobs.length, 99);
  assertEquals(study.running, [dead]);
  assertStringIncludes(JSON.stringify(study.running), '"index":0');
});
