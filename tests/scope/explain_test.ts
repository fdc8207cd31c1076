import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { type ADict, formatPath } from "@ato/core/adict";
import { CommandExit, CommandLineError, type Reason, Scope } from "@ato/core/scope";
import fc from "../_property.ts";
import { replay } from "../../scope/_journal.ts";
import { reasonsFor } from "../../scope/_reasons.ts";
import { ScopeCore } from "../../scope/_scope_core.ts";

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

/** The leaves of a config by path; lists and empty mappings are leaves. */
function leavesOf(value: unknown, path: string[] = []): Record<string, unknown> {
  const isBranch = typeof value === "object" && value !== null && !Array.isArray(value) &&
    (Object.keys(value).length > 0 || path.length === 0);
  if (!isBranch) return { [formatPath(path)]: value };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => leavesOf(inner, [...path, key])),
  );
}

const KEY = fc.constantFrom("a", "b", "c", "list");
const LEAF = fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer(), { maxLength: 3 }));
const DATA = fc.dictionary(
  KEY,
  fc.oneof(LEAF, fc.dictionary(KEY, LEAF, { noNullPrototype: true })),
  {
    noNullPrototype: true,
  },
);

/** One thing that a view does to a config. */
const STEP: fc.Arbitrary<(config: ADict) => void> = fc.oneof(
  fc.tuple(KEY, DATA).map(([key, value]) => (config: ADict) => config[key] = value),
  fc.tuple(KEY, LEAF).map(([key, value]) => (config: ADict) => config[key] = value),
  fc.tuple(KEY, KEY, LEAF).map(([key, inner, value]) => (config: ADict) => {
    config[key] = {};
    config[key][inner] = value;
  }),
  KEY.map((key) => (config: ADict) => delete config[key]),
  fc.tuple(DATA, fc.boolean()).map(([data, recursive]) => (config: ADict) =>
    void config.update(data, { recursive })
  ),
  DATA.map((data) => (config: ADict) => void config.updateIfAbsent(data, { recursive: true })),
  fc.array(fc.integer(), { maxLength: 4 }).map((items) => (config: ADict) => {
    config.list = [5, 3, 9];
    config.list.push(...items);
    config.list.sort();
    config.list.splice(1, 1);
    config.list.shift();
  }),
);

Deno.test("replaying the history of any composition rebuilds the config", async () => {
  const views = fc.array(fc.array(STEP, { maxLength: 5 }), { maxLength: 4 });
  const args = fc.array(
    fc.oneof(
      fc.tuple(KEY, fc.integer()).map(([key, value]) => `${key}=${value}`),
      fc.tuple(KEY, fc.integer()).map(([key, value]) => `new.${key}=${value}`),
      fc.integer().map((value) => `list+=[${value}]`),
    ),
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(views, args, DATA, async (given, literals, config) => {
      const core = new ScopeCore({ config });
      given.forEach((steps, i) =>
        core.observe([`v${i}`, { default: true, lazy: i % 2 === 1 }, (config: ADict) => {
          for (const step of steps) step(config);
        }])
      );
      core.assign(literals);
      const composed = await core.compose().catch((error) => error);
      // An assigned value may not fit what the views have made.
      if (composed instanceof RangeError) return;
      assertEquals(replay(composed.entries), composed.config.toObject());
      const leaves = [...reasonsFor(composed.entries)].filter(([, history]) =>
        !history.at(-1)!.removed
      );
      const values = leaves.map(([path, history]) => [path, history.at(-1)!.after]);
      assertEquals(Object.fromEntries(values), leavesOf(composed.config.toObject()));
    }),
    { numRuns: 1000 },
  );
});
