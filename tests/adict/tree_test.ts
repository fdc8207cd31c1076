import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ADict } from "@ato/core/adict";

Deno.test("a subtree that is assigned elsewhere is copied, and stays where it is", () => {
  const config = new ADict({ a: { x: 1 }, list: [{ y: 1 }] }) as ADict;
  const { a } = config;
  config.b = config.a;
  config.b.x = 2;
  config.a.x = 3;
  assertEquals(config.toObject(), { a: { x: 3 }, b: { x: 2 }, list: [{ y: 1 }] });
  // deno-lint-ignore no-self-assign -- the point of the test
  config.a = config.a;
  assertStrictEquals(config.a, a);
  config.list.push(config.list[0]);
  config.list[1].y = 2;
  assertEquals(config.toObject().list, [{ y: 1 }, { y: 2 }]);
});

Deno.test("a config of its own that is assigned becomes part of the other", () => {
  const model = new ADict({ depth: 50 });
  const config = new ADict();
  config.model = model;
  model.depth = 101;
  assertStrictEquals(config.model, model);
  assertEquals(config.model.depth, 101);
  config.again = model;
  config.again.depth = 3;
  assertEquals(model.depth, 101);
});

Deno.test("a subtree that was replaced or deleted lives on by itself", () => {
  const config = new ADict({ a: { x: 1 }, list: [{ y: 1 }] }) as ADict;
  const { a, list } = config;
  const element = list[0];
  config.a = 5;
  a.x = 2;
  list.pop();
  element.y = 2;
  delete config.list;
  list.push(1);
  assertEquals(config.toObject(), { a: 5 });
  config.again = a;
  assertStrictEquals(config.again, a);
});

Deno.test("a parent may be replaced by its own child", () => {
  const config = new ADict({ a: { b: { c: 1 } } }) as ADict;
  config.a = config.a.b;
  assertEquals(config.toObject(), { a: { c: 1 } });
});

Deno.test("a config that is written into itself is copied", () => {
  const config = new ADict({ x: 1 }) as ADict;
  config.self = config;
  config.x = 2;
  assertEquals(config.toObject(), { x: 2, self: { x: 1 } });
});

Deno.test("ADict refuses data that contains itself, and keeps what it had", () => {
  const circle: Record<string, unknown> = { x: 1 };
  circle.self = [circle];
  const config = new ADict({ a: 1 }) as ADict;
  assertThrows(() => config.a = circle, RangeError, "containing itself");
  assertThrows(() => config.set("b.c", circle), RangeError, "containing itself");
  assertThrows(() => config.update({ a: 2, b: circle }, { recursive: true }), RangeError);
  assertThrows(() => new ADict(circle), RangeError, "nested deeper than 1000 levels");
  assertEquals(config.toObject(), { a: 1 });
});

function nest(levels: number): Record<string, unknown> {
  let data: Record<string, unknown> = { leaf: 1 };
  for (let i = 1; i < levels; i++) data = i % 2 === 0 ? { a: data } : { a: [data] };
  return data;
}

Deno.test("ADict holds 1000 levels and refuses one more, however they come about", () => {
  let chain: Record<string, unknown> = { leaf: 1 };
  for (let i = 1; i < 1000; i++) chain = { a: chain };
  const config = new ADict(chain) as ADict;
  assertEquals(JSON.stringify(config.clone()), JSON.stringify(chain));
  assertEquals(config.get(`${"a.".repeat(999)}leaf`), 1);
  assertEquals(config.diff({}).length, 1);
  assertEquals(Object.keys(config.getStructuralRepr()).length, 1);
  config.freeze().defrost();
  const path = "a.".repeat(999);
  assertThrows(() => config.set(`${path}deeper`, {}), RangeError, "1000 levels");
  assertThrows(() => config.set(`${path}deeper.leaf`, 1), RangeError, "1000 levels");
  assertThrows(() => config.set(`${path}deeper`, new ADict()), RangeError, "1000 levels");
  assertThrows(() => new ADict({ a: chain }), RangeError, "1000 levels");
  assertThrows(() => new ADict({ a: nest(900) }).set("b", chain), RangeError, "1000 levels");
  const empty = new ADict();
  assertThrows(() => empty.set("a.".repeat(1000) + "a", 1), RangeError, "1000 levels");
  assertEquals(empty.toObject(), {});
});
