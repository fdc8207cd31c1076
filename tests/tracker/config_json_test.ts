import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeJson, decodePythonJson, encodeJson } from "../../tracker/_config_json.ts";

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

Deno.test("encodeJson() writes what has no JSON form as text", () => {
  assertEquals(encodeJson(function relu() {}), '{"$text":"[function relu]"}');
  assertEquals(encodeJson(/a+/g), '{"$text":"/a+/g"}');
  assertEquals(decodeJson(encodeJson([Symbol("x")])), ["Symbol(x)"]);
  assertEquals(encodeJson(new Float32Array([1, 0.5])), "[1,0.5]");
});

Deno.test("encodeJson() keeps the keys __proto__ and constructor as data", () => {
  const value: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
  assertEquals(encodeJson(value), '{"__proto__":{"x":1},"constructor":2}');
  const decoded = decodeJson(encodeJson(value)) as object;
  assertEquals(Object.keys(decoded), ["__proto__", "constructor"]);
  assertEquals(Object.getPrototypeOf(decoded), Object.prototype);
});

Deno.test("encodeJson() refuses a value that contains itself", () => {
  const value: Record<string, unknown> = {};
  value.self = [value];
  assertThrows(() => encodeJson(value), TypeError, "contains itself");
  const shared = { a: 1 };
  assertEquals(encodeJson([shared, shared]), '[{"a":1},{"a":1}]');
});

Deno.test("decodeJson() gives back whatever encodeJson() has written", () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.string({ unit: "binary" }),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(null, undefined, NaN, -0),
    fc.date(),
    fc.uint8Array(),
  );
  const key = fc.oneof(fc.string(), fc.constantFrom("$number", "$$number", "$date", "$text"));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      leaf,
      fc.array(tie("value")),
      fc.dictionary(key, tie("value"), { noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(value, (value) => {
    assertEquals(decodeJson(encodeJson(value)), value);
    assertEquals(encodeJson(decodeJson(encodeJson(value))), encodeJson(value));
  }));
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
