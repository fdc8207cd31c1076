import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { ADict, FrozenConfigError } from "@ato/core/adict";

function example(): ADict {
  return new ADict({ lr: 0.1, model: { head: { bias: true } }, list: [{ x: 1 }, 2, [3]] }) as ADict;
}

const WRITES: [(config: ADict) => unknown, string][] = [
  [(config) => config.lr = 1, 'Cannot set "lr": the config is frozen'],
  [(config) => config.lr = 0.1, 'Cannot set "lr"'],
  [(config) => config.added = 1, 'Cannot set "added"'],
  [(config) => delete config.lr, 'Cannot delete "lr"'],
  [(config) => config.model.head.bias = false, 'Cannot set "model.head.bias"'],
  [(config) => delete config.model.head, 'Cannot delete "model.head"'],
  [(config) => config.list[0].x = 2, 'Cannot set "list[0].x"'],
  [(config) => config.list[2][0] = 4, 'Cannot set "list[2][0]"'],
  [(config) => config.list[1] = 4, 'Cannot set "list[1]"'],
  [(config) => config.list.push(1), 'Cannot set "list[3]"'],
  [(config) => config.list.pop(), 'Cannot delete "list[2]"'],
  [(config) => config.list.shift(), 'Cannot set "list[0]"'],
  [(config) => config.list.unshift(1), "Cannot set"],
  [(config) => config.list.splice(0, 1), "Cannot set"],
  [(config) => config.list.sort(), 'Cannot set "list[0]"'],
  [(config) => config.list.reverse(), 'Cannot set "list[0]"'],
  [(config) => config.list.fill(0), 'Cannot set "list[0]"'],
  [(config) => config.list.copyWithin(0, 1), 'Cannot set "list[0]"'],
  [(config) => config.list.length = 0, 'Cannot cut "list[0]"'],
  [(config) => delete config.list[0], 'Cannot delete "list[0]"'],
  [(config) => config.set("model.head.bias", 1), 'Cannot set "model.head.bias"'],
  [(config) => config.set("new.key", 1), 'Cannot set "new"'],
  [(config) => config.delete("model.head"), 'Cannot delete "model.head"'],
  [(config) => config.delete("list[0]"), "Cannot set"],
  [(config) => config.update({ lr: 2 }), 'Cannot set "lr"'],
  [(config) => config.update({ model: { head: { x: 1 } } }, { recursive: true }), "model.head.x"],
  [(config) => config.updateIfAbsent({ added: 1 }), 'Cannot set "added"'],
  [(config) => Object.assign(config, { lr: 2 }), 'Cannot set "lr"'],
  [(config) => Object.defineProperty(config, "lr", { value: 2 }), 'Cannot set "lr"'],
];

for (const [write, message] of WRITES) {
  Deno.test(`freeze() refuses ${write}`, () => {
    const config = example();
    assertStrictEquals(config.freeze(), config);
    const error = assertThrows(() => write(config), FrozenConfigError, message);
    assert(error instanceof TypeError);
    assertEquals(error.exitCode, 1);
    assertEquals(error.name, "FrozenConfigError");
    assertEquals(config.toObject(), example().toObject());
    assertStrictEquals(config.defrost(), config);
    write(config);
  });
}

Deno.test("FrozenConfigError knows its path", () => {
  const config = example().freeze();
  const error = assertThrows(() => config.list[0].x = 2, FrozenConfigError);
  assertEquals(error.path, "list[0].x");
});

Deno.test("freeze() reaches every mapping and list", () => {
  const config = example();
  assertEquals(config.isFrozen(), false);
  config.freeze();
  assert(config.isFrozen() && config.model.head.isFrozen() && config.list[0].isFrozen());
  config.defrost();
  assertEquals([config.isFrozen(), config.model.head.isFrozen()], [false, false]);
});

Deno.test("a frozen config is read as before, and still notes its reads", () => {
  const config = example().freeze();
  assertEquals(config.model.head.bias, true);
  assertEquals(config.updateIfAbsent({ lr: 5 }).lr, 0.1);
  assertEquals(delete config.missing, true);
  assertEquals(config.accessedKeys(), ["lr", "model.head.bias"]);
  assertEquals(config.clone().set("lr", 1).lr, 1);
  assertEquals(config.filter(() => true).set("lr", 1).lr, 1);
});

Deno.test("freeze() of a part leaves the rest writable", () => {
  const config = example();
  config.model.freeze();
  assertThrows(() => config.model.head.bias = 1, FrozenConfigError, 'Cannot set "model.head.bias"');
  config.lr = 2;
  config.copy = config.model;
  config.copy.head.bias = false;
  config.model = { depth: 1 };
  config.model.depth = 2;
  assertEquals(config.model.toObject(), { depth: 2 });
});

Deno.test("a frozen config that is written into another is copied there", () => {
  const part = new ADict({ x: 1 }).freeze();
  const config = new ADict() as ADict;
  config.part = part;
  config.part.x = 2;
  assertEquals(part.x, 1);
});

Deno.test("load() refuses a frozen config, also one frozen while it reads", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a.json`;
  await Deno.writeTextFile(path, '{"lr": 5}');
  const config = example().freeze();
  await assertRejects(() => config.load(path), FrozenConfigError, `Cannot load "${path}"`);
  config.defrost();
  const loading = config.load(path);
  config.freeze();
  await assertRejects(() => loading, FrozenConfigError, `Cannot load "${path}"`);
  assertEquals(config.toObject(), example().toObject());
});
