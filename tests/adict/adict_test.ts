import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "../_property.ts";
import { ADict } from "@ato/core/adict";
import { dates, objects } from "./_data.ts";
import { show } from "./_reference.ts";

Deno.test("ADict makes configs of nested objects, inside lists too", () => {
  const config = new ADict({
    model: { head: { depth: 1 } },
    steps: [{ type: "crop" }, [{ a: 1 }]],
  });
  assert(config instanceof ADict);
  assert(config.model instanceof ADict);
  assert(config.model.head instanceof ADict);
  assert(config.steps[0] instanceof ADict);
  assert((config.steps as unknown[][])[1]![0] instanceof ADict);
});

Deno.test("ADict makes configs of what is assigned later", () => {
  const config = new ADict();
  config.model = { depth: 50 };
  config.steps = [];
  config.steps.push({ type: "crop" });
  assert(config.model instanceof ADict);
  assert(config.steps[0] instanceof ADict);
});

Deno.test("ADict copies what it is given", () => {
  const nested = new ADict({ depth: 50 });
  const given = { layers: [1], deep: { nested, list: [nested] }, nested };
  const config = new ADict(given);
  given.layers.push(2);
  nested.depth = 101;
  config.deep.nested.depth = 3;
  assertEquals(config.toObject() as object, {
    layers: [1],
    deep: { nested: { depth: 3 }, list: [{ depth: 50 }] },
    nested: { depth: 50 },
  });
  assertEquals(new ADict(nested).toObject(), { depth: 101 });
});

Deno.test("ADict keeps instances of classes as they are", () => {
  class Tokenizer {
    words = { a: 1 };
  }
  const values = {
    date: new Date(0),
    bytes: new Uint8Array([1]),
    set: new Set([1]),
    tokenizer: new Tokenizer(),
    regexp: /a/,
    loss: Math.max,
    symbol: Symbol("a"),
    big: 10n,
    nothing: undefined,
    none: null,
  };
  const config = new ADict(values);
  for (const [key, value] of Object.entries(values)) assertStrictEquals(config.get(key), value);
  assertEquals(config.toObject(), values);
});

for (
  const [value, kind] of [
    [null, "null"],
    [5, "a number"],
    ["lr", "a string"],
    [[1], "a list"],
    [new Date(0), "an instance of Date"],
    [new Map(), "an instance of Map"],
    [new ADict({ a: [1] }).a, "a list"],
  ] as const
) {
  Deno.test(`ADict refuses ${Deno.inspect(value)} as its content`, () => {
    const message = `received ${kind}, expected a plain object or an ADict`;
    const config = new ADict();
    assertThrows(() => new ADict(value as object), TypeError, message);
    assertThrows(() => config.update(value as never), TypeError, message);
    assertThrows(() => config.update(value as never, { recursive: true }), TypeError, message);
    assertThrows(() => config.updateIfAbsent(value as never), TypeError, message);
    assertThrows(() => config.diff(value as never), TypeError, message);
    assertEquals(config.toObject(), {});
  });
}

Deno.test("ADict takes objects without a prototype", () => {
  const bare = Object.assign(Object.create(null), {
    a: Object.assign(Object.create(null), { b: 1 }),
  });
  assertEquals(new ADict(bare).toObject(), { a: { b: 1 } });
});

Deno.test("ADict reads, writes and deletes like an object", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 50 } }) as ADict;
  config.lr = 0.2;
  config.model.depth += 1;
  config["batch size"] = 32;
  assert(delete config.lr);
  assert(delete config.lr);
  assertEquals(config.toObject(), { model: { depth: 51 }, "batch size": 32 });
  assert("model" in config && !("lr" in config));
  assertEquals(Object.hasOwn(config, "freeze"), false);
});

Deno.test("ADict looks like a plain object to Object.keys(), spread and destructuring", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 50 }, list: [1, 2] });
  assertEquals(Object.keys(config), ["lr", "model", "list"]);
  assertEquals(Object.entries(config).length, 3);
  assertEquals({ ...config }.lr, 0.1);
  const { lr, ...rest } = config;
  assertEquals(lr, 0.1);
  assertEquals(Object.keys(rest), ["model", "list"]);
  const { missing = 7 } = { ...config } as Record<string, unknown>;
  assertEquals(missing, 7);
  const names: string[] = [];
  for (const name in config) if (Object.hasOwn(config, name)) names.push(name);
  assertEquals(names, ["lr", "model", "list"]);
  assertEquals(Object.assign({}, config).list, config.list);
});

Deno.test("ADict.keys(), values() and entries() are those of the top level", () => {
  const config = new ADict({ b: 1, a: { c: 2 } });
  assertEquals(config.keys(), ["b", "a"]);
  assertEquals(config.values(), [1, config.a]);
  assertEquals(config.entries(), [["b", 1], ["a", config.a]]);
});

Deno.test("ADict shows its data on the console", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 50 }, steps: [{ type: "crop" }] });
  const text = "ADict { lr: 0.1, model: ADict { depth: 50 }, " +
    'steps: [ ADict { type: "crop" } ] }';
  assertEquals(Deno.inspect(config, { breakLength: 200 }), text);
  assertEquals(config.accessedKeys(), []);
});

Deno.test("ADict is equal to another one with the same data", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 50 }, list: [{ a: 1 }] });
  assertEquals(config, config.clone());
  assertNotEquals(config, new ADict({ lr: 0.1, model: { depth: 51 }, list: [{ a: 1 }] }));
  config.freeze();
  assertEquals(config, config.clone());
});

Deno.test("JSON.stringify() writes the data of a config, and reads nothing of it", () => {
  const data = { lr: 0.1, model: { depth: 50 }, list: [{ a: [1] }] };
  const config = new ADict(data);
  assertEquals(JSON.stringify(config), JSON.stringify(data));
  assertEquals(JSON.stringify(config.list), JSON.stringify(data.list));
  assertEquals(config.accessedKeys(), ["list"]);
});

Deno.test("a config can be awaited and returned by an async function", async () => {
  const config = new ADict({ lr: 0.1 });
  assertStrictEquals(await config, config);
  assertStrictEquals(await Promise.resolve(config), config);
});

Deno.test("toObject() gives data fit for structuredClone()", () => {
  const data = { a: { b: [1, { c: new Date(0) }] } };
  assertEquals(structuredClone(new ADict(data).toObject()), data);
});

Deno.test("toObject() gives a copy", () => {
  const config = new ADict({ a: { b: [1] } });
  config.toObject().a.b.push(2);
  assertEquals(config.toObject(), { a: { b: [1] } });
});

Deno.test("clone() and toObject() give back any data", () => {
  const data = objects({
    leaves: [dates(), fc.constant(null), fc.bigInt(), fc.constant(undefined)],
  });
  fc.assert(fc.property(data, (value) => {
    const config = new ADict(value);
    const clone = config.clone();
    assertEquals(show(config.toObject()), show(value));
    assertEquals(show(clone.toObject()), show(value));
    assertEquals(show(new ADict(config).toObject()), show(value));
    clone.set("added", { a: 1 });
    assertEquals(show(config.toObject()), show(value));
  }));
});

Deno.test("clone() is neither frozen nor read, and of the same class", () => {
  class TrainConfig extends ADict {}
  const config = new TrainConfig({ lr: 0.1, model: { depth: 50 } }) as ADict;
  config.freeze();
  assertEquals(config.model.depth, 50);
  const clone = config.clone();
  assertEquals(clone.isFrozen(), false);
  assertEquals(clone.accessedKeys(), []);
  assert(clone instanceof TrainConfig);
  assert(clone.model instanceof TrainConfig);
  clone.model.depth = 1;
  assertEquals(config.model.depth, 50);
});

Deno.test("clone() and toObject() copy dates, bytes, maps and sets with all that they hold", () => {
  class Augment {
    strength = 1;
  }
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  const make = () => ({
    when: new Date(0),
    deep: [{ bytes: new Uint8Array([1, 2]), more: [new Float64Array([0.5])] }],
    buffer: new Uint8Array([3]).buffer,
    view: new DataView(new Uint8Array([2]).buffer),
    map: new Map<string, unknown>([["list", [{ since: new Date(1) }]], ["lr", 0.1]]),
    set: new Set<unknown>([1, { depth: 2 }]),
    augment: new Augment(),
    shared,
  });
  const config = new ADict(make()).freeze();
  for (const copy of [config.clone(), new ADict(config.toObject())]) {
    assertEquals(copy.toJSON(), make());
    assertEquals(config.diff({ ...copy.toJSON(), augment: config.augment }), []);
    copy.when.setTime(9);
    copy.deep[0]!.bytes[0] = 9;
    copy.deep[0]!.more[0]![0] = 9;
    new Uint8Array(copy.buffer)[0] = 9;
    copy.view.setUint8(0, 9);
    (copy.map.get("list") as { since: Date }[])[0]!.since.setTime(9);
    copy.map.delete("lr");
    const [, member] = copy.set as Set<{ depth: number }>;
    member!.depth = 9;
    assertStrictEquals(copy.augment, config.augment);
    assertStrictEquals(copy.shared, shared);
    assertEquals(config.toJSON(), make());
  }
});

Deno.test("clone() copies a map that holds itself, and a config in a map", () => {
  const map = new Map<string, unknown>([["config", new ADict({ a: [1] })]]);
  map.set("self", map);
  const copy = new ADict({ map }).clone().map;
  assertStrictEquals(copy.get("self"), copy);
  assert(copy !== map);
  assertEquals(copy.get("config"), { a: [1] });
});

Deno.test("diff() compares maps and sets by what they hold", () => {
  const config = new ADict({ map: new Map([["a", [1]]]), set: new Set<unknown>([1, [2]]) });
  assertEquals(config.diff({ map: new Map([["a", [1]]]), set: new Set([1, [2]]) }), []);
  const others = { map: new Map([["a", [2]]]), set: new Set([1, [3]]) };
  assertEquals(config.diff(others).map(({ path }) => path), ["map", "set"]);
  assertEquals(config.diff({ map: new Map(), set: new Set([1]) }).length, 2);
});

Deno.test("a method without its config says so", () => {
  const { freeze } = new ADict();
  assertThrows(() => Reflect.apply(freeze, {}, []), TypeError, "the receiver is no config");
});
