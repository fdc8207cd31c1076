import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ADict, stringifyConfig, watch } from "@ato/core/adict";

const NAMES = [
  ...Object.getOwnPropertyNames(ADict.prototype),
  "toString",
  "valueOf",
  "hasOwnProperty",
  "then",
  "inspect",
  "prototype",
  "length",
  "name",
  "proxy",
  "target",
];

// deno-lint-ignore no-explicit-any -- data of every shape, and no methods known
type Open = Record<string, any>;

/** A config, at two levels and in a list, whose data hides everything that can be hidden. */
function makeHidden(): { data: Record<string, unknown>; config: Open } {
  const names = Object.fromEntries(NAMES.map((name) => [name, "gauss"]));
  const data = { ...names, nested: { ...names }, list: [{ ...names }] };
  return { data, config: new ADict(data) };
}

Deno.test("data hides the method of its name", () => {
  const config: Open = new ADict();
  config.filter = "gauss";
  config["constructor" as string] = "conv";
  assertEquals(config.filter, "gauss");
  assertEquals(config["constructor" as string], "conv");
  assertEquals(config.keys(), ["filter", "constructor"]);
  delete config.filter;
  assertEquals(typeof config.filter, "function");
});

for (const name of NAMES) {
  Deno.test(`a config holds a key "${name}"`, () => {
    const data = { [name]: { [name]: "gauss" } };
    const config = new ADict(data) as ADict;
    assertEquals(config[name][name], "gauss");
    config[name][name] = 5;
    assertEquals(ADict.prototype.toObject.call(config), { [name]: { [name]: 5 } });
    delete config[name];
    assertEquals(Object.keys(config), []);
  });
}

Deno.test("the methods work on a config whose data hides all of them", () => {
  const { data, config } = makeHidden();
  const methods = ADict.prototype;
  assertEquals(methods.get.call(config, "nested.get"), "gauss");
  assertEquals(methods.has.call(config, "list[0].has"), true);
  methods.set.call(config, "nested.set", 1);
  methods.delete.call(config, "nested.delete");
  assertEquals(config.nested.set, 1);
  methods.update.call(config, { nested: { update: 2 } }, { recursive: true });
  methods.updateIfAbsent.call(config, { nested: { delete: 3 } }, { recursive: true });
  assertEquals([config.nested.update, config.nested.delete], [2, 3]);
  const clone = methods.clone.call(config);
  assertEquals(methods.diff.call(config, data).length, 3);
  assertEquals(methods.getStructuralHash.call(clone), methods.getStructuralHash.call(config));
  assertEquals(methods.pick.call(config, ["nested.pick"]).nested.pick, "gauss");
  assertEquals(Object.keys(methods.filter.call(config, () => true)), Object.keys(data));
  assert(methods.accessedKeys.call(config).includes("nested.get"));
  assertEquals(methods.getMinimalConfig.call(config).nested.get, "gauss");
  methods.freeze.call(config);
  assert(methods.isFrozen.call(config.nested));
  methods.defrost.call(config);
  const renamed = methods.replaceKeys.call(config, ["keys"], ["names"]);
  assertEquals(renamed.names, "gauss");
  methods.setDefault.call(config, 7);
  assertEquals(config.nothing, 7);
});

Deno.test("consoles and writers work on a config whose data hides everything", async () => {
  const { data, config } = makeHidden();
  assertEquals(JSON.stringify(config), JSON.stringify(data));
  assertStringIncludes(Deno.inspect(config), 'getStructuralHash: "gauss"');
  assertEquals(await config, config);
  assertEquals({ ...config.nested }, data.nested as object);
  assertEquals(JSON.parse(await stringifyConfig(config, "json")), data);
  const writes: unknown[] = [];
  using _watch = watch(config, { onWrite: ({ value }) => writes.push(value) });
  config.toObject = { toJSON: 1 };
  assertEquals(writes, [{ toJSON: 1 }]);
});

Deno.test("a method cannot be mistaken for a mapping that appears as it is written into", () => {
  const config: Open = ADict.auto();
  let message = "";
  try {
    config.filter.size = 3;
  } catch (error) {
    message = String(error);
  }
  assertStringIncludes(message, "TypeError");
  assertEquals("size" in ADict.prototype.filter, false);
  config.set("filter.size", 3);
  assertEquals(config.filter.size, 3);
});
