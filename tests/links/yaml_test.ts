import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "../_property.ts";
import {
  parse as parseOfRoot,
  stringify as stringifyOfRoot,
  YamlSyntaxError as YamlSyntaxErrorOfRoot,
} from "@std/yaml";
import { parse, parseAll } from "@std/yaml/parse";
import { stringify } from "@std/yaml/stringify";
import { YamlSyntaxError } from "@std/yaml/types";

const SCALARS: [text: string, expected: unknown][] = [
  ["", null],
  ["~", null],
  ["null", null],
  ["NULL", null],
  ["nULL", "nULL"],
  ["true", true],
  ["False", false],
  ["TRUE", true],
  ["tRUE", "tRUE"],
  ["yes", "yes"],
  ["no", "no"],
  ["on", "on"],
  ["Off", "Off"],
  ["y", "y"],
  ["0", 0],
  ["-0", 0],
  ["-5", -5],
  ["+5", 5],
  ["1_000", 1000],
  ["1_", "1_"],
  ["_1", "_1"],
  ["0x1f", 31],
  ["-0x1f", -31],
  ["0x", "0x"],
  ["0b101", 5],
  ["017", 15],
  ["08", "08"],
  ["0o17", "0o17"],
  ["9007199254740993", 9007199254740992],
  ["1e-3", 0.001],
  ["1E+5", 1e5],
  ["1.5e-3", 0.0015],
  [".5", 0.5],
  ["-.5", "-.5"],
  ["5.", 5],
  ["1e", "1e"],
  ["1.2.3", "1.2.3"],
  ["1:20", "1:20"],
  [".inf", Infinity],
  ["-.INF", -Infinity],
  [".nan", NaN],
  [".NaN", NaN],
  ["-.nan", "-.nan"],
  ["2020-01-02", new Date("2020-01-02T00:00:00Z")],
  ["2020-1-2", "2020-1-2"],
  ["2020-01-02T10:20:30Z", new Date("2020-01-02T10:20:30Z")],
  ["2020-01-02 10:20:30", new Date("2020-01-02T10:20:30Z")],
  ["2020-1-2 1:20:30.123456 +02:30", new Date("2020-01-01T22:50:30.123Z")],
  ["2020-01-02t10:20:30-5", new Date("2020-01-02T15:20:30Z")],
  ["2020-01-02T10:20", "2020-01-02T10:20"],
  ["<<", "<<"],
  ["=", "="],
  ["'1'", "1"],
  ['"1"', "1"],
  ["'it''s'", "it's"],
  ['"\\u263a\\x41\\n"', "☺A\n"],
  ["C:\\dir", "C:\\dir"],
  ["http://a/b?c=d#e", "http://a/b?c=d#e"],
  ["a # b", "a"],
  ["!!str 123", "123"],
  ["!!str", ""],
  ["! 12", "12"],
  ["!!int 0x1f", 31],
  ["!!float 3", 3],
  ["!!bool true", true],
  ["!!binary aGVsbG8=", new TextEncoder().encode("hello")],
  ["!!timestamp 2020-01-02", new Date("2020-01-02T00:00:00Z")],
];

for (const [text, expected] of SCALARS) {
  Deno.test(`parse() of YAML reads the scalar ${JSON.stringify(text)}`, () => {
    assertEquals(parse(`a: ${text}`), { a: expected });
    assertEquals(parse(`- ${text}`), [expected]);
  });
}

const DOCUMENTS: [what: string, text: string, expected: unknown][] = [
  ["nothing", "", null],
  ["comments", "# a\n", null],
  ["a scalar", "1e-3", 0.001],
  ["nested collections", "a:\n  - 1\n  - b: 2\n    c:\n    - 3\n", { a: [1, { b: 2, c: [3] }] }],
  ["flow collections", "{a: [1, {b}], c: {d: e}}", { a: [1, { b: null }], c: { d: "e" } }],
  ["a pair in a flow sequence", "[a: 1, b]", [{ a: 1 }, "b"]],
  ["literal text", "a: |\n  x\n  y\nb: |-\n  z\n", { a: "x\ny\n", b: "z" }],
  ["folded text", "a: >\n  x\n  y\n\n  z\n", { a: "x y\nz\n" }],
  ["Windows lines", "a: 1\r\nb:\r\n  - x\r\n", { a: 1, b: ["x"] }],
  ["a byte order mark", "\uFEFFa: 1", { a: 1 }],
  ["an end mark", "---\na: 1\n...\n", { a: 1 }],
  ["a directive", "%YAML 1.1\n---\na: yes\nb: 010\n", { a: "yes", b: 8 }],
  ["keys that are no strings", "1e3: a\ntrue: b\n~: c\n[x, 1]: d", {
    1000: "a",
    true: "b",
    null: "c",
    "x,1": "d",
  }],
  ["an alias", "a: &x [1]\nb: *x", { a: [1], b: [1] }],
  ["the latest anchor", "a: &x 1\nb: *x\nc: &x 2\nd: *x", { a: 1, b: 1, c: 2, d: 2 }],
  ["a merge", "a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3", {
    a: { p: 1, q: 2 },
    b: { p: 1, q: 3 },
  }],
  ["a late merge", "a: &x {p: 1}\nb:\n  p: 2\n  <<: *x", { a: { p: 1 }, b: { p: 2 } }],
  ["two merges", "a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}\nd: {<<: *y, <<: *x}", {
    a: { p: 1 },
    b: { p: 2, q: 2 },
    c: { p: 1, q: 2 },
    d: { p: 2, q: 2 },
  }],
  ["a quoted merge key", "'<<': 1", { "<<": 1 }],
  ["a set", "!!set {a, b}", { a: null, b: null }],
  ["an ordered map", "!!omap [a: 1, b: 2]", [{ a: 1 }, { b: 2 }]],
  ["pairs", "!!pairs [a: 1, a: 2]", [["a", 1], ["a", 2]]],
  ["a key named constructor", "constructor: 1", { constructor: 1 }],
];

for (const [what, text, expected] of DOCUMENTS) {
  Deno.test(`parse() of YAML reads ${what}`, () => assertEquals(parse(text), expected));
}

Deno.test("parse() of YAML pollutes no prototype", () => {
  const value = parse("__proto__: {polluted: 1}\na: {<<: {__proto__: {polluted: 1}}}") as object;
  assertEquals(Reflect.get({}, "polluted"), undefined);
  assertEquals(Object.keys(value), ["__proto__", "a"]);
});

Deno.test("parse() of YAML gives an alias the very value of its anchor", () => {
  const value = parse("a: &x [1]\nb: *x\nc: &y [*y]") as Record<string, unknown[]>;
  assertStrictEquals(value.a, value.b);
  assertStrictEquals(value.c?.[0], value.c);
});

const ERRORS: [text: string, line: number][] = [
  ["a: 1\na: 2", 2],
  ["a: 1\n'a': 2", 2],
  ["1: a\n'1': b", 2],
  ["a: {b: 1, b: 2}", 1],
  ["a: *x", 1],
  ["a: 1\nb: @x", 2],
  ["a: b: c", 1],
  ["a: !foo x", 1],
  ["a: !!foo x", 1],
  ["a: !!bool yes", 1],
  ["a: !!binary '%'", 1],
  ["a: !!python/object x", 1],
  ["<<: 1", 1],
  ["a: \u0007", 1],
];

for (const [text, line] of ERRORS) {
  Deno.test(`parse() of YAML refuses ${JSON.stringify(text)} in line ${line}`, () => {
    const error = assertThrows(() => parse(text), YamlSyntaxError);
    assertInstanceOf(error, SyntaxError);
    assertEquals([error.name, error.line], ["YamlSyntaxError", line]);
    assert(error.column >= 1 && error.offset >= 0 && error.offset <= text.length);
    assertStringIncludes(error.message, ` at line ${error.line}, column ${error.column}:\n`);
    assert(error.snippet?.endsWith("^"));
  });
}

for (const text of ["a: [1", '"', "'x", "{a: 1", "a: 1\n b: 2", "- 1\n2", "[a, *", "a: 'b' c"]) {
  Deno.test(`parse() of YAML refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parse(text), YamlSyntaxError);
  });
}

Deno.test("parse() of YAML takes the last of duplicate keys where it is told to", () => {
  assertEquals(parse("a: 1\na: 2", { allowDuplicateKeys: true }), { a: 2 });
});

Deno.test("parse() of YAML refuses several documents, parseAll() reads them", () => {
  assertThrows(() => parse("a: 1\n---\nb: 2"), YamlSyntaxError, "more than 1 document");
  assertEquals(parseAll("a: 1\n---\nb: 2\n...\n---\n- c"), [{ a: 1 }, { b: 2 }, ["c"]]);
  assertEquals(parseAll("---\n---\n"), [null, null]);
  assertEquals(parseAll("a: 1"), [{ a: 1 }]);
  assertEquals(parseAll(""), []);
});

Deno.test("YamlSyntaxError carries its place", () => {
  const error = new YamlSyntaxError("Wrong", { line: 2, column: 3, offset: 9 }, "    ab\n      ^");
  assertEquals([error.line, error.column, error.offset], [2, 3, 9]);
  assertEquals(error.message, "Wrong at line 2, column 3:\n    ab\n      ^");
  assertEquals(new YamlSyntaxError("Wrong", error).snippet, undefined);
});

const TEXTS: [what: string, value: unknown, text: string][] = [
  ["collections", { a: { b: [1, { c: 2 }] }, d: [] }, "a:\n  b:\n    - 1\n    - c: 2\nd: []\n"],
  ["scalars", [1, 0.5, true, null, "a b"], "- 1\n- 0.5\n- true\n- null\n- a b\n"],
  ["numbers that are none", [NaN, Infinity, -Infinity, -0], "- .nan\n- .inf\n- -.inf\n- -0.0\n"],
  ["dates", { a: new Date(0) }, "a: 1970-01-01T00:00:00.000Z\n"],
  [
    "text that reads as something else",
    ["1e3", "010", "true", "", "2020-01-01", "<<"],
    [
      "- '1e3'\n- '010'\n- 'true'\n- ''\n- '2020-01-01'\n- '<<'\n",
    ].join(""),
  ],
  ["old booleans", ["yes", "on", "n"], "- 'yes'\n- 'on'\n- 'n'\n"],
  ["lines", { a: "x\ny\n", b: "x\ny" }, "a: |\n  x\n  y\nb: |-\n  x\n  y\n"],
  ["a scalar alone", "x", "x\n"],
  ["an empty object", {}, "{}\n"],
];

for (const [what, value, text] of TEXTS) {
  Deno.test(`stringify() of YAML writes ${what}`, () => assertEquals(stringify(value), text));
}

Deno.test("stringify() of YAML takes options", () => {
  const value = { b: { d: 1, c: 2 }, a: undefined };
  const options = { indent: 4, skipInvalid: true };
  assertEquals(stringify(value, { ...options, sortKeys: true }), "b:\n    c: 2\n    d: 1\n");
  assertEquals(stringify({ a: 1, b: 2 }, { sortKeys: (a, b) => a < b ? 1 : -1 }), "b: 2\na: 1\n");
  const words = "word ".repeat(30).trim();
  assertEquals(stringify({ a: words }, { lineWidth: -1 }), `a: ${words}\n`);
  const shared = [1];
  const written = stringify({ a: shared, b: shared }, { useAnchors: false });
  assertEquals(written, "a:\n  - 1\nb:\n  - 1\n");
});

for (const value of [undefined, () => 1, 1n, Symbol("a")]) {
  Deno.test(`stringify() of YAML refuses a value of type ${typeof value}`, () => {
    const message = `Cannot stringify ${typeof value}`;
    assertThrows(() => stringify({ a: [value] }), TypeError, message);
    assertEquals(stringify({ a: [value, 1] }, { skipInvalid: true }), "a:\n  - 1\n");
  });
}

Deno.test("stringify() of YAML does not ask toJSON()", () => {
  assertEquals(stringify({ a: 1, toJSON: undefined }, { skipInvalid: true }), "a: 1\n");
});

Deno.test("stringify() of YAML keeps what is shared", () => {
  const shared = { x: 1 };
  const value = parse(stringify({ a: shared, b: [shared] })) as { a: unknown; b: unknown[] };
  assertEquals<unknown>(value, { a: { x: 1 }, b: [{ x: 1 }] });
  assertStrictEquals(value.a, value.b[0]);
});

for (const value of [" \n", "\n ", "\n \n", " \n\n", "\t\n", " a\n", "a\n \nb", "a\n  b\n"]) {
  Deno.test(`stringify() of YAML keeps the white space of ${JSON.stringify(value)}`, () => {
    // A text that is the whole document is none of our uses, and the original indents it.
    for (const data of [{ " ": value }, [value]]) {
      assertEquals<unknown>(parse(stringify(data)), data);
    }
  });
}

Deno.test("stringify() of YAML writes what parse() reads back", () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), tie("node"), { maxKeys: 4 }),
    node: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.stringMatching(/^[ -~\n\t]{0,12}$/),
      fc.constantFrom(...SCALARS.map(([text]) => text)),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(2e12) }),
      fc.array(tie("node"), { maxLength: 4 }),
      tie("tree"),
    ),
  }));
  fc.assert(fc.property(tree, (value) => assertEquals(parse(stringify(value)), value)));
});

Deno.test("parse(), stringify() and YamlSyntaxError of YAML are at the root too", () => {
  assertStrictEquals(parseOfRoot, parse);
  assertStrictEquals(stringifyOfRoot, stringify);
  assertStrictEquals(YamlSyntaxErrorOfRoot, YamlSyntaxError);
});
