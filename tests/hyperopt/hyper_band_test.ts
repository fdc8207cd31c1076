import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertObjectMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "../_property.ts";
import { ADict } from "@ato/core/adict";
import {
  category,
  float,
  GridSpace,
  HyperBand,
  type HyperBandOptions,
  HyperOptError,
  integer,
  type Rung,
  SearchSpaceError,
  type Trial,
} from "@ato/core/hyperopt";
import { FakeScope } from "./_fake_scope.ts";

function bandOf(size: number, options: Partial<HyperBandOptions> = {}): HyperBand {
  const defaults = { halvingRate: 0.5, numMinSamples: 1 };
  return new HyperBand(new FakeScope(), { x: integer(0, size - 1) }, { ...defaults, ...options });
}

Deno.test("HyperBand() has as many steps as rungs, and as rungs were run", async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 9 }).map((tenths) => tenths / 10),
    fc.integer({ min: 1, max: 70 }),
    async (size, halvingRate, numMinSamples) => {
      const hyperband = bandOf(size, { halvingRate, numMinSamples });
      const steps = hyperband.computeOptimizedInitialTrainingSteps(1000);
      const seen: number[] = [];
      const { logs } = await hyperband.main(({ x, __num_halved__ }) => {
        seen.push(__num_halved__);
        return x + steps[__num_halved__]!;
      })();
      const count = hyperband.numGenerations();
      assertEquals([steps.length, logs.length, 1 + Math.max(...seen)], [count, count, count]);
      assertEquals(logs.map((trials) => trials.length), [...hyperband.plan.rungs]);
      assertEquals(seen.length, hyperband.plan.rungs.reduce((sum, n) => sum + n));
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

Deno.test("HyperBand() runs the documented search to its end", async () => {
  const hyperband = new HyperBand(new FakeScope(), {
    lr: { paramType: "FLOAT", paramRange: [1e-5, 1e-1], numSamples: 20, spaceType: "LOG" },
    batch_size: { paramType: "INTEGER", paramRange: [16, 128], numSamples: 5, spaceType: "LOG" },
    model: { paramType: "CATEGORY", categories: ["resnet50", "resnet101", "efficientnet_b0"] },
  }, { halvingRate: 0.3, numMinSamples: 4, mode: "max" });
  const steps = hyperband.computeOptimizedInitialTrainingSteps(100_000);
  assertEquals(steps, [2700, 9000, 30_000, 100_000]);
  let calls = 0;
  const best = await hyperband.main((config) => {
    calls++;
    return -Math.abs(Math.log10(config.lr) + 3) + steps[config.__num_halved__]! / 1e9;
  })();
  assertEquals([calls, best.logs.length], [300 + 90 + 27 + 8, 4]);
  assertEquals(best.config.model, "resnet50");
});

Deno.test("HyperBand.main() shows every trial its own rung, and keeps that in the logs", async () => {
  const { logs, config } = await bandOf(8).main(({ x }) => x)();
  logs.forEach((trials, generation) => {
    for (const trial of trials) {
      assertEquals([trial.generation, trial.config.__num_halved__], [generation, generation]);
    }
  });
  assertEquals(config.__num_halved__, 3);
  const configs = logs.flat().map((trial) => trial.config);
  assertEquals(new Set(configs).size, configs.length);
});

Deno.test("HyperBand.main() keeps the config that a trial got, not what became of it", async () => {
  const layers = category([[1, 2], [3]]);
  const hyperband = new HyperBand(new FakeScope({ epochs: 3 }), { layers }, {
    halvingRate: 0.5,
    numMinSamples: 1,
  });
  const { logs } = await hyperband.main((config) => {
    const metric = config.layers[0];
    config.layers.push(99);
    config.__num_halved__ += 10;
    config.epochs = 0;
    return metric;
  })();
  assertEquals(logs.flat().map((trial) => trial.config.toObject()), [
    { epochs: 3, layers: [3], __num_halved__: 0 },
    { epochs: 3, layers: [1, 2], __num_halved__: 0 },
    { epochs: 3, layers: [3], __num_halved__: 1 },
  ]);
});

Deno.test("HyperBand.main() does not train the winner again", async () => {
  const calls: string[] = [];
  const metrics = [0.618, 0.251];
  const { metric, logs } = await bandOf(2).main(({ x, __num_halved__ }) => {
    calls.push(`${x}@${__num_halved__}`);
    return metrics[x]!;
  })();
  assertEquals(calls, ["0@0", "1@0", "0@1"]);
  assertEquals([metric, logs.at(-1)![0]!.metric], [0.618, 0.618]);
});

Deno.test("HyperBand.main() composes every config anew: defaults, samples, lazy views", async () => {
  const scope = new FakeScope({ x: 999, epochs: 7 }, (config) => {
    config.steps = 10 ** config.__num_halved__;
  });
  const hyperband = new HyperBand(scope, { x: integer(0, 3) }, {
    halvingRate: 0.5,
    numMinSamples: 1,
    mode: "min",
  });
  const { logs } = await hyperband.main(({ x }) => x)();
  assertEquals(
    logs[0]!.map(({ config }) => config.toObject()),
    [0, 1, 2, 3].map((x) => ({ x, epochs: 7, steps: 1, __num_halved__: 0 })),
  );
  assertEquals(logs[2]!.map(({ config }) => config.steps), [100]);
  assertEquals(scope.composed[0], {
    samples: { x: 0, __num_halved__: 0 },
    options: { source: "hyperopt" },
  });
});

Deno.test("HyperBand.main() gives dotted samples their place in the config", async () => {
  const scope = new FakeScope({ opt: { name: "sgd", lr: 9 } });
  const hyperband = new HyperBand(scope, { "opt.lr": float(0, 1, { samples: 2 }) }, {
    halvingRate: 0.5,
    numMinSamples: 1,
  });
  const { config } = await hyperband.main(({ opt }) => opt.lr)();
  assertEquals(config.toObject(), { opt: { name: "sgd", lr: 1 }, __num_halved__: 1 });
});

Deno.test("HyperBand.main() keeps the rung where a lazy view overwrites it", async () => {
  const scope = new FakeScope({}, (config) => {
    config.__num_halved__ = 77;
  });
  const hyperband = new HyperBand(scope, { x: integer(1, 2) }, {
    halvingRate: 0.5,
    numMinSamples: 1,
  });
  const { logs } = await hyperband.main(({ x }) => x)();
  assertEquals(logs.map(([trial]) => trial!.config.__num_halved__), [0, 1]);
});

Deno.test("HyperBand() runs where the grid is smaller than numMinSamples", async () => {
  const hyperband = bandOf(3, { numMinSamples: 10 });
  assertEquals(hyperband.numGenerations(), 1);
  assertEquals(hyperband.computeOptimizedInitialTrainingSteps(50), [50]);
  const { config, logs } = await hyperband.main(({ x }) => x)();
  assertEquals([config.x, logs.length], [2, 1]);
});

Deno.test("HyperBand.main() ranks around metrics that are no finite numbers", async () => {
  const bad: unknown[] = [NaN, undefined, null, "5", 5n, Infinity, -Infinity, {}, [1], true];
  for (const mode of ["max", "min"] as const) {
    for (const value of bad) {
      const metrics = [1, value, 5, 2];
      const { metric, logs } = await bandOf(4, { mode }).main(({ x }) => metrics[x] as number)();
      assertEquals(metric, mode === "max" ? 5 : 1);
      assertEquals(
        logs[0]!.map((trial) => trial.index),
        mode === "max" ? [2, 3, 0, 1] : [0, 3, 2, 1],
      );
      const failed = logs[0]!.at(-1)!;
      assertEquals([failed.status, failed.metric], ["failed", NaN]);
      assertStringIncludes(failed.error!.message, "expected a finite number");
      assert(logs.slice(1).flat().every(({ status }) => status === "completed"));
    }
  }
});

Deno.test("HyperBand.main() survives errors, and records them", async () => {
  const thrown = [new TypeError("out of memory"), "a string", undefined, { code: 3 }];
  const { config, logs } = await bandOf(8).main(({ x }) => {
    if (x < 4) throw thrown[x];
    return x;
  })();
  assertEquals(config.x, 7);
  const failed = logs[0]!.slice(4);
  assertEquals(failed.map(({ index }) => index), [0, 1, 2, 3]);
  assertEquals(failed[0]!.error, thrown[0]);
  assertEquals(failed[1]!.error!.message, 'The objective threw "a string"');
  assertEquals(failed[3]!.error!.cause, thrown[3]);
  assertEquals(failed.map((trial) => trial.config.x), [0, 1, 2, 3]);
});

Deno.test("HyperBand.main() records a config that could not be composed", async () => {
  const scope = new FakeScope({}, ({ opt }) => {
    if (opt.lr === 0) throw new RangeError("no learning rate");
  });
  const hyperband = new HyperBand(scope, { opt: { lr: integer(0, 1), depth: integer(2, 2) } }, {
    halvingRate: 0.5,
    numMinSamples: 1,
  });
  const { logs } = await hyperband.main(({ opt }) => opt.lr)();
  const failed = logs[0]![1]!;
  assertEquals(failed.error?.message, "no learning rate");
  assertEquals(failed.config.toObject(), { opt: { lr: 0, depth: 2 }, __num_halved__: 0 });
});

Deno.test("HyperBand.main() fails with the first error where nothing succeeds", async () => {
  const search = bandOf(4).main(({ x }) => {
    throw new TypeError(`broken ${x}`);
  });
  const error = await assertRejects(
    () => search(),
    HyperOptError,
    "all 4 trials of rung 0 failed, expected a finite metric of at least one; " +
      "trial 0: TypeError: broken 0",
  );
  assertEquals([error.exitCode, error.logs[0]!.length], [1, 4]);
  assertInstanceOf(error.cause, TypeError);
});

Deno.test("HyperBand.main() passes nothing from one rung to the next", async () => {
  const keys = new Set<string>();
  await bandOf(8).main((config) => {
    for (const key of Object.keys(config)) keys.add(key);
    return config.x;
  })();
  assertEquals([...keys], ["x", "__num_halved__"]);
});

Deno.test("HyperBand.main() opens 10^12 configs and starts at once", async () => {
  const hyperband = new HyperBand(new FakeScope(), { a: integer(1, 1e6), b: integer(1, 1e6) }, {
    halvingRate: 0.1,
    numMinSamples: 5,
    onTrial({ index }) {
      if (index === 2) throw new Error("enough");
    },
  });
  assertEquals(hyperband.numGenerations(), 12);
  await assertRejects(() => hyperband.main(({ b }) => b)(), Error, "enough");
});

Deno.test("HyperBand() trains the whole grid and the points that are enqueued, as planned", async () => {
  const spaces = {
    a: float(0, 1, { samples: 3 }),
    n: integer(1, 64, { samples: 3, scale: "log" }),
    kind: category(["x", "y"]),
    b: float(-1, 1, { samples: 2, when: { kind: "y" } }),
  };
  const grid = [...new GridSpace(spaces)];
  const whole = fc.record({
    a: fc.constantFrom(0, 0.3, 0.5, 1),
    n: fc.constantFrom(1, 2, 8, 64),
    kind: fc.constantFrom("x", "y"),
    b: fc.constantFrom(-1, 0, 1),
  }).map(({ b, ...rest }) => rest.kind === "y" ? { ...rest, b } : rest);
  const part = fc.constantFrom({ kind: "x" }, { a: 0.5, kind: "x" }, { kind: "y", b: 0.5 });
  const property = fc.asyncProperty(
    fc.array(fc.oneof(whole, part), { maxLength: 5 }),
    fc.integer(),
    fc.boolean(),
    async (enqueue, seed, allowRepeats) => {
      const options = { halvingRate: 0.5, numMinSamples: 2, enqueue, seed, allowRepeats };
      const hyperband = new HyperBand(new FakeScope(), spaces, options);
      const { logs } = await hyperband.main(({ a }) => a)();
      assertEquals(logs.map((trials) => trials.length), [...hyperband.plan.rungs]);
      const tried = new Set(logs[0]!.map(({ samples }) => JSON.stringify(samples)));
      for (const point of grid) assert(tried.has(JSON.stringify(point)), JSON.stringify(point));
      for (const [index, point] of enqueue.entries()) {
        assertObjectMatch(logs[0]!.find((trial) => trial.index === index)!.samples, point);
      }
      // Nothing but the grid and what was enqueued.
      assert(logs[0]!.length <= grid.length + enqueue.length);
      if (allowRepeats) assertEquals(logs[0]!.length, grid.length + enqueue.length);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

Deno.test("HyperBand() halves what the constraints leave", async () => {
  let trainings = 0;
  const hyperband = new HyperBand(new FakeScope(), { a: integer(1, 100) }, {
    halvingRate: 0.5,
    numMinSamples: 1,
    constraints: [({ a }) => a > 90],
  });
  const { logs, config } = await hyperband.main(({ a }) => {
    trainings++;
    return a;
  })();
  assertEquals(logs.map((trials) => trials.length), [10, 5, 2, 1, 1, 1, 1]);
  assertEquals([trainings, config.a], [21, 100]);
});

Deno.test("HyperBand() runs at a rate that leaves nothing to go on", async () => {
  const hyperband = bandOf(5, { halvingRate: 5e-324, constraints: [({ x }) => x > 2] });
  assertEquals((await hyperband.main(({ x }) => x)()).logs.map((trials) => trials.length), [2]);
});

Deno.test("HyperBand() plans no more than the grid for points that are on it", () => {
  const spaces = { a: float(0, 1, { samples: 3 }), n: integer(-1, 1) };
  const cases: [Record<string, number>[], number][] = [
    [[{ a: 0.5, n: -0 }, { a: 1, n: 1 }], 9],
    [[{ a: 0.3, n: 0 }], 10],
    [[{ a: 0.3, n: 0 }, { a: 0.3, n: 0 }], 11],
    [[{ a: 0.5, n: 0 }, { a: 0.5, n: 0 }], 10],
    [[{ a: 0.5 }, { n: 1 }], 10],
  ];
  for (const [enqueue, count] of cases) {
    const options = { halvingRate: 0.5, numMinSamples: 1, enqueue };
    assertEquals(new HyperBand(new FakeScope(), spaces, options).plan.rungs[0], count);
  }
});

Deno.test("HyperBand.main() reports trials and rungs, and waits for the callbacks", async () => {
  const events: string[] = [];
  const trials: Trial[] = [];
  const rungs: Rung[] = [];
  const hyperband = bandOf(4, {
    halvingRate: 0.5,
    async onTrial(trial) {
      await Promise.resolve();
      trials.push(trial);
      events.push(`trial ${trial.index}`);
    },
    async onRung(rung) {
      await Promise.resolve();
      rungs.push(rung);
      events.push(`rung ${rung.generation}, ${rung.promoted} go on`);
    },
  });
  const { logs } = await hyperband.main(({ x }) => x)();
  assertEquals(events, [
    ...["trial 0", "trial 1", "trial 2", "trial 3", "rung 0, 2 go on"],
    ...["trial 3", "trial 2", "rung 1, 1 go on"],
    ...["trial 3", "rung 2, 0 go on"],
  ]);
  assertEquals(rungs.map((rung) => rung.trials), [...logs]);
  for (const { durationMs } of trials) assertGreaterOrEqual(durationMs, 0);
});

Deno.test("HyperBand.main() does not swallow the error of a callback", async () => {
  for (const name of ["onTrial", "onRung"] as const) {
    const hyperband = bandOf(4, {
      [name]: () => Promise.reject(new Error(`${name} is broken`)),
    });
    await assertRejects(() => hyperband.main(({ x }) => x)(), Error, `${name} is broken`);
  }
});

Deno.test("HyperBand.main() passes on what the search is called with", async () => {
  const search = bandOf(2).main(({ x }, factor: number, ...names: string[]) => {
    assertEquals(names, ["a", "b"]);
    return x * factor;
  });
  assertEquals((await search(-1, "a", "b")).config.x, 0);
});

Deno.test("HyperBand.main() gives the same result each time it is called", async () => {
  const search = bandOf(8).main(async ({ x }) => await Promise.resolve((x * 5) % 8));
  const runs = await Promise.all([search(), search(), search()]);
  const orders = runs.map(({ logs }) => logs.map((trials) => trials.map(({ index }) => index)));
  assertEquals(orders[1], orders[0]);
  assertEquals(orders[2], orders[0]);
});

Deno.test("HyperBand.main() refuses what is no function", () => {
  assertThrows(() => bandOf(2).main(3 as never), TypeError, "the objective is 3");
});

Deno.test("HyperBand() takes spaces from a config", async () => {
  const spaces = new ADict({ opt: { lr: float(0, 1, { samples: 2 }) } }) as ADict;
  const hyperband = new HyperBand(new FakeScope(), spaces, { halvingRate: 0.5, numMinSamples: 1 });
  assertEquals((await hyperband.main(({ opt }) => opt.lr)()).config.opt.lr, 1);
});

Deno.test("HyperBand() names the option or parameter that is wrong", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ["halvingRate", { halvingRate: 1 }, "above 0 and below 1"],
    ["halvingRate", { halvingRate: undefined }, "undefined"],
    ["numMinSamples", { numMinSamples: 0 }, "a whole number from 1"],
    ["mode", { mode: "mxa" }, 'expected "max" or "min"; did you mean "max"?'],
    ["mode", { mode: 1 }, 'expected "max" or "min"'],
    ["onTrial", { onTrial: "log" }, "expected a function"],
    ["onRung", { onRung: null }, "expected a function"],
  ];
  for (const [name, options, part] of cases) {
    const error = assertThrows(() => bandOf(4, options), SearchSpaceError, `"${name}"`);
    assertEquals([error.parameter, error.exitCode], [name, 1]);
    assertStringIncludes(error.message, part);
  }
  const options = { halvingRate: 0.5, numMinSamples: 1 };
  assertThrows(
    () => new HyperBand(new FakeScope(), { lr: float(0, 1) }, options),
    SearchSpaceError,
    'Cannot search "lr" on a grid',
  );
});
