import { assertEquals, assertRejects } from "@std/assert";
import { float, HyperBand, HyperOptError, integer } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { runProgram } from "./_programs.ts";

const OPTIONS = { halvingRate: 0.5, numMinSamples: 1 };

/** A scope with a view of each kind, as if it were called with `long momentum=0.8 lr=7`. */
async function resolvedScope(): Promise<Scope> {
  const scope = new Scope();
  scope.observe("defaults", { default: true }, { lr: 999, epochs: 1, momentum: 0.9, x: -1 });
  scope.observe("long", { epochs: 50 });
  scope.observe("computed", { default: true, lazy: true }, (config) => {
    config.steps = config.epochs * config.x + config.__num_halved__;
  });
  scope.observe("rung", { default: true }, { __num_halved__: 0 });
  await scope.resolve(["long", "momentum=0.8", "lr=7"]);
  return scope;
}

Deno.test("HyperBand.main() lays samples over the command line and under lazy views", async () => {
  const scope = await resolvedScope();
  const spaces = { x: integer(1, 2), lr: float(0, 1, { samples: 1 }) };
  const hyperband = new HyperBand(scope, spaces, OPTIONS);
  const { logs } = await hyperband.main(({ x }) => x)();
  const common = { lr: 0, epochs: 50, momentum: 0.8 };
  assertEquals(logs.flat().map(({ config }) => config.toObject()), [
    { ...common, x: 2, steps: 100, __num_halved__: 0 },
    { ...common, x: 1, steps: 50, __num_halved__: 0 },
    { ...common, x: 2, steps: 101, __num_halved__: 1 },
  ]);
});

Deno.test("HyperBand.main() leaves the config of the scope as it was", async () => {
  const scope = await resolvedScope();
  const before = scope.config.toObject();
  await new HyperBand(scope, { x: integer(1, 4) }, OPTIONS).main((config) => {
    config.epochs = 0;
    return config.x;
  })();
  assertEquals(scope.config.toObject(), before);
});

Deno.test("HyperBand.main() knows the trials of a scope from each other", async () => {
  const scope = new Scope({ config: { layers: [1], x: 0 } });
  const { logs } = await new HyperBand(scope, { x: integer(1, 3) }, OPTIONS).main((config) => {
    config.layers.push(config.x);
    return config.layers.length === 2 ? config.x : NaN;
  })();
  assertEquals(logs.map((trials) => trials.map(({ metric }) => metric)), [[3, 2, 1], [3]]);
  assertEquals(logs[1]![0]!.config.layers.length, 1);
});

Deno.test("HyperBand.main() fails where a sample has no place in the config", async () => {
  const scope = new Scope({ config: { model: "vit" } });
  const search = new HyperBand(scope, { "model.depth": integer(1, 2) }, OPTIONS).main(() => 1);
  await assertRejects(() => search(), HyperOptError, "model");
});

Deno.test("HyperBand.main() passes its arguments on in a paused scope too", async () => {
  const scope = new Scope();
  const search = new HyperBand(scope, { x: integer(1, 2) }, OPTIONS).main(
    ({ x }, factor: number) => x * factor,
  );
  using _ = scope.pause();
  assertEquals((await search(-1)).config.x, 1);
});

for (const workers of [0, 2]) {
  Deno.test(`a search with ${workers} workers warns of values that it samples, once`, async () => {
    const args = [
      "lr=0.5",
      "hidden=16",
      "seen=2",
      "model={name: x, depth: 9}",
      `workers=${workers}`,
    ];
    const { code, stderr } = await runProgram("sampled", { args });
    assertEquals([code, stderr.split("\n")], [0, [
      "warning: lr=0.5 has no effect: the search samples lr",
      "warning: model={name: x, depth: 9} has no effect on model.depth: the search samples it",
      "",
    ]]);
  });
}
