import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { ADict, ConfigFileError, FrozenConfigError, MissingKeyError } from "@ato/core/adict";
import {
  category,
  float,
  HyperBand,
  type HyperBandOptions,
  HyperOptError,
  integer,
  SearchSpaceError,
  type Trial,
} from "@ato/core/hyperopt";
import { CommandLineError, InvalidConfigError, Scope, type StandardSchema } from "@ato/core/scope";
import { SQLLogger, TrackerError } from "@ato/core/tracker";
import { FakeScope } from "./_fake_scope.ts";

const OPTIONS = { halvingRate: 0.5, numMinSamples: 1 };

function bandOf(size: number, options: Partial<HyperBandOptions> = {}): HyperBand {
  return new HyperBand(new FakeScope(), { x: integer(0, size - 1) }, { ...OPTIONS, ...options });
}

Deno.test("HyperBand.main() ends at once where a database cannot be opened", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "");
  let trials = 0;
  const search = bandOf(27).main(async () => {
    trials++;
    const sql = { "db_path": `${folder}/file/experiments.db` };
    await using logger = await SQLLogger.open({ experiment: { project_name: "digits", sql } });
    logger.run({});
    return 1;
  });
  const error = await assertRejects(() => search(), TrackerError);
  assertEquals(trials, 1);
  assertStringIncludes(error.message, "experiments.db");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("HyperBand.main() rejects with the very error that has an exit code", async () => {
  const errors = [
    new TrackerError("Cannot write: the disk is full"),
    new ConfigFileError("Cannot read the file", { path: "config.yaml" }),
    new MissingKeyError("lrr"),
    new FrozenConfigError("set", "lr"),
    new SearchSpaceError("mode", "Cannot search"),
    new HyperOptError("Cannot choose a winner"),
    new CommandLineError("usage", []),
    Object.assign(new RangeError("of the program itself"), { exitCode: 0 }),
  ];
  for (const expected of errors) {
    const seen: number[] = [];
    const rungs: number[] = [];
    const hyperband = bandOf(8, {
      onTrial: ({ index }) => void seen.push(index),
      onRung: ({ generation }) => void rungs.push(generation),
    });
    let calls = 0;
    const search = hyperband.main(({ x }) => {
      if (++calls === 6) throw expected;
      return x;
    });
    const actual = await assertRejects(() => search());
    assertStrictEquals(actual, expected);
    assertEquals([calls, seen, rungs], [6, [0, 1, 2, 3, 4], []]);
  }
});

Deno.test("HyperBand.main() ends at once where the objective reads a key that is not there", async () => {
  const scope = new Scope({ config: { model: { depth: 3 } } });
  let calls = 0;
  const search = new HyperBand(scope, { x: integer(1, 9) }, OPTIONS).main((config) => {
    calls++;
    // deno-lint-ignore no-explicit-any -- what the compiler would not let through
    return (config as any).model.dpeth;
  });
  await assertRejects(() => search(), MissingKeyError, 'did you mean "model.depth"?');
  assertEquals(calls, 1);
});

Deno.test("HyperBand.main() ends at once where a view meets a state of the machine", async () => {
  const broken = new TrackerError("Cannot open");
  const scope = new FakeScope({}, ({ x }) => {
    if (x === 2) throw broken;
  });
  let calls = 0;
  const search = new HyperBand(scope, { x: integer(0, 9) }, OPTIONS).main(({ x }) => {
    calls++;
    return x;
  });
  assertStrictEquals(await assertRejects(() => search()), broken);
  assertEquals(calls, 2);
});

Deno.test("HyperBand.main() goes on where a schema refuses the config of one trial", async () => {
  const schema: StandardSchema = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) =>
        (value as { x: number }).x < 3
          ? { value }
          : { issues: [{ message: "too large", path: ["x"] }] },
    },
  };
  const scope = new Scope({ config: { x: 0 }, schema });
  const { config, logs } = await new HyperBand(scope, { x: integer(1, 4) }, OPTIONS)
    .main(({ x }) => x)();
  assertEquals(config.x, 2);
  assertEquals(logs[0]!.map(({ index, status }) => [index, status]), [
    [1, "completed"],
    [0, "completed"],
    [2, "failed"],
    [3, "failed"],
  ]);
  assertInstanceOf(logs[0]![2]!.error, InvalidConfigError);
});

Deno.test("HyperBand.main() takes what has no exit code for a failed trial", async () => {
  const thrown: unknown[] = [
    new Deno.errors.NotFound("a file"),
    Object.assign(new Error("a text is no exit code"), { exitCode: "1" }),
    { exitCode: 1 },
    new Error("about an error", { cause: new TrackerError("Cannot write") }),
  ];
  const { logs } = await bandOf(5).main(({ x }) => {
    if (x < thrown.length) throw thrown[x];
    return 1;
  })();
  assertEquals(logs[0]!.map(({ index, status }) => `${index} ${status}`), [
    "4 completed",
    ...["0 failed", "1 failed", "2 failed", "3 failed"],
  ]);
});

Deno.test("HyperBand.main() ends where a lazy view overwrites a sample, before it trains", async () => {
  const scope = new Scope({ config: { lr: 0.1, epochs: 1 } });
  scope.observe({ default: true, lazy: true }, function schedule(config) {
    config.lr = 0.5;
  });
  let calls = 0;
  const search = new HyperBand(scope, { lr: integer(1, 4) }, OPTIONS).main(() => ++calls);
  const error = await assertRejects(
    () => search(),
    HyperOptError,
    'Cannot search "lr": it is 0.5 in the config of trial 0, expected the sample 1: ' +
      "a lazy view has overwritten it",
  );
  assertEquals([calls, error.exitCode, error.logs], [0, 1, []]);
});

Deno.test("HyperBand.main() finds every way in which a sample can be lost", async () => {
  const spaces = {
    "opt.name": category(["sgd"]),
    layers: category([[64, 32]]),
    head: category([{ kind: "mlp", size: 3 }]),
  };
  const cases: [parameter: string, lazy: (config: ADict) => void, state: string][] = [
    ["opt.name", (config) => config.opt.name = "adam", 'it is "adam"'],
    ["opt.name", (config) => config.opt = { lr: 1 }, "it is undefined"],
    ["opt.name", (config) => config.opt = "adam", "it is undefined"],
    ["opt.name", (config) => delete config.opt, "it is undefined"],
    ["layers", (config) => config.layers[1] = 16, "it is [ 64, 16 ]"],
    ["layers", (config) => config.layers.pop(), "it is [ 64 ]"],
    ["layers", (config) => config.layers = new Array(99).fill(64), "it is a list"],
    ["layers", (config) => config.layers = "64", 'it is "64"'],
    ["head", (config) => config.head.size = 4, 'it is { kind: "mlp", size: 4 }'],
    ["head", (config) => delete config.head.kind, "it is { size: 3 }"],
  ];
  for (const [parameter, lazy, state] of cases) {
    const search = new HyperBand(new FakeScope({}, lazy), spaces, OPTIONS).main(() => 1);
    const error = await assertRejects(() => search(), HyperOptError, `"${parameter}": ${state} in`);
    assertStringIncludes(error.message, "overwritten");
  }
});

Deno.test("HyperBand.main() lets lazy views read samples and write beside them", async () => {
  const [date, bytes] = [new Date(0), new Uint8Array([1, 2])];
  const spaces = {
    opt: { name: category(["sgd"]), lr: float(0.1, 0.1, { samples: 1 }) },
    head: category([{ kind: "mlp" }]),
    // deno-lint-ignore no-explicit-any -- values of every kind
    any: category<any>([
      NaN,
      undefined,
      null,
      -0,
      date,
      bytes,
      Math.sin,
      new Map([[1, 2]]),
      [],
      {},
    ]),
  };
  const scope = new FakeScope({}, (config) => {
    config.opt.momentum = config.opt.lr * 9;
    config.head.size = 3;
    config.name = `${config.opt.name}`;
  });
  const { logs } = await new HyperBand(scope, spaces, { ...OPTIONS, numMinSamples: 9 })
    .main(() => 1)();
  assertEquals(logs[0]!.map(({ error }) => error), new Array(10).fill(undefined));
  assert(logs[0]!.every(({ config }) => config.head.size === 3));
});

Deno.test("HyperBand.main() gives the trials so far to the error, complete rungs ranked", async () => {
  const scope = new FakeScope({}, (config) => {
    if (config.x === 2 && config.__num_halved__ === 1) config.x = 99;
  });
  const search = new HyperBand(scope, { x: integer(0, 3) }, OPTIONS).main(({ x }) => x);
  const error = await assertRejects(() => search(), HyperOptError, 'Cannot search "x": it is 99');
  const indices = error.logs.map((trials) => trials.map(({ index }) => index));
  assertEquals(indices, [[3, 2, 1, 0], [3]]);
});

Deno.test("HyperBand.main() does not count its own look at the samples as reading", async () => {
  const read: string[][] = [];
  await new HyperBand(new FakeScope(), { opt: { lr: integer(1, 2) } }, OPTIONS).main((config) => {
    read.push(ADict.prototype.accessedKeys.call(config));
    return 1;
  })();
  assertEquals(read, [[], [], []]);
});

Deno.test("HyperBand.main() shares no sample with the objective or a lazy view", async () => {
  const lazy = (config: ADict) => void config.net.layers.push(5);
  const scope = new Scope().observe("net", { default: true }, { net: { layers: [0] } });
  scope.observe("lazy", { default: true, lazy: true }, lazy);
  for (const searched of [new FakeScope({}, lazy), scope]) {
    const values = [{ layers: [1, 2] }, { layers: [3, 4] }];
    const trials: Trial[] = [];
    const onTrial = (trial: Trial) => void trials.push(trial);
    const spaces = { net: category(values) };
    await new HyperBand(searched, spaces, { ...OPTIONS, onTrial }).main(({ net }) => {
      net.layers[0] = 0;
      net.layers.push(6);
      return net.layers[1];
    })();
    assertEquals(trials.map(({ samples }) => samples.net), [values[0], values[1], values[1]]);
    assertEquals(values, [{ layers: [1, 2] }, { layers: [3, 4] }]);
    assertEquals(trials.map(({ config }) => config.net.layers.length), [3, 3, 3]);
  }
});
