import { assertEquals, assertRejects } from "@std/assert";
import {
  category,
  float,
  halvingScheduler,
  HyperBand,
  MemoryLedger,
  Search,
  type TrialObjective,
} from "@ato/core/hyperopt";
import { CommandLineError, MultiScope, Scope, type UnreadPolicy } from "@ato/core/scope";
import { SQLLogger } from "@ato/core/tracker";
import { startRedis, testWithRedis } from "../_redis.ts";
import { runProgram } from "./_programs.ts";
import { QueueProcess } from "./_queue_process.ts";

/** What a trial reads of its config. */
type Use = (config: Record<string, unknown> & { toObject(): unknown }) => unknown;

interface Given {
  unread?: UnreadPolicy;
  strict?: boolean;
  required?: string[];
  manual?: Record<string, string>;
}

interface Prepared {
  scope: Scope;
  warnings: string[];
  search: (use: Use) => Promise<unknown>;
}

/** A search over a scope for a command line, and the warnings of it. */
async function prepare(args: string[], given: Given = {}): Promise<Prepared> {
  const { manual = {}, ...options } = given;
  const warnings: string[] = [];
  const scope = new Scope({
    // deno-lint-ignore no-explicit-any -- a program adds keys of any name
    config: { lr: 0.1, hidden: 8, model: { depth: 2, name: "mlp" }, layers: [1, 2] } as any,
    onWarning: (text) => warnings.push(text),
    ...options,
  });
  scope.manual(manual);
  await scope.resolve(args);
  const search = (use: Use) =>
    new HyperBand(scope, { lr: float(0, 1, { samples: 4 }) }, {
      halvingRate: 0.5,
      numMinSamples: 1,
    }).main(async (config) => {
      await use(config);
      return config.lr;
    })();
  return { scope, warnings, search };
}

async function warningsOf(args: string[], use: Use, given?: Given): Promise<string[]> {
  const { warnings, search } = await prepare(args, given);
  await search(use);
  return warnings;
}

Deno.test("a search warns of misspelt values once, with the nearest key that was read", async () => {
  const args = ["lrr=0.5", "hiden=64", "model.depht=3", "zzz=1", "opt={name: adam}"];
  const warnings = await warningsOf(args, ({ hidden, model }) => {
    return [hidden, (model as { depth: number }).depth];
  });
  assertEquals(warnings, [
    "lrr=0.5 was never read; did you mean lr?",
    "hiden=64 was never read; did you mean hidden?",
    "model.depht=3 was never read; did you mean model.depth?",
    "zzz=1 was never read",
    "opt={name: adam} was never read",
  ]);
});

const READS: [what: string, args: string[], use: Use][] = [
  ["a key that a trial reads", ["extra=1"], ({ extra }) => extra],
  ["a key of which a trial asks whether it is there", ["extra=1"], (config) => "extra" in config],
  ["a key that the last rung alone reads", ["extra=1"], (config) => {
    if (config.__num_halved__ === 2) void config.extra;
  }],
  ["a part of a value", ["opt={name: adam, betas: [1]}"], ({ opt }) => {
    return (opt as { name: string }).name;
  }],
  ["what is spread", ["extra=1"], (config) => ({ ...config })],
  ["what is iterated over", ["extra=1"], (config) => {
    for (const [, value] of Object.entries(config)) void value;
  }],
  ["what becomes an object", ["extra=1", "model.x=1"], (config) => config.toObject()],
  ["what is serialised", ["extra=1"], (config) => [config.hidden, JSON.stringify(config)]],
  ["a mapping that is serialised", ["model.x=1"], ({ hidden, model }) => {
    return [hidden, (model as { depth: number }).depth, JSON.stringify(model)];
  }],
  ["what is read and then removed", ["extra=1"], (config) => {
    void [config.hidden, config.extra];
    delete config.extra;
  }],
  ["a value that is sampled", ["lr=5"], ({ hidden }) => hidden],
  ["a key that a view sets as well, which may be read later", ["hidden=9"], ({ model }) => model],
  ["an item of a list that a view sets", ["layers[2]=5", "layers+=[7]"], ({ hidden }) => hidden],
];

for (const [what, args, use] of READS) {
  Deno.test(`a search does not warn of ${what}`, async () => {
    assertEquals(await warningsOf(args, use), []);
  });
}

Deno.test("a search does not warn of keys that are required, or in the manual", async () => {
  const given = { required: ["data"], manual: { note: "What it is for" } };
  const warnings = await warningsOf(["data=x", "note=y", "nte=z"], ({ hidden }) => hidden, given);
  assertEquals(warnings, ["nte=z was never read"]);
});

Deno.test("a search whose trials pass their config on as a whole has read all of it", async () => {
  const scope = new Scope({ onWarning: () => assertEquals("a warning", "none") });
  await scope.resolve(["extra=1"]);
  await searchOver(scope, () => 1);
});

function searchOver(
  scope: Scope | MultiScope,
  objective: TrialObjective,
  ledger = new MemoryLedger(),
): Promise<unknown> {
  return new Search(scope, { x: category([1, 2]) }, {
    scheduler: halvingScheduler({ rungs: [2] }),
    ledger,
  }).optimize(objective);
}

Deno.test("unread values of a search can be an error, or ignored", async () => {
  assertEquals(await warningsOf(["lrr=1"], ({ hidden }) => hidden, { unread: "ignore" }), []);
  const error = await assertRejects(
    () => warningsOf(["lrr=1", "zzz=1"], ({ hidden }) => hidden, { unread: "error" }),
    CommandLineError,
    "lrr=1 was never read; did you mean lr?\nzzz=1 was never read",
  );
  assertEquals(error.exitCode, 2);
});

Deno.test("a search warns of nothing where it fails", async () => {
  const { warnings, search } = await prepare(["lrr=1"]);
  await assertRejects(() =>
    search(() => {
      throw new Error("no");
    })
  );
  assertEquals(warnings, []);
});

Deno.test("what the scope's own config, lazy views and a logger read is read", async () => {
  const { scope, warnings, search } = await prepare([
    ...["own=1", "late=2", "experiment.project_name=x", "experiment.sql.db_path=%:memory:%"],
    "experiment.nte=a",
  ]);
  scope.observe({ default: true, lazy: true }, function lazily(config) {
    if ("__num_halved__" in config) config.hidden = config.late;
  });
  void scope.config.own;
  await search(async ({ hidden, experiment }) => {
    await using _logger = await SQLLogger.open({ experiment });
    return hidden;
  });
  assertEquals(warnings, ["experiment.nte=a was never read"]);
});

Deno.test("a search in an injected function leaves it to that", async () => {
  const { scope, warnings, search } = await prepare(["lrr=1", "extra=1", "in_trial=1"]);
  const run = scope.inject(async (config) => {
    void config.hidden;
    await search((config) => config.in_trial);
    assertEquals(warnings, []);
    return config.extra;
  });
  await run();
  assertEquals(warnings, ["lrr=1 was never read; did you mean lr?"]);
});

Deno.test("an injected function within a search, and one of two searches, leave it to the last", async () => {
  const { scope, warnings, search } = await prepare(["first=1", "second=1", "lrr=1"]);
  const helper = scope.inject((config) => config.hidden);
  const gate = Promise.withResolvers<void>();
  const second = searchOver(scope, async ({ second, x }) => {
    await gate.promise;
    return second * x;
  });
  await search(async ({ first }) => {
    await helper();
    return first;
  });
  assertEquals(warnings, []);
  gate.resolve();
  await second;
  assertEquals(warnings, ["lrr=1 was never read; did you mean lr?"]);
});

Deno.test("what is read of the trials that a search tells of is read", async () => {
  const { scope, warnings } = await prepare(["extra=1", "lrr=1"]);
  await new Search(scope, { x: category([1, 2]) }, {
    scheduler: halvingScheduler({ rungs: [2, 1] }),
    onRung: ({ trials }) => trials.forEach(({ config }) => config.extra),
  }).optimize(({ hidden, lr, x }) => hidden * lr * x);
  assertEquals(warnings, ["lrr=1 was never read; did you mean lr?"]);
});

Deno.test("what a tracker records of a search is not read by that", async () => {
  const settings = ["experiment.project_name=x", "experiment.sql.db_path=%:memory:%"];
  const { scope, warnings } = await prepare([...settings, "lrr=1"]);
  await using tracker = await SQLLogger.open(scope.config);
  await new Search(scope, { x: category([1, 2]) }, {
    scheduler: halvingScheduler({ rungs: [2, 1] }),
    tracker,
  }).optimize(({ lr, x }) => lr * x);
  assertEquals(warnings, ["lrr=1 was never read; did you mean lr?"]);
});

Deno.test("what is read of configs that the program composes by itself is read", async () => {
  const { scope, warnings, search } = await prepare(["within=1", "before=1", "lrr=1"]);
  const before = await scope.compose({ lr: 0 });
  await search(async ({ hidden }) => {
    void [hidden, before.before, (await scope.compose({ hidden: 1 })).within];
  });
  assertEquals(warnings, ["lrr=1 was never read; did you mean lr?"]);
  const many = await prepare(["lrr=1"]);
  for (let i = 0; i < 20; i++) void (await many.scope.compose()).hidden;
  await many.search(({ hidden }) => hidden);
  assertEquals(many.warnings, []);
});

Deno.test("a second search says nothing twice", async () => {
  const { scope, warnings, search } = await prepare(["lrr=1"]);
  for (let times = 0; times < 2; times++) await search(({ hidden }) => hidden);
  await scope.inject((config) => config.hidden)();
  assertEquals(warnings, ["lrr=1 was never read; did you mean lr?"]);
});

Deno.test("a search over several scopes names the scope", async () => {
  const warnings: string[] = [];
  const onWarning = (text: string) => warnings.push(text);
  const model = new Scope({ name: "model", config: { width: 8 }, onWarning });
  const data = new Scope({ name: "data", config: { path: "" }, onWarning });
  const other = new Scope({ name: "other", onWarning });
  const scope = new MultiScope(model, data, other);
  await scope.resolve(["model.widht=3", "data.pth=a", "model.extra=1", "other.part=1"]);
  const search = new Search(scope, { "model.width": category([1, 2]) }, {
    scheduler: halvingScheduler({ rungs: [2] }),
  });
  // The last one is passed on as a whole.
  await search.optimize(({ model, data, other }) => {
    void [model.extra, data.path, other];
    return model.width;
  });
  assertEquals(warnings, [
    "model.widht=3 was never read; did you mean model.width?",
    "data.pth=a was never read; did you mean data.path?",
  ]);
});

Deno.test("a study that goes on from a ledger says nothing: its trials may have read more", async () => {
  const { scope, warnings } = await prepare(["lrr=1"]);
  const ledger = new MemoryLedger();
  await searchOver(scope, ({ x, lrr }) => x * lrr, ledger);
  for (const events of [ledger.events, ledger.events.slice(0, -1)]) {
    const again = await prepare(["lrr=1"]);
    await searchOver(again.scope, ({ x }) => x, new MemoryLedger(events));
    assertEquals(again.warnings, []);
  }
  assertEquals(warnings, []);
});

Deno.test("a trial that runs out of time leaves unknown what it would have read", async () => {
  const { scope, warnings } = await prepare(["extra=1"]);
  const gate = Promise.withResolvers<void>();
  await new Search(scope, { x: category([1, 2]) }, {
    scheduler: halvingScheduler({ rungs: [2] }),
    timeLimit: 1000,
  }).optimize(async (config, { index }) => {
    if (index === 0) await gate.promise;
    return index === 0 ? config.extra : config.x;
  });
  gate.resolve();
  assertEquals(warnings, []);
});

const READ = [
  "hidden=2",
  "depth=3",
  "nested.in_lazy=1",
  "out=.json",
  "global=1",
  "from_result=1",
  "from_trial=1",
  "composed=1",
];

for (const how of ["concurrency=1", "concurrency=3", "workers=2"]) {
  Deno.test(`a program whose search has ${how} is told what nobody has read`, async () => {
    const args = [...READ, how, "lrr=1", "unused=1"];
    const { code, stdout, stderr } = await runProgram("unread", { args });
    assertEquals([code, stdout, stderr.split("\n")], [0, "best 8.json\n", [
      "warning: lrr=1 was never read; did you mean lr?",
      "warning: unused=1 was never read",
      "",
    ]]);
  });

  Deno.test(`a program whose search has ${how} is told nothing where all may have been read`, async () => {
    for (const more of [[], ["whole=true", "lrr=1"], ["fault=throw"]]) {
      const { stderr } = await runProgram("unread", { args: [...READ, how, ...more] });
      assertEquals(stderr, "");
    }
  });
}

Deno.test("a program is told nothing where a worker may have read more before it died", async () => {
  const args = [...READ, "workers=2", "fault=crash", "lrr=1"];
  const { code, stderr } = await runProgram("unread", { args });
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("what a program has not read by its end is said also where it exits, but not where it fails", async () => {
  const exits = await runProgram("unread", { args: ["unused=1", "fault=exit"] });
  assertEquals([exits.code, exits.stderr], [0, "warning: unused=1 was never read\n"]);
  const fails = await runProgram("unread", { args: ["unused=1", "fault=fails"] });
  assertEquals([fails.code, fails.stderr], [1, ""]);
});

Deno.test("unread values of a program with a search can end it with 2", async () => {
  const env = { UNREAD: "error" };
  const typo = await runProgram("unread", { args: ["lrr=1", "unused=1"], env });
  const message = "error: lrr=1 was never read; did you mean lr?\n";
  assertEquals([typo.code, typo.stdout, typo.stderr], [2, "", message]);
  const unused = await runProgram("unread", { args: ["unused=1"], env });
  assertEquals([unused.code, unused.stdout], [2, "best 32\n"]);
  assertEquals(unused.stderr, "error: unused=1 was never read\n");
});

testWithRedis("whoever drives a search is told what nobody has read on any machine", async () => {
  await using server = await startRedis({ appendonly: "everysec" });
  const args = [...READ, "lrr=1", "unused=1"];
  await using stack = new AsyncDisposableStack();
  const processes = [0, 1, 2].map((rank) =>
    stack.use(new QueueProcess("unread", { rank, url: server.url, args }))
  );
  const ends = await Promise.all(processes.map((one) => one.end()));
  const warnings = ends.map(({ stderr }) => stderr.match(/^warning: .*$/gm) ?? []);
  assertEquals(
    ends.map(({ code }) => code),
    [0, 0, 0],
    ends.map(({ stderr }) => stderr).join("\n"),
  );
  assertEquals(warnings, [
    [
      "warning: lrr=1 was never read; did you mean lr?",
      "warning: unused=1 was never read",
    ],
    [],
    [],
  ]);
});
