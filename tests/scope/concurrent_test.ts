import { category, float, gridSampler, halvingScheduler, Search } from "../../hyperopt/mod.ts";
import { MultiScope, Scope } from "../../scope/mod.ts";
import { assertEquals, assertRejects } from "@std/assert";

/** A moment in which whatever else is under way goes on. */
function pass(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A scope whose view goes on after it has waited, the longer the smaller `lr` is. */
function waitingScope(name = "config"): Scope {
  const scope = new Scope({ name });
  scope.observe("base", { default: true }, { lr: 4, model: "resnet50" });
  scope.observe({ default: true }, async function loaded(config) {
    config.waited = true;
    await pass();
    scope.lazy(async () => {
      await pass(8 - 2 * config.lr);
      scope.lazy(() => config.layers = config.model === "resnet101" ? 101 : 50);
      config.doubled = 2 * config.lr;
    });
  });
  return scope;
}

function resultOf(lr: number, model = "resnet50"): object {
  const layers = model === "resnet101" ? 101 : 50;
  return { lr, model, waited: true, doubled: 2 * lr, layers };
}

Deno.test("resolve() called twice at once gives what one after the other gives", async () => {
  const scope = waitingScope();
  const [first, second] = await Promise.all([
    scope.resolve(["lr=1", "model=resnet101"]),
    scope.resolve(["lr=3"]),
  ]);
  assertEquals(first.toObject() as object, resultOf(1, "resnet101"));
  assertEquals(second.toObject() as object, resultOf(3));
  // The first has ended last.
  assertEquals(scope.config, second);
  assertEquals(scope.explain("lr").at(-1)!.writer.name, "lr=3");
});

Deno.test("resolve() of which the last call fails leaves what an earlier one gives", async () => {
  const scope = waitingScope();
  const first = scope.resolve(["lr=1"]);
  await assertRejects(() => scope.resolve(["lr=3", "lr.x=1"]));
  const config = await first;
  assertEquals(scope.config, config);
});

Deno.test("compose() begun while a view of another waits gives the same as alone", async () => {
  const scope = waitingScope();
  const composed: Promise<object>[] = [];
  for (const lr of [1, 2, 3, 1, 2, 3]) {
    composed.push(scope.compose({ lr }));
    await pass();
  }
  const results = (await Promise.all(composed)).map((config) => ({ ...config }));
  assertEquals(results, [1, 2, 3, 1, 2, 3].map((lr) => resultOf(lr)));
  assertEquals({ ...await scope.compose({ lr: 4 }) }, resultOf(4));
});

Deno.test("MultiScope resolves and composes several times at once", async () => {
  const scope = new MultiScope(waitingScope("model"), waitingScope("data"));
  const resolved = await Promise.all([
    scope.resolve(["model.lr=1", "data.lr=2"]),
    scope.resolve(["model.lr=3", "data.lr=3"]),
  ]);
  assertEquals(resolved.map(({ model, data }) => [{ ...model }, { ...data }]), [
    [resultOf(1), resultOf(2)],
    [resultOf(3), resultOf(3)],
  ]);
  assertEquals(scope.configs, resolved[1]);

  const composed = await Promise.all([1, 2, 3].map((lr) => scope.compose({ "data.lr": lr })));
  assertEquals(
    composed.map((config) => config.toJSON()),
    [1, 2, 3].map((lr) => ({ model: resultOf(3), data: resultOf(lr) })),
  );
});

Deno.test("a concurrent search tries what one trial after the other tries", async () => {
  const space = { lr: float(1, 3, { samples: 3 }), model: category(["resnet50", "resnet101"]) };
  const found = [];
  for (const concurrency of [1, 4]) {
    const scope = waitingScope();
    const search = new Search(scope, space, {
      sampler: gridSampler(),
      scheduler: halvingScheduler({ rungs: [6] }),
      concurrency,
    });
    const { config, metric, logs } = await search.optimize(async (config) => {
      await pass(config.lr);
      return config.layers + config.doubled;
    });
    found.push({ config: { ...config }, metric, statuses: logs[0]!.map(({ status }) => status) });
  }
  assertEquals(found[1], found[0]);
  assertEquals(found[0]!.statuses, Array(6).fill("completed"));
  assertEquals(found[0]!.metric, 107);
});

Deno.test("a view that has waited may compose its own scope, another, and the two at once", async () => {
  const scope = new Scope();
  scope.observe("base", { default: true }, { depth: 0 });
  const other = new Scope({ name: "other" });
  other.observe({ default: true }, async function loaded(config) {
    await pass();
    config.outer = (await scope.compose({ depth: 2 })).seen;
    other.lazy(() => config.late = true);
  });
  scope.observe({ default: true, lazy: true }, async function nested(config) {
    await pass();
    scope.lazy(() => config.seen = config.depth);
    if (config.depth > 1) return;
    const [own, foreign] = await Promise.all([scope.compose({ depth: 3 }), other.resolve([])]);
    config.own = own.seen;
    config.foreign = { ...foreign };
    await pass();
    scope.lazy(() => config.last = config.depth);
  });
  const expected = (depth: number) => ({
    depth,
    own: 3,
    foreign: { outer: 2, late: true },
    seen: depth,
    last: depth,
  });
  const alone = await scope.resolve([]);
  assertEquals(alone.toJSON() as object, expected(0));
  const configs = await Promise.all([scope.resolve(["depth=0"]), scope.resolve(["depth=1"])]);
  assertEquals(configs.map((config) => config.toJSON() as object), [expected(0), expected(1)]);
});

Deno.test("lazy() called after its config is merged is for every further one", async () => {
  const scope = new Scope();
  const end = Promise.withResolvers<void>();
  const late: Promise<void>[] = [];
  scope.observe({ default: true }, async function careless() {
    if (late.length < 2) late.push(end.promise.then(() => scope.lazy(count)));
    await pass();
  });
  function count(config: Record<string, number>): void {
    config.count = (config.count ?? 0) + 1;
  }
  scope.observe("base", { default: true }, { count: 0 });
  const merged = await Promise.all([scope.resolve([]), scope.resolve([])]);
  end.resolve();
  await Promise.all(late);
  assertEquals(merged.map(({ count }) => count), [0, 0]);
  assertEquals((await scope.resolve([])).count, 2);
});
