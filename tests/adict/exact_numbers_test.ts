import { assertEquals, assertRejects } from "@std/assert";
import { ADict, ConfigFileError, ConfigSyntaxError } from "@ato/core/adict";

Deno.test("fromFile() keeps whole numbers of JSON that a double cannot hold", async () => {
  const folder = await Deno.makeTempDir();
  const text = '{"id": 12345678901234567890, "n": [-9007199254740993], "x": 1e300, "y": 1.5}';
  await Deno.writeTextFile(`${folder}/a.json`, text);
  const config = await ADict.fromFile(`${folder}/a.json`);
  assertEquals(config.toObject(), {
    id: 12345678901234567890n,
    n: [-9007199254740993n],
    x: 1e300,
    y: 1.5,
  });
  await Deno.remove(folder, { recursive: true });
});

const WHOLE_NUMBERS: [extension: string, text: string, expected: object][] = [
  ["yaml", "a: 9007199254740993\nb: [-12345678901234567890, 1e20, 9007199254740992]\n", {
    a: 9007199254740993n,
    b: [-12345678901234567890n, 1e20, 9007199254740992],
  }],
  ["yaml", "x: &x {n: 0x20000000000001}\ny: *x\nz: '9007199254740993'\n", {
    x: { n: 9007199254740993n },
    y: { n: 9007199254740993n },
    z: "9007199254740993",
  }],
  ["yaml", "- n: +9_007_199_254_740_993\n- {n: 0400000000000000001}\n", [
    { n: 9007199254740993n },
    { n: 9007199254740993n },
  ]],
  ["toml", "a = 9007199254740993\n[t]\nb = [-9_007_199_254_740_993, { n = 0x20000000000001 }]\n", {
    a: 9007199254740993n,
    t: { b: [-9007199254740993n, { n: 9007199254740993n }] },
  }],
  ["toml", "a = 1e20\nb = '9007199254740993'\n", { a: 1e20, b: "9007199254740993" }],
];

Deno.test("fromFile() keeps whole numbers of YAML and TOML that a double cannot hold", async () => {
  const folder = await Deno.makeTempDir();
  for (const [extension, text, expected] of WHOLE_NUMBERS) {
    const path = `${folder}/a.${extension}`;
    await Deno.writeTextFile(path, text);
    const content = await ADict.fromFile(path) as ADict | ADict[];
    const data = Array.isArray(content) ? content.map((c) => c.toObject()) : content.toObject();
    assertEquals<unknown>(data, expected, text);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("dump() writes bigints that only digits can tell, and refuses the others", async () => {
  const folder = await Deno.makeTempDir();
  const data = { a: 9007199254740993n, b: [{ c: -9223372036854775807n }], d: "x0x1" };
  for (const extension of ["json", "yaml", "toml", "xyz"]) {
    const path = `${folder}/a.${extension}`;
    await new ADict(data).dump(path);
    assertEquals<unknown>((await ADict.fromFile(path) as ADict).toObject(), data, extension);
  }
  for (const extension of ["json", "yaml", "toml"]) {
    const dump = () => new ADict({ n: 10n }).dump(`${folder}/a.${extension}`);
    await assertRejects(dump, TypeError, 'Cannot write "n" as');
  }
  const long = () => new ADict({ n: 2n ** 63n }).dump(`${folder}/a.toml`);
  await assertRejects(long, TypeError, "expected a number of 64 bits");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("dump() refuses keys that a file cannot hold", async () => {
  for (const extension of ["yaml", "toml"]) {
    const dump = () => new ADict({ "\ud800": 1 }).dump(`never/written.${extension}`);
    await assertRejects(dump, TypeError, 'the key "\\ud800", expected well-formed Unicode');
  }
});

Deno.test("a file that holds no mapping is refused in a sentence", async () => {
  const folder = await Deno.makeTempDir();
  const files: [name: string, text: string, state: string][] = [
    ["a.yaml", "hello world", "it holds a string"],
    ["a.json", "5", "it holds a number"],
    ["b.yaml", "a: 1\n---\nb: 2", "it holds a list of 2"],
  ];
  for (const [name, text, state] of files) {
    const path = `${folder}/${name}`;
    await Deno.writeTextFile(path, text);
    const error = await assertRejects(() => new ADict().load(path), ConfigFileError);
    const expected = "expected a mapping of keys to values";
    assertEquals(error.message, `Cannot use "${path}" as a config: ${state}, ${expected}`);
    assertEquals(error.exitCode, 1);
  }
  const path = `${folder}/c.json`;
  await Deno.writeTextFile(path, '[{"a": 1}, 2]');
  await assertRejects(() => ADict.fromFile(path), ConfigFileError, `item 1 of "${path}"`);
  await Deno.remove(folder, { recursive: true });
});

for (const extension of ["json", "yaml"]) {
  Deno.test(`a .${extension} file that is nested without end is refused in a sentence`, async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/a.${extension}`;
    await Deno.writeTextFile(path, `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`);
    await assertRejects(() => ADict.fromFile(path), ConfigSyntaxError, "nested too deeply");
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("load() takes an empty file for an empty config", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of ["a.yaml", "a.toml", "a.xyz"]) {
    await Deno.writeTextFile(
      `${folder}/${name}`,
      "# nothing yet\n".slice(0, name === "a.xyz" ? 0 : 99),
    );
    const config = new ADict({ lr: 1 });
    await config.load(`${folder}/${name}`);
    assertEquals(config.toObject() as object, {});
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "dump() over a private file never lets others read it",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/secret.json`;
    await Deno.writeTextFile(path, "{}", { mode: 0o600 });
    await Deno.chmod(path, 0o600);
    const modes = new Set<number>();
    const watcher = Deno.watchFs(folder);
    const watching = (async () => {
      for await (const { paths } of watcher) {
        for (const changed of paths) {
          const info = await Deno.stat(changed).catch(() => undefined);
          if (info?.isFile) modes.add(info.mode! & 0o777);
        }
      }
    })();
    await new ADict({ token: "x".repeat(1_000_000) }).dump(path);
    await new Promise((resolve) => setTimeout(resolve, 100));
    watcher.close();
    await watching;
    assertEquals([...modes], [0o600]);
    await Deno.remove(folder, { recursive: true });
  },
});
