import { ADict, ConfigSyntaxError } from "@ato/core/adict";
import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { makeFolder } from "./_folder.ts";
import { HOSTILE_CONFIGS } from "./_hostile_mm_configs.ts";

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
