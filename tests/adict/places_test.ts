import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "../_property.ts";
import { ADict, type ConfigWrite, parsePath, type PathKey, watch } from "@ato/core/adict";
import { CONFIG_FORMATS } from "../../adict/_formats.ts";
import { makeLocator } from "../../adict/_places.ts";
import { normaliseParsed } from "../../adict/_parsed_data.ts";
import { type DataShape, dates, objects, TREACHEROUS_STRINGS } from "./_data.ts";
import { makeFolder } from "./_folder.ts";
import { runChild } from "../_child.ts";

interface Leaf {
  path: PathKey[];
  value: unknown;
}

/** Every leaf, empty mappings and lists among them, without the keys of nothing at all. */
function leavesOf(value: unknown, path: PathKey[] = []): Leaf[] {
  const isBranch = typeof value === "object" && value !== null && !(value instanceof Date) &&
    !(value instanceof Uint8Array);
  if (!isBranch || Object.keys(value).length === 0) return path.length > 0 ? [{ path, value }] : [];
  return Object.entries(value).flatMap(([key, child]) =>
    leavesOf(child, [...path, Array.isArray(value) ? Number(key) : key])
  );
}

async function parse(extension: string, text: string): Promise<unknown> {
  const path = `a${extension}`;
  return normaliseParsed(await CONFIG_FORMATS[extension]!.parse(text, path), { text, path });
}

function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  const before = text.split(/(?<=\r\n|\n|\r(?!\n))/).slice(0, line - 1);
  return before.join("").length + column - 1;
}

/** What the quoted or bare key at the start of a text says. */
function startsWithKey(text: string, key: string): boolean {
  if (text.startsWith(key)) return true;
  if (text.startsWith("'")) return text.startsWith(`'${key.replaceAll("'", "''")}'`);
  const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(text)?.[0];
  if (quoted === undefined) return false;
  // YAML and TOML write the escapes of JSON, and some with eight or two digits.
  const escapes: Record<string, string> = { "\\0": "\\u0000", "\\e": "\\u001b", "\\a": "\\u0007" };
  const json = quoted.replaceAll(/\\(?:x..|U.{8}|.)/gs, (escape) => {
    if (escape.startsWith("\\x")) return `\\u00${escape.slice(2)}`;
    if (escape.startsWith("\\U")) return String.fromCodePoint(parseInt(escape.slice(2), 16));
    const others: Record<string, string> = { "\\v": "\\u000b", "\\_": "\\u00a0", "\\N": "\\u0085" };
    return { "\\L": "\\u2028", "\\P": "\\u2029", ...others, ...escapes }[escape] ?? escape;
  });
  return JSON.parse(json) === key;
}

/** Asserts that each leaf has a place of its own where its key is, or its element. */
async function assertPlaces(extension: string, text: string): Promise<void> {
  const value = await parse(extension, text);
  const locate = makeLocator({ text, path: `a${extension}` });
  const seen = new Set<number>();
  for (const { path, value: leaf } of leavesOf(value)) {
    const place = await locate(path);
    const shown = `${Deno.inspect(path)}\n${text}`;
    assert(place !== undefined, shown);
    const offset = offsetOf(text, place);
    assertFalse(seen.has(offset), shown);
    seen.add(offset);
    const there = text.slice(offset);
    const key = path.at(-1)!;
    if (typeof key === "string") assert(startsWithKey(there, key), `${shown}\n${there}`);
    else if (extension === ".xyz") assert(there.startsWith(`${key})`), shown);
    else assert(isElement(there, leaf), `${shown}\n${there}`);
  }
}

/** Whether a text starts with an element, as far as that shows in every format. */
function isElement(text: string, value: unknown): boolean {
  if (typeof value === "boolean") return text.startsWith(String(value));
  if (Array.isArray(value)) return text.startsWith("[]");
  // An empty table of TOML may be a header.
  if (typeof value === "string") return /^["'|>\p{Any}]/u.test(text);
  return text !== "" && !/^[\s,\]}]/.test(text);
}

const FINITE = fc.double({ noDefaultInfinity: true, noNaN: true });
const NULL = fc.constant(null);

const SHAPES: Readonly<Record<string, DataShape>> = {
  ".json": { leaves: [NULL], numbers: FINITE, isKey: (key) => !key.endsWith("\\") },
  ".yaml": { leaves: [NULL, dates()], halfPairs: false },
  ".toml": { leaves: [dates()], halfPairs: false },
  ".xyz": { leaves: [NULL, dates(), fc.bigInt()] },
};

for (const [extension, shape] of Object.entries(SHAPES)) {
  Deno.test(`every leaf that was written as ${extension} has a place`, async () => {
    await fc.assert(
      fc.asyncProperty(objects(shape), async (value) => {
        await assertPlaces(extension, await CONFIG_FORMATS[extension]!.stringify(value));
      }),
      { numRuns: 150 },
    );
  });

  Deno.test(`treacherous keys of ${extension} have places`, async () => {
    for (const key of TREACHEROUS_STRINGS.filter(shape.isKey ?? (() => true))) {
      const value = { [key]: key, list: [[key], { [key]: { [key]: 1 } }] };
      await assertPlaces(extension, await CONFIG_FORMATS[extension]!.stringify(value));
    }
  });
}

Deno.test("every leaf that was written as .jsonl has a place", async () => {
  const lists = fc.array(objects(SHAPES[".json"]), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(lists, async (value) => {
      await assertPlaces(".jsonl", await CONFIG_FORMATS[".jsonl"]!.stringify(value));
    }),
    { numRuns: 100 },
  );
});

/** Texts by hand: for each path the place, where every place is asserted. */
const TEXTS: [name: string, text: string, places: Record<string, string | undefined>][] = [
  ["spread.json", '{"a":1,\r\n "b" : {"c":[1,\n{"d" :2}, []]}}', {
    "a": "1:2",
    "b": "2:2",
    "b.c": "2:9",
    "b.c[0]": "2:14",
    "b.c[1]": "3:1",
    "b.c[1].d": "3:2",
    "b.c[2]": "3:11",
    "b.c[3]": undefined,
    "x": undefined,
    "a.x": undefined,
  }],
  ["quotes.json", '{"a": {"x": 1},\n "b": {"y": "}]\\\\\\"{,"}, "\\u0061b": 2}', {
    "b": "2:2",
    "b.y": "2:8",
    "b.x": undefined,
    "ab": "2:26",
  }],
  ["wide.json", '{"\u{1f600}": 1, "b": 2}', { "\u{1f600}": "1:2", "b": "1:11" }],
  ["list.json", " [true, [ null ]]", { "[0]": "1:3", "[1]": "1:9", "[1][0]": "1:11" }],
  ["leaf.json", "  1", {}],
  ["a.jsonl", '{"a": 1}\r\n\n  {"b": [2]}\n3', {
    "[0]": "1:1",
    "[0].a": "1:2",
    "[1]": "3:3",
    "[1].b": "3:4",
    "[1].b[0]": "3:10",
    "[2]": "4:1",
  }],
  [
    "block.yaml",
    "# lr\nlr: 1e-3\nmodel:\n  'it''s': x\n  layers:\n  - 64\n  -   128\n  - {a: 1}\n",
    {
      "lr": "2:1",
      "model": "3:1",
      "model.it's": "4:3",
      "model.layers": "5:3",
      "model.layers[0]": "6:5",
      "model.layers[1]": "7:7",
      "model.layers[2].a": "8:6",
      "no": undefined,
      "lr[0]": undefined,
      "model.layers.a": undefined,
    },
  ],
  ["flow.yaml", '{a: 1, "b": [x, y: 2, [z]],\n  c: {d, e: },\n  ? f : 3}\n', {
    "a": "1:2",
    "b": "1:8",
    "b[0]": "1:14",
    "b[1].y": "1:17",
    "b[2][0]": "1:24",
    "c.d": "2:7",
    "c.e": "2:10",
    "f": "3:5",
  }],
  ["anchors.yaml", "base: &base\n  lr: 1\n  opt: {x: 1}\none: *base\ntwo:\n  - *base\n  - 2\n", {
    "base.lr": "2:3",
    "one": "4:1",
    "one.lr": "2:3",
    "one.opt.x": "3:9",
    "two[0]": "6:5",
    "two[0].opt": "3:3",
    "two[1]": "7:5",
  }],
  [
    "merge.yaml",
    "a: &a {x: 1, y: 1}\nb: &b\n  <<: *a\n  y: 2\nc: &c {y: 3, z: 3}\n" +
    "d:\n  z: 4\n  <<: [*b, *c]\ne:\n  <<: {q: 5}\n  '<<': 6\n",
    {
      "b.x": "1:8",
      "b.y": "4:3",
      "d.x": "1:8",
      "d.y": "4:3",
      "d.z": "7:3",
      "e.q": "10:8",
      "e.<<": "11:3",
    },
  ],
  ["again.yaml", "a: &x {k: 1}\nb: &x {k: 2}\nc: *x\n? &y key\n: *y\n", {
    "c.k": "2:8",
    "key": "4:6",
  }],
  [
    "keys.yaml",
    "1: a\n0x10: b\n~: c\ntrue: d\n'2': e\n!!str 3: f\n? [g, h]\n: i\n1.50: j\n? |\n  k\n: l\n",
    {
      "1": "1:1",
      "16": "2:1",
      "null": "3:1",
      "true": "4:1",
      "2": "5:1",
      "3": "6:7",
      "g,h": "7:3",
      '["1.5"]': "9:1",
      '["k\\n"]': "11:1",
    },
  ],
  ["tags.yaml", "!!map\na: !!seq\n- !!str 1\n- &b !!map {c: 1}\n- !!binary aGk=\n", {
    "a": "2:1",
    "a[0]": "3:9",
    "a[1].c": "4:13",
    "a[2]": "5:12",
  }],
  ["nothing.yaml", "a:\n-\n- # none\n- x\n-\nb: [~, ]\nc:\n", {
    "a[0]": "2:1",
    "a[1]": "3:1",
    "a[2]": "4:3",
    "a[3]": "5:1",
    "b[0]": "6:5",
    "c": "7:1",
  }],
  ["strings.yaml", "a: |\n  b: 1\n  c\nd: >-\n  e: 2\nf: 'g\n  h: 3'\ni: j\n  k\nl: 1\n", {
    "a": "1:1",
    "d": "4:1",
    "f": "6:1",
    "i": "8:1",
    "l": "10:1",
    "b": undefined,
  }],
  ["documents.yaml", "a: 1\n---\n- b\n--- {c: 3}\n...\n", {
    "[0]": "1:1",
    "[0].a": "1:1",
    "[1][0]": "3:3",
    "[2].c": "4:6",
    "[3]": undefined,
  }],
  ["carriage.yaml", "a: 1\r\nb:\r\n  - x\r\n", { "a": "1:1", "b[0]": "3:5" }],
  ["round.yaml", "a: &a\n  <<: {x: 1}\n  b: 2\n", { "a.x": "2:8", "a.b": "3:3" }],
  [
    "tables.toml",
    'title = "x"\nserver.port.tcp = 1\nserver."a.b" = 2\n\n[ model ]\ndepth = 5\n' +
    "[model.head]\nbias = true\n[model.head.deep]\nsize = 3\n[empty]\n",
    {
      "title": "1:1",
      "server": "2:1",
      "server.port": "2:8",
      "server.port.tcp": "2:13",
      'server["a.b"]': "3:8",
      "model": "5:3",
      "model.depth": "6:1",
      "model.head": "7:8",
      "model.head.bias": "8:1",
      "model.head.deep": "9:13",
      "model.head.deep.size": "10:1",
      "empty": "11:2",
      "no": undefined,
    },
  ],
  [
    "arrays.toml",
    "[[layers]]\nsize = 1\n[[layers]]\n  [layers.kind]\n  deep = 1\n  [[layers.parts]]\n" +
    "  x = 1\n  [[layers.parts]]\n  x = 2\n[[layers]]\n",
    {
      "layers[0]": "1:3",
      "layers[0].size": "2:1",
      "layers[1]": "3:3",
      "layers[1].kind": "4:11",
      "layers[1].kind.deep": "5:3",
      "layers[1].parts[0].x": "7:3",
      "layers[1].parts[1].x": "9:3",
      "layers[2]": "10:3",
      "layers[3]": undefined,
    },
  ],
  [
    "inline.toml",
    'a = [ 1, [2,\n  # b = 3\n  {c = 4, d.e = {f = 5}}], "x" ]\ng = """\nh = 1\n[i]\n"""\n' +
    "j = '''\nk = 1'''\n'l' = 2026-01-01 # m = 1\n\"n\\u0061\" = 3\n",
    {
      "a": "1:1",
      "a[0]": "1:7",
      "a[1]": "1:10",
      "a[1][0]": "1:11",
      "a[1][1].c": "3:4",
      "a[1][1].d.e": "3:13",
      "a[1][1].d.e.f": "3:18",
      "a[2]": "3:28",
      "g": "4:1",
      "h": undefined,
      "j": "8:1",
      "l": "10:1",
      "na": "11:1",
    },
  ],
  ["wide.toml", '"\u{1f600}" = "\u{1f600}"\r\n"\u00e9".x = [ "\u{1f600}", 1 ]\r\n', {
    "\u{1f600}": "1:1",
    "\u00e9.x": "2:5",
    "\u00e9.x[1]": "2:17",
  }],
  ["a.xyz", 'lr: 1\n\nmodel:\n  "a b": x\n  list:\n    0) 1\n    1)\n      x: 2\nend: []', {
    "lr": "1:1",
    "model": "3:1",
    "model.a b": "4:3",
    "model.list": "5:3",
    "model.list[0]": "6:5",
    "model.list[1]": "7:5",
    "model.list[1].x": "8:7",
    "end": "9:1",
    "no": undefined,
  }],
  [
    "marks.xyz",
    '#xyz {"keyPrefix":"$","indexPrefix":"[","indexPostfix":"]"}\r\n$a:\r\n [0] x\r\n [1] y',
    {
      "a": "2:2",
      "a[0]": "3:3",
      "a[1]": "4:3",
    },
  ],
  ["empty.xyz", "{}", { "a": undefined }],
];

for (const [name, text, places] of TEXTS) {
  Deno.test(`${name} has the places that a person would name`, async () => {
    const locate = makeLocator({ text, path: name });
    const value = await parse(name.slice(name.lastIndexOf(".")), text);
    for (const { path } of leavesOf(value)) assert(await locate(path), Deno.inspect(path));
    for (const [path, expected] of Object.entries(places)) {
      const place = await locate(parsePath(path));
      assertEquals(place && `${place.line}:${place.column}`, expected, path);
    }
    assertEquals(await locate([]), { line: 1, column: 1 });
  });
}

Deno.test("watch() gives the places in a file that was loaded", async () => {
  await using folder = await makeFolder({ "a.yaml": "\ufefflr: 1\nmodel: {depth: 3}\n" });
  const path = `${folder.path}/a.yaml`;
  const config = new ADict({ nested: {} }) as ADict;
  const writes: ConfigWrite[] = [];
  using _watching = watch(config, { onWrite: (write) => writes.push(write) });
  await config.nested.load(path);
  await Deno.writeTextFile(path, "\n\n\n");
  const [{ locate }] = writes as [ConfigWrite];
  assertEquals(await locate?.(["lr"]), { line: 1, column: 1 });
  assertEquals(await locate?.(["model", "depth"]), { line: 2, column: 9 });
  assertEquals(await locate?.(["nested", "lr"]), undefined);
  config.lr = 1;
  assertEquals(writes[1]?.locate, undefined);
});

Deno.test("places need no permission of their own, and load their parsers when asked", async () => {
  const files = { "a.yaml": "a: 1", "a.toml": "a = 1", "a.json": '{"a": 1}', "a.xyz": "a: 1" };
  await using folder = await makeFolder(files);
  const { stdout, stderr } = await runChild("adict/_places_worker.ts", {
    args: Object.keys(files).map((name) => `${folder.path}/${name}`),
    permissions: [`--allow-read=${folder.path}`, "--deny-env"],
  });
  const column = (name: string) => name === "a.json" ? 2 : 1;
  assertEquals([stdout, stderr], [
    Object.keys(files).map((name) => `{"line":1,"column":${column(name)}}\n`).join(""),
    "",
  ]);
});

Deno.test("a place that the second parser cannot find is undefined", async () => {
  for (const [name, text] of [["a.yaml", "a: ["], ["a.toml", "a = "], ["a.xyz", "a"]] as const) {
    assertEquals(await makeLocator({ text, path: name })(["a"]), undefined);
  }
});

Deno.test("a table of TOML stands at its own header, though one for a part may come before", async () => {
  const locate = makeLocator({ text: "[a.b]\nc = 1\n[a]\nd = 1\n", path: "a.toml" });
  assertEquals(await locate(["a"]), { line: 3, column: 2 });
  assertEquals(await locate(["a", "b", "c"]), { line: 2, column: 1 });
  assertEquals(await locate(["a", "d"]), { line: 4, column: 1 });
});

Deno.test("places are found in deep and in wide files", async () => {
  const depth = 900;
  const deep: PathKey[] = Array(depth).fill(0);
  const list = "[".repeat(depth) + "1" + "]".repeat(depth);
  for (const extension of [".json", ".yaml"]) {
    const locate = makeLocator({ text: list, path: `a${extension}` });
    assertEquals(await locate(deep), { line: 1, column: depth + 1 });
  }
  const toml = makeLocator({ text: `a = ${list}`, path: "a.toml" });
  assertEquals(await toml(["a", ...deep]), { line: 1, column: depth + 5 });
  const wide = Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join("\n");
  for (const extension of [".yaml", ".xyz"]) {
    const locate = makeLocator({ text: wide, path: `a${extension}` });
    for (let index = 0; index < 5000; index++) {
      assertEquals(await locate([`k${index}`]), { line: index + 1, column: 1 });
    }
  }
});

Deno.test("aliases that repeat themselves a million times cost nothing", async () => {
  const levels = Array.from({ length: 30 }, (_, level) => {
    const inner = level === 0 ? "{x: 1}" : `*l${level - 1}`;
    return `l${level}: &l${level} {a: ${inner}, b: ${inner}, <<: ${
      level ? `*l${level - 1}` : "{}"
    }}`;
  });
  const locate = makeLocator({ text: levels.join("\n"), path: "a.yaml" });
  const path = ["l29", ...Array.from({ length: 30 }, (_, index) => index % 2 ? "a" : "b"), "x"];
  assertEquals((await locate(path))?.line, 1);
});
