import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { ADict, type PathKey } from "@ato/core/adict";
import {
  CommandLineError,
  InvalidConfigError,
  MultiScope,
  Scope,
  type ScopeOptions,
  type StandardSchema,
  type UnreadPolicy,
} from "@ato/core/scope";
import * as v from "valibot";
import { z } from "zod";
import fc from "../_property.ts";
import { Journal } from "../../scope/_journal.ts";
import { findLastWrite } from "../../scope/_last_write.ts";

const ZOD = z.object({
  lr: z.number().positive(),
  model: z.object({ name: z.string(), depth: z.number().int().default(50) }),
});
const VALIBOT = v.object({
  lr: v.pipe(v.number(), v.minValue(0)),
  model: v.object({ name: v.string(), depth: v.optional(v.pipe(v.number(), v.integer()), 50) }),
});
const SCHEMAS: [name: string, schema: StandardSchema][] = [["zod", ZOD], ["valibot", VALIBOT]];

function makeScope(options: ScopeOptions<Record<string, unknown>>): Scope {
  const scope = new Scope(options) as Scope;
  scope.observe({ default: true }, function defaults(config) {
    config.lr = 0.1;
    config.model = { name: "vit" };
    config.extra = true;
  });
  scope.observe("bad_lr", { lr: -1 });
  scope.observe("bad_model", { model: { depth: 1.5 } });
  return scope;
}

for (const [name, schema] of SCHEMAS) {
  Deno.test(`a ${name} schema passes a config on, with its defaults`, async () => {
    const scope = makeScope({ schema });
    const config = await scope.resolve(["lr=0.5"]);
    assertEquals(config.toObject(), { lr: 0.5, model: { name: "vit", depth: 50 }, extra: true });
    assertEquals(scope.explain("model.depth").map(({ writer }) => writer.kind), ["schema"]);
  });

  Deno.test(`a ${name} schema names the view and the argument behind each wrong value`, async () => {
    const args = ["bad_lr", "bad_model", "model.name=3"];
    const error = await assertRejects(
      () => makeScope({ schema }).resolve(args),
      InvalidConfigError,
    );
    const found = error.issues.map(({ path, reason }) => [path, reason?.writer.name]);
    assertEquals(found.toSorted(), [
      ["lr", "bad_lr"],
      ["model.depth", "bad_model"],
      ["model.name", "model.name=3"],
    ]);
    assertEquals(error.exitCode, 2);
    assertStringIncludes(error.message, "the config is not as it must be in 3 values");
    assertStringIncludes(error.message, "\n  model.name=3\n  ^^^^^^^^^^^^");
    assertStringIncludes(error.message, "  written by named view bad_lr (");
  });
}

for (
  const [name, schema] of [
    ["zod", z.object({ lr: z.number(), model: z.strictObject({ depth: z.number() }) }).strict()],
    ["valibot", v.strictObject({ lr: v.number(), model: v.strictObject({ depth: v.number() }) })],
  ] as [string, StandardSchema][]
) {
  Deno.test(`a strict ${name} schema names the writer of each key that it does not know`, async () => {
    const scope = new Scope({ config: { lr: 0.1 }, schema });
    scope.observe("model", { default: true }, { model: { depth: 50 } } as object);
    scope.observe("wide", { model: { width: 2 } } as object);
    const writersOf = async (args: readonly string[]) => {
      const { issues } = await assertRejects(() => scope.resolve(args), InvalidConfigError);
      return issues.map(({ path, reason }) => [path, reason?.writer.name]);
    };
    assertEquals(await writersOf(["lrr=1", "lr=0.2"]), [["lrr", "lrr=1"]]);
    assertEquals(await writersOf(["wide", "model.depth=7"]), [["model.width", "wide"]]);
    if (name === "valibot") return; // It stops at the first one.
    const found = await writersOf(["wide", "model.a={b: 1}", "model.depth=7", "other=2"]);
    assertEquals(found, [
      ["model.width", "wide"],
      ["model.a", "model.a={b: 1}"],
      ["other", "other=2"],
    ]);
  });
}

Deno.test("a value that only the program can mend ends it with 1", async () => {
  const error = await assertRejects(
    () => makeScope({ schema: ZOD }).resolve(["bad_lr"]),
    InvalidConfigError,
  );
  assertEquals(error.exitCode, 1);
});

Deno.test("a schema's word on the config as a whole comes with what overrides it", async () => {
  const schema = z.object({ lr: z.number(), max: z.number() })
    .refine(({ lr, max }) => lr < max, { message: "lr must be below max" });
  const config = { lr: 1, max: 3 };
  const scope = new Scope({ config, schema });
  const error = await assertRejects(() => scope.resolve(["max=2", "lr=5"]), InvalidConfigError);
  const title = "the config is not as it must be in one value\n";
  assertEquals(
    error.message,
    `${title}\n  the config: lr must be below max\n` +
      "  overridden by argument 1: max=2, argument 2: lr=5",
  );
  assertEquals(error.issues.map(({ path }) => path), [""]);
  const broken = new Scope({ config: { lr: 3, max: 2 }, schema });
  await assertRejects(
    () => broken.resolve([]),
    InvalidConfigError,
    `${title}\n  the config: lr must be below max`,
  );
  const model = new Scope({ name: "model", config, schema }) as unknown as Scope;
  const both = new MultiScope(model, new Scope({ name: "data" }));
  await assertRejects(
    () => both.resolve(["model.lr=5"]),
    InvalidConfigError,
    "  model: lr must be below max\n  overridden by argument 1: model.lr=5",
  );
});

Deno.test("required keys are asked for, all at once", async () => {
  const scope = makeScope({ required: ["lr", "data.root", "model.weights"] });
  const error = await assertRejects(() => scope.resolve([]), InvalidConfigError);
  assertEquals(error.issues.map(({ path }) => path), ["data.root", "model.weights"]);
  assertStringIncludes(
    error.message,
    "data.root: the key is required and nobody sets it, expected data.root=… or a view that does",
  );
  await scope.resolve(["data.root=/data", "model.weights=None"]);
});

Deno.test("a strict scope lets the command line set keys that are required", async () => {
  const scope = new Scope<Record<string, unknown>>({
    strict: true,
    config: { lr: 0.1 },
    required: ["data.root", "model"],
  });
  const config = await scope.resolve(["data.root=/x", "model={depth: 3}"]);
  assertEquals(config.toObject(), { lr: 0.1, data: { root: "/x" }, model: { depth: 3 } });
  await scope.compose({ "data.root": "/y" });
  await assertRejects(
    () => scope.resolve(["data.rot=/x"]),
    CommandLineError,
    "no view sets this key",
  );
});

const DECLARING: [name: string, schema: StandardSchema][] = [
  [
    "zod",
    z.object({
      lr: z.number(),
      momentum: z.number().default(0.9),
      note: z.coerce.string().optional(),
      opt: z.object({ any: z.any(), eps: z.number().optional() }).optional(),
    }),
  ],
  [
    "strict zod",
    z.strictObject({
      lr: z.number(),
      momentum: z.number().default(0.9),
      note: z.string().optional(),
      opt: z.strictObject({ any: z.any().optional(), eps: z.number().optional() }).optional(),
    }),
  ],
  [
    "loose zod",
    z.looseObject({
      lr: z.number(),
      momentum: z.number().default(0.9),
      note: z.string().optional(),
      opt: z.object({ any: z.any(), eps: z.number().optional() }).optional(),
    }),
  ],
  [
    "valibot",
    v.object({
      lr: v.number(),
      momentum: v.optional(v.number(), 0.9),
      note: v.optional(v.string()),
      opt: v.optional(v.object({ any: v.any(), eps: v.optional(v.number()) })),
    }),
  ],
  [
    "strict valibot",
    v.strictObject({
      lr: v.number(),
      momentum: v.optional(v.number(), 0.9),
      note: v.optional(v.string()),
      opt: v.optional(v.strictObject({ any: v.any(), eps: v.optional(v.number()) })),
    }),
  ],
];

for (const [name, schema] of DECLARING) {
  Deno.test(`a strict scope lets the command line set keys that a ${name} schema declares`, async () => {
    const scope = new Scope<Record<string, unknown>>({ strict: true, config: { lr: 1 }, schema });
    assertEquals((await scope.resolve([])).toObject(), { lr: 1, momentum: 0.9 });
    const args = ["momentum=0.5", "note=first", "opt.any=1", "opt.eps=2"];
    assertEquals((await scope.resolve(args)).toObject(), {
      lr: 1,
      momentum: 0.5,
      note: "first",
      opt: { any: 1, eps: 2 },
    });
    assertEquals((await scope.compose({ momentum: 0.1 })).momentum, 0.1);
    const { problems } = await assertRejects(
      () => scope.resolve(["momentun=0.5", "opt.esp=2", "lr.x=1", "momentum=high"]),
      CommandLineError,
    );
    assertEquals(problems.map(({ index }) => index), [1, 2, 3]);
    await assertRejects(
      () => scope.resolve(["momentum=high"]),
      InvalidConfigError,
      "momentum=high",
    );
  });
}

Deno.test("compose() checks each further config", async () => {
  const scope = makeScope({ schema: ZOD });
  assertEquals((await scope.compose({ lr: 1 })).lr, 1);
  await assertRejects(() => scope.compose({ lr: -1 }), InvalidConfigError, "sampled by compose");
});

async function warningsOf(
  args: string[],
  read: (config: Record<string, unknown> & { toObject(): unknown }) => unknown,
  unread?: UnreadPolicy,
): Promise<string[]> {
  const warnings: string[] = [];
  const options: ScopeOptions<Record<string, unknown>> = {
    config: { hidden: 1, lr: 0.1, model: { depth: 1, name: "a" }, layers: [1] },
    onWarning: (message) => warnings.push(message),
  };
  if (unread !== undefined) options.unread = unread;
  const scope = new Scope(options);
  await scope.resolve(args);
  // deno-lint-ignore no-explicit-any -- the tests read what they like
  await scope.inject((config) => void read(config as any))();
  return warnings;
}

Deno.test("an override that nobody reads is warned of, with the nearest key that was read", async () => {
  const warnings = await warningsOf(
    ["hiden=64", "lr=1", "model.depht=3", "layers[0]=2", "zzz=1"],
    (config) => {
      const { hidden, lr, layers } = config;
      const { depth } = config.model as { depth: number };
      return [hidden, lr, layers, depth];
    },
  );
  assertEquals(warnings, [
    "hiden=64 was never read; did you mean hidden?",
    "model.depht=3 was never read; did you mean model.depth?",
    "zzz=1 was never read",
  ]);
});

Deno.test("reading the whole config, or a whole branch, reads every override", async () => {
  assertEquals(await warningsOf(["a=1", "model.x=2"], (config) => config.toObject()), []);
  assertEquals(await warningsOf(["a=1"], (config) => ({ ...config })), []);
  assertEquals(await warningsOf(["model.x=2"], (config) => JSON.stringify(config.model)), []);
  assertEquals(await warningsOf(["a=1"], (config) => JSON.stringify(config)), []);
  assertEquals(await warningsOf(["a=1"], (config) => Deno.inspect(config)), []);
});

Deno.test("what is serialised or copied is read, by whoever reads keys by their names besides", async () => {
  const args = ["hiden=64", "model.x=2"];
  for (
    const take of [
      (config: ADict) => JSON.stringify(config),
      (config: ADict) => config.toXyz(),
      (config: ADict) => config.clone(),
      (config: ADict) => config.diff({}),
    ]
  ) {
    const whole = await warningsOf(args, (config) => [config.lr, take(config as ADict)]);
    assertEquals(whole, []);
    const part = await warningsOf(args, (config) => {
      return [(config.model as ADict).depth, take(config.model as ADict)];
    });
    assertEquals(part, ["hiden=64 was never read"]);
  }
});

Deno.test("what a lazy view serialises is read, and what an earlier one does is not", async () => {
  for (const lazy of [true, false]) {
    const warnings: string[] = [];
    const scope = new Scope<Record<string, unknown>>({
      config: { lr: 1, text: "" },
      onWarning: (message) => warnings.push(message),
    });
    scope.observe({ default: true, lazy }, function describe(config) {
      config.text = JSON.stringify(config);
    });
    await scope.resolve(["lrr=2"]);
    await scope.inject((config) => config.lr)();
    assertEquals(warnings, lazy ? [] : ["lrr=2 was never read; did you mean lr?"]);
  }
});

Deno.test("an injected function leaves what it has not read to the one around it", async () => {
  const warnings: string[] = [];
  const scope = new Scope<Record<string, unknown>>({
    config: { lr: 1, epochs: 2 },
    onWarning: (message) => warnings.push(message),
  });
  await scope.resolve(["epochs=3", "epoch=4"]);
  const inner = scope.inject((config) => config.lr);
  await scope.inject(async (config) => {
    await inner();
    assertEquals(warnings, []);
    return config.epochs;
  })();
  assertEquals(warnings, ["epoch=4 was never read; did you mean epochs?"]);
});

Deno.test("what only a lazy view or block reads is read", async () => {
  const warnings: string[] = [];
  const scope = new Scope<Record<string, unknown>>({
    config: { a: 1, b: 2, c: 3, d: 4, e: { x: 1, y: 2 }, out: 0 },
    onWarning: (message) => warnings.push(message),
  });
  scope.observe({ default: true }, function lazily(config) {
    scope.lazy(() => {
      config.out = config.a;
    });
  });
  scope.observe({ default: true, lazy: true }, function asks(config) {
    if ("b" in config && config.has("c") && config.get("d") === 4) config.out = 1;
    config.out = (config.e as { x: number }).x;
  });
  const out = scope.inject((config) => config.out);
  await scope.resolve(["a=2", "b=3", "c=4", "d=5", "e.x=6", "new=7", "e.y=8", "out=9"]);
  assertEquals(await out(), 2);
  assertEquals(warnings, ["new=7 was never read", "e.y=8 was never read; did you mean e.x?"]);
});

Deno.test("an override is read where a part of what it wrote is, or is asked for", async () => {
  const read = (config: Record<string, unknown>) => [
    config.lr,
    (config.model as { name: string }).name,
    "hidden" in config,
  ];
  const args = ["model={name: b, depth: 2}", "hidden=3", "lr=1"];
  assertEquals(await warningsOf(args, read), []);
  assertEquals(await warningsOf(["optimizer={lr: 1}"], read), [
    "optimizer={lr: 1} was never read",
  ]);
  assertEquals(await warningsOf(["model={name: b, depth: 2}", "model.name=c"], read), [
    "model={name: b, depth: 2} was never read",
  ]);
  assertEquals(await warningsOf(["layers+=[1]", "~layers[0]", "x={}", "~x"], read), [
    "~layers[0] was never read",
  ]);
});

Deno.test("unread overrides can be an error, or ignored", async () => {
  assertEquals(await warningsOf(["hiden=64"], ({ hidden }) => hidden, "ignore"), []);
  await assertRejects(
    () => warningsOf(["hiden=64"], ({ hidden }) => hidden, "error"),
    CommandLineError,
    "hiden=64 was never read; did you mean hidden?",
  );
  assertThrows(() => new Scope({ unread: "wran" as UnreadPolicy }), TypeError, '"warn"');
});

Deno.test("issues name who wrote the element of a list, wherever it stood then", async () => {
  const schema = z.object({ list: z.array(z.number().max(2)) });
  const scope = new Scope<{ list: number[] }>({ config: { list: [1, 2, 3] }, schema });
  scope.observe("grow", (config) => config.list.push(4));
  const cases: [string[], [string, string | undefined, unknown, unknown][]][] = [
    [["list[1]=9"], [
      ["list[1]", "list[1]=9", 2, 9],
      ["list[2]", "config", undefined, 3],
    ]],
    [["grow", "~list[0]", "list+=[5]"], [
      ["list[1]", "config", undefined, 3],
      ["list[2]", "grow", undefined, 4],
      ["list[3]", "list+=[5]", undefined, 5],
    ]],
    [["list=[7]"], [["list[0]", "list=[7]", 1, 7]]],
  ];
  for (const [args, expected] of cases) {
    const error = await assertRejects(() => scope.resolve(args), InvalidConfigError);
    assertEquals(
      error.issues.map(({ path, reason }) => [
        path,
        reason?.writer.name,
        reason?.before,
        reason?.after,
      ]),
      expected,
    );
  }
});

Deno.test("issues name who removed a key, or wrote into a mapping", async () => {
  const schema = z.object({ m: z.object({ a: z.number(), b: z.string() }).strict() });
  const config = { m: { a: 1, b: "x" } };
  const cases: [string[], string | undefined][] = [
    [["~m"], "~m"],
    [["~m.b"], "~m.b"],
    [["m={a: 1}"], "m={a: 1}"],
    [["m.c=1"], "m.c=1"],
    [["m=1"], "m=1"],
  ];
  for (const [args, writer] of cases) {
    const scope = new Scope<object>({ config, schema });
    const error = await assertRejects(() => scope.resolve(args), InvalidConfigError);
    assertEquals(error.issues.map(({ reason }) => reason?.writer.name), [writer]);
    assertStringIncludes(error.message, `\n  ${args[0]}\n  ^`);
  }
  const scope = new Scope<object>({ config, required: ["m.b", "n"] });
  scope.observe("cut", (config: { m: { b?: string } }) => delete config.m.b);
  const error = await assertRejects(() => scope.resolve(["cut"]), InvalidConfigError);
  assertEquals(error.issues.map(({ reason }) => reason?.writer.name), ["cut", undefined]);
  assertStringIncludes(error.message, "removed by named view cut (");
});

Deno.test("the last writer of a value is the one that made it what it is, in any composition", () => {
  const key = fc.constantFrom("a", "b", "list");
  const value = fc.constantFrom(1, 2, [1, { a: 1 }], { a: { b: 1 } }, {}, [[1], [2]]);
  const step = fc.tuple(key, key, value, fc.nat({ max: 5 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const config = ADict.auto();
      const journal = new Journal(false);
      using _following = journal.follow(config);
      // Each value is unlike any other, so that it tells who wrote it.
      const mark = (data: unknown, name: number): unknown =>
        JSON.parse(JSON.stringify(data, (_, leaf) => typeof leaf === "number" ? name : leaf));
      for (const [name, [first, second, data, action]] of steps.entries()) {
        journal.begin({ kind: "view", name: `${name}`, phase: "default" });
        const marked = mark(data, name);
        const target = config.get(first);
        if (Array.isArray(target) && action === 0) target.unshift(marked, name);
        else if (Array.isArray(target) && action === 1) target.reverse();
        else if (Array.isArray(target) && action === 2) target.splice(0, 1, marked);
        else if (target instanceof ADict && action === 3) target[second] = marked;
        else if (action === 4) config.update({ [first]: marked }, { recursive: true });
        else if (action === 5) config.delete(first);
        else config[first] = marked;
      }
      const { entries } = journal;
      for (const [path, leaf] of numbersOf(config.toObject())) {
        const { index } = findLastWrite(entries, path)!;
        const { kind, value } = entries[index]!.write;
        const isMove = kind === "splice" && entries[index]!.writer.name !== `${leaf}`;
        // What is turned around is written by who does so.
        if (isMove) assert(JSON.stringify(value).includes(`${leaf}`));
        else assertEquals(entries[index]!.writer.name, `${leaf}`);
      }
    }),
    { numRuns: 500 },
  );
});

function* numbersOf(value: unknown, path: PathKey[] = []): Generator<[PathKey[], number]> {
  if (typeof value === "number") yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield* numbersOf(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}
