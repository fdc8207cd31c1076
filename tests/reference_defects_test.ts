/** Eight defects that were measured in the Python original's configs: each is tested to be absent. */
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { ADict, ConfigFileError, FrozenConfigError } from "@ato/core/adict";
import { CommandLineError, Scope } from "@ato/core/scope";
import { makeFolder } from "./adict/_folder.ts";

Deno.test("1: a hierarchy is composed if its base is there, with options under their group's name", async () => {
  await using folder = await makeFolder({
    "config.yaml": "epochs: 5\n",
    "model/vit.yaml": "backbone: vit\n",
  });
  const root = folder.path;
  const config = await ADict.composeHierarchy({ root, select: { model: "vit" } });
  assertEquals(config.toObject() as object, { epochs: 5, model: { backbone: "vit" } });
  await assertRejects(
    () => ADict.composeHierarchy({ root, configFilename: "no_such_base" }),
    ConfigFileError,
  );
});

Deno.test("2: a view, key or parent that nobody knows is no silent success", async () => {
  const scope = new Scope({ strict: true, config: { model: { depth: 3 }, lr: 0.1 } });
  scope.observe("high_lr", { lr: 1 });
  const args = ["hihg_lr", "model.dpth=3", "modle.depth=3"];
  const { problems } = await assertRejects(() => scope.resolve(args), CommandLineError);
  assertEquals(problems.map(({ message }) => message), [
    'no view has this name, did you mean "high_lr"?',
    'the scope is strict and no view sets this key, did you mean "model.depth"?',
    'the scope is strict and no view sets this key, did you mean "model.depth"?',
  ]);
  const warnings: string[] = [];
  const open = new Scope<{ model: { depth: number } }>({
    config: { model: { depth: 3 } },
    onWarning: (message) => warnings.push(message),
  });
  await open.resolve(["model.dpth=3"]);
  await open.inject((config) => config.model.depth)();
  assertEquals(warnings, ["model.dpth=3 was never read; did you mean model.depth?"]);
});

Deno.test("3: the command line is read and never run, and any word is a value", async () => {
  const code = 'config.from_file.__globals__["os"].getcwd()';
  const config = await new Scope().resolve([`lr=${code}`, "a=true", "b=abc", "c=None"]);
  assertEquals(config.toObject(), { lr: code, a: true, b: "abc", c: null });
});

Deno.test("4: no key has a meaning of its own, whatever its name and type", async () => {
  const data = {
    loss: { type: "x", default: 3, self: 4, recurrent: 5 },
    default: 1,
    recurrent: 2,
    self: 3,
    constructor: 4,
  };
  assertEquals(new ADict(data).toObject(), data);
  await using folder = await makeFolder({ "config.yaml": "on: yes\n1: one\ntrue: 2\nnull: 3\n" });
  const loaded = await ADict.fromFile(`${folder.path}/config.yaml`) as ADict;
  assertEquals(loaded.toObject(), { "1": "one", on: "yes", true: 2, null: 3 });
});

Deno.test("5: a write to a frozen config is an error, and a mark of deletion is plain data", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 3 } }).freeze();
  assertThrows(() => config.lr = 1, FrozenConfigError);
  assertThrows(() => config.model.depth = 1, FrozenConfigError);
  assertEquals(config.toObject(), { lr: 0.1, model: { depth: 3 } });

  const merged = new ADict<Record<string, unknown>>({ model: { depth: 3, name: "vit" } });
  merged.update({ model: { _delete_: false, depth: 4 } }, { recursive: true });
  assertEquals(merged.toObject(), { model: { depth: 4, name: "vit", _delete_: false } });
});

Deno.test("6: 1e-3 is a number in a YAML file", async () => {
  await using folder = await makeFolder({ "config.yaml": "lr: 1e-3\nwd: 5E+2\ntext: '1e-3'\n" });
  const config = await ADict.fromFile(`${folder.path}/config.yaml`) as ADict;
  assertEquals(config.toObject(), { lr: 0.001, wd: 500, text: "1e-3" });
});

Deno.test("7: the structural hash sees what lists hold, empty mappings, and dots in keys", () => {
  const different = [
    { a: [1] },
    { a: ["x"] },
    { a: [] },
    { a: [{ b: 1 }] },
    { a: {} },
    {},
    { "a.b": 1 },
    { a: { b: 1 } },
    { a: { b: "1" } },
  ];
  const hashes = different.map((data) => new ADict<object>(data).getStructuralHash());
  assertEquals(new Set(hashes).size, different.length);
  const [first] = hashes;
  assertEquals(first, new ADict({ a: [2, 3] }).getStructuralHash());
  assertNotEquals(first, new ADict({ a: [1, "x"] }).getStructuralHash());
});

Deno.test("8: a value's history says which view set it, to what and where", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults(config) {
    config.lr = 0.001;
  });
  scope.observe("high_lr", { priority: 1 }, { lr: 0.01 });
  scope.observe("unused", { lr: 5 });
  await scope.resolve(["high_lr", "lr=0.1"]);
  const history = scope.explain("lr");
  assertEquals(
    history.map(({ writer, before, after }) => [writer.name, before, after]),
    [
      ["defaults", undefined, 0.001],
      ["high_lr", 0.001, 0.01],
      ["lr=0.1", 0.01, 0.1],
    ],
  );
  assert(history[0]!.position?.file.endsWith("reference_defects_test.ts"));
  assertEquals(history[2]!.writer.argument, { index: 2, start: 0, end: 6 });
});
