import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  ADict,
  ConfigFileError,
  ConfigSyntaxError,
  formatPath,
  FrozenConfigError,
  MissingKeyError,
  parsePath,
} from "@ato/core/adict";
import { CommandExit, InvalidConfigError, Scope, type StandardSchema } from "@ato/core/scope";

/** C0, DEL, C1, line ends of Unicode, and what turns the direction of a text. */
const CONTROLS = [
  "\0",
  "\x07",
  "\b",
  "\n",
  "\r",
  "\x1b[31m",
  "\x7f",
  "\x80",
  "\x85",
  "\x9b31m",
  "\x9f",
  "\u2028",
  "\u2029",
  "\u202a",
  "\u202e",
  "\u2066",
  "\u2069",
];
const ACTED_ON = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function assertPrintable(text: string): void {
  assert(!ACTED_ON.test(text), JSON.stringify(text));
}

function assertPrintableLines(text: string, count: number): void {
  const lines = text.split("\n");
  lines.forEach(assertPrintable);
  assertEquals(lines.length, count, JSON.stringify(text));
}

const SCHEMA: StandardSchema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => ({ issues: [{ message: JSON.parse(JSON.stringify(value)).a }] }),
  },
};

for (const control of CONTROLS) {
  const name = JSON.stringify(control);

  Deno.test(`no ${name} reaches the terminal from warnings and explain`, async () => {
    const warnings: string[] = [];
    const scope = new Scope<Record<string, unknown>>({
      config: { b: 1, [`k${control}`]: `v${control}` },
      onWarning: (message) => warnings.push(message),
    });
    const args = [`a='x${control}y'`, `l=["${control}"]`];
    await scope.resolve(args);
    await scope.inject((config) => config.b)();
    assertEquals(warnings.length, 2);
    warnings.forEach(assertPrintable);
    for (const [keys, lines] of [[["a"], 2], [["l"], 2], [[], 11]] as const) {
      const { output } = await assertRejects(
        () => scope.resolve([...args, "explain", ...keys]),
        CommandExit,
      );
      assertPrintableLines(output, lines);
    }
    const { output } = await assertRejects(
      () => scope.resolve([...args, "explain", "--json"]),
      CommandExit,
    );
    output.split("\n").forEach(assertPrintable);
    const json = JSON.parse(output);
    const path = formatPath([`k${control}`]);
    assertEquals(json.a[0].after, `x${control}y`);
    assertEquals(json.a[0].writer.name, args[0]);
    assertEquals(json[path][0].after, `v${control}`);
  });

  Deno.test(`no ${name} reaches the terminal from what is wrong with a config`, async () => {
    const scope = new Scope<object>({ config: { a: `x${control}` }, schema: SCHEMA });
    const { message } = await assertRejects(() => scope.resolve([]), InvalidConfigError);
    assertPrintableLines(message, 3);
  });

  Deno.test(`no ${name} reaches the terminal from errors of a config and its files`, async () => {
    const key = `k${control}`;
    const config = new ADict({ [key]: { [key]: 1 }, a: 1, b: 2 }) as ADict;
    const path = formatPath([key, key]);
    assertPrintable(path);
    assertEquals(parsePath(path), [key, key]);
    assertEquals(config.get(path), 1);
    const missing = assertThrows(() => config[`q${control}zzzz`], MissingKeyError);
    assertPrintable(missing.message);
    assertPrintable(assertThrows(() => config[key].other, MissingKeyError).message);
    assertPrintable(assertThrows(() => config[key][`${key}x`], MissingKeyError).message);
    config.freeze();
    assertPrintable(assertThrows(() => config[key] = 2, FrozenConfigError).message);
    const folder = await Deno.makeTempDir();
    // No system has a file of such a name.
    const file = `${folder}/${key.replaceAll("\0", "\x01")}.json`;
    const unread = await assertRejects(() => ADict.fromFile(file), ConfigFileError);
    assertPrintable(unread.message);
    await Deno.writeTextFile(file, '{"a": ');
    const near = await assertRejects(
      () => ADict.fromFile(file.replace(".json", "x.json")),
      ConfigFileError,
    );
    assertPrintable(near.message);
    const broken = await assertRejects(() => ADict.fromFile(file), ConfigSyntaxError);
    assertPrintable(broken.message.split("\n")[0]!);
    const options = { root: folder, configFilename: "none" };
    const none = await assertRejects(() => ADict.composeHierarchy(options), ConfigFileError);
    assertPrintable(none.message);
    await Deno.remove(folder, { recursive: true });
  });
}
