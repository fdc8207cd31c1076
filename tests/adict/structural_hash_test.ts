import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import fc from "../_property.ts";
import { ADict } from "@ato/core/adict";
import { dates, objects } from "./_data.ts";
import { isMapping } from "./_reference.ts";

const data = objects({ leaves: [dates(), fc.constant(null), fc.bigInt()] });

function hash(value: object): string {
  return new ADict(value).getStructuralHash();
}

/** The same keys in another order, at every depth. */
function shuffle(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffle);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).reverse().map(([key, nested]) => [key, shuffle(nested)]),
  );
}

/** Other values of the same types. */
function alter(value: unknown): unknown {
  if (Array.isArray(value)) return [...value, ...value].map(alter);
  if (isMapping(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, alter(nested)]));
  }
  if (typeof value === "string") return `${value}!`;
  if (typeof value === "number") return value === 1 ? 2 : 1;
  if (typeof value === "bigint") return value + 1n;
  if (typeof value === "boolean") return !value;
  return value instanceof Date ? new Date(0) : value;
}

for (
  const [name, value, repr] of [
    ["leaves", {
      string: "a",
      number: 1,
      nan: NaN,
      bigint: 1n,
      boolean: true,
      none: null,
      nothing: undefined,
      date: new Date(0),
      bytes: new Uint8Array(1),
      buffer: new ArrayBuffer(1),
      loss: () => 0,
      regexp: /a/,
      floats: new Float32Array(1),
      map: new Map(),
      symbol: Symbol("a"),
    }, {
      bigint: "bigint",
      boolean: "boolean",
      buffer: "bytes",
      bytes: "bytes",
      date: "date",
      floats: "float32array",
      loss: "function",
      map: "map",
      nan: "number",
      none: "null",
      nothing: "undefined",
      number: "number",
      regexp: "regexp",
      string: "string",
      symbol: "symbol",
    }],
    ["mappings", { model: { backbone: "vit", head: {} }, b: 1 }, {
      b: "number",
      "model.backbone": "string",
      "model.head": "object",
    }],
    ["lists", { a: [1, 2], b: [1, "x", 2], c: [], d: [[1], ["x"], []], e: [null, {}] }, {
      a: "array<number>",
      b: "array<number|string>",
      c: "array<>",
      d: "array<array<>|array<number>|array<string>>",
      "d[]": "array<>|array<number>|array<string>",
      e: "array<null|object>",
    }],
    ["lists of mappings", {
      pipeline: [{ type: "crop", size: 1 }, { type: "flip", size: "x" }, { deep: [{ a: 1 }] }],
    }, {
      pipeline: "array<object>",
      "pipeline[].deep": "array<object>",
      "pipeline[].deep[].a": "number",
      "pipeline[].size": "number|string",
      "pipeline[].type": "string",
    }],
    ["names that look like paths", {
      "a.b": 1,
      a: { b: "x", "[]": 1 },
      list: [{ c: 1 }],
      "list[].c": true,
      "": 1,
    }, {
      '[""]': "number",
      '["a.b"]': "number",
      '["list[].c"]': "boolean",
      "a.b": "string",
      'a["[]"]': "number",
      list: "array<object>",
      "list[].c": "number",
    }],
    ["nothing", {}, {}],
  ] as [string, object, Record<string, string>][]
) {
  Deno.test(`getStructuralRepr() names the types of ${name}, sorted by path`, () => {
    const found = new ADict(value).getStructuralRepr();
    assertEquals(found, repr);
    assertEquals(Object.keys(found), Object.keys(repr));
    assertMatch(hash(value), /^[0-9a-f]{40}$/);
  });
}

Deno.test("getStructuralHash() is the same wherever and whenever it is made", () => {
  const value = { lr: 0.1, model: { backbone: "resnet50" }, list: [1, "x"] };
  assertEquals(hash(value), "2bd1af00a547504990d5b0cf088e913e6a9bdee0");
});

Deno.test("getStructuralHash() does not depend on the order of keys", () => {
  fc.assert(fc.property(data, (value) => {
    assertEquals(hash(shuffle(value) as object), hash(value));
  }));
});

Deno.test("getStructuralHash() does not depend on values and lengths", () => {
  fc.assert(fc.property(data, (value) => {
    assertEquals(hash(alter(value) as object), hash(value));
  }));
});

Deno.test("getStructuralHash() depends on every key and type", () => {
  fc.assert(fc.property(data, fc.nat(), (value, choice) => {
    const keys = Object.keys(value);
    const key = keys[choice % keys.length];
    assertNotEquals(hash({ ...value, "another key": 1 }), hash(value));
    if (key === undefined) return;
    const other = typeof value[key] === "symbol" ? 1 : Symbol("another type");
    assertNotEquals(hash({ ...value, [key]: other }), hash(value));
    const { [key]: _, ...rest } = value;
    assertNotEquals(hash(rest), hash(value));
  }));
});

Deno.test("getStructuralHash() is the same exactly where the structure is", () => {
  const small = objects({ isKey: (key) => "0a.".includes(key) });
  fc.assert(fc.property(small, small, (left, right) => {
    const reprs = [left, right].map((value) => new ADict(value).getStructuralRepr());
    const isSame = JSON.stringify(reprs[0]) === JSON.stringify(reprs[1]);
    assertEquals(hash(left) === hash(right), isSame);
  }));
});

const DIFFERENT: [object, object][] = [
  [{ "a.b": 1 }, { a: { b: 1 } }],
  [{ '["a.b"]': 1 }, { "a.b": 1 }],
  [{ "a[]": 1, a: [{}] }, { a: [{}] }],
  [{ "p[].x": 1, p: [] }, { p: [{ x: 1 }] }],
  [{ a: [1] }, { a: ["1"] }],
  [{ a: [] }, { a: {} }],
  [{ a: {} }, {}],
  [{ a: { b: {} } }, { a: {} }],
  [{ a: [{}] }, { a: [{ b: {} }] }],
  [{ a: [[1]] }, { a: [1] }],
  [{ a: null }, { a: undefined }],
  [{ a: 1 }, { a: 1n }],
  [{ a: "2026-01-01" }, { a: new Date(0) }],
  [{ a: "1" }, { a: 1 }],
];

for (const [left, right] of DIFFERENT) {
  Deno.test(`getStructuralHash() tells ${Deno.inspect(left)} from ${Deno.inspect(right)}`, () => {
    assert(hash(left) !== hash(right));
  });
}

Deno.test("getStructuralHash() does not depend on how a config came about", () => {
  const config = ADict.auto();
  config.model.backbone = "vit";
  config.set("list[0]", 1);
  config.freeze();
  assertEquals(config.getStructuralHash(), hash({ list: [2, 3], model: { backbone: "x" } }));
  assertEquals(config.model.getStructuralHash(), hash({ backbone: "x" }));
});

Deno.test("getStructuralHash() differs for integer-like keys only where they do", () => {
  assertEquals(hash({ b: 1, 10: 1, 9: "x" }), hash({ 9: "y", b: 2, 10: 2 }));
  assertNotEquals(hash({ 10: 1, 9: "x" }), hash({ 10: "x", 9: 1 }));
});
