/** What compiles and what does not: the type checker is what runs these tests. */
import { Scope } from "@ato/core/scope";
import { assertEquals } from "@std/assert";

interface TrainConfig {
  lr: number;
  model: { name: string; depth: number };
  layers: number[];
}

const CONFIG: TrainConfig = { lr: 0.1, model: { name: "vit", depth: 12 }, layers: [1] };

Deno.test("Scope takes its type from the config", async () => {
  const scope = new Scope({ config: { lr: 0.1, model: { depth: 12 } } });
  scope.observe("good", { lr: 1, model: { depth: 3 } });
  // @ts-expect-error -- no such key
  scope.observe("bad_key", { lrr: 1 });
  // @ts-expect-error -- no such nested key
  scope.observe("bad_nested", { model: { dpth: 1 } });
  // @ts-expect-error -- another type
  scope.observe("bad_type", { lr: "high" });
  scope.observe(function writes(config) {
    config.lr = 2;
    // @ts-expect-error -- no such key
    config.lrr = 2;
    // @ts-expect-error -- another type
    config.model.depth = "deep";
    // @ts-expect-error -- no such key
    void (() => config.update({ lrr: 2 }));
    // @ts-expect-error -- another type, one level down
    void (() => config.updateIfAbsent({ model: { depth: "deep" } }, { recursive: true }));
    config.update({ model: { depth: 12 } }, { recursive: true });
  });
  scope.assign("good", { model: { depth: 12 } });
  // @ts-expect-error -- no such key
  void (() => scope.assign({ lrr: 1 }));
  const run = scope.inject((config, factor: number) => {
    // @ts-expect-error -- no such key
    void (() => config.epochs);
    const lr: number = config.lr * factor;
    return lr;
  });
  const lr: number = await run(2);
  assertEquals(lr, 2);
  // @ts-expect-error -- the argument is a number
  void (() => run("2"));
});

Deno.test("Scope takes its type as an argument", async () => {
  const scope = new Scope<TrainConfig>();
  scope.observe("all", { default: true }, CONFIG);
  scope.observe({ name: "some", priority: 1 }, { layers: [1, 2] });
  // @ts-expect-error -- another type in a list
  scope.observe("bad", { layers: ["1"] });
  const config = await scope.resolve([]);
  const depth: number = config.model.depth;
  // @ts-expect-error -- no such key
  void (() => config.model.width);
  assertEquals(depth, 12);
});

Deno.test("Scope takes its type from the first object view", async () => {
  const scope = new Scope().observe("defaults", { default: true }, { lr: 0.1, name: "a" });
  scope.observe("fast", { lr: 1 });
  // @ts-expect-error -- no such key
  scope.observe("bad", { lrr: 1 });
  scope.observe(function view(config) {
    // @ts-expect-error -- another type
    config.name = 3;
  });
  const name: string = (await scope.resolve([])).name;
  assertEquals(name, "a");
});

Deno.test("Scope without a type takes any key", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults(config) {
    config.anything = { goes: 1 };
  });
  assertEquals((await scope.resolve([])).anything.goes, 1);
});

Deno.test("options of a view and of a scope are checked", () => {
  // @ts-expect-error -- no such option
  void (() => new Scope({ strikt: true }));
  // @ts-expect-error -- no such option
  void (() => new Scope().observe("a", { priorty: 1 }, {}));
  // @ts-expect-error -- a view is a function or an object
  void (() => new Scope().observe("a", 3));
});
