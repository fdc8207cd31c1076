import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { ADict, FrozenConfigError, parseXyz } from "@ato/core/adict";

/** As hostile text makes it: an own key that other code takes for the prototype. */
function hostile(): Record<string, unknown> {
  return JSON.parse('{"a": 1, "__proto__": {"polluted": true}}');
}

function isPolluted(): boolean {
  const values: unknown[] = [{}, [], new ADict(), ADict.prototype, ADict, () => {}];
  return values.some((value) => Reflect.has(value as object, "polluted"));
}

const WRITES: Record<string, (config: ADict) => unknown> = {
  "a literal": (config) => config.a = { ["__proto__"]: { polluted: true } },
  "an assignment": (config) => config["__proto__"] = { polluted: true },
  "Reflect.set()": (config) => Reflect.set(config, "__proto__", { polluted: true }),
  "Object.defineProperty()": (config) =>
    Object.defineProperty(config, "__proto__", { value: { polluted: true } }),
  "new ADict()": () => new ADict(hostile()),
  "new ADict() with a list": () => new ADict({ list: [[hostile()]] }),
  "ADict.auto()": () => ADict.auto(hostile()),
  "nested data": (config) => config.nested = { deeper: hostile() },
  "a list": (config) => config.list = [hostile()],
  "push()": (config) => config.list.push(hostile()),
  "set()": (config) => config.set("b", hostile()),
  "set() of __proto__": (config) => config.set("__proto__", {}),
  "set() of __proto__.polluted": (config) => config.set("__proto__.polluted", true),
  "set() of nested.__proto__.polluted": (config) => config.set("nested.__proto__.polluted", true),
  "set() of new.__proto__.polluted": (config) => config.set("new.__proto__.polluted", true),
  "set() of list[0].__proto__.polluted": (config) => config.set("list[0].__proto__.polluted", true),
  "set() of list.__proto__.polluted": (config) => config.set("list.__proto__.polluted", true),
  'set() of ["__proto__"].polluted': (config) => config.set('["__proto__"].polluted', true),
  "update()": (config) => config.update(hostile()),
  "a recursive update()": (config) => config.update(hostile(), { recursive: true }),
  "a recursive update() of a nested mapping": (config) =>
    config.update({ nested: hostile() }, { recursive: true }),
  "updateIfAbsent()": (config) => config.updateIfAbsent(hostile()),
  "a recursive updateIfAbsent()": (config) =>
    config.updateIfAbsent({ nested: hostile() }, { recursive: true }),
  "replaceKeys()": (config) => config.replaceKeys(["a"], ["__proto__"]),
  "a default": (config) => config.setDefault(hostile).missing,
  "diff()": (config) => config.diff(hostile()),
  "a list's __proto__": (config) => config.list["__proto__"] = { polluted: true },
};

for (const [name, write] of Object.entries(WRITES)) {
  Deno.test(`__proto__ from ${name} is refused`, () => {
    const config = new ADict({ a: 1, nested: { x: 1 }, list: [{ y: 1 }] }) as ADict;
    assertThrows(() => write(config), Error, "Cannot ");
    assertFalse(isPolluted());
    assertFalse(Object.hasOwn(config, "__proto__"));
    assertEquals(Object.getPrototypeOf(config), ADict.prototype);
    assertEquals(config.nested.toObject(), { x: 1 });
    assertFalse("new" in config);
    assertEquals(JSON.stringify(config.list), '[{"y":1}]');
  });
}

Deno.test("__proto__ in a file is refused", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a.json`, '{"a": {"__proto__": {"polluted": true}}}');
  const config = new ADict({ a: 1 });
  const error = await config.load(`${folder}/a.json`).then(() => undefined, (error) => error);
  assert(error instanceof Error);
  assertFalse(isPolluted());
  assertEquals(config.toObject(), { a: 1 });
  assertThrows(() => new ADict(parseXyz("__proto__:\n  polluted: 1") as object));
});

Deno.test("reading __proto__ hands out no prototype", () => {
  for (const config of [new ADict() as ADict, ADict.auto(), new ADict().setDefault({})]) {
    assertEquals(config["__proto__"], undefined);
    assertEquals(config.get("__proto__", 1), 1);
    assertEquals(config.get("__proto__.polluted", 1), 1);
    assertEquals(config.has("__proto__"), false);
    assertEquals(config.delete("__proto__"), false);
  }
});

Deno.test("constructor and prototype are plain data", () => {
  const config = new ADict() as ADict;
  config.set("constructor.prototype.polluted", true);
  config.update({ nested: { constructor: { prototype: { polluted: true } } } });
  config.update({ nested: { prototype: 1 } }, { recursive: true });
  assertFalse(isPolluted());
  assertEquals(config.toObject(), {
    constructor: { prototype: { polluted: true } },
    nested: { constructor: { prototype: { polluted: true } }, prototype: 1 },
  } as object);
  assertEquals(Object.getPrototypeOf(config.nested), ADict.prototype);
  assertEquals(new ADict(config).clone().toObject(), config.toObject());
});

Deno.test("get(), has() and delete() never reach what is inherited", () => {
  const config = new ADict({ list: [1], text: "abc" }) as ADict;
  for (
    const path of ["get", "toString", "constructor", "list.length", "list.push", "text.length"]
  ) {
    assertEquals(config.get(path), undefined);
    assertEquals(config.has(path), false);
    assertEquals(config.delete(path), false);
  }
});

Deno.test("the prototype of a config and of its lists is fixed", () => {
  const config = new ADict({ list: [] as unknown[] });
  for (const value of [config, config.list]) {
    assertThrows(() => Object.setPrototypeOf(value, {}), TypeError, "Cannot set the prototype");
    assertThrows(() => Object.freeze(value), TypeError, "use config.freeze()");
    assertThrows(() => Object.preventExtensions(value), TypeError, "use config.freeze()");
  }
});

Deno.test("a config takes neither accessors nor symbols", () => {
  const config = new ADict({ list: [1] }) as ADict;
  const accessor = { get: () => 1 };
  assertThrows(() => Object.defineProperty(config, "a", accessor), TypeError, "an accessor");
  assertThrows(() => Object.defineProperty(config.list, 0, accessor), TypeError, "an accessor");
  assertThrows(() => Reflect.set(config, Symbol("a"), 1), TypeError, "Symbol(a)");
  assertThrows(() => Reflect.set(config.list, Symbol("a"), 1), TypeError, "Symbol(a)");
  assertThrows(() => Reflect.set(config.list, "name", 1), TypeError, "expected an index");
  assertThrows(() => Reflect.set(config.list, "01", 1), TypeError, "expected an index");
  assertThrows(() => Reflect.set(config.list, "", 1), TypeError, "expected an index");
  Object.defineProperty(config, "b", { value: { c: 1 }, writable: true });
  assertEquals(config.b.c, 1);
  assertEquals(config.toObject(), { list: [1], b: { c: 1 } });
});

Deno.test("an object that inherits from a config writes into itself", () => {
  const config = new ADict({ a: 1 }).freeze();
  const heir = Object.create(config);
  assertEquals(heir.a, 1);
  heir.b = 2;
  assertEquals(Object.keys(heir), ["b"]);
  assertThrows(() => config.update({ a: 2 }), FrozenConfigError);
});
