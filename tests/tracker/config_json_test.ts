import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { ADict } from "../../adict/mod.ts";
import { decodeJson, decodePythonJson, encodeJson } from "../../tracker/_config_json.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { TestFolder } from "./_config.ts";

const TABLE: readonly (readonly [unknown, string])[] = [
  [
    { lr: 0.1, tags: ["a"], none: null, yes: true },
    '{"lr":0.1,"tags":["a"],"none":null,"yes":true}',
  ],
  [NaN, '{"$number":"NaN"}'],
  [-Infinity, '{"$number":"-Infinity"}'],
  [-0, '{"$number":"-0"}'],
  [12345678901234567890n, '{"$bigint":"12345678901234567890"}'],
  [new Date(0), '{"$date":"1970-01-01T00:00:00.000Z"}'],
  [new Date(NaN), '{"$date":null}'],
  [new Uint8Array([1, 2, 255]), '{"$bytes":"AQL/"}'],
  [new Uint8Array([1, 2, 255]).buffer, '{"$buffer":"AQL/"}'],
  [new DataView(new Uint8Array([1, 2, 255]).buffer), '{"$view":"AQL/"}'],
  [new Float32Array([1, 0.5, NaN]), '{"$typed":["Float32Array",[1,0.5,{"$number":"NaN"}]]}'],
  [new BigInt64Array([-1n]), '{"$typed":["BigInt64Array",[{"$bigint":"-1"}]]}'],
  [
    new Map<unknown, unknown>([["a", 1], [{ b: 2n }, -0]]),
    '{"$map":[["a",1],[{"b":{"$bigint":"2"}},{"$number":"-0"}]]}',
  ],
  [new Set([undefined, 1]), '{"$set":[{"$undefined":true},1]}'],
  [/a+/gu, '{"$regexp":["a+","gu"]}'],
  [new URL("file:///a%20b"), '{"$url":"file:///a%20b"}'],
  [{ $map: [] }, '{"$$map":[]}'],
  [undefined, '{"$undefined":true}'],
  [{ $date: "a user's own" }, '{"$$date":"a user\'s own"}'],
  [{ $$x: { $y: 1 } }, '{"$$$x":{"$$y":1}}'],
  [{ $a: 1, b: 2 }, '{"$a":1,"b":2}'],
];

for (const [value, text] of TABLE) {
  Deno.test(`encodeJson() writes ${text}`, () => {
    assertEquals(encodeJson(value), text);
    const decoded = decodeJson(text);
    assertEquals(decoded, value);
    assertEquals(Object.is(decoded, value) || typeof value === "object", true);
  });
}

Deno.test("encodeJson() writes what has no form of its own by its text, bytes or fields", () => {
  assertEquals(encodeJson(function relu() {}), '{"$text":"[function relu]"}');
  assertEquals(encodeJson(new RangeError("high")), '{"$text":"RangeError: high"}');
  assertEquals(decodeJson(encodeJson([Symbol("x")])), ["Symbol(x)"]);
  const buffer = new Uint8Array([0, 1, 2, 255, 0]).buffer;
  assertEquals(encodeJson(new DataView(buffer, 1, 3)), '{"$view":"AQL/"}');
  class Point {
    x = 1;
  }
  assertEquals(encodeJson(new Point()), '{"x":1}');
  assertEquals(encodeJson({ [Symbol.toStringTag]: "Tagged", a: 1 }), '{"a":1}');
});

Deno.test("encodeJson() keeps the keys __proto__ and constructor as data", () => {
  const value: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
  assertEquals(encodeJson(value), '{"__proto__":{"x":1},"constructor":2}');
  const decoded = decodeJson(encodeJson(value)) as object;
  assertEquals(Object.keys(decoded), ["__proto__", "constructor"]);
  assertEquals(Object.getPrototypeOf(decoded), Object.prototype);
});

Deno.test("encodeJson() says where a value contains itself", () => {
  const loop: Record<string, unknown> = { model: { layers: [1] } };
  const model = loop.model as { layers: unknown[] };
  model.layers.push(model);
  assertThrows(() => encodeJson(loop), TrackerError, '"model.layers[1]": it is "model" again');
  const whole: unknown[] = [];
  whole.push({ "a.b": whole });
  assertThrows(() => encodeJson(whole), TrackerError, '[0]["a.b"]": it is the whole again');
  const map = new Map<string, unknown>();
  map.set("self", map);
  assertThrows(() => encodeJson({ map }), TrackerError, 'it is "map" again');
  const shared = { a: 1 };
  assertEquals(encodeJson([shared, shared]), '[{"a":1},{"a":1}]');
});

Deno.test("encodeJson() says what is nested too deeply", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 5000; level++) deep = [deep];
  assertThrows(() => encodeJson({ a: 1, deep }), TrackerError, '"deep": it is nested deeper than');
});

Deno.test("SQLLogger says where a config contains itself", async () => {
  using folder = new TestFolder();
  const config = folder.config({ model: {} });
  const model = config.model as Record<string, unknown>;
  model.parent = [model];
  const message = 'Cannot store "model.parent[0]": it is "model" again';
  await assertRejects(() => SQLLogger.open(config), TrackerError, message);
  delete model.parent;
  await using logger = await SQLLogger.open(config);
  model.parent = config;
  assertThrows(() => logger.run(), TrackerError, '"model.parent": it is the whole again');
  delete model.parent;
  const metadata: unknown[] = [];
  metadata.push(metadata);
  const id = logger.run();
  assertThrows(() => logger.logArtifact(id, "x", { metadata }), TrackerError, '"[0]"');
});

const LEAF: fc.Arbitrary<unknown> = fc.oneof(
  fc.double(),
  fc.string({ unit: "binary" }),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined, NaN, -0),
  fc.date(),
  fc.uint8Array(),
  fc.uint8Array().map((bytes) => bytes.buffer),
  fc.uint8Array().map((bytes) => new DataView(bytes.buffer)),
  fc.int8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float32Array().map((list) => Float16Array.from(list)),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
  fc.constantFrom(/a+[/]/giu, new RegExp(""), new URL("https://example.com/?a=1#b")),
);

const KEY: fc.Arbitrary<string> = fc.oneof(
  fc.string().filter((key) => key !== "__proto__"),
  fc.constantFrom("$number", "$$number", "$date", "$text", "$typed", "$map", "constructor"),
);

const { value: VALUE } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    LEAF,
    fc.array(tie("value")),
    fc.array(tie("value")).map((items) => new Set(items)),
    fc.array(fc.tuple(tie("value"), tie("value"))).map((entries) => new Map(entries)),
    fc.dictionary(KEY, tie("value"), { noNullPrototype: true }),
  ),
}));

Deno.test("decodeJson() gives back whatever encodeJson() has written", () => {
  fc.assert(fc.property(VALUE, (value) => {
    const text = encodeJson(value);
    assertEquals(decodeJson(text), value);
    assertEquals(encodeJson(decodeJson(text)), text);
  }));
});

Deno.test("decodeJson() refuses a list of a kind that is none", () => {
  for (const name of ["Array", "Function", "constructor", "__proto__"]) {
    assertThrows(() => decodeJson(`{"$typed":["${name}",[1]]}`), TypeError, name);
  }
});

Deno.test("a stored config has, read again, the structural hash that was stored", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  await using finder = await SQLFinder.open(config);
  fc.assert(
    fc.property(VALUE, (value) => {
      config.value = value;
      const run = finder.findRun(logger.run());
      logger.finish();
      const read = run?.config;
      assertInstanceOf(read, ADict);
      assertEquals(ADict.prototype.getStructuralHash.call(read), run?.structuralHash);
      assertEquals(ADict.prototype.toObject.call(read), new ADict(config).toObject());
    }),
    { numRuns: 60 },
  );
});

Deno.test("decodePythonJson() reads the words that json.dumps writes", () => {
  const text = '{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \\" Infinity", "$d": 1}';
  assertEquals(decodePythonJson(text), {
    a: NaN,
    b: [-Infinity, Infinity],
    c: 'NaN " Infinity',
    $d: 1,
  });
  assertThrows(() => decodePythonJson("{"), SyntaxError);
});
