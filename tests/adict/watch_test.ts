import { assertEquals, assertThrows } from "@std/assert";
import { ADict, type ConfigWrite, type PathKey, watch } from "@ato/core/adict";
import { type Branch, replay } from "./_reference.ts";

function record(config: object): { writes: ConfigWrite[]; watching: Disposable } {
  const writes: ConfigWrite[] = [];
  return { writes, watching: watch(config, { onWrite: (write) => writes.push(write) }) };
}

type Write = (config: ADict) => unknown;

const WRITES: [Write, ConfigWrite[]][] = [
  [(config) => config.lr = 1, [{ kind: "set", path: ["lr"], value: 1 }]],
  [(config) => config.model.head = { a: [1] }, [
    { kind: "set", path: ["model", "head"], value: { a: [1] } },
  ]],
  [(config) => config.list[0].x = 5, [{ kind: "set", path: ["list", 0, "x"], value: 5 }]],
  [(config) => config["a.b"] = 1, [{ kind: "set", path: ["a.b"], value: 1 }]],
  [(config) => delete config.lr, [{ kind: "delete", path: ["lr"], value: undefined }]],
  [(config) => delete config.missing, []],
  [(config) => config.list.push(7), [
    { kind: "splice", path: ["list"], value: [7], start: 1, deleteCount: 0 },
  ]],
  [(config) => config.list.push(7, { a: 8 }), [
    { kind: "splice", path: ["list"], value: [7, { a: 8 }], start: 1, deleteCount: 0 },
  ]],
  [(config) => config.list.pop(), [
    { kind: "splice", path: ["list"], value: [], start: 0, deleteCount: 1 },
  ]],
  [(config) => config.list.unshift(7, 8), [
    { kind: "splice", path: ["list"], value: [7, 8], start: 0, deleteCount: 0 },
  ]],
  [(config) => config.numbers.sort(), [
    { kind: "splice", path: ["numbers"], value: [1, 2, 3], start: 0, deleteCount: 3 },
  ]],
  [(config) => config.numbers.reverse(), [
    { kind: "splice", path: ["numbers"], value: [1, 2, 3], start: 0, deleteCount: 3 },
  ]],
  [(config) => config.numbers.shift(), [
    { kind: "splice", path: ["numbers"], value: [], start: 0, deleteCount: 1 },
  ]],
  [(config) => config.numbers.splice(1, 1, 5, 6), [
    { kind: "splice", path: ["numbers"], value: [5, 6], start: 1, deleteCount: 1 },
  ]],
  [(config) => config.numbers.fill(0, 1), [
    { kind: "splice", path: ["numbers"], value: [0, 0], start: 1, deleteCount: 2 },
  ]],
  [(config) => config.numbers.splice(0, 0), []],
  [(config) => config.numbers[1] = 5, [{ kind: "set", path: ["numbers", 1], value: 5 }]],
  [(config) => config.delete("numbers[0]"), [
    { kind: "splice", path: ["numbers"], value: [], start: 0, deleteCount: 1 },
  ]],
  [(config) => config.list.length = 0, [{ kind: "length", path: ["list"], value: 0 }]],
  [(config) => config.set("new.deep[0]", 1), [
    { kind: "set", path: ["new"], value: { deep: [1] } },
  ]],
  [(config) => config.delete("model.depth"), [
    { kind: "delete", path: ["model", "depth"], value: undefined },
  ]],
  [(config) => config.update({ lr: 1, b: { c: 2 } }), [
    { kind: "set", path: ["lr"], value: 1 },
    { kind: "set", path: ["b"], value: { c: 2 } },
  ]],
  [(config) => config.model.update({ head: new ADict({ x: 1 }) }, { recursive: true }), [
    { kind: "merge", path: ["model"], value: { head: { x: 1 } } },
  ]],
  [(config) => config.update({}, { recursive: true }), []],
  [
    (config) =>
      config.updateIfAbsent({ lr: 5, model: { depth: 5, width: 2 } }, { recursive: true }),
    [{ kind: "set", path: ["model", "width"], value: 2 }],
  ],
  [(config) => config.freeze().defrost(), []],
  [(config) => config.clone().lr = 5, []],
];

for (const [write, writes] of WRITES) {
  Deno.test(`watch() tells of ${write}`, () => {
    const config = new ADict({
      lr: 0.1,
      model: { depth: 50 },
      list: [{ x: 1 }],
      numbers: [3, 2, 1],
    }) as ADict;
    const recorded = record(config);
    write(config);
    assertEquals(recorded.writes, writes);
    recorded.watching[Symbol.dispose]();
    config.lr = 9;
    assertEquals(recorded.writes, writes);
  });
}

Deno.test("watch() tells of the mappings and lists that appear as they are written into", () => {
  const config = ADict.auto();
  const { writes } = record(config);
  config.model.head.bias = true;
  config.setDefault({ x: 1 });
  config.data.y = 2;
  config.setDefault([0]);
  config.list.push(1);
  assertEquals(writes.map(({ path, value }) => [path.join("."), value]), [
    ["model", {}],
    ["model.head", {}],
    ["model.head.bias", true],
    ["data", { x: 1 }],
    ["data.y", 2],
    ["list", [0]],
    ["list", [1]],
  ]);
  assertEquals(writes.reduce<Branch>(replay, {}), config.toObject());
});

Deno.test("watch() tells of load() and of the file", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a.json`;
  await Deno.writeTextFile(path, '{"depth": 3, "layers": [1]}');
  const config = new ADict({ lr: 0.1, model: { depth: 50 } }) as ADict;
  const { writes } = record(config);
  await config.model.load(path);
  const value = { depth: 3, layers: [1] };
  await config.load(path);
  assertEquals(writes.map(({ locate: _, ...write }) => write), [
    { kind: "set", path: ["model"], value, file: path },
    { kind: "set", path: [], value, file: path },
  ]);
  assertEquals(writes.reduce<Branch>(replay, { lr: 0.1, model: {} }), config.toObject());
});

Deno.test("watch() tells of reads, which are then not noted elsewhere", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 50 }, list: [{ x: 1 }] }) as ADict;
  const reads: string[] = [];
  {
    using _watch = watch(config, { onRead: (path) => reads.push(path.join(".")) });
    [config.lr, config.model.depth, config.list[0].x, config.get("model.depth")];
    [config.has("lr"), "lr" in config, Object.keys(config), config.toJSON(), config.get("no")];
    config.lr = 5;
  }
  assertEquals(reads, [
    "lr",
    "model",
    "model.depth",
    "list",
    "list.0.x",
    "model",
    "model.depth",
    "lr",
    "lr",
  ]);
  assertEquals(config.accessedKeys(), []);
  assertEquals(config.lr, 5);
  assertEquals(config.accessedKeys(), ["lr"]);
});

Deno.test("watch() gives plain copies", () => {
  const config = new ADict() as ADict;
  const { writes } = record(config);
  config.model = { depth: 50 };
  config.model.depth = 3;
  (writes[0]!.value as { depth: number }).depth = 7;
  config.update({ model: { width: 1 } }, { recursive: true });
  assertEquals(config.toObject(), { model: { depth: 3, width: 1 } });
  assertEquals(writes[0]!.value, { depth: 7 });
});

Deno.test("watch() tells of a refused write nothing", () => {
  const config = new ADict({ a: 1, list: [1] }) as ADict;
  config.freeze();
  const { writes } = record(config);
  assertThrows(() => config.a = 2);
  assertThrows(() => config.list.push(2));
  config.defrost();
  assertThrows(() => config.set("__proto__.x", 1));
  assertThrows(() => config.set("a.b", 1));
  assertThrows(() => config.set("list[5]", 1));
  assertThrows(() => config.update({ b: JSON.parse('{"__proto__": 1}') }, { recursive: true }));
  assertEquals(writes, []);
});

Deno.test("watch() follows what is moved in and leaves what is taken out", () => {
  const config = new ADict({ model: { depth: 50 } }) as ADict;
  const { writes } = record(config);
  const { model } = config;
  delete config.model;
  model.depth = 1;
  const part = new ADict({ x: 1 });
  config.part = part;
  part.x = 2;
  assertEquals(writes.map(({ kind, path }) => [kind, path]), [
    ["delete", ["model"]],
    ["set", ["part"]],
    ["set", ["part", "x"]],
  ]);
});

Deno.test("a watched config that is written into another one is copied there", () => {
  const part = new ADict({ x: 1 });
  const { writes } = record(part);
  const config = new ADict() as ADict;
  config.part = part;
  part.x = 2;
  config.part.x = 3;
  assertEquals(writes, [{ kind: "set", path: ["x"], value: 2 }]);
  assertEquals(part.x, 2);
});

Deno.test("watch() refuses what is no root of a config, and a second watcher", () => {
  const config = new ADict({ model: { depth: 50 }, list: [] as unknown[] });
  assertThrows(() => watch({}, {}), TypeError, "Cannot watch the value: it is an instance of");
  assertThrows(() => watch(config.model, {}), TypeError, 'Cannot watch "model": it is part of a');
  assertThrows(() => watch(config.list, {}), TypeError, 'Cannot watch "list"');
  using _watch = watch(config, {});
  assertThrows(() => watch(config, {}), TypeError, "it is watched already");
});

Deno.test("a watch ends once", () => {
  const config = new ADict({ a: 1 });
  const first = record(config);
  first.watching[Symbol.dispose]();
  const second = record(config);
  first.watching[Symbol.dispose]();
  config.a = 2;
  assertEquals([first.writes.length, second.writes.length], [0, 1]);
});

Deno.test("a watcher may write as well", () => {
  const config = new ADict({ a: 0, b: 0 });
  const writes: PathKey[] = [];
  using _watch = watch(config, {
    onWrite: ({ path }) => {
      writes.push(...path);
      if (path[0] === "a") config.b = config.a * 2;
    },
  });
  config.a = 2;
  assertEquals(writes, ["a", "b"]);
  assertEquals(config.toObject(), { a: 2, b: 4 });
});
