import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { parse as parseOfRoot, stringify as stringifyOfRoot } from "@std/toml";
import { parse } from "@std/toml/parse";
import { stringify } from "@std/toml/stringify";

const VALUES: [text: string, expected: unknown][] = [
  ["1", 1],
  ["+1", 1],
  ["-17", -17],
  ["1_000", 1000],
  ["0x1F", 31],
  ["0o17", 15],
  ["0b11", 3],
  ["9007199254740993", 9007199254740992],
  ["1.5", 1.5],
  ["1e3", 1000],
  ["1e-3", 0.001],
  ["inf", Infinity],
  ["-inf", -Infinity],
  ["nan", NaN],
  ["true", true],
  ["false", false],
  ['"a\\tb\\u00e9"', "a\tbé"],
  ["'C:\\dir'", "C:\\dir"],
  ['"""\nx\ny"""', "x\ny"],
  ["'''\nx'''", "x"],
  ["[1, 'x', [2],]", [1, "x", [2]]],
  ["[\n  1, # one\n  2\n]", [1, 2]],
  ["{x = 1, y.z = 2}", { x: 1, y: { z: 2 } }],
  ["{}", {}],
  ["1979-05-27T07:32:00Z", new Date("1979-05-27T07:32:00Z")],
  ["1979-05-27T07:32:00.5-07:00", new Date("1979-05-27T14:32:00.5Z")],
  ["1979-05-27T07:32:00", new Date("1979-05-27T07:32:00")],
  ["1979-05-27 07:32:00", new Date("1979-05-27T07:32:00")],
  ["1979-05-27", new Date("1979-05-27")],
  ["07:32:00", "07:32:00"],
  ["07:30:10.25", "07:30:10.25"],
];

for (const [text, expected] of VALUES) {
  Deno.test(`parse() of TOML reads the value ${JSON.stringify(text)}`, () => {
    assertEquals(parse(`a = ${text}`), { a: expected });
  });
}

const DOCUMENTS: [what: string, text: string, expected: Record<string, unknown>][] = [
  ["nothing", "", {}],
  ["comments", "# a\n\n# b", {}],
  ["Windows lines", "a = 1\r\nb = 2\r\n", { a: 1, b: 2 }],
  ["dotted keys", "a.b.c = 1\na.b.d = 2", { a: { b: { c: 1, d: 2 } } }],
  ["quoted keys", "\"a.b\" = 1\n'c d' = 2", { "a.b": 1, "c d": 2 }],
  ["tables", "[t]\na = 1\n[t.u]\nb = 2", { t: { a: 1, u: { b: 2 } } }],
  ["arrays of tables", "[[x]]\na = 1\n[[x]]\na = 2\n[x.y]\nb = 3", {
    x: [{ a: 1 }, { a: 2, y: { b: 3 } }],
  }],
  ["a table named constructor", "[constructor]\na = 1", { constructor: { a: 1 } }],
];

for (const [what, text, expected] of DOCUMENTS) {
  Deno.test(`parse() of TOML reads ${what}`, () => assertEquals(parse(text), expected));
}

Deno.test("parse() of TOML pollutes no prototype", () => {
  const table = parse("[__proto__]\npolluted = 1\n[a]\n__proto__ = 2");
  assertEquals(Reflect.get({}, "polluted"), undefined);
  assertEquals(Object.keys(table), ["__proto__", "a"]);
});

const ERRORS: [text: string, line: number][] = [
  ["a =", 1],
  ["= 1", 1],
  ["a = 1\nb = @", 2],
  ["a = 1\n\n\nb = [1", 4],
  ["a = 1_", 1],
  ["a = 01", 1],
  ["a = True", 1],
  ["a = null", 1],
  ['a = "\\q"', 1],
  ["[a]\n[a]", 2],
  ["a = 1\n[a]", 2],
];

for (const [text, line] of ERRORS) {
  Deno.test(`parse() of TOML refuses ${JSON.stringify(text)} in line ${line}`, () => {
    const { message } = assertThrows(() => parse(text), SyntaxError);
    assertMatch(message, new RegExp(`^Parse error on line ${line}, column \\d+: .`));
  });
}

const TEXTS: [what: string, value: Record<string, unknown>, text: string][] = [
  ["values before tables", { t: { x: 1 }, a: "x" }, 'a = "x"\n\n[t]\nx = 1\n'],
  ["numbers", { a: NaN, b: -Infinity, c: 0.1 }, "a = nan\nb = -inf\nc = 0.1\n"],
  ["quotes and lines", { a: 'x\n"y"' }, 'a = "x\\n\\"y\\""\n'],
  ["keys", { "a b": 1, "x.y": 2, "": 3 }, '"a b" = 1\n"x.y" = 2\n"" = 3\n'],
  ["dates without a zone", { a: new Date(0) }, "a = 1970-01-01T00:00:00.000\n"],
  ["no undefined", { a: undefined, b: 1 }, "b = 1\n"],
  ["no bigints and functions", { a: 1n, b: 1, c: () => 1 }, "b = 1\n"],
];

for (const [what, value, text] of TEXTS) {
  Deno.test(`stringify() of TOML writes ${what}`, () => assertEquals(stringify(value), text));
}

Deno.test("stringify() of TOML writes null as an empty table", () => {
  assertEquals(stringify({ a: null }).trim(), "[a]");
  assertEquals(parse(stringify({ a: { b: null } })), { a: { b: {} } });
});

for (const list of [[null], [1, null], [undefined], [1, undefined]]) {
  Deno.test(`stringify() of TOML refuses ${Deno.inspect(list)}`, () => {
    assertThrows(() => stringify({ a: list }), Error);
  });
}

Deno.test("stringify() of TOML writes what parse() reads back", () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(fc.stringMatching(/^[a-z _.-]{1,6}$/), tie("node"), { maxKeys: 4 }),
    node: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).filter((value) =>
        !/e/.test(String(value)) && !Object.is(value, -0)
      ),
      fc.boolean(),
      fc.stringMatching(/^[ -~\n\t]{0,8}$/),
      fc.array(fc.integer(), { maxLength: 3 }),
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }),
      tie("tree"),
    ),
  }));
  fc.assert(fc.property(tree, (value) => {
    assertEquals<unknown>(parse(stringify(value as Record<string, unknown>)), value);
  }));
});

Deno.test("parse() and stringify() of TOML are at the root too", () => {
  assertEquals([parseOfRoot, stringifyOfRoot], [parse, stringify] as unknown[]);
});
