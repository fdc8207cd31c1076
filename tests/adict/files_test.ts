import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { ADict, ConfigFileError, ConfigSyntaxError } from "@ato/core/adict";
import { writeConfigFile } from "../../adict/_files.ts";
import { runChild, withoutRootRights } from "../_child.ts";

const WINDOWS = Deno.build.os === "windows";
const WITHOUT_ROOT_RIGHTS = WINDOWS ? undefined : withoutRootRights();

/** A folder that goes away at the end of its block. */
async function makeFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** What a config file holds, in plain objects. */
async function readPlain(path: string | URL): Promise<object> {
  const loaded = await ADict.fromFile(path);
  return Array.isArray(loaded) ? loaded.map((one) => one.toObject()) : loaded.toObject();
}

/** Replaces a function of `Deno` until the end of the block. */
function replace<Name extends "open" | "rename">(name: Name, stub: typeof Deno[Name]): Disposable {
  const original = Deno[name];
  Deno[name] = stub;
  return { [Symbol.dispose]: () => void (Deno[name] = original) };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

/** Asserts that writing fails, and changes nothing in a folder with one file. */
async function assertKept(
  path: string,
  { failure, message }: { failure: Error; message: string },
): Promise<void> {
  const old = await Deno.readTextFile(path);
  const error = await assertRejects(() => writeConfigFile(path, { a: 1 }), ConfigFileError);
  assertEquals(error.message, message);
  assertEquals(error.cause, failure);
  assertEquals(await namesIn(path.slice(0, path.lastIndexOf("/"))), ["a.yaml"]);
  assertEquals(await Deno.readTextFile(path), old);
}

Deno.test("fromFile() reads every format", async () => {
  await using folder = await makeFolder();
  const files: [name: string, text: string, value: unknown][] = [
    ["a.json", '{ "lr": 0.1 }', { lr: 0.1 }],
    ["b.jsonl", '{ "lr": 0.1 }\n', [{ lr: 0.1 }]],
    ["c.yaml", "lr: 0.1", { lr: 0.1 }],
    ["d.YML", "- a: 1", [{ a: 1 }]],
    ["e.toml", "lr = 0.1", { lr: 0.1 }],
    ["f.xyz", "lr: 0.1", { lr: 0.1 }],
    ["g.json", '\ufeff{"lr": "\u4e2d"}', { lr: "\u4e2d" }],
    ["h.yaml", "\ufefflr: 1\r\n", { lr: 1 }],
    ["i.toml", "\ufefflr = 1\r\n", { lr: 1 }],
    ["j.k.json", "null", {}],
  ];
  for (const [name, text, value] of files) {
    await Deno.writeTextFile(`${folder.path}/${name}`, text);
    assertEquals(await readPlain(`${folder.path}/${name}`), value, name);
  }
});

Deno.test("fromFile() and writeConfigFile() take URLs", async () => {
  await using folder = await makeFolder();
  const url = new URL(`file://${WINDOWS ? "/" : ""}${folder.path.replaceAll("\\", "/")}/a b.yaml`);
  await writeConfigFile(url, { lr: 0.1 });
  assertEquals(await namesIn(folder.path), ["a b.yaml"]);
  assertEquals(await readPlain(url), { lr: 0.1 });
  assertEquals(await readPlain(url.href), { lr: 0.1 });
  await assertRejects(
    () => readPlain(new URL("https://example.com/a.yaml")),
    ConfigFileError,
    'Cannot read "https://example.com/a.yaml": no local file, expected a path or a file: URL',
  );
});

Deno.test("fromFile() names the nearest file", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/base.yaml`, "");
  await Deno.writeTextFile(`${folder.path}/other.toml`, "");
  const error = await assertRejects(
    () => readPlain(`${folder.path}/basee.yaml`),
    ConfigFileError,
  );
  assertEquals(
    error.message,
    `Cannot read "${folder.path}/basee.yaml": no such file, ` +
      `did you mean "${folder.path}/base.yaml"?`,
  );
  assertEquals([error.name, error.path, error.exitCode], [
    "ConfigFileError",
    `${folder.path}/basee.yaml`,
    1,
  ]);
  assertInstanceOf(error.cause, Deno.errors.NotFound);
  for (const name of ["unlike.json", "no/such/folder.yaml"]) {
    await assertRejects(
      () => readPlain(`${folder.path}/${name}`),
      ConfigFileError,
      `${name}": no such file, expected one that exists`,
    );
  }
});

Deno.test("fromFile() says what is wrong with a path", async () => {
  await using folder = await makeFolder();
  await Deno.mkdir(`${folder.path}/a.yaml`);
  await Deno.writeTextFile(`${folder.path}/b.yaml`, "");
  const known = ".json, .jsonl, .yaml, .yml, .toml, .xyz, .py";
  const cases: [name: string, state: string][] = [
    ["c.ini", `the extension .ini is not known, expected one of ${known}`],
    ["c", `no extension, expected one of ${known}`],
    [".yaml", `no extension, expected one of ${known}`],
    ["a.yaml", "a folder, expected a file"],
    ["b.yaml/c.yaml", "a part of the path is a file, expected folders"],
    [`${"c".repeat(300)}.yaml`, "the name is too long, expected a shorter one"],
  ];
  for (const [name, state] of cases) {
    const path = `${folder.path}/${name}`;
    const error = await assertRejects(() => readPlain(path), ConfigFileError);
    assertEquals(error.message, `Cannot read "${path}": ${state}`);
  }
});

Deno.test("fromFile() names the place of the first byte that is not UTF-8", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.yaml`;
  const cases: [bytes: number[], place: string, state: string][] = [
    [[0x61, 0x3a, 0x0a, 0xc3, 0xa9, 0xff, 0xfe], "2:2", "the byte 0xff is not UTF-8"],
    [[0xff, 0xfe, 0x61, 0x00], "1:1", "the byte 0xff is not UTF-8"],
    [[0xef, 0xbb, 0xbf, 0x61, 0xc3, 0x28], "1:2", "the byte 0xc3 is not UTF-8"],
    [[0x61, 0xe9, 0x0a, 0x62], "1:2", "the byte 0xe9 is not UTF-8"],
    [[0xef, 0xbf, 0xbd, 0x80], "1:2", "the byte 0x80 is not UTF-8"],
    [[0x61, 0xe4, 0xb8], "1:2", "the file ends inside a character"],
  ];
  for (const [bytes, place, state] of cases) {
    await Deno.writeFile(path, new Uint8Array(bytes));
    await assertRejects(
      () => readPlain(path),
      ConfigSyntaxError,
      `Cannot parse "${path}:${place}": ${state}, expected UTF-8 text`,
    );
  }
});

Deno.test("fromFile() names the file, line and column of a mistake", async () => {
  await using folder = await makeFolder();
  const mistakes = {
    "a.json": '{\n  "a": tru\n}',
    "a.jsonl": "1\n2 3",
    "a.yaml": "a: 1\nb: [1",
    "a.toml": "a = 1\nb = ",
    "a.xyz": "a: 1\nb",
  };
  for (const [name, text] of Object.entries(mistakes)) {
    const path = `${folder.path}/${name}`;
    await Deno.writeTextFile(path, text);
    const error = await assertRejects(() => readPlain(path), ConfigSyntaxError);
    assertEquals(error.path, path);
    assertMatch(error.message, /a\.\w+:[23]:\d+": .+, expected .+\n {2}.*\n +\^$/);
  }
});

Deno.test({
  name: "fromFile() names the flag that is missing",
  permissions: { read: false },
  async fn() {
    const error = await assertRejects(() => readPlain("configs/a.yaml"), ConfigFileError);
    assertEquals(
      error.message,
      'Cannot read "configs/a.yaml": the program has no permission, ' +
        "expected it to run with --allow-read=configs/a.yaml",
    );
    assertInstanceOf(error.cause, Deno.errors.NotCapable);
  },
});

Deno.test({
  name: "fromFile() does not ask to list the folder of a missing file",
  permissions: { read: ["no_such_config.yaml"] },
  async fn() {
    await assertRejects(
      () => readPlain("no_such_config.yaml"),
      ConfigFileError,
      "no such file, expected one that exists",
    );
  },
});

Deno.test({
  name: "fromFile() tells the refusal of the system from a missing flag",
  ignore: WITHOUT_ROOT_RIGHTS === undefined,
  async fn() {
    await using folder = await makeFolder();
    const path = `${folder.path}/a.yaml`;
    await Deno.writeTextFile(path, "a: 1", { mode: 0 });
    const prefix = WITHOUT_ROOT_RIGHTS!;
    const { stdout } = await runChild("adict/_read_worker.ts", { args: [path], prefix });
    assertStringIncludes(stdout, "ConfigFileError: Cannot read");
    assertStringIncludes(
      stdout,
      "the system denies access, expected a path that this user may use",
    );
  },
});

Deno.test("reading a file needs permission for the file alone", async () => {
  await using folder = await makeFolder();
  for (const extension of ["json", "toml", "xyz", "yaml"]) {
    const path = `${folder.path}/a.${extension}`;
    await writeConfigFile(path, { lr: 0.1, model: { layers: [64, 128] } });
    const permissions = [`--allow-read=${path}`];
    const { stdout } = await runChild("adict/_read_worker.ts", { args: [path], permissions });
    assertEquals(stdout, '{"lr":0.1,"model":{"layers":[64,128]}}\n');
  }
});

Deno.test("writeConfigFile() writes every format", async () => {
  await using folder = await makeFolder();
  for (const extension of ["json", "yaml", "yml", "toml", "xyz"]) {
    const path = `${folder.path}/made/on the way/a.${extension}`;
    await writeConfigFile(path, { lr: 0.1, layers: [{ size: 64 }], skipped: undefined });
    assertEquals(await readPlain(path), { lr: 0.1, layers: [{ size: 64 }] });
    const text = await Deno.readTextFile(path);
    assertEquals(text.at(-1), "\n");
  }
  await writeConfigFile(`${folder.path}/a.jsonl`, [{ a: 1 }, { b: 2 }]);
  assertEquals(await readPlain(`${folder.path}/a.jsonl`), [{ a: 1 }, { b: 2 }]);
});

Deno.test("writeConfigFile() replaces a file and leaves nothing beside it", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.json`;
  await writeConfigFile(path, { long: "x".repeat(100_000) });
  await writeConfigFile(path, { a: 1 });
  assertEquals(await readPlain(path), { a: 1 });
  assertEquals(await namesIn(folder.path), ["a.json"]);
});

Deno.test("writeConfigFile() takes writers at the same time", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.json`;
  const values = Array.from({ length: 20 }, (_, id) => ({ id, fill: String(id).repeat(1000) }));
  await Promise.all(values.map((value) => writeConfigFile(path, value)));
  const { id } = await readPlain(path) as { id: number };
  assertEquals(await readPlain(path), values[id]);
  assertEquals(await namesIn(folder.path), ["a.json"]);
});

Deno.test("writeConfigFile() touches nothing for a value that the format cannot hold", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/made/a.toml`;
  await assertRejects(() => writeConfigFile(path, { a: null }), TypeError, '"a" as TOML: null');
  assertEquals(await namesIn(folder.path), []);
});

Deno.test("writeConfigFile() says what is wrong with a path", async () => {
  await using folder = await makeFolder();
  await Deno.mkdir(`${folder.path}/a.yaml`);
  await Deno.writeTextFile(`${folder.path}/b.yaml`, "kept: 1");
  await Deno.writeTextFile(`${folder.path}/c.yaml`, "kept: 1", { mode: 0o444 });
  const cases: [name: string, state: string][] = [
    ["a.ini", "the extension .ini is not known"],
    ["a.yaml", "a folder, expected a file"],
    ["b.yaml/c.yaml", "a part of the path is a file, expected folders"],
    [`${"c".repeat(300)}.yaml`, "the name is too long, expected a shorter one"],
  ];
  if (!WINDOWS) cases.push(["c.yaml", "the file is read-only, expected one that may be written"]);
  for (const [name, state] of cases) {
    const path = `${folder.path}/${name}`;
    const error = await assertRejects(() => writeConfigFile(path, { a: 1 }), ConfigFileError);
    assertEquals(
      error.message.slice(0, `Cannot write "${path}": ${state}`.length),
      [
        `Cannot write "${path}": ${state}`,
      ][0],
    );
  }
  assertEquals(await namesIn(folder.path), ["a.yaml", "b.yaml", "c.yaml"]);
  assertEquals(await Deno.readTextFile(`${folder.path}/b.yaml`), "kept: 1");
  assertEquals(await Deno.readTextFile(`${folder.path}/c.yaml`), "kept: 1");
});

Deno.test("writeConfigFile() keeps the old file when the system fails", async (t) => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.yaml`;
  await Deno.writeTextFile(path, "kept: 1");
  const failures: [code: string, state: string][] = [
    ["ENOSPC", "no space left on the device, expected free space"],
    ["EROFS", "the file system is read-only, expected one that can be written"],
    ["EACCES", "the system denies access, expected a path that this user may use"],
    ["EIO", "input/output error, expected a usable file"],
  ];
  for (const [code, state] of failures) {
    const failure = Object.assign(new Error("input/output error"), { code });

    const message = `Cannot write "${path}": ${state}`;
    await t.step(`${code} while renaming`, async () => {
      using _stub = replace("rename", () => Promise.reject(failure));
      await assertKept(path, { failure, message });
    });
    await t.step(`${code} while writing`, async () => {
      const open = Deno.open;
      using _stub = replace("open", async (...args) => {
        const file = await open(...args);
        file.write = () => Promise.reject(failure);
        return file;
      });
      await assertKept(path, { failure, message });
    });
  }
});

Deno.test({
  name: "writeConfigFile() writes through symbolic links",
  ignore: WINDOWS,
  async fn() {
    await using folder = await makeFolder();
    const inside = (name: string) => `${folder.path}/${name}`;
    await Deno.mkdir(inside("real"));
    await Deno.writeTextFile(inside("real/a.yaml"), "old: 1");
    await Deno.symlink("real/a.yaml", inside("one.yaml"));
    await Deno.symlink(inside("one.yaml"), inside("two.yaml"));
    await Deno.symlink("made/new.yaml", inside("dangling.yaml"));
    await writeConfigFile(inside("two.yaml"), { a: 1 });
    await writeConfigFile(inside("dangling.yaml"), { b: 1 });
    assertEquals(await readPlain(inside("real/a.yaml")), { a: 1 });
    assertEquals(await readPlain(inside("made/new.yaml")), { b: 1 });
    assertEquals((await Deno.lstat(inside("one.yaml"))).isSymlink, true);
    assertEquals((await Deno.lstat(inside("two.yaml"))).isSymlink, true);
    await Deno.symlink("right.yaml", inside("left.yaml"));
    await Deno.symlink("left.yaml", inside("right.yaml"));
    await assertRejects(
      () => writeConfigFile(inside("left.yaml"), {}),
      ConfigFileError,
      "the links lead in a circle",
    );
  },
});

Deno.test({
  name: "writeConfigFile() keeps the permission bits and spares devices",
  ignore: WINDOWS,
  async fn() {
    await using folder = await makeFolder();
    const path = `${folder.path}/a.yaml`;
    await Deno.writeTextFile(path, "a: 1");
    await Deno.chmod(path, 0o640);
    await writeConfigFile(path, { a: 2 });
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o640);
    await Deno.symlink("/dev/null", `${folder.path}/null.yaml`);
    await assertRejects(
      () => writeConfigFile(`${folder.path}/null.yaml`, {}),
      ConfigFileError,
      "no regular file, expected one",
    );
  },
});

Deno.test({
  name: "writeConfigFile() names the flag that is missing",
  permissions: { read: true, write: false },
  async fn() {
    await assertRejects(
      () => writeConfigFile("no_such_folder/a.yaml", {}),
      ConfigFileError,
      "the program has no permission, expected it to run with --allow-write=no_such_folder",
    );
  },
});

Deno.test({
  name: "writeConfigFile() works in the current folder",
  async fn() {
    await using folder = await makeFolder();
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--no-lock",
        `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
        `const { writeConfigFile } = await import("${new URL(
          "../../adict/_files.ts",
          import.meta.url,
        )}"); await writeConfigFile("a.json", { a: 1 });`,
      ],
      cwd: folder.path,
    });
    const { success, stderr } = await command.output();
    assertEquals([success, success ? "" : new TextDecoder().decode(stderr)], [true, ""]);
    assertEquals(await readPlain(`${folder.path}/a.json`), { a: 1 });
  },
});
