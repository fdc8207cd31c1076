import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import fc from "../_property.ts";
import { ConfigSyntaxError } from "@ato/core/adict";
import { CONFIG_FORMATS } from "../../adict/_formats.ts";
import { normaliseParsed } from "../../adict/_parsed_data.ts";
import { type DataShape, dates, isSameData, objects, TREACHEROUS_STRINGS } from "./_data.ts";

async function parse(extension: string, text: string): Promise<unknown> {
  const path = `a${extension}`;
  return normaliseParsed(await CONFIG_FORMATS[extension]!.parse(text, path), { text, path });
}

async function stringify(extension: string, value: unknown): Promise<string> {
  return await CONFIG_FORMATS[extension]!.stringify(value);
}

async function assertRoundTrip(extension: string, value: unknown): Promise<void> {
  const text = await stringify(extension, value);
  const back = await parse(extension, text);
  assert(isSameData(back, value), `${Deno.inspect(value)}\n${text}\n${Deno.inspect(back)}`);
}

const FINITE = fc.double({ noDefaultInfinity: true, noNaN: true });
const NULL = fc.constant(null);

/** V8 15.0 may read the key "\n" as "\\" after it has read an object with the key "\\". */
function isReadByV8(key: string): boolean {
  return !key.endsWith("\\");
}

/** What each format can hold. */
const SHAPES: Readonly<Record<string, DataShape>> = {
  ".json": { leaves: [NULL], numbers: FINITE, isKey: isReadByV8 },
  ".yaml": { leaves: [NULL, dates()], halfPairs: false },
  ".toml": { leaves: [dates()], halfPairs: false },
  ".xyz": { leaves: [NULL, dates(), fc.bigInt()] },
};

for (const [extension, shape] of Object.entries(SHAPES)) {
  Deno.test(`${extension} holds exactly what was written`, async () => {
    await fc.assert(
      fc.asyncProperty(objects(shape), (value) => assertRoundTrip(extension, value)),
      { numRuns: 200 },
    );
  });

  Deno.test(`${extension} keeps treacherous strings as keys and values`, async () => {
    for (const text of TREACHEROUS_STRINGS.filter(shape.isKey ?? (() => true))) {
      await assertRoundTrip(extension, { [text]: text, list: [text], in: { [text]: { a: 1 } } });
    }
  });

  Deno.test(`${extension} keeps treacherous numbers`, async () => {
    const numbers = [0, -0, 1e-7, 5e-324, 1e20, 1e21, -1e300, 2 ** 53, 2 ** 63, 0.1];
    await assertRoundTrip(extension, { list: numbers, ...numbers });
  });

  Deno.test(`${extension} leaves out undefined members and refuses undefined elements`, async () => {
    const text = await stringify(extension, { a: undefined, b: 1 });
    assertEquals(await parse(extension, text), { b: 1 });
    await assertRejects(() => stringify(extension, { a: [undefined] }), TypeError, '"a[0]"');
  });

  Deno.test(`${extension} refuses what is no data, with the path`, async () => {
    const values: unknown[] = [() => 1, Symbol("s"), new Map(), new Set(), /x/, new Date(NaN)];
    for (const value of values) {
      await assertRejects(() => stringify(extension, { a: { b: [value] } }), TypeError, '"a.b[0]"');
    }
  });

  Deno.test(`${extension} has the place of every mistake`, async () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.array(fc.constantFrom(..."{}[]\"':,=-# \n\tab1", "\n  ", "a: ", "a = "), { maxLength: 25 })
        .map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        try {
          await parse(extension, text);
        } catch (error) {
          assertInstanceOf(error, ConfigSyntaxError, Deno.inspect(error));
          assert(error.line >= 1 && error.column >= 1, error.message);
          assertStringIncludes(error.message, `a${extension}:${error.line}:${error.column}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  Deno.test(`${extension} ends quickly on deep nesting`, async () => {
    const depth = 100_000;
    for (const text of ["[".repeat(depth), `${"[".repeat(depth)}${"]".repeat(depth)}`]) {
      await assertRejects(() => parse(extension, text), ConfigSyntaxError);
    }
  });
}

Deno.test("each format refuses what it cannot hold", async () => {
  const cases: [extension: string, value: unknown, message: string][] = [
    [".json", NaN, '"a[0]" as JSON: NaN, expected a finite number'],
    [".json", -Infinity, '"a[0]" as JSON: -Infinity, expected a finite number'],
    [".json", 10n, '"a[0]" as JSON: the bigint 10n'],
    [".json", new Date(0), "the date 1970-01-01T00:00:00.000Z, expected a string"],
    [".json", new Uint8Array(1), "bytes, expected an array of numbers"],
    [".jsonl", NaN, '"[0].a[0]" as JSON: NaN, expected a finite number'],
    [".yaml", 10n, '"a[0]" as YAML: the bigint 10n'],
    [".yaml", "\ud800", "expected well-formed Unicode"],
    [".yaml", new Date("0099-01-01"), "expected a date of the years 100 to 9999"],
    [".toml", null, '"a[0]" as TOML: null, expected a value, or no key at all'],
    [".toml", 10n, '"a[0]" as TOML: the bigint 10n'],
    [".toml", "\ud800", "expected well-formed Unicode"],
    [".toml", new Date("+010000-01-01T00:00:00Z"), "expected a date of the years 100 to 9999"],
    [".xyz", new Uint8Array(1), "bytes, expected an array of numbers"],
  ];
  for (const [extension, value, message] of cases) {
    const wrapped = extension === ".jsonl" ? [{ a: [value] }] : { a: [value] };
    const error = await assertRejects(() => stringify(extension, wrapped), TypeError);
    assertStringIncludes(error.message, message);
  }
});

Deno.test(".json is indented and ends with a line break", async () => {
  assertEquals(await stringify(".json", { a: [-0] }), '{\n  "a": [\n    -0\n  ]\n}\n');
  assertEquals(await stringify(".json", null), "null\n");
});

Deno.test(".jsonl holds a value on each line", async () => {
  assertEquals(await stringify(".jsonl", [{ a: 1 }, [2], null]), '{"a":1}\n[2]\nnull\n');
  assertEquals(await stringify(".jsonl", { a: 1 }), '{"a":1}\n');
  assertEquals(await parse(".jsonl", '{"a":1}\r\n\r\n[2]\n \nnull'), [{ a: 1 }, [2], null]);
  assertEquals(await parse(".jsonl", ""), []);
});

Deno.test(".json refuses a number that no number of JavaScript comes near", async () => {
  const state = "a number that is too large, expected one up to 1.8e308";
  const faulty: [extension: string, text: string, place: string][] = [
    [".json", '{\n  "1e400": "1e400",\n  "a": [1e308, 1e400]\n}', "3:16"],
    [".json", "-1.5E+999", "1:1"],
    [".jsonl", '{"a": 1}\n{"a": 2e308}', "2:7"],
  ];
  for (const [extension, text, place] of faulty) {
    await assertRejects(
      () => parse(extension, text),
      ConfigSyntaxError,
      `Cannot parse "a${extension}:${place}": ${state}`,
    );
  }
  const digits = `1${"0".repeat(400)}`;
  assertEquals(await parse(".json", `["1e400", ${digits}, 1e-400]`), ["1e400", BigInt(digits), 0]);
});

Deno.test(".jsonl names the line of the file", async () => {
  const error = await assertRejects(
    () => parse(".jsonl", '{"a": 1}\n\n{"a": }\n{"b": }'),
    ConfigSyntaxError,
    'Cannot parse "a.jsonl:3:7": unexpected "}", expected a value',
  );
  assertEquals(error.snippet, '{"a": }\n      ^');
});

Deno.test(".json names the place of a mistake", async () => {
  await assertRejects(
    () => parse(".json", '{\n  "a": 1,\n  "b": 2,\n}'),
    ConfigSyntaxError,
    'Cannot parse "a.json:4:1": unexpected "}", expected a key in double quotes\n  }\n  ^',
  );
  await assertRejects(
    () => parse(".json", '{"a": 1, "b": {"a": 2},\n "\\u0061": 3}'),
    ConfigSyntaxError,
    'Cannot parse "a.json:2:2": the key "a" stands twice, expected it once',
  );
});

Deno.test(".yaml reads numbers of YAML 1.2, dates, documents and comments", async () => {
  assertEquals(await parse(".yaml", "a: 1e-3\nb: .inf\nc: 0x1f\nd: 1970-01-01\ne: yes\nf: ~"), {
    a: 0.001,
    b: Infinity,
    c: 31,
    d: new Date(0),
    e: "yes",
    f: null,
  });
  assertEquals(await parse(".yaml", "a: 1\n---\nb: 2\n"), [{ a: 1 }, { b: 2 }]);
  assertEquals(await parse(".yaml", "- 1\n- a: &x [1]\n  b: *x\n"), [1, { a: [1], b: [1] }]);
  assertEquals(await parse(".yaml", ""), null);
  assertEquals(await parse(".yml", "# nothing"), null);
});

Deno.test(".yaml names the place of a mistake", async () => {
  const error = await assertRejects(
    () => parse(".yaml", "a: 1\nb: [1, 2\nc: 3\n"),
    ConfigSyntaxError,
    'Cannot parse "a.yaml:',
  );
  assertStringIncludes(error.message, "expected valid YAML\n");
  assertEquals(error.message.split("\n").length, 3);
  const twice = await assertRejects(() => parse(".yaml", "a: 1\nb: 2\na: 3\n"), ConfigSyntaxError);
  assertEquals(twice.line, 3);
});

Deno.test(".yaml refuses aliases that explode or go round", async () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const inner = level === 0 ? "x" : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array(10).fill(inner).join(", ")}]`;
  });
  await assertRejects(() => parse(".yaml", levels.join("\n")), ConfigSyntaxError);
  await assertRejects(() => parse(".yaml", "a: &a\n  b: *a"), ConfigSyntaxError);
});

Deno.test(".toml reads dates as dates", async () => {
  const value = await parse(".toml", "a = 1970-01-01T00:00:00Z\n[b]\nc = [1970-01-01T00:00:01Z]");
  assertEquals(value, { a: new Date(0), b: { c: [new Date(1000)] } });
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals(await parse(".toml", ""), {});
});

Deno.test(".toml is written in sections", async () => {
  const value = {
    lr: 0.1,
    model: { name: "vit", head: { size: 1 } },
    layers: [{ size: 1 }, { size: 2, kind: { deep: true } }],
    mixed: [1, { a: [] }],
    date: new Date(0),
    "a b": {},
  };
  assertEquals(
    await stringify(".toml", value),
    `lr = 0.1
mixed = [1, { a = [] }]
date = 1970-01-01T00:00:00.000Z

[model]
name = "vit"

[model.head]
size = 1

[[layers]]
size = 1

[[layers]]
size = 2

[layers.kind]
deep = true

["a b"]
`,
  );
});

Deno.test(".toml refuses anything but a mapping at the top", async () => {
  for (const value of [[{ a: 1 }], "a", new Date(0)]) {
    await assertRejects(() => stringify(".toml", value), TypeError, "expected a mapping");
  }
});

Deno.test(".toml names the place of a mistake", async () => {
  const error = await assertRejects(() => parse(".toml", "a = 1\nb = ?\n"), ConfigSyntaxError);
  assertEquals(error.line, 2);
  assertStringIncludes(error.message, "expected valid TOML");
});

Deno.test("no format lets __proto__ in", async () => {
  const texts: [extension: string, text: string][] = [
    [".json", '{"a": [{"__proto__": {"polluted": 1}}]}'],
    [".jsonl", '{}\n{"__proto__": {"polluted": 1}}'],
    [".yaml", "a:\n  __proto__:\n    polluted: 1"],
    [".toml", "[a.__proto__]\npolluted = 1"],
    [".xyz", "__proto__:\n  polluted: 1"],
  ];
  for (const [extension, text] of texts) {
    const error = await assertRejects(() => parse(extension, text), ConfigSyntaxError);
    assertStringIncludes(error.message, "__proto__");
    assertEquals(Reflect.get({}, "polluted"), undefined);
  }
});
