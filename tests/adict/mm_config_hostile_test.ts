import { ADict, ConfigSyntaxError } from "@ato/core/adict";
import { assert, assertEquals, assertGreater, assertMatch, assertRejects } from "@std/assert";
import { makeFolder } from "./_folder.ts";
import { loadFiles, loadText } from "./_mm_config.ts";
import { HOSTILE_CONFIGS, type HostileConfig } from "./_hostile_mm_configs.ts";

/** A config, and where and why it ends. */
const PLACED: readonly (readonly [string, HostileConfig, RegExp])[] = [
  ["a large value", "a = 1\nb = [0] * 400000", /a\.py:2:\d+": evaluating takes more/],
  ["a large base", {
    "a.py": `_base_ = [\n    ${"'b.yaml', ".repeat(2000)}]`,
    "b.yaml": "{}",
  }, /a\.py:2:\d+": evaluating takes more/],
  ["a list in itself", "a = 1\nb = []\nb.append(b)", /a\.py:3:10": nested deeper/],
  ["a key of a base given twice", {
    "a.py": "_base_ = 'b.py'\nx = dict(type='R', **_base_.head)",
    "b.py": "head = dict(type='H')",
  }, /a\.py:2:\d+": the argument type twice/],
  [
    "a mistyped base",
    { "a.py": "_base_ = './base.py'", "bases.py": "x = 1" },
    /a\.py:1:10": .+: no such file, expected another file; did you mean ".+bases\.py"\?/,
  ],
  ["a circle of loaded files", {
    "a.py": "from mmengine.config import Config\nx = Config.fromfile('{{ fileDirname }}/b.py')",
    "b.py": "from mmengine.config import Config\nx = Config.fromfile('{{ fileDirname }}/a.py')",
  }, /b\.py:2:5": the bases lead in a circle: \S+a\.py → \S+b\.py → \S+a\.py,/],
  ["infinity", "a = '%d' % float('inf')", /a\.py:1:5": Infinity as a whole number/],
];

Deno.test("fromMmConfig() ends each hostile file with an error at a place", async (t) => {
  assertGreater(HOSTILE_CONFIGS.length, 200);
  assertEquals(new Set(HOSTILE_CONFIGS.map(([name]) => name)).size, HOSTILE_CONFIGS.length);
  for (const [name, config] of HOSTILE_CONFIGS) {
    await t.step(name, async () => {
      await using folder = await makeFolder();
      const inner = `${folder.path}/inner`;
      await Deno.mkdir(inner);
      const files = typeof config === "string" ? { "a.py": config } : config;
      for (const [file, text] of Object.entries(files)) {
        await Deno.writeTextFile(`${inner}/${file}`, text);
      }
      const error = await ADict.fromMmConfig(`${inner}/a.py`, { searchPaths: { here: inner } })
        .then(() => undefined, (cause: unknown) => cause);
      assert(error instanceof ConfigSyntaxError, `expected a ConfigSyntaxError: ${error}`);
      assertMatch(error.message, /^Cannot parse ".+:\d+:\d+": .+, expected .+\n/s);
      assert(error.path!.startsWith(inner));
      assertGreater(10_000, error.message.length);
      assertEquals(Reflect.get({}, "polluted"), undefined);
      assertEquals(
        await Array.fromAsync(Deno.readDir(inner), ({ name }) => name).then((names) =>
          names.sort()
        ),
        Object.keys(files).sort(),
      );
    });
  }
});

Deno.test("fromMmConfig() says where and why it ends", async (t) => {
  for (const [name, config, expected] of PLACED) {
    await t.step(name, async () => {
      const files = typeof config === "string" ? { "a.py": config } : config;
      const error = await assertRejects(() => loadFiles(files), ConfigSyntaxError);
      assertMatch(error.message, expected);
    });
  }
});

Deno.test("fromMmConfig() takes a step beyond all indices", async () => {
  const step = "10**400";
  assertEquals(
    await loadText(`a = list(range(10)[::${step}])\nb = [1, 2][::-${step}]\nc = 'ab'[:${step}]`),
    { a: [0], b: [2], c: "ab" },
  );
});
