import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ADict, FrozenConfigError, MissingKeyError } from "@ato/core/adict";

Deno.test("ADict.auto() makes mappings as they are written into", () => {
  const config = ADict.auto();
  config.model.backbone.layers = [64, 128, 256];
  config.data.augmentation.brightness = 0.2;
  assertEquals(config.toObject(), {
    model: { backbone: { layers: [64, 128, 256] } },
    data: { augmentation: { brightness: 0.2 } },
  });
  assert(config.model.backbone instanceof ADict);
});

Deno.test("reading alone leaves no trace in an auto config", () => {
  const config = ADict.auto({ lr: 0.1 });
  assertStrictEquals(config.model.backbone, config.model.backbone);
  assertEquals(config.get("model.backbone"), undefined);
  assertEquals(config.has("model"), false);
  assertEquals("model" in config, false);
  assertEquals(Object.keys(config), ["lr"]);
  assertEquals(Object.keys(config.model.backbone), []);
  assertEquals(JSON.stringify(config), '{"lr":0.1}');
  assertEquals(Deno.inspect(config), "ADict { lr: 0.1 }");
  assertEquals(config.accessedKeys(), []);
  assertEquals(config.getStructuralRepr(), { lr: "number" });
  delete config.model.backbone.depth;
  assertEquals(config.toObject(), { lr: 0.1 });
});

Deno.test("every mapping of an auto config is auto, however it came about", () => {
  const config = ADict.auto({ given: {}, list: [{}] });
  config.assigned = {};
  config.set("by.path", 1);
  config.update({ merged: {} }, { recursive: true });
  for (const holder of [config.given, config.list[0], config.assigned, config.by, config.merged]) {
    holder.deep.leaf = 1;
    assertEquals(holder.toObject().deep, { leaf: 1 });
  }
  const clone = config.clone();
  clone.given.other.leaf = 2;
  assertEquals(clone.toObject().given, { deep: { leaf: 1 }, other: { leaf: 2 } });
});

Deno.test("a mapping that was read before its place was taken stays outside", () => {
  const config = ADict.auto();
  const early = config.model;
  config.model = 5;
  early.depth = 1;
  const late = config.data;
  config.data = undefined;
  late.path = "x";
  assertEquals(config.toObject(), { model: 5, data: undefined });
});

Deno.test("removeDefault() ends an auto config, as a whole or from a mapping on", () => {
  const config = ADict.auto({ a: { b: {} }, c: {} });
  config.a.removeDefault();
  assertThrows(() => config.a.x, MissingKeyError, 'Cannot read "a.x"');
  assertThrows(() => config.a.b.x, MissingKeyError, 'Cannot read "a.b.x"');
  config.c.x.y = 1;
  config.removeDefault();
  assertThrows(() => config.c.z, MissingKeyError, 'Cannot read "c.z"');
  assertEquals(config.toObject(), { a: { b: {} }, c: { x: { y: 1 } } });
});

Deno.test("a frozen auto config throws for what is missing", () => {
  const config = ADict.auto({ lr: 0.1 });
  const { model } = config;
  const deeper = model.backbone;
  config.freeze();
  assertThrows(() => config.model, MissingKeyError, 'Cannot read "model"');
  assertThrows(() => model.other, MissingKeyError, 'Cannot read "model.other"');
  assertThrows(() => model.depth = 50, FrozenConfigError, 'Cannot set "model.depth"');
  assertThrows(() => deeper.name = "x", FrozenConfigError, 'Cannot set "model.backbone.name"');
  assertEquals(config.toObject(), { lr: 0.1 });
  config.defrost();
  deeper.name = "x";
  assertEquals(config.toObject(), { lr: 0.1, model: { backbone: { name: "x" } } });
});

Deno.test("auto() of a subclass makes mappings of that class", () => {
  class TrainConfig extends ADict {}
  const config = TrainConfig.auto();
  config.model.depth = 50;
  assert(config instanceof TrainConfig);
  assert(config.model instanceof TrainConfig);
});

Deno.test("setDefault() gives a value for missing keys", () => {
  const config = new ADict({ a: 1 }) as ADict;
  assertStrictEquals(config.setDefault(0), config);
  assertEquals(config.b, 0);
  assertEquals(config.toObject(), { a: 1 });
  config.count += 1;
  assertEquals(config.toObject(), { a: 1, count: 1 });
  assertEquals(config.get("b"), undefined);
  assertEquals(config.has("b"), false);
  config.removeDefault();
  assertThrows(() => config.b, MissingKeyError);
});

Deno.test("setDefault() calls a function for each missing key", () => {
  let calls = 0;
  const config = new ADict().setDefault(() => ({ id: ++calls }));
  assertEquals([config.a.id, config.b.id, config.a.id], [1, 2, 1]);
  config.b.seen = true;
  assertEquals(config.toObject(), { b: { id: 2, seen: true } });
});

Deno.test("a default list enters the data at the first write into it", () => {
  const config = new ADict().setDefault([0]);
  assertEquals(config.left, [0]);
  config.right.push(1);
  assertEquals(config.toObject(), { right: [0, 1] });
  assertEquals(config.left, [0]);
});

Deno.test("a default is copied for each key", () => {
  const shared = new ADict({ x: 1 });
  const config = new ADict().setDefault(() => shared);
  config.a.x = 2;
  shared.x = 3;
  assertEquals(config.b.x, 3);
  assertEquals(config.toObject(), { a: { x: 2 } });
});

Deno.test("a new default replaces one that was read", () => {
  const config = new ADict().setDefault({ x: 1 });
  assertEquals(config.a.x, 1);
  config.setDefault({ x: 2 });
  assertEquals(config.a.x, 2);
});

Deno.test("a write far below in a default enters the data", () => {
  const config = new ADict({ kept: 1 }).setDefault(() => ({
    opt: { deep: {} },
    list: [],
  })) as ADict;
  config.model.opt.deep.lr = 1;
  config.head.list.push(2);
  assertEquals(config.toObject(), {
    kept: 1,
    model: { opt: { deep: { lr: 1 } }, list: [] },
    head: { opt: { deep: {} }, list: [2] },
  });
  config.freeze();
  assertThrows(() => config.other, MissingKeyError);
  assertThrows(() => config.model.opt.deep.lr = 2, FrozenConfigError);
});

Deno.test("setDefault() holds for one mapping, not for those below", () => {
  const config = new ADict({ a: {} }).setDefault(0) as ADict;
  assertThrows(() => config.a.x, MissingKeyError, 'Cannot read "a.x"');
});

Deno.test("a default never stands for what runtimes and consoles look for", async () => {
  for (const config of [ADict.auto(), new ADict().setDefault(1)]) {
    assertStrictEquals(await config, config);
    assertEquals(config.then, undefined);
    assertEquals(config.inspect, undefined);
    assertEquals(Reflect.get(config, Symbol("any")), undefined);
    assertEquals(JSON.stringify({ config }), '{"config":{}}');
    assertEquals(typeof config.toString, "function");
  }
});
