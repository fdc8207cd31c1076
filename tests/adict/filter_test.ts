import { assertEquals, assertThrows } from "@std/assert";
import { ADict } from "@ato/core/adict";
import { show } from "./_reference.ts";

Deno.test("filter() keeps entries of the top level", () => {
  const config = new ADict({ lr: 0.1, depth: 50, model: { depth: 3 } });
  const kept = config.filter((_key, value) => typeof value !== "number" || value > 1);
  assertEquals(kept.toObject(), { depth: 50, model: { depth: 3 } });
  kept.model.depth = 4;
  assertEquals(config.model.depth, 3);
  assertEquals(config.filter((key) => key === "lr").toObject(), { lr: 0.1 });
});

Deno.test("replaceKeys() gives keys other names at the same places", () => {
  const config = new ADict({ a: 1, b: { c: 2 }, d: 3 });
  const renamed = config.replaceKeys(["b", "a"], ["a", "b"]);
  assertEquals(show(renamed.toObject()), show({ b: 1, a: { c: 2 }, d: 3 }));
  assertEquals(config.accessedKeys(), []);
  assertEquals(config.toObject(), { a: 1, b: { c: 2 }, d: 3 });
});

Deno.test("replaceKeys() refuses what would lose a value", () => {
  const config = new ADict({ a: 1, b: 2 });
  assertThrows(() => config.replaceKeys(["a"], []), RangeError, "1 old and 0 new names");
  assertThrows(() => config.replaceKeys(["a"], ["b"]), RangeError, 'two would be named "b"');
  assertThrows(() => config.replaceKeys(["a", "a"], ["x", "y"]), RangeError, '"a" stands twice');
  assertThrows(() => config.replaceKeys(["c"], ["x"]), ReferenceError, 'Cannot read "c"');
  assertThrows(() => config.replaceKeys(["a"], ["__proto__"]), TypeError, "reserved");
});
