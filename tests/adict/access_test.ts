import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { ADict, formatPath, MissingKeyError } from "@ato/core/adict";
import { objects } from "./_data.ts";
import { type Branch, pathsOf, show } from "./_reference.ts";

function example(): ADict {
  return new ADict({
    lr: 0.1,
    "a.b": "literal",
    'say "hi"': 1,
    "": "empty",
    model: { layers: [64, 128, { type: "conv" }], "x.y": 2, "0": "zero" },
    none: null,
    nothing: undefined,
  }) as ADict;
}

for (
  const [path, value] of [
    ["lr", 0.1],
    ["a.b", "literal"],
    ['["a.b"]', "literal"],
    ['say "hi"', 1],
    ["", "empty"],
    ["model.layers[0]", 64],
    ["model.layers.0", 64],
    ["model.layers[-2]", 128],
    ["model.layers[2].type", "conv"],
    ["model.layers[-1].type", "conv"],
    ['model["x.y"]', 2],
    ["model[0]", "zero"],
    ["none", null],
    ["nothing", undefined],
  ] as const
) {
  Deno.test(`get() and has() find "${path}"`, () => {
    assertEquals(example().get(path, "fallback"), value);
    assertEquals(example().has(path), true);
    const config = example();
    assertEquals(config.delete(path), true);
    assertEquals(show(config.toObject()) === show(example().toObject()), false);
  });
}

for (
  const path of [
    "missing",
    "model.missing",
    "lr.deeper",
    "none.deeper",
    "model.layers[3]",
    "model.layers[-4]",
    "model.layers.x",
    "model.layers.-1",
    "model.x.y",
    "model..layers",
    ".lr",
    "lr.",
    "model[",
    '["a.b"',
    "model.layers.length",
  ]
) {
  Deno.test(`get(), has() and delete() find nothing at "${path}", and do not throw`, () => {
    const config = example();
    assertEquals(config.get(path, "fallback"), "fallback");
    assertEquals(config.get(path), undefined);
    assertEquals(config.has(path), false);
    assertEquals(config.delete(path), false);
    assertEquals(show(config.toObject()), show(example().toObject()));
  });
}

Deno.test("get() prefers nesting to a key that looks like it", () => {
  const config = new ADict({ "a.b": "literal", a: { b: "nested" }, '["c.d"]': 1, "c.d": 2 });
  assertEquals(config.get("a.b"), "nested");
  assertEquals(config.get('["a.b"]'), "literal");
  assertEquals(config.get('["c.d"]'), 2);
  config.set("a.b", 1);
  config.delete("a.b");
  assertEquals(config.get("a.b"), "literal");
});

Deno.test("get(), has(), set() and delete() do what plain objects would do", () => {
  fc.assert(fc.property(objects(), fc.nat(), fc.boolean(), (data, choice, isDeleted) => {
    const paths = [...pathsOf(data)];
    const config = new ADict(data) as ADict;
    for (const path of paths) {
      const text = formatPath(path);
      assertEquals(config.has(text), true);
      const value = path.reduce<unknown>((branch, key) => (branch as Branch)[key], data);
      assertEquals(show(new ADict({ x: config.get(text) }).toObject()), show({ x: value }));
    }
    if (paths.length === 0) return;
    const path = paths[choice % paths.length]!;
    const model = structuredClone(data);
    const holder = path.slice(0, -1).reduce<Branch>((branch, key) => branch[key] as Branch, model);
    const key = path.at(-1)!;
    if (!isDeleted) holder[key] = { new: [1] };
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
    if (isDeleted) assertEquals(config.delete(formatPath(path)), true);
    else assertStrictEquals(config.set(formatPath(path), { new: [1] }), config);
    assertEquals(show(config.toObject()), show(model));
  }));
});

Deno.test("set() makes the mappings and lists on the way", () => {
  const config = new ADict() as ADict;
  config.set("model.backbone.depth", 50).set("steps[0].type", "crop").set("steps[1]", 5);
  config.set('["a.b"].c', 1).set("steps[-1]", 6).set("deep[0][0].x", 1);
  assertEquals(config.toObject(), {
    model: { backbone: { depth: 50 } },
    steps: [{ type: "crop" }, 6],
    "a.b": { c: 1 },
    deep: [[{ x: 1 }]],
  });
});

for (
  const [path, ErrorClass, message] of [
    ["lr.deeper", TypeError, '"lr" is a number, expected a mapping'],
    ["none.a.b", TypeError, '"none" is null, expected a mapping'],
    ["model.date.x", TypeError, '"model.date" is an instance of Date, expected a mapping'],
    ["model.layers[2]", RangeError, "the list has 1 items, expected an index from -1 to 1"],
    ["model.layers[-2]", RangeError, "the list has 1 items"],
    ["model.layers.x", RangeError, "the list has 1 items"],
    ["model.layers.length", RangeError, "the list has 1 items"],
    ["new.list[1]", RangeError, "the list has 0 items, expected an index from 0 to 0"],
    ["new.list[-1].x", RangeError, "the list has 0 items"],
    ["new.__proto__.x", TypeError, 'Cannot set "new.__proto__": the name is reserved'],
    ["a..b", SyntaxError, 'Cannot read the path "a..b"'],
    ["", SyntaxError, "unexpected end"],
  ] as const
) {
  Deno.test(`set() refuses "${path}", and leaves no trace`, () => {
    const data = { lr: 0.1, none: null, model: { layers: [64], date: new Date(0) } };
    const config = new ADict(data) as ADict;
    assertThrows(() => config.set(path, 1), ErrorClass, message);
    assertEquals(config.toObject(), data);
  });
}

Deno.test("delete() leaves no gap in a list", () => {
  const config = new ADict({ list: [1, 2, 3] });
  assertEquals(config.delete("list[0]"), true);
  assertEquals(config.delete("list[-1]"), true);
  assertEquals(config.toObject(), { list: [2] });
});

Deno.test("pick() keeps the values at paths, in copies", () => {
  const config = example();
  const picked = config.pick(["model.layers[2].type", "a.b", "lr", "model.layers[-3]", "none"]);
  assertEquals(picked.toObject(), {
    model: { layers: [64, { type: "conv" }] },
    "a.b": "literal",
    lr: 0.1,
    none: null,
  });
  const whole = config.pick(["model.layers[0]", "model.layers"]);
  assertEquals(whole.toObject(), { model: { layers: [64, 128, { type: "conv" }] } });
  whole.model.layers.push(1);
  assertEquals(config.model.layers.length, 3);
});

Deno.test("pick() of all that was read gives the minimal config", () => {
  fc.assert(fc.property(objects(), fc.array(fc.nat(), { maxLength: 4 }), (data, choices) => {
    const config = new ADict(data) as ADict;
    const paths = [...pathsOf(data)].filter((path) => path.every((key) => typeof key === "string"));
    if (paths.length > 0) choices.forEach((i) => config.get(formatPath(paths[i % paths.length]!)));
    const picked = config.clone().pick(config.accessedKeys());
    assertEquals(show(sorted(picked)), show(sorted(config.getMinimalConfig())));
  }));
});

function sorted(config: ADict): unknown {
  return Object.entries(config.toObject()).sort(([left], [right]) => left < right ? -1 : 1);
}

for (
  const [path, message] of [
    ["model.layrs", 'Cannot read "model.layrs": no such key, did you mean "model.layers"?'],
    ["lr.deeper", 'Cannot read "lr.deeper": no such key, did you mean "lr"?'],
    [
      "model.layers[7].type",
      'Cannot read "model.layers[7]": no such key, did you mean "model.layers[2]"?',
    ],
  ] as const
) {
  Deno.test(`pick() says that there is no "${path}"`, () => {
    assertThrows(() => example().pick(["lr", path]), MissingKeyError, message);
  });
}
