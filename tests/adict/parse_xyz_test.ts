import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { ConfigSyntaxError, parseXyz } from "@ato/core/adict";
import { isSameData } from "./_data.ts";
import CASES from "./testdata/xyz.json" with { type: "json" };

Deno.test("parseXyz() reads the reference texts", async (t) => {
  for (const [index, { object, text }] of CASES.entries()) {
    await t.step(`case ${index}`, () => assertEquals(parseXyz(text), object));
  }
});

Deno.test("parseXyz() reads values as what they look like", () => {
  const values: [string, unknown][] = [
    ["None", null],
    ["null", null],
    ["True", true],
    ["false", false],
    ["1", 1],
    ["-0", -0],
    ["+1", 1],
    ["1_000", 1000],
    ["0x1f", 31],
    [".5", 0.5],
    ["5.", 5],
    ["1e-4", 0.0001],
    ["nan", NaN],
    ["-inf", -Infinity],
    ["10n", 10n],
    ["12345678901234567890", 12345678901234567890n],
    ["-0xffffffffffffffffff", -0xffffffffffffffffffn],
    ["1970-01-01T00:00:00.000Z", new Date(0)],
    ["1970-01-01", "1970-01-01"],
    ["1970-02-30T00:00:00.000Z", "1970-02-30T00:00:00.000Z"],
    ["007", "007"],
    ["1__0", "1__0"],
    ["{}", {}],
    ["[]", []],
    ['"1"', "1"],
    [String.raw`"a\nb\u00e9"`, "a\nb\u00e9"],
    ["a: b # c", "a: b # c"],
    ["it's", "it's"],
    ["configs/a.yaml", "configs/a.yaml"],
  ];
  for (const [text, value] of values) {
    const parsed = parseXyz(`key:   ${text}  `) as { key: unknown };
    assert(isSameData(parsed.key, value), `${text} is read as ${Deno.inspect(parsed.key)}`);
  }
});

Deno.test("parseXyz() reads files of other systems", () => {
  const expected = { a: 1, b: { c: [true] } };
  assertEquals(parseXyz("\ufeffa: 1\r\n\r\nb:\r\n  c:\r\n    0) True\r\n"), expected);
  assertEquals(parseXyz("a:\t1\nb:\n        c:  \n         0) True\n\t\n"), expected);
});

Deno.test("parseXyz() reads text without a line as an empty mapping", () => {
  for (const text of ["", "\n", " \n\t\r\n", "\ufeff", "{}", " {}\n"]) {
    assertEquals(parseXyz(text), {});
  }
  assertEquals(parseXyz("[]\n"), []);
});

Deno.test("parseXyz() reads keys that look like the data of every object", () => {
  const parsed = parseXyz("constructor: 1\nprototype: 2\ntoString:\n  a: 3");
  assertEquals(Object.entries(parsed), [["constructor", 1], ["prototype", 2], [
    "toString",
    { a: 3 },
  ]]);
});

Deno.test("parseXyz() reads back marks from the header", () => {
  const text = '#xyz {"keyPrefix":"- ","keyPostfix":" =","indexPrefix":"[","indexPostfix":"]"}\n' +
    "- a =\n  [0] 1\n- b c = 2";
  assertEquals(parseXyz(text), { a: [1], "b c": 2 });
});

Deno.test("parseXyz() names the place of a mistake", async (t) => {
  const mistakes: [text: string, place: string, message: string][] = [
    ["a: 1\nhello", "2:1", "neither a key nor an index"],
    ["a: [1, 2]", "1:4", "[ opens a list or mapping in the line"],
    ["a: {b: 1}", "1:4", "{ opens a list or mapping in the line"],
    ["a:\nb: 1", "1:3", "no value"],
    ["b: 1\na:  ", "2:3", "no value"],
    ["a:\n  0) 1\n  2) 3", "3:3", "the index 2, expected the index 1"],
    ["1) a", "1:1", "the index 1, expected the index 0"],
    ["0) 1\na: 2", "2:1", 'the key "a" in a list'],
    ["a: 1\n0) 2", "2:1", "the index 0 in a mapping"],
    ["a: 1\na: 2", "2:1", 'the key "a" for the second time'],
    ["a: 1\n  b: 2", "2:3", "indented below a line that has a value"],
    ["a:\n    b: 1\n  c: 2", "3:3", "indented unlike any line above"],
    ["  a: 1", "1:3", "the first line is indented"],
    ["a:\n\tb: 1", "2:1", "a tab in the indentation"],
    ['a: "x', "1:6", "the line ends inside a string"],
    ['a: "x" y', "1:7", "text after the closing quote"],
    [String.raw`a: "\q"`, "1:4", "no valid string"],
    ['"a" 1', "1:4", "no value after the key"],
    ["__proto__: 1", "1:1", 'the key "__proto__"'],
    ['a:\n  "__pr\\u006fto__":\n    b: 1', "2:3", 'the key "__proto__"'],
    ["#xyz 1", "1:6", "the header is no JSON mapping"],
    ['#xyz {"keyPostfix":"\\n"}', "1:6", 'keyPostfix is "\\n"'],
  ];
  for (const [text, place, message] of mistakes) {
    await t.step(message, () => {
      const error = assertThrows(() => parseXyz(text, { path: "a.xyz" }), ConfigSyntaxError);
      const start = `Cannot parse "a.xyz:${place}": ${message}`;
      assertEquals(error.message.slice(0, start.length), start);
      assertEquals(`${error.line}:${error.column}`, place);
      assertEquals(error.path, "a.xyz");
    });
  }
});

Deno.test("parseXyz() leaves prototypes alone", () => {
  assertThrows(() => parseXyz("__proto__:\n  polluted: True"), ConfigSyntaxError);
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("parseXyz() gives a result or a ConfigSyntaxError for any text", () => {
  const alphabet = [...'ab01:)"\\[]{}#_ \t\r\n.-+en', "  ", "\n  ", "__proto__", "#xyz {", "0) "];
  const texts = fc.array(fc.constantFrom(...alphabet), { maxLength: 40 }).map((parts) =>
    parts.join("")
  );
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: "binary" })), (text) => {
      try {
        parseXyz(text);
      } catch (error) {
        assertInstanceOf(error, ConfigSyntaxError);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseXyz() refuses nesting beyond 1000 levels", () => {
  const text = (levels: number) =>
    Array.from({ length: levels }, (_, level) => `${" ".repeat(level)}a:`).join("\n") + " 1";
  parseXyz(text(1000));
  assertThrows(() => parseXyz(text(1001)), ConfigSyntaxError, "nested deeper than 1000 levels");
});

Deno.test("parseXyz() takes hostile lines", () => {
  const size = 300_000;
  const refused = ["[".repeat(size), '"'.repeat(size), "a".repeat(size), `a: ${"{".repeat(size)}`];
  for (const text of refused) {
    const error = assertThrows(() => parseXyz(text), ConfigSyntaxError);
    assert(error.message.length < 1000);
  }
  const taken = [
    `a: ${"1_1".repeat(size)}x`,
    `a: ${" ".repeat(size)}b${" ".repeat(size)}`,
    `${"a:".repeat(size)} 1`,
    `a: ${"9".repeat(size)}`,
    "\n".repeat(size),
    `a: ${JSON.stringify('\\"'.repeat(size))}`,
  ];
  for (const text of taken) parseXyz(text);
});
