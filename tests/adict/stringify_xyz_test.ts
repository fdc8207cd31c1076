import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { ADict, parseXyz, stringifyXyz } from "@ato/core/adict";
import { dates, isSameData, objects, TREACHEROUS_STRINGS } from "./_data.ts";
import CASES from "./testdata/xyz.json" with { type: "json" };

const LEAVES = [
  fc.constant(null),
  fc.bigInt(),
  dates(),
  fc.date({ noInvalidDate: true }),
] as const;

function assertRoundTrip(value: unknown, format = {}): void {
  const text = stringifyXyz(value, format);
  const back = parseXyz(text);
  assert(isSameData(back, value), `${Deno.inspect(value)}\n${text}\n${Deno.inspect(back)}`);
}

Deno.test("stringifyXyz() writes the reference texts", async (t) => {
  for (const [index, { object, text }] of CASES.entries()) {
    await t.step(`case ${index}`, () => assertEquals(stringifyXyz(object), text));
  }
});

Deno.test("stringifyXyz() writes what parseXyz() reads back exactly", () => {
  fc.assert(fc.property(objects({ leaves: LEAVES }), (value) => assertRoundTrip(value)), {
    numRuns: 500,
  });
});

Deno.test("stringifyXyz() keeps lists at the top", () => {
  fc.assert(fc.property(fc.array(objects({ leaves: LEAVES })), (value) => assertRoundTrip(value)));
});

Deno.test("stringifyXyz() keeps treacherous strings as keys and values", () => {
  for (const text of TREACHEROUS_STRINGS) {
    assertRoundTrip({ [text]: text, list: [text], inner: { [text]: { a: 1 } } });
  }
});

Deno.test("stringifyXyz() keeps everything under any marks that it accepts", () => {
  const mark = fc.oneof(
    fc.constantFrom("", ":", ")", "[", "]", " =", " = ", "-", "- ", "1) ", "0", "# ", "#xyz "),
    fc.string({ maxLength: 3 }),
  );
  const formats = fc.record(
    { keyPrefix: mark, keyPostfix: mark, indexPrefix: mark, indexPostfix: mark },
    { requiredKeys: [] },
  ).filter((format) => {
    try {
      stringifyXyz({}, format);
      return true;
    } catch {
      return false;
    }
  });
  fc.assert(
    fc.property(formats, objects({ leaves: LEAVES }), (format, value) => {
      assertRoundTrip(value, format);
    }),
    { numRuns: 500 },
  );
});

Deno.test("stringifyXyz() writes each kind of value in one way", () => {
  const value = {
    none: null,
    yes: true,
    nan: NaN,
    infinity: -Infinity,
    zero: -0,
    big: 10n,
    large: 1e20,
    date: new Date(0),
    empty: "",
    version: "1.0",
    object: {},
    list: [],
    "a: b": "a: b",
  };
  assertEquals(
    stringifyXyz(value).split("\n"),
    [
      "none: None",
      "yes: True",
      "nan: nan",
      "infinity: -inf",
      "zero: -0",
      "big: 10n",
      "large: 1e+20",
      "date: 1970-01-01T00:00:00.000Z",
      'empty: ""',
      'version: "1.0"',
      "object: {}",
      "list: []",
      '"a: b": a: b',
    ],
  );
});

Deno.test("stringifyXyz() writes a header for marks that are not the default", () => {
  const format = { keyPrefix: "<", keyPostfix: ">", indexPrefix: "[", indexPostfix: "]" };
  assertEquals(
    stringifyXyz({ a: [1, { b: 2 }] }, format),
    `#xyz ${JSON.stringify(format)}\n<a>\n  [0] 1\n  [1]\n    <b> 2`,
  );
  assertEquals(stringifyXyz({ a: 1 }, { keyPostfix: ":" }), "a: 1");
});

Deno.test("stringifyXyz() refuses marks that could be read in two ways", () => {
  const formats = [
    { keyPostfix: '"' },
    { keyPostfix: "\n" },
    { keyPrefix: " " },
    { indexPrefix: "\t" },
    { indexPostfix: "0)" },
    { keyPrefix: "1) " },
    { keyPrefix: "\ud800" },
  ];
  for (const format of formats) {
    assertThrows(() => stringifyXyz({}, format), TypeError, "Cannot use the XYZ format");
  }
  // @ts-expect-error no such mark
  assertThrows(() => stringifyXyz({}, { prefix: "a" }), TypeError, 'no such mark "prefix"');
  // @ts-expect-error a mark is a string
  assertThrows(() => stringifyXyz({}, { keyPrefix: 1 }), TypeError, "keyPrefix is of type number");
});

Deno.test("stringifyXyz() leaves out undefined members", () => {
  assertEquals(stringifyXyz({ a: undefined, b: 1 }), "b: 1");
  assertEquals(stringifyXyz({ a: { b: undefined } }), "a: {}");
});

Deno.test("stringifyXyz() names the path of what it cannot write", () => {
  const cycle: Record<string, unknown> = {};
  cycle.inner = [cycle];
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  const refused: [unknown, string][] = [
    [{ a: [1, undefined] }, '"a[1]" as XYZ: undefined'],
    // deno-lint-ignore no-sparse-arrays
    [{ a: [, 1] }, '"a[0]" as XYZ: undefined'],
    [{ a: { b: () => 1 } }, '"a.b" as XYZ: a function'],
    [{ a: Symbol("s") }, '"a" as XYZ: a symbol'],
    [{ "a.b": new Map() }, '"["a.b"]" as XYZ: an instance of Map'],
    [{ a: /x/ }, "an instance of RegExp"],
    [{ a: new Uint8Array(1) }, '"a" as XYZ: bytes'],
    [{ a: new Date(NaN) }, '"a" as XYZ: an invalid date'],
    [cycle, '"inner[0]" as XYZ: a reference to a mapping or list around it'],
    [{ deep }, "nested deeper than 1000 levels"],
    [JSON.parse('{ "a": { "__proto__": 1 } }'), '"a.__proto__" as XYZ'],
    [1, "a number at the top"],
    [null, "null at the top"],
    ["a", "a string at the top"],
    [new Date(0), "a date at the top"],
  ];
  for (const [value, message] of refused) {
    const error = assertThrows(() => stringifyXyz(value), TypeError, "Cannot write");
    assertStringIncludes(error.message, message);
  }
});

Deno.test("stringifyXyz() writes an object twice that is referred to twice", () => {
  const shared = { a: 1 };
  assertEquals(stringifyXyz({ left: shared, right: shared }), "left:\n  a: 1\nright:\n  a: 1");
});

Deno.test("stringifyXyz() takes an ADict, nested ones included", () => {
  const config = new ADict({ lr: 0.1, model: { layers: [{ size: 1 }] }, toJSON: "data" });
  const text = "lr: 0.1\nmodel:\n  layers:\n    0)\n      size: 1\ntoJSON: data";
  assertEquals(stringifyXyz(config), text);
  assertEquals(stringifyXyz({ config }), `config:\n${text.replaceAll(/^/gm, "  ")}`);
  assertEquals(ADict.prototype.accessedKeys.call(config), []);
});
