import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { ADict } from "@ato/core/adict";
import { CommandExit, CommandLineError, InvalidConfigError, Scope } from "@ato/core/scope";
import fc from "../_property.ts";

function makeScope(): Scope {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults(config) {
    config.lr = 0.001;
    config.epochs = 100;
    config.order = ["defaults"];
  });
  scope.observe({ priority: 2 }, function long_training(config) {
    config.epochs = 300;
    config.order.push("long_training");
  });
  scope.observe({ priority: 1 }, function high_lr(config) {
    config.lr = 0.01;
    config.order.push("high_lr");
  });
  return scope;
}

Deno.test("resolve() applies default views, then named ones by priority, then arguments", async () => {
  const scope = makeScope();
  assertEquals((await scope.resolve([])).toObject(), {
    lr: 0.001,
    epochs: 100,
    order: ["defaults"],
  });
  assertEquals((await scope.resolve(["long_training", "high_lr", "lr=0.5"])).toObject(), {
    lr: 0.5,
    epochs: 300,
    order: ["defaults", "high_lr", "long_training"],
  });
});

Deno.test("resolve() applies views of one priority as named, default ones as observed", async () => {
  const scope = new Scope();
  for (const name of ["a", "b"]) {
    scope.observe(name, { default: true }, (config: ADict) => {
      config.order = [...config.get("order", []), name];
    });
  }
  for (const name of ["c", "d"]) {
    scope.observe(name, (config: ADict) => config.order.push(name));
  }
  assertEquals((await scope.resolve(["d", "c", "d"])).order, ["a", "b", "d", "c"]);
});

Deno.test("resolve() starts anew each time", async () => {
  const scope = makeScope();
  await scope.resolve(["high_lr"]);
  assertEquals((await scope.resolve([])).lr, 0.001);
});

Deno.test("resolve() awaits views", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, async function slow(config) {
    await Promise.resolve();
    config.a = 1;
  });
  scope.observe({ default: true, priority: 1 }, function after(config) {
    config.b = config.a + 1;
  });
  assertEquals((await scope.resolve([])).toObject(), { a: 1, b: 2 });
});

Deno.test("observe() takes all forms of its arguments", async () => {
  const scope = new Scope();
  function named(config: ADict) {
    config.one = 1;
  }
  assertStrictEquals(scope.observe(named), scope);
  scope.observe("two", { two: 2 });
  scope.observe({ name: "three", default: true }, { three: 3 });
  scope.observe("four", { priority: 4 }, (config: ADict) => {
    config.four = 4;
  });
  const config = await scope.resolve(["named", "two", "four"]);
  assertEquals(config.toObject(), { three: 3, one: 1, two: 2, four: 4 });
});

Deno.test("observe() merges objects into mappings, and keeps its own copy", async () => {
  const scope = new Scope();
  scope.observe("base", { default: true }, { model: { depth: 50, name: "resnet" } });
  const patch = { model: { depth: 101 } };
  scope.observe("deep", patch);
  patch.model.depth = 0;
  const expected = { model: { depth: 101, name: "resnet" } };
  const config = await scope.resolve(["deep"]);
  assertEquals(config.toObject(), expected);
  config.model.depth = 7;
  assertEquals((await scope.resolve(["deep"])).toObject(), expected);
});

const BAD_VIEWS: [name: string, observe: (scope: Scope) => unknown, message: string][] = [
  ["no name", (scope) => scope.observe((_config) => {}), "it has no name"],
  ["taken", (scope) => {
    scope.observe("a", {});
    scope.observe("a", {});
  }, "the name is taken by the view at"],
  ["command", (scope) => scope.observe("manual", {}), "the name is that of a command"],
  ["spaces", (scope) => scope.observe("a b", {}), "a command line could not name it"],
  ["assignment", (scope) => scope.observe("a=b", {}), "a command line could not name it"],
  ["flag", (scope) => scope.observe("--a", {}), "a command line could not name it"],
  ["typo", (scope) => scope.observe("a", { priorty: 1 } as object, {}), 'did you mean "priority"?'],
  ["priority", (scope) => scope.observe("a", { priority: NaN }, {}), "expected a number"],
  // deno-lint-ignore no-explicit-any -- a caller without types
  ["no view", (scope) => (scope as any).observe("a"), "expected (view), (name, view)"],
  // deno-lint-ignore no-explicit-any -- a caller without types
  ["a number", (scope) => (scope as any).observe("a", 3), "expected (view), (name, view)"],
  ["__proto__", (scope) => scope.observe("a", JSON.parse('{"__proto__": {}}')), "reserved"],
];

Deno.test("observe() refuses what can be no view", async (t) => {
  for (const [name, observe, message] of BAD_VIEWS) {
    await t.step(name, () => {
      assertThrows(() => observe(new Scope()), TypeError, message);
    });
  }
});

Deno.test("chainWith pulls its views in first, once, deeply", async () => {
  const scope = new Scope();
  const add = (name: string, chainWith: string | string[] = []) =>
    scope.observe(name, { chainWith }, (config: ADict) => {
      config.order = [...config.get("order", []), name];
    });
  add("d");
  add("c", "d");
  add("b", ["c", "d"]);
  add("a", "b");
  assertEquals((await scope.resolve(["a", "c"])).order, ["d", "c", "b", "a"]);
});

Deno.test("chainWith reports circles and views that are not there", async () => {
  const scope = new Scope();
  scope.observe("a", { chainWith: "b" }, {});
  scope.observe("b", { chainWith: "c" }, {});
  scope.observe("c", { chainWith: "a" }, {});
  scope.observe("d", { chainWith: "gup" }, {});
  scope.observe("gpu", {});
  await assertRejects(() => scope.resolve(["a"]), RangeError, "a → b → c → a");
  await assertRejects(() => scope.resolve(["d"]), RangeError, 'did you mean "gpu"?');
});

Deno.test("lazy views and blocks run after the arguments, by priority", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function base(config) {
    config.model = "resnet50";
    config.order = [];
    scope.lazy(() => config.order.push(`block ${config.model}`), { priority: 1 });
  });
  scope.observe({ default: true, lazy: true, priority: 2 }, function late(config) {
    config.order.push("late");
  });
  scope.observe({ lazy: true }, function computed(config) {
    config.order.push("computed");
  });
  assertEquals((await scope.resolve(["model=vit"])).order, ["block vit", "late"]);
  assertEquals((await scope.resolve(["computed"])).order, ["computed", "block resnet50", "late"]);
});

Deno.test("lazy() outside of views runs for every config", async () => {
  const scope = new Scope({ config: { a: 1 } });
  scope.lazy((config) => config.a *= 2);
  assertEquals((await scope.resolve(["a=5"])).a, 10);
  assertEquals((await scope.resolve([])).a, 2);
});

Deno.test("compose() lays values over the arguments, below lazy views, one config at a time", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function base(config) {
    config.lr = 0.1;
    config.batch_size = 32;
    scope.lazy(() => config.steps = config.batch_size * 10);
  });
  await scope.resolve(["lr=0.5"]);
  const configs = await Promise.all(
    [1, 2, 3].map((batch_size) => scope.compose({ batch_size, "model.depth": batch_size })),
  );
  assertEquals(configs.map((config) => config.toObject()), [
    { lr: 0.5, batch_size: 1, model: { depth: 1 }, steps: 10 },
    { lr: 0.5, batch_size: 2, model: { depth: 2 }, steps: 20 },
    { lr: 0.5, batch_size: 3, model: { depth: 3 }, steps: 30 },
  ]);
  assertEquals(scope.config.batch_size, 32);
});

Deno.test("assign() names views and writes values below the command line", async () => {
  const scope = makeScope();
  scope.assign("high_lr", "epochs=7", { extra: { a: 1 } });
  const config = await scope.resolve(["epochs=9"]);
  assertEquals([config.lr, config.epochs, config.extra.a], [0.01, 9, 1]);
  assertEquals(scope.assignedViews(), { default: ["defaults"], named: ["high_lr"], lazy: [] });
  scope.reset();
  assertEquals((await scope.resolve([])).lr, 0.001);
  assertThrows(() => scope.assign("hgh_lr"), RangeError, "no view has this name");
  assertThrows(() => scope.assign("a=[1"), SyntaxError, "the bracket is not closed");
});

Deno.test("inject() gives the config and the caller's arguments, pause() only the latter", async () => {
  const scope = new Scope({ config: { lr: 0.1 } });
  const run = scope.inject((...args: unknown[]) => args);
  const [config, ...rest] = await run("a", "b");
  assertStrictEquals(config, scope.config);
  assertEquals(rest, ["a", "b"]);
  {
    using _pause = scope.pause();
    assertEquals(await run("a"), ["a"]);
  }
  assertEquals((await run("a")).length, 2);
});

Deno.test("inject() passes on the result and the error of the function", async () => {
  const scope = new Scope();
  const error = new Error("mine");
  const fail = scope.inject(() => {
    throw error;
  });
  assertStrictEquals(await assertRejects(fail), error);
  assertEquals(await scope.inject(() => Promise.resolve(3))(), 3);
});

Deno.test("config cannot be read before it is resolved", () => {
  assertThrows(() => new Scope().config, TypeError, "await resolve()");
});

Deno.test("resolve() leaves the last config where a command line has mistakes", async () => {
  const scope = makeScope();
  const config = await scope.resolve(["high_lr"]);
  await assertRejects(() => scope.resolve(["nope"]), CommandLineError);
  assertStrictEquals(scope.config, config);
});

Deno.test("resolve() lets the error of a view through", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function broken(config) {
    config.a.b = 1;
  });
  await assertRejects(() => scope.resolve([]), ReferenceError, 'Cannot read "a"');
  assert(await scope.resolve(["a={}"]).catch((error) => error) instanceof ReferenceError);
});

Deno.test("a lost lock after a failing view does not stop the next resolve()", async () => {
  const scope = new Scope();
  let fails = true;
  scope.observe({ default: true }, function broken(config) {
    if (fails) throw new Error("first");
    config.a = 1;
  });
  await assertRejects(() => scope.resolve([]), Error, "first");
  fails = false;
  assertEquals((await scope.resolve([])).a, 1);
});

Deno.test("manual prints the order of the views and the texts, to the letter", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function config(cfg) {
    cfg.lr = 0.001;
  });
  scope.manual({
    lr: "Learning rate for optimizer",
    batch_size: "Number of samples per batch",
    model: "Model architecture (resnet50, resnet101, etc.)",
  });
  const { output, exitCode } = await assertRejects(() => scope.resolve(["manual"]), CommandExit);
  assertEquals(exitCode, 0);
  assertEquals(
    output,
    `--------------------------------------------------
[Scope "config"]
(The Applying Order of Views)
config → (CLI Inputs)

(User Manuals)
lr: Learning rate for optimizer
batch_size: Number of samples per batch
model: Model architecture (resnet50, resnet101, etc.)
--------------------------------------------------`,
  );
});

Deno.test("manual lists all views in the order in which they would apply", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function defaults() {});
  scope.observe({ priority: 2 }, function another_config() {});
  scope.observe({ priority: 1 }, function experiment_config() {});
  scope.observe({ lazy: true }, function adaptive_lr() {});
  const { output } = await assertRejects(() => scope.resolve(["manual"]), CommandExit);
  const order = "defaults → experiment_config → another_config → (CLI Inputs) → adaptive_lr";
  assertEquals(output.split("\n")[3], order);
});

Deno.test("print writes the config in each format", async (t) => {
  const config = { lr: 0.1, model: { depth: 50 }, layers: [1, 2] };
  const expected = {
    json: JSON.stringify(config, null, 2),
    toml: "lr = 0.1\nlayers = [1, 2]\n\n[model]\ndepth = 50",
    yaml: "lr: 0.1\nmodel:\n  depth: 50\nlayers:\n  - 1\n  - 2",
    xyz: "lr: 0.1\nmodel:\n  depth: 50\nlayers:\n  0) 1\n  1) 2",
  };
  for (const [format, text] of Object.entries(expected)) {
    await t.step(format, async () => {
      const scope = new Scope({ config });
      const exit = await assertRejects(
        () => scope.resolve(["print", "--format", format]),
        CommandExit,
      );
      if (format === "toml") {
        assertEquals(exit.output.replaceAll(/\s/g, ""), text.replaceAll(/\s/g, ""));
      } else assertEquals(exit.output, text);
    });
  }
  await assertRejects(
    () => new Scope({ config }).resolve(["print", "--format=ymal"]),
    CommandLineError,
    'did you mean "yaml"?',
  );
});

Deno.test("resolve() of any views gives what merging them in order gives", async () => {
  const key = fc.constantFrom("a", "b", "c");
  const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null));
  const data = fc.dictionary(
    key,
    fc.oneof(leaf, fc.dictionary(key, leaf, { noNullPrototype: true })),
    {
      noNullPrototype: true,
    },
  );
  const views = fc.array(fc.record({ priority: fc.integer({ min: -2, max: 2 }), data }), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(views, async (given) => {
      const scope = new Scope();
      given.forEach(({ priority, data }, i) =>
        scope.observe(`v${i}`, { default: true, priority }, data)
      );
      const merged = new ADict();
      for (const view of given.toSorted((a, b) => a.priority - b.priority)) {
        merged.update(view.data, { recursive: true });
      }
      assertEquals((await scope.resolve([])).toObject(), merged.toObject());
    }),
    { numRuns: 300 },
  );
});

Deno.test("a scope works with keys that hide every method of a config", async () => {
  const names = Object.getOwnPropertyNames(ADict.prototype).filter((name) =>
    name !== "constructor"
  );
  const data = Object.fromEntries(names.map((name, i) => [name, i]));
  const scope = new Scope({ config: data });
  scope.observe("view", { default: true }, data);
  scope.assign({ ...data });
  const config = await scope.resolve(["toObject=7"]);
  assertEquals({ ...config }, { ...data, toObject: 7 });
  for (const command of ["print", "help", "explain", "manual"]) {
    await assertRejects(() => scope.resolve([command]), CommandExit);
  }
  assertEquals(scope.explain("update").length, 3);
});

Deno.test("a view may compose, and run injected functions, of its own scope", async () => {
  const scope = new Scope({ config: { a: 1 } });
  let depth = 0;
  scope.observe({ default: true }, async function nested(config) {
    if (depth++ > 0) return;
    await Promise.resolve();
    config.a = (await scope.compose({ a: 5 })).a + 1;
  });
  assertEquals((await scope.resolve([])).a, 6);
});

Deno.test("lazy() may be called in a lazy block, and by no view of another scope", async () => {
  const scope = new Scope();
  scope.observe({ default: true }, function base(config) {
    scope.lazy(() => {
      config.outer = 1;
      scope.lazy(() => config.inner = 2, { priority: -1 });
      scope.lazy(() => config.last = 3);
    });
  });
  assertEquals((await scope.resolve([])).toObject(), { outer: 1, inner: 2, last: 3 });

  const other = new Scope();
  other.observe({ default: true }, function foreign() {
    scope.lazy(() => {});
  });
  await assertRejects(() => other.resolve([]), TypeError, "belongs to another scope");
});

Deno.test("chainWith puts its views first whatever their priority", async () => {
  const scope = new Scope();
  scope.observe("base", { priority: 5 }, { lr: 1, base: true });
  scope.observe("big", { chainWith: "base" }, { lr: 2 });
  assertEquals((await scope.resolve(["big"])).toObject(), { lr: 2, base: true });
});

Deno.test("a literal that does not fit is named by itself", async () => {
  const scope = new Scope({ config: { lr: 0.1 } });
  scope.assign("lr.x=3");
  await assertRejects(() => scope.resolve(["b=3"]), RangeError, 'Cannot assign "lr.x=3"');
  await assertRejects(() => scope.compose(), RangeError, 'Cannot assign "lr.x=3"');
});

Deno.test("a failing resolve() does not undo a later one", async () => {
  const scope = new Scope({ config: { lr: 1 } });
  const failing = scope.resolve(["nope"]).catch((error) => error);
  const config = await scope.resolve(["lr=5"]);
  assert(await failing instanceof CommandLineError);
  assertStrictEquals(await scope.resolve(), config);
});

Deno.test("pause() counts: the scope goes on when all are disposed", async () => {
  const scope = new Scope({ config: { lr: 1 } });
  const count = scope.inject((...args: unknown[]) => args.length);
  const outer = scope.pause();
  {
    using _inner = scope.pause();
    assertEquals(await count(), 0);
  }
  assertEquals(await count(), 0);
  outer[Symbol.dispose]();
  outer[Symbol.dispose]();
  assertEquals(await count(), 1);
});

Deno.test("manual() takes texts for a group and for its members", async () => {
  const scope = new Scope({ config: { model: { backbone: "a" } } });
  scope.manual({ model: "The model", "model.backbone": "Its net" });
  scope.manual((docs) => {
    docs.model.depth = "Its depth";
  });
  const { output } = await assertRejects(() => scope.resolve(["manual"]), CommandExit);
  assertStringIncludes(output, "model: The model\nmodel.backbone: Its net\nmodel.depth: Its depth");
});

Deno.test("strict looks into mappings and lists, and at sampled values", async () => {
  const scope = new Scope({
    strict: true,
    config: { model: { name: "a", depth: 3 }, layers: [1] },
  });
  const args = [
    "model={bakcbone: y, depth: deep}",
    "layers=[x]",
    "layers+=[y]",
    "model={depth: x}",
  ];
  const error = await assertRejects(() => scope.resolve(args), CommandLineError);
  assertEquals(error.problems.map(({ message }) => message), [
    "the scope is strict: no view sets the key bakcbone",
    "the scope is strict: received a string, expected a number in [0]",
    "the scope is strict: received a string, expected a number in [0]",
    "the scope is strict: received a string, expected a number in depth",
  ]);
  await scope.resolve([]);
  await assertRejects(() => scope.compose({ layres: [1] }), RangeError, 'did you mean "layers"?');
  assertEquals((await scope.compose({ __num_halved__: 1 }))["__num_halved__" as never], 1);
});

Deno.test("explain takes what follows it as keys, also where a view has the name", async () => {
  const scope = new Scope({ config: { layers: [1, 2], lr: 1 } });
  scope.observe("layers", { lr: 2 });
  const exit = await assertRejects(() => scope.resolve(["explain", "layers"]), CommandExit);
  assertEquals(exit.output, "layers = [ 1, 2 ]\n  [ 1, 2 ]  the scope's own config");
  const item = await assertRejects(() => scope.resolve(["explain", "layers[0]"]), CommandExit);
  assertEquals(item.output, exit.output);
});

const EXPECTED_FORMAT = "the format is the value of a flag, expected --format json";

Deno.test("commands name what they cannot use", async () => {
  const scope = new Scope({ config: { r: null, lr: 1 } });
  const fail = async (...args: string[]) =>
    (await assertRejects(() => scope.resolve(args), CommandLineError)).problems[0]!;
  assertEquals((await fail("lr=3", "explain", "lrr")).index, 3);
  assertStringIncludes((await fail("manual", "explain")).message, "has a command already, manual");
  assertEquals((await fail("print", "json")).message, EXPECTED_FORMAT);
  assertEquals((await fail("explain", "--jsn")).message, "no such flag, did you mean --json?");
  assertStringIncludes((await fail("--", "lr=1")).message, "expected the rest without --");
});

Deno.test("print says which value a format cannot hold", async () => {
  const scope = new Scope({ config: { act: { fn: () => 1 }, r: null } });
  const print = (...args: string[]) =>
    assertRejects(() => scope.resolve(["print", ...args]), InvalidConfigError);
  const { message, exitCode } = await print();
  assertEquals(message, 'Cannot write "act.fn": a function, expected plain data');
  assertEquals(exitCode, 1);
  assertStringIncludes((await print("--format", "json")).message, '"act.fn" as JSON');
  assertEquals((await print("--format", "json")).exitCode, 1);
  assertEquals((await print("~act.fn", "--toml")).exitCode, 2);
  await assertRejects(
    () => scope.resolve(["~act.fn", "print", "--json", "--format", "yaml"]),
    CommandLineError,
    "argument 4: one format is enough, there is --json already",
  );
});

/** A scope of which one view loads a file that is not there, and one reads what another one sets. */
function makeFailing(): Scope {
  const scope = new Scope({ strict: true, config: { lr: 0.1 } }) as unknown as Scope;
  scope.observe("file", { default: true }, async (config) => {
    config.epochs = 3;
    await config.load("missing.yaml");
  });
  scope.observe("after_other", (config) => config.depth = config.model.depth);
  scope.observe("late", { default: true, lazy: true }, () => {
    throw new Error("too late");
  });
  return scope;
}

Deno.test("help lists what is known where views fail, and says which", async () => {
  const { output } = await assertRejects(() => makeFailing().resolve(["help"]), CommandExit);
  for (const line of ["  after_other", "  lr=0.1", "  epochs=3"]) {
    assertStringIncludes(output, `\n${line}\n`);
  }
  assertStringIncludes(output, "the view file fails: Cannot read");
  assertStringIncludes(output, "the view late fails: too late");
});

Deno.test("completion works where views fail and keys are missing", async () => {
  const script = (scope: Scope) =>
    assertRejects(() => scope.resolve(["completion", "bash", "train"]), CommandExit);
  assertStringIncludes((await script(makeFailing())).output, "after_other");
  const lacking = new Scope({ required: ["data.root"], config: { lr: 1 } });
  const { output } = await script(lacking as unknown as Scope);
  assertStringIncludes(output, "'lr'");
  assertStringIncludes(output, "'data.root'");
});

Deno.test("help lists the required keys that nobody sets", async () => {
  const scope = new Scope({ config: { lr: 1 }, required: ["lr", "data.root", "name"] });
  scope.manual({ "data.root": "Where the data is" });
  scope.observe("named", function named(config: ADict) {
    config.name = "a";
  });
  const help = async (...args: string[]) =>
    (await assertRejects(() => scope.resolve([...args, "help"]), CommandExit)).output;
  const keys = "\nKeys:\n  lr=1\n";
  const root = "  data.root=…  (required)  Where the data is\n";
  assertStringIncludes(await help(), `${keys}${root}  name=…  (required)\n\n`);
  assertStringIncludes(await help("named"), `${keys}  name="a"\n${root}\n`);
});

Deno.test("jsonSchema() goes on where views fail, and allows further keys then", async () => {
  const schema = await makeFailing().jsonSchema();
  assertEquals(Object.keys(schema.properties as object), ["lr", "epochs"]);
  assertEquals(schema.additionalProperties, true);
  assertStringIncludes(schema.$comment as string, "the view after_other fails");
});

Deno.test("jsonSchema() of a strict scope knows the required keys", async () => {
  const scope = new Scope({ strict: true, config: { lr: 1 }, required: ["data.root", "lr"] });
  const { properties, additionalProperties } = await scope.jsonSchema();
  assertEquals(additionalProperties, false);
  assertEquals(properties as object, {
    lr: { type: "number", default: 1 },
    data: { type: "object", properties: { root: {} }, additionalProperties: false },
  });
});

Deno.test("commands print no control characters but line ends", async () => {
  const scope = new Scope<Record<string, unknown>>({ config: { "a\u001b[31m": "\u009b31m" } });
  scope.observe("v\u009b31m", { b: 1 });
  scope.manual({ lr: "rate \u001b[31m" });
  for (const command of ["help", "manual"]) {
    const { output } = await assertRejects(() => scope.resolve([command]), CommandExit);
    // deno-lint-ignore no-control-regex -- a terminal would act on control characters
    assertEquals(output.match(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/), null, command);
  }
});

Deno.test("reset() forgets the command line as well", async () => {
  const scope = new Scope({ config: { lr: 0.1 } });
  await scope.resolve(["lr=5"]);
  scope.reset();
  assertEquals((await scope.compose()).lr, 0.1);
});

Deno.test("completion prints a script for a shell", async () => {
  const scope = new Scope<Record<string, unknown>>({ config: { model: { depth: 50 } } });
  scope.observe("high_lr", { lr: 1 });
  for (const shell of ["bash", "zsh", "fish"]) {
    const { output } = await assertRejects(
      () => scope.resolve(["completion", shell, "train"]),
      CommandExit,
    );
    for (const word of ["high_lr", "model.depth", "explain"]) assertStringIncludes(output, word);
  }
  const message = 'did you mean "bash"?';
  await assertRejects(() => scope.resolve(["completion", "bahs"]), CommandLineError, message);
  await assertRejects(() => scope.resolve(["completion"]), CommandLineError, "expected bash");
});

Deno.test("jsonSchema() knows the keys of all views", async () => {
  const scope = new Scope({ config: { lr: 0.1 }, strict: true });
  scope.observe("fast", { lr: 1 });
  const open = new Scope();
  open.observe("gpu", { device: "cuda" });
  assertEquals((await scope.jsonSchema()).additionalProperties, false);
  const { properties } = await open.jsonSchema();
  assertEquals(Object.keys(properties as object), ["device"]);
});
