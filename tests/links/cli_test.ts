import { assertEquals, assertThrows } from "@std/assert";
import { parseArgs as parseArgsOfRoot, unicodeWidth as unicodeWidthOfRoot } from "@std/cli";
import { parseArgs, type ParseOptions } from "@std/cli/parse-args";
import { unicodeWidth } from "@std/cli/unicode-width";

interface Case {
  what: string;
  args: string;
  options?: ParseOptions;
  expected: Record<string, unknown>;
}

const CASES: Case[] = [
  { what: "positional arguments", args: "a 5 - 0x1f", expected: { _: ["a", 5, "-", 31] } },
  { what: "values", args: "--lr 1e-3 --name=x y", expected: { lr: 0.001, name: "x", _: ["y"] } },
  { what: "flags without value", args: "--foo --bar", expected: { foo: true, bar: true, _: [] } },
  { what: "an empty value", args: "--foo= --bar", expected: { foo: "", bar: true, _: [] } },
  { what: "the last value", args: "--a 1 --a 2", expected: { a: 2, _: [] } },
  { what: "letters", args: "-abc 5", expected: { a: true, b: true, c: 5, _: [] } },
  { what: "a letter and its number", args: "-n5 -m=7", expected: { n: 5, m: 7, _: [] } },
  { what: "dotted names", args: "--a.b 1 --a.c=x", expected: { a: { b: 1, c: "x" }, _: [] } },
  { what: "a negative number as a flag", args: "--a -5", expected: { a: true, 5: true, _: [] } },
  { what: "binary numbers", args: "--a 0b11", expected: { a: 3, _: [] } },
  {
    what: "what follows a double dash",
    args: "--a -- --b 5",
    expected: { a: true, _: ["--b", "5"] },
  },
  {
    what: "what follows a double dash apart",
    args: "x -- --b 5",
    options: { "--": true },
    expected: { _: ["x"], "--": ["--b", "5"] },
  },
  {
    what: "booleans",
    args: "--a x --b=false --c true",
    options: { boolean: ["a", "b", "c", "d"] },
    expected: { a: true, b: false, c: true, d: false, _: ["x"] },
  },
  {
    what: "every flag as a boolean",
    args: "--a x -b y",
    options: { boolean: true },
    expected: { a: true, b: "y", _: ["x"] },
  },
  {
    what: "dotted booleans",
    args: "--a.b x",
    options: { boolean: ["a.b", "a.c"] },
    expected: { a: { b: true, c: false }, _: ["x"] },
  },
  {
    what: "text",
    args: "--a 010 --b 7",
    options: { string: ["a", "_"] },
    expected: { a: "010", b: 7, _: [] },
  },
  {
    what: "text without value",
    args: "--a --b",
    options: { string: "a" },
    expected: { a: "", b: true, _: [] },
  },
  {
    what: "collected values",
    args: "--a 1 --a=x -v -vv",
    options: { collect: ["a", "v", "w"], boolean: ["v"] },
    expected: { a: [1, "x"], v: [true, true, true], _: [] },
  },
  {
    what: "collections that stay empty",
    args: "",
    options: { collect: ["a", "b", "c"], boolean: ["a"], string: ["b"] },
    expected: { a: [], b: [], _: [] },
  },
  {
    what: "one collected default",
    args: "--a 1",
    options: { collect: ["a"], default: { a: [9], b: [8] } },
    expected: { a: [1], b: [8], _: [] },
  },
  {
    what: "aliases",
    args: "-h --num 5",
    options: { alias: { help: ["h", "usage"], n: "num" }, boolean: ["help"] },
    expected: { help: true, h: true, usage: true, n: 5, num: 5, _: [] },
  },
  {
    what: "aliases of booleans",
    args: "-h x",
    options: { alias: { help: "h" }, boolean: ["help"] },
    expected: { help: true, h: true, _: ["x"] },
  },
  {
    what: "defaults",
    args: "--a 1",
    options: { default: { a: 5, b: null, "c.d": 6, e: 7 }, alias: { e: "f" } },
    expected: { a: 1, b: null, c: { d: 6 }, e: 7, f: 7, _: [] },
  },
  {
    what: "a boolean's default",
    args: "",
    options: { boolean: ["a", "b"], default: { a: true } },
    expected: { a: true, b: false, _: [] },
  },
  {
    what: "negations",
    args: "--no-a --no-b x",
    options: { boolean: ["a"], negatable: ["a"], default: { a: true } },
    expected: { a: false, "no-b": "x", _: [] },
  },
  {
    what: "a negated text",
    args: "--no-a",
    options: { string: ["a"], negatable: ["a"], default: { a: "x" } },
    expected: { a: false, _: [] },
  },
  {
    what: "nothing after the first positional argument",
    args: "--a 1 b --c 2",
    options: { stopEarly: true },
    expected: { a: 1, _: ["b", "--c", "2"] },
  },
];

for (const { what, args, options, expected } of CASES) {
  Deno.test(`parseArgs() reads ${what}`, () => {
    const list = args.split(" ").filter((arg) => arg !== "");
    assertEquals<unknown>(parseArgs(list, options ?? {}), expected);
  });
}

Deno.test("parseArgs() keeps spaces and empty arguments", () => {
  assertEquals<unknown>(parseArgs(["--a", "b c", " ", "", "--d= e"]), {
    a: "b c",
    d: " e",
    _: [" ", ""],
  });
});

Deno.test("parseArgs() asks about what it does not know, and tells what was typed", () => {
  const calls: unknown[][] = [];
  const args = parseArgs(["--a=5", "--known", "x", "-b", "file", "--c.d", "--no-e"], {
    boolean: ["known"],
    unknown: (...call: unknown[]) => {
      calls.push(call);
      return call[0] === "file";
    },
  });
  assertEquals(calls, [
    ["--a=5", "a", "5"],
    ["x"],
    ["-b", "b", "file"],
    ["--c.d", "c.d", true],
    ["--no-e", "no-e", true],
  ]);
  assertEquals<unknown>(args, { known: true, _: [] });
});

Deno.test("parseArgs() asks nothing about declared names", () => {
  const args = parseArgs(["--a", "1", "-b", "2", "--c", "3"], {
    string: ["a"],
    alias: { long: "b" },
    collect: ["c"],
    unknown: () => false,
  });
  assertEquals<unknown>(args, { a: "1", long: 2, b: 2, c: [3], _: [] });
});

Deno.test("parseArgs() does not touch prototypes", () => {
  parseArgs(["--__proto__.polluted", "1", "--constructor.prototype.polluted", "2"]);
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("parseArgs() refuses an alias that is undefined", () => {
  const alias = { a: undefined } as unknown as Record<string, string>;
  assertThrows(() => parseArgs([], { alias }), TypeError, "Alias value must be defined");
});

Deno.test("parseArgs() has a type", () => {
  const plain = parseArgs(["a"]);
  const positional: (string | number)[] = plain._;
  const apart = parseArgs(["--", "a"], { "--": true });
  const rest: string[] = apart["--"];
  assertEquals([positional, rest], [["a"], ["a"]]);
  // @ts-expect-error there is no such option
  parseArgs([], { strings: ["a"] });
});

const WIDTHS: [text: string, width: number][] = [
  ["", 0],
  ["hello world", 11],
  ["天地玄黃", 8],
  ["ｆｕｌｌ", 8],
  ["한국어", 6],
  ["é", 1],
  ["e\u0301", 1],
  ["🦕", 2],
  ["👩‍💻", 4],
  ["a\u0000b\tc", 3],
  ["─│█", 3],
  ["\x1b[31m", 4],
];

for (const [text, width] of WIDTHS) {
  Deno.test(`unicodeWidth() of ${JSON.stringify(text)} is ${width}`, () => {
    assertEquals(unicodeWidth(text), width);
  });
}

Deno.test("parseArgs() and unicodeWidth() are at the root too", () => {
  assertEquals([parseArgsOfRoot, unicodeWidthOfRoot], [parseArgs, unicodeWidth] as unknown[]);
});
