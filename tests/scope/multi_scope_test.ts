import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { CommandExit, CommandLineError, MultiScope, Scope } from "@ato/core/scope";

function makeScopes() {
  const model = new Scope({ name: "model" });
  const data = new Scope({ name: "data" });
  model.observe({ default: true }, function model_config(config) {
    config.backbone = "resnet50";
    config.lr = 0.1;
  });
  model.observe("big", { depth: 101 });
  data.observe({ default: true }, function data_config(config) {
    config.dataset = "cifar10";
    config.lr = 0.001;
  });
  data.observe("big", { size: 512 });
  data.observe("small", { size: 32 });
  model.manual({ lr: "Of the model" });
  data.manual({ lr: "Of the data" });
  return new MultiScope(model, data);
}

async function resolve(args: string[]): Promise<unknown> {
  const { model, data } = await makeScopes().resolve(args);
  return { model: model.toObject(), data: data.toObject() };
}

Deno.test("MultiScope keeps the keys of its scopes apart", async () => {
  assertEquals(await resolve(["model.backbone=%resnet101%", "data.lr=0.5", "data.a.b=1"]), {
    model: { backbone: "resnet101", lr: 0.1 },
    data: { dataset: "cifar10", lr: 0.5, a: { b: 1 } },
  });
});

Deno.test("MultiScope finds views by their names, or by scope and name", async () => {
  assertEquals(await resolve(["small", "model.big"]), {
    model: { backbone: "resnet50", lr: 0.1, depth: 101 },
    data: { dataset: "cifar10", lr: 0.001, size: 32 },
  });
});

Deno.test("MultiScope reports keys and views that belong to no one scope", async () => {
  const args = ["lr=1", "modle.lr=1", "big", "model.bgi"];
  const error = await assertRejects(() => makeScopes().resolve(args), CommandLineError);
  assertEquals(error.problems.map(({ message }) => message), [
    "the key names no scope, expected model.lr or data.lr",
    'the key names no scope, did you mean "model"?',
    "several scopes have a view of this name, expected model.big or data.big",
    'no view has this name, did you mean "model.big"?',
  ]);
});

Deno.test("MultiScope says how to name a key", async () => {
  const args = ["model[lr]=3", "model=3", "model[0]=1"];
  const error = await assertRejects(() => makeScopes().resolve(args), CommandLineError);
  const [bracket, ...whole] = error.problems.map(({ message }) => message);
  assertStringIncludes(bracket!, 'Cannot read the path "model[lr]": unexpected "["');
  const expected = "a scope is no value, expected a key in it: model.key";
  assertEquals(whole, [expected, expected]);
  assertEquals(await resolve(['model["lr"]=3', 'model.ks["a.b"]=1']), {
    model: { backbone: "resnet50", lr: 3, ks: { "a.b": 1 } },
    data: { dataset: "cifar10", lr: 0.001 },
  });
});

Deno.test("MultiScope refuses two scopes of one name", () => {
  assertThrows(() => new MultiScope(new Scope(), new Scope()), TypeError, 'two are named "config"');
});

Deno.test("MultiScope suggests keys as they are typed", async () => {
  const model = new Scope({ name: "model", strict: true, config: { backbone: 1, "a.bcd": 2 } });
  const both = new MultiScope(model as unknown as Scope, new Scope({ name: "data" }));
  const error = await assertRejects(
    () => both.resolve(["model.bckbone=3", "~model.bckbone", 'model["a.bdc"]=3']),
    CommandLineError,
  );
  assertEquals(error.problems.map(({ message }) => /did you mean (.*)$/.exec(message)?.[1]), [
    '"model.backbone"?',
    '"model.backbone"?',
    '"model["a.bcd"]"?',
  ]);
});

Deno.test("MultiScope injects the configs by name", async () => {
  const run = makeScopes().inject(({ model, data }, extra: number) => [model.lr, data.lr, extra]);
  assertEquals(await run(3), [0.1, 0.001, 3]);
});

Deno.test("MultiScope answers the commands for all its scopes", async () => {
  const print = await assertRejects(() => makeScopes().resolve(["print"]), CommandExit);
  assertStringIncludes(print.output, "model:\n  backbone: resnet50");
  const explain = await assertRejects(
    () => makeScopes().resolve(["data.lr=1", "explain", "data.lr"]),
    CommandExit,
  );
  assertStringIncludes(explain.output, "data.lr = 1");
  const manual = await assertRejects(() => makeScopes().resolve(["manual"]), CommandExit);
  assertStringIncludes(manual.output, "model_config → big → (CLI Inputs)");
  assertStringIncludes(manual.output, "data.lr: Of the data");
});

Deno.test("MultiScope shares what it resolved with its scopes", async () => {
  const model = new Scope({ name: "model", config: { lr: 1 } });
  const both = new MultiScope(model, new Scope({ name: "data" }));
  await both.resolve(["model.lr=5", "data.x=1"]);
  assertEquals(model.config.lr, 5);
  assertEquals((await model.compose({ a: 1 })).toObject() as object, { lr: 5, a: 1 });
  assertEquals((await both.compose({ trial: 1 })).toObject(), {
    model: { lr: 5 },
    data: { x: 1 },
    trial: 1,
  });
  assertEquals(both.explain("model.lr").map(({ after }) => after), [1, 5]);
});

Deno.test("MultiScope refuses values that belong to no scope", async () => {
  const both = new MultiScope(new Scope({ name: "model" }), new Scope({ name: "data" }));
  await assertRejects(() => both.compose({ "modle.lr": 1 }), RangeError, 'did you mean "model"?');
  await assertRejects(() => both.compose({ model: 1 }), RangeError, "names no key of a scope");
  assertThrows(() => new Scope({ name: "a.b" }), TypeError, "a command line could not name it");
});

Deno.test("MultiScope.compose() and Scope.compose() give the reasons for what they have composed", async () => {
  const model = new Scope({ name: "model", config: { lr: 0.1 } });
  const data = new Scope({ name: "data", config: { lr: 0.001 } });
  const both = new MultiScope(model, data);
  await both.resolve([]);
  const writers: [string, string[]][] = [];
  await both.compose({ "model.lr": 0.5 }, {
    source: "search",
    onReasons(reasons) {
      for (const [path, own] of reasons) writers.push([path, own.map(({ writer }) => writer.name)]);
    },
  });
  assertEquals(writers, [["model.lr", ["config", "search"]], ["data.lr", ["config"]]]);

  const alone = new Scope({ config: { lr: 0.1 } });
  await alone.resolve([]);
  await alone.compose({ lr: 0.5 }, {
    source: "search",
    onReasons: (reasons) => assertEquals(reasons.get("lr")?.at(-1)?.writer.name, "search"),
  });
});
