import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  CommandLineError,
  InvalidConfigError,
  Scope,
  type ScopeOptions,
  type StandardSchema,
  type UnreadPolicy,
} from "@ato/core/scope";
import * as v from "valibot";
import { z } from "zod";

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

Deno.test("a value that only the program can mend ends it with 1", async () => {
  const error = await assertRejects(
    () => makeScope({ schema: ZOD }).resolve(["bad_lr"]),
    InvalidConfigError,
  );
  assertEquals(error.exitCode, 1);
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

Deno.test("unread overrides can be an error, or ignored", async () => {
  assertEquals(await warningsOf(["hiden=64"], ({ hidden }) => hidden, "ignore"), []);
  await assertRejects(
    () => warningsOf(["hiden=64"], ({ hidden }) => hidden, "error"),
    CommandLineError,
    "hiden=64 was never read; did you mean hidden?",
  );
  assertThrows(() => new Scope({ unread: "wran" as UnreadPolicy }), TypeError, '"warn"');
});
