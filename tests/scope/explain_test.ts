import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { ADict } from "@ato/core/adict";
import { CommandExit, CommandLineError, MultiScope, type Reason, Scope } from "@ato/core/scope";

function summarise(reasons: readonly Reason[]): unknown[] {
  return reasons.map(({ writer, before, after }) => [writer.kind, writer.name, before, after]);
}

Deno.test("explain() gives every write of a value, oldest first", async () => {
  const scope = new Scope({ config: { lr: 0.001 } });
  scope.observe({ default: true }, function defaults(config) {
    config.lr = 0.01;
  });
  scope.observe("high_lr", { priority: 3 }, { lr: 0.1 });
  scope.observe({ lazy: true, default: true }, function scaled(config) {
    config.lr = config.lr * 2;
  });
  await scope.resolve(["high_lr", "lr=0.5"]);
  assertEquals(summarise(scope.explain("lr")), [
    ["config", "config", undefined, 0.001],
    ["view", "defaults", 0.001, 0.01],
    ["view", "high_lr", 0.01, 0.1],
    ["argument", "lr=0.5", 0.1, 0.5],
    ["view", "scaled", 0.5, 1],
  ]);
  const [, , high, argument, scaled] = scope.explain("lr");
  assertEquals([high!.writer.phase, high!.writer.priority], ["named", 3]);
  assertEquals(argument!.writer.argument, { index: 2, start: 0, end: 6 });
  assertEquals(scaled!.reads, ["lr"]);
});

Deno.test("explain() follows nested keys through whole mappings, removals and lists", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults(config) {
    config.model = { name: "resnet", depth: 50 };
    config.layers = [1];
    config.layers.push(2);
  });
  await scope.resolve(["model.depth=101", "~model.name", "layers+=[3]"]);
  assertEquals(summarise(scope.explain("model.depth")), [
    ["view", "defaults", undefined, 50],
    ["argument", "model.depth=101", 50, 101],
  ]);
  assertEquals(scope.explain("model.name").map(({ removed }) => removed), [false, true]);
  const layers = scope.explain("layers").map(({ after }) => after);
  assertEquals(layers, [[1], [1, 2], [1, 2, 3]]);
  assertEquals(scope.explain("nope"), []);
});

Deno.test("explain() names the file that a value was loaded from", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/base.json`, '{"lr": 0.1}');
  const scope = new Scope();
  scope.observe({ default: true }, async function base(config) {
    await config.load(`${folder}/base.json`);
  });
  await scope.resolve([]);
  assertEquals(scope.explain("lr").map(({ file }) => file), [{ path: `${folder}/base.json` }]);
  const { output } = await assertRejects(() => scope.resolve(["explain"]), CommandExit);
  assertMatch(output, /^lr = 0\.1\n {2}0\.1 {2}default view base {2}from \S*base\.json:1:2, /);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("explain() names the base that a value of an OpenMMLab config comes from", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/data.json`, '{\n  "workers": 4\n}');
  await Deno.writeTextFile(`${folder}/base.py`, "model = dict(\n    depth=50,\n    lr=0.1)\n");
  await Deno.writeTextFile(
    `${folder}/child.py`,
    "_base_ = ['base.py', 'data.json']\nmodel = dict(lr=0.01)\n",
  );
  const scope = new Scope();
  scope.observe({ default: true }, async function base(config) {
    await config.load(`${folder}/child.py`);
  });
  const { output } = await assertRejects(() => scope.resolve(["explain"]), CommandExit);
  for (const [key, place] of [["depth", "base.py:2:5"], ["lr", "child.py:2:14"]]) {
    assertMatch(output, new RegExp(`^model\\.${key} = .*\n.* from \\S*/${place}, `, "m"));
  }
  assertMatch(output, /^workers = 4\n.* from \S*\/data\.json:2:3, /m);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("explain() names the file of what was loaded before it was written", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/config.yaml`, "lr: 0.1\nmodel:\n  depth: 50\n  width: 2\n");
  await Deno.mkdir(`${folder}/model`);
  await Deno.writeTextFile(`${folder}/model/vit.json`, '{\n  "depth": 12}');
  await Deno.writeTextFile(`${folder}/list.jsonl`, '{"a": 1}\n{"a": 2}\n');
  const scope = new Scope({ positions: true });
  scope.observe({ default: true }, async function base(config) {
    const loaded = await ADict.fromFile(`${folder}/config.yaml`);
    loaded.model.width = 3;
    config.copy = loaded.clone();
    config.update(loaded);
    config.set("set", loaded.model);
    config.whole = loaded;
    const options = { root: folder, select: { model: "vit" }, overrides: { lr: 0.1 } };
    const composed = await ADict.composeHierarchy(options);
    config.composed = {};
    config.composed.update(composed, { recursive: true });
    config.absent = { lr: 5 };
    config.absent.updateIfAbsent(composed, { recursive: true });
    const [, second] = await ADict.fromFile(`${folder}/list.jsonl`);
    config.second = second;
    const first = new ADict() as ADict;
    await first.load(`${folder}/config.yaml`);
    config.first = first;
  });
  await scope.resolve([]);
  const places = [...scope.explain()].map(([path, history]) => {
    const { file, position } = history.at(-1)!;
    assert(position!.line > 0);
    const name = file?.path.slice(folder.length + 1);
    return [path, name === undefined ? "" : `${name}:${file!.line}:${file!.column}`];
  });
  assertEquals(Object.fromEntries(places), {
    "copy.lr": "config.yaml:1:1",
    "copy.model.depth": "config.yaml:3:3",
    "copy.model.width": "",
    lr: "config.yaml:1:1",
    "model.depth": "config.yaml:3:3",
    "model.width": "",
    "set.depth": "config.yaml:3:3",
    "set.width": "",
    "whole.lr": "config.yaml:1:1",
    "whole.model.depth": "config.yaml:3:3",
    "whole.model.width": "",
    "composed.lr": "",
    "composed.model.depth": "model/vit.json:2:3",
    "composed.model.width": "config.yaml:4:3",
    "absent.lr": "",
    "absent.model.depth": "model/vit.json:2:3",
    "absent.model.width": "config.yaml:4:3",
    "second.a": "list.jsonl:2:2",
    "first.lr": "config.yaml:1:1",
    "first.model.depth": "config.yaml:3:3",
    "first.model.width": "config.yaml:4:3",
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("explain() gives the place of the write where positions are kept, else of the view", async () => {
  for (const positions of [true, false]) {
    const scope = new Scope({ positions });
    const observed = new Error().stack!;
    scope.observe({ default: true }, function defaults(config) {
      config.a = 1;
      config.b = 2;
    });
    await scope.resolve([]);
    const line = Number(/:(\d+):\d+\)?$/.exec(observed.split("\n")[1]!)![1]);
    const places = ["a", "b"].map((key) => scope.explain(key)[0]!.position!);
    assertEquals(places.map((place) => place.line - line), positions ? [2, 3] : [1, 1]);
    assert(places.every(({ file }) => file.endsWith("/explain_test.ts")));
  }
});

Deno.test("explain as a command prints values with their reasons", async () => {
  const scope = new Scope({ config: { lr: 0.001, model: { depth: 50 }, extra: 1 } });
  scope.observe("high_lr", { lr: 0.01 });
  const exit = await assertRejects(
    () => scope.resolve(["high_lr", "model.depth=101", "explain", "lr", "model"]),
    CommandExit,
  );
  const lines = exit.output.split("\n");
  assertEquals(lines[0], "lr = 0.01");
  assertEquals(lines[1], "  0.001  the scope's own config");
  assertMatch(lines[2]!, /^ {2}0\.01 {3}named view high_lr +\S*explain_test\.ts:\d+:\d+$/);
  assertEquals(lines.slice(3), [
    "",
    "model.depth = 101",
    "  50   the scope's own config",
    "  101  argument 2: model.depth=101",
  ]);
});

Deno.test("explain --json prints the reasons for a program", async () => {
  const scope = new Scope({ config: { lr: Infinity } });
  const exit = await assertRejects(() => scope.resolve(["explain", "--json"]), CommandExit);
  assertEquals(JSON.parse(exit.output), {
    lr: [{
      path: "lr",
      after: "Infinity",
      removed: false,
      writer: { kind: "config", name: "config", phase: "config" },
    }],
  });
});

Deno.test("explain --json writes what JSON has no notation for as text", async () => {
  const scope = new Scope();
  const args = ["n=12345678901234567890", "x=nan", "explain", "--json"];
  const exit = await assertRejects(() => scope.resolve(args), CommandExit);
  const { n, x } = JSON.parse(exit.output);
  assertEquals([n[0].after, x[0].after], ["12345678901234567890", "NaN"]);
});

Deno.test("explain names the nearest key to one that is not there", async () => {
  const scope = new Scope({ config: { hidden: 1 } });
  const error = await assertRejects(() => scope.resolve(["explain", "hiden"]), CommandLineError);
  assertStringIncludes(error.message, 'the config has no such key, did you mean "hidden"?');
});

/** The keys that the command explains, several scopes' too. */
async function explainKeys(
  scope: { resolve(args: readonly string[]): Promise<unknown> },
  args: readonly string[],
): Promise<string[]> {
  const { output } = await assertRejects(
    () => scope.resolve(["explain", "--json", ...args]),
    CommandExit,
  );
  return Object.keys(JSON.parse(output));
}

Deno.test("explain takes an argument with spaces in it for the key that it is", async () => {
  const config = {
    "odd key": 1,
    "a.b": { c: 1 },
    lr: 2,
    model: { "odd key": 3, "a.b": 4 },
    'say "hi"': 5,
  };
  const scope = new Scope({ config });
  for (const text of ["odd key", '["odd key"]', '"odd key"', "'odd key'", "%odd key%"]) {
    assertEquals(await explainKeys(scope, [text, "lr"]), ["odd key", "lr"], text);
  }
  for (const text of ["model.odd key", 'model["odd key"]']) {
    assertEquals(await explainKeys(scope, [text]), ["model.odd key"], text);
  }
  assertEquals(await explainKeys(scope, ["lr model"]), ["lr", "model.odd key", 'model["a.b"]']);
  assertEquals(await explainKeys(scope, ["a.b"]), ['["a.b"].c']);
  assertEquals(await explainKeys(scope, ["model.a.b"]), ['model["a.b"]']);
  assertEquals(await explainKeys(scope, ['["say \\"hi\\""]']), ['["say \\"hi\\""]']);
  await assertRejects(() => scope.resolve(["explain", "odd kez"]), CommandLineError);
  const both = new MultiScope(scope, new Scope({ name: "other" }));
  assertEquals(await explainKeys(both, ["config.odd key"]), ["config.odd key"]);
  assertEquals(await explainKeys(both, ['config["a.b"].c']), ['config["a.b"].c']);
});

Deno.test("keys in quotes are written, appended to and removed", async () => {
  const scope = new Scope({
    config: { "odd key": 1, "a]b": [1], model: { "a b": 1, "c = d": 2 }, rest: 0 },
  });
  const args = ['["odd key"]=3', '["a]b"]+=2', '~model["a b"]', 'model["c = d"]=x y', "rest=5"];
  const expected = { "odd key": 3, "a]b": [1, 2], model: { "c = d": "x y" }, rest: 5 };
  assertEquals((await scope.resolve(args)).toObject() as object, expected);
  const strict = new Scope({ config: { "odd key": 1 }, strict: true });
  assertEquals((await strict.resolve(['["odd key"]=2']))["odd key"], 2);
  for (const part of ['["', '["]', '["a"]', '["a b"]', '["\\"]']) {
    await assertRejects(() => scope.resolve([part.repeat(2000)]), CommandLineError);
  }
});

Deno.test("explain takes for an item of a list only what is in a list", async () => {
  const scope = new Scope({ config: { lr: 1, layers: [1, { width: 2 }], model: { layers: [3] } } });
  for (const key of ["layers[1].width", "layers[-1]", "model.layers[0]"]) {
    assertEquals(await explainKeys(scope, [key]), [key.replace(/\[.*/, "")]);
  }
  for (const key of ["lr.x", "lr[0]", "layers.width", "model.layers.x"]) {
    await assertRejects(() => scope.resolve(["explain", key]), CommandLineError, "no such key");
  }
});

/** What `explain()` says after one view: of each leaf what it became, in the end `removed`. */
async function explainView(
  config: Record<string, unknown>,
  view: (config: ADict) => unknown,
  args: readonly string[] = [],
): Promise<Record<string, unknown[]>> {
  const scope = new Scope<Record<string, unknown>>({ config });
  scope.observe("view", { default: true }, view);
  await scope.resolve(args);
  return Object.fromEntries([...scope.explain()].map(([path, history]) => [
    path,
    history.map(({ removed, after }) => removed ? "removed" : after),
  ]));
}

Deno.test("explain() follows mappings inside lists", async () => {
  const crop = [{ type: "crop" }];
  assertEquals(
    await explainView({ pipeline: crop }, (config) => {
      config.pipeline[0].update({ size: 224, pad: { x: 1 } }, { recursive: true });
    }),
    { pipeline: [crop, [{ type: "crop", size: 224, pad: { x: 1 } }]] },
  );
  assertEquals(
    await explainView({ pipeline: crop }, (config) => {
      config.pipeline[0].updateIfAbsent({ type: "pad", to: { x: 1 } }, { recursive: true });
    }),
    { pipeline: [crop, [{ type: "crop", to: { x: 1 } }]] },
  );
  assertEquals(await explainView({ pipeline: crop }, () => {}, ["pipeline[0].new.key=1"]), {
    pipeline: [crop, [{ type: "crop", new: { key: 1 } }]],
  });
});

Deno.test("explain() names who made a mapping empty", async () => {
  const expected = { m: [{}], "m.a": [1, "removed"] };
  assertEquals(await explainView({ m: { a: 1 } }, (config) => delete config.m.a), expected);
  assertEquals(await explainView({ m: { a: 1 } }, () => {}, ["~m.a"]), expected);
  const scope = new Scope({ config: { m: { a: 1 } } });
  await scope.resolve(["~m.a"]);
  assertEquals(summarise(scope.explain("m")), [["argument", "~m.a", { a: 1 }, {}]]);
});

Deno.test("explain() keeps why there was a mapping that was filled and emptied again", async () => {
  assertEquals(await explainView({ m: {} }, (config) => config.m.a = 1, ["~m.a"]), {
    m: [{}, {}],
    "m.a": [1, "removed"],
  });
  assertEquals(await explainView({ m: {} }, (config) => config.m.a = 1), { "m.a": [1] });
  assertEquals(
    await explainView({ m: { a: 1 } }, (config) => config.update({ m: {} }, { recursive: true })),
    { "m.a": [1] },
  );
});

Deno.test("explain() tells each change of a list as one", async () => {
  const config = { l: [3, 1, 2] };
  const changes: [(config: ADict) => unknown, string[], unknown[]][] = [
    [() => {}, ["~l[0]"], [[1, 2]]],
    [() => {}, ["l+=[4, 5]"], [[3, 1, 2, 4, 5]]],
    [() => {}, ["l[-1]=9"], [[3, 1, 9]]],
    [({ l }) => l.sort(), [], [[1, 2, 3]]],
    [({ l }) => l.unshift(0, 7), [], [[0, 7, 3, 1, 2]]],
    [({ l }) => l.reverse(), [], [[2, 1, 3]]],
    [({ l }) => l.splice(1, 1), [], [[3, 2]]],
    [({ l }) => l.push(4, 5), ["~l[0]", "l+=[6]"], [
      [3, 1, 2, 4, 5],
      [1, 2, 4, 5],
      [1, 2, 4, 5, 6],
    ]],
    [({ l }) => [l.pop(), l.shift(), l.fill(0)], [], [[3, 1], [1], [0]]],
  ];
  for (const [view, args, states] of changes) {
    assertEquals(await explainView(config, view, args), { l: [[3, 1, 2], ...states] });
  }
});

Deno.test("explain() tells the end of a long run of changes of a list as one", async () => {
  const scope = new Scope<Record<string, number[]>>({
    config: { l: [], other: [] },
    positions: true,
  });
  scope.observe({ default: true }, function grow(config) {
    for (let i = 0; i < 2000; i++) {
      config.l!.push(i);
      config.n = i;
    }
    config.l!.pop();
  });
  scope.observe("more", (config) => config.l!.push(-1));
  const { l } = await scope.resolve(["more", "l+=[-2]"]);
  const history = scope.explain("l");
  assert(history.length < 30);
  assertEquals(history.slice(-3).map(({ after }) => (after as number[]).length), [
    1999,
    2000,
    2001,
  ]);
  assertEquals(history.at(-1)!.after, [...l!]);
  for (const [i, { before }] of history.slice(1).entries()) assertEquals(before, history[i]!.after);
  const [last, first] = [history.at(-3)!, history[1]!];
  assertEquals([last.writer.name, last.position!.line - first.position!.line], ["grow", 3]);
});

Deno.test("explain() names the leaves that a lazy view has read, not the way to them", async () => {
  const scope = new Scope({
    config: { y: { depth: 1 }, j: { head: { dims: [1] } }, x: { a: 1, b: 2 }, q: 0, r: 0 },
  });
  scope.observe({ default: true, lazy: true }, function lazily({ y, j, ...config }) {
    void config;
    y.depth = y.depth + j.head.dims[0]!;
  });
  scope.observe({ default: true, lazy: true }, function whole(config) {
    const { x } = config;
    config.q = Object.keys(x).length;
    if ("r" in config && config.has("y.depth")) config.r = x.a;
  });
  await scope.resolve([]);
  assertEquals(scope.explain("y.depth").at(-1)!.reads, ["x", "q", "r", "y.depth", "j.head.dims"]);
  assertEquals(scope.explain("q").at(-1)!.reads, ["x"]);
  assertEquals(scope.explain("r").at(-1)!.reads, ["r", "y.depth", "x.a"]);
});

Deno.test("explain() tells what was written, also where a view changes it in place later", async () => {
  const bytes = new Uint8Array([1]);
  const scope = new Scope();
  scope.observe("base", { default: true }, { when: new Date(0), bytes, ids: new Set([1]) });
  scope.observe("tags", { default: true }, { tags: new Map([["a", [1]]]) });
  scope.observe({ default: true }, function shifted(config) {
    config.when.setTime(config.when.getTime() + 7);
    config.bytes[0]!++;
    config.ids.add(2);
    config.tags.get("a").push(2);
    config.since = config.when;
  });
  const written: Record<string, unknown> = {
    when: new Date(0),
    bytes: new Uint8Array([1]),
    ids: new Set([1]),
    tags: new Map([["a", [1]]]),
    since: new Date(7),
  };
  // What one merge changes, the next one and the caller do not see.
  for (const config of [await scope.resolve([]), await scope.resolve([]), await scope.compose()]) {
    assertEquals(config.when, new Date(7));
    assertEquals(config.ids, new Set([1, 2]));
    assertEquals(bytes, new Uint8Array([1]));
    for (const path of Object.keys(written)) {
      const [reason, ...further] = scope.explain(path);
      assertEquals([reason!.after, further], [written[path], []], path);
      assertEquals(scope.explain(path)[0]!.before, undefined);
    }
    (scope.explain("when")[0]!.after as Date).setTime(99);
  }
});
