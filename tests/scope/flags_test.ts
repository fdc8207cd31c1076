import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CommandExit, CommandLineError, Scope } from "@ato/core/scope";
import { parseArgs } from "@std/cli/parse-args";
import fc from "../_property.ts";

function makeScope(): Scope {
  const scope = new Scope({
    flags: {
      alias: { gpu: ["g"] },
      boolean: ["debug", "cache"],
      collect: ["tag"],
      default: { gpu: 0, name: "run", cache: true },
      negatable: ["cache"],
      string: ["id", "tag"],
    },
  });
  scope.observe({ default: true }, function defaults(config) {
    config.lr = 0.1;
    config.name = "view";
  });
  scope.observe("fast", { epochs: 1 });
  return scope;
}

async function resolve(...args: string[]): Promise<unknown> {
  return (await makeScope().resolve(args)).toObject();
}

const DEFAULTS = { gpu: 0, name: "view", cache: true, debug: false, lr: 0.1, tag: [] };

Deno.test("defaults of flags enter below all views", async () => {
  assertEquals(await resolve(), DEFAULTS);
});

Deno.test("given flags win over views, in every notation", async () => {
  assertEquals(await resolve("--gpu", "1", "--name", "given", "--debug", "fast", "lr=0.2"), {
    ...DEFAULTS,
    gpu: 1,
    name: "given",
    debug: true,
    epochs: 1,
    lr: 0.2,
  });
  assertEquals(await resolve("-g", "3", "--no-cache", "--id=007"), {
    ...DEFAULTS,
    gpu: 3,
    cache: false,
    id: "007",
  });
  assertEquals(await resolve("--gpu=-1", "--tag", "a", "--tag=b"), {
    ...DEFAULTS,
    gpu: -1,
    tag: ["a", "b"],
  });
});

Deno.test("explain() says what flags wrote", async () => {
  const scope = makeScope();
  await scope.resolve(["--name", "given"]);
  assertEquals(
    scope.explain("name").map(({ writer, after }) => [writer.kind, writer.name, after]),
    [
      ["flag", "defaults of flags", "run"],
      ["view", "defaults", "view"],
      ["flag", "--name", "given"],
    ],
  );
});

Deno.test("an unknown flag is a mistake, with the nearest name", async () => {
  const error = await assertRejects(
    () => makeScope().resolve(["--gpi", "3", "--lr=3", "--lr", "0.1", "--seed", "fast"]),
    CommandLineError,
  );
  assertEquals(error.problems.map(({ message }) => message), [
    "no such flag, did you mean --gpu?",
    "no such flag, did you mean lr=3?",
    "no such flag, did you mean lr=0.1?",
    "no such flag, did you mean seed=True?",
  ]);
});

Deno.test("mergeFlags() takes what another parser has read", async () => {
  const defaults = { gpu: 0, seed: 42, opt: { lr: 0.1 } };
  const args = ["--gpu", "1", "--opt.lr=0.5", "fast", "x=3"];
  const parsed = parseArgs(args, { default: defaults });
  const scope = new Scope();
  scope.observe({ default: true }, function base(config) {
    config.seed = 1;
    config.gpu = 7;
  });
  scope.observe("fast", { epochs: 1 });
  scope.mergeFlags(parsed, { defaults });
  const config = await scope.resolve(parsed._.map(String));
  assertEquals(config.toObject(), { gpu: 1, seed: 1, opt: { lr: 0.5 }, epochs: 1, x: 3 });
});

Deno.test("mergeFlags() makes the scope leave flags to the other parser", async () => {
  const scope = new Scope({ config: { lr: 0.1 } });
  scope.mergeFlags({ verbose: true });
  const config = await scope.resolve(["--verbose", "lr=0.2"]);
  assertEquals(config.toObject() as object, { lr: 0.2, verbose: true });
});

/** The value of `--notes` for an argument behind it, and behind `=`. */
const TEXTS = [
  "first big",
  "~lr big",
  "first fast lr=5",
  " two  spaces ",
  "[1, 2",
  'say "hi',
  "x=[",
  "fast",
  "manual",
  "%",
  "line\nbreak",
];

Deno.test("the value of a flag is one argument, whatever is in it", async () => {
  for (const text of TEXTS) {
    for (const args of [["--notes", text], [`--notes=${text}`], ["-n", text]]) {
      const scope = new Scope({
        config: { lr: 0.1 },
        flags: { string: ["notes"], alias: { n: "notes" } },
      });
      scope.observe("big", { lr: 9 });
      scope.observe("fast", { lr: 8 });
      const config = await scope.resolve([...args, "epochs=2"]);
      assertEquals(config.toObject() as object, { lr: 0.1, epochs: 2, notes: text });
    }
  }
});

Deno.test("flags are read from any argument as parseArgs reads them", async () => {
  const flags = {
    boolean: ["debug", "verbose"],
    string: ["notes"],
    default: { gpu: 0, rate: 1 },
    alias: { v: "verbose", gpu: ["g"] },
  };
  const args = fc.array(
    fc.oneof(
      fc.constantFrom("--debug", "-v", "--verbose=false", "--gpu=3", "--rate=0.5"),
      fc.string().map((text) => `--notes=${text}`),
      fc.integer({ min: 0 }).map((gpu) => `--gpu=${gpu}`),
    ),
    { maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(args, async (given) => {
      const { _, v: _v, g: _g, ...expected } = parseArgs(given, flags);
      const config = await new Scope({ flags }).resolve(given);
      assertEquals(config.toObject(), expected as Record<string, unknown>);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a flag takes a negative number, and letters may stand together", async () => {
  const scope = new Scope({
    flags: { boolean: ["a", "b"], default: { gpu: 0, n: 1 }, alias: { gpu: "g" } },
  });
  const read = async (...args: string[]) => (await scope.resolve(args)).toObject();
  const rest = { a: false, b: false, gpu: 0, n: 1 };
  assertEquals(await read("--gpu", "-1"), { ...rest, gpu: -1 });
  assertEquals(await read("-g", "-.5"), { ...rest, gpu: -0.5 });
  assertEquals(await read("-ab"), { ...rest, a: true, b: true });
  assertEquals(await read("-an3"), { ...rest, a: true, n: 3 });
  assertEquals(await read("-bn", "4"), { ...rest, b: true, n: 4 });
  assertEquals(await read("--a", "true", "--b", "false"), { ...rest, a: true });
});

Deno.test("a flag has the name that it is declared with, whichever way its alias goes", async () => {
  for (const alias of [{ v: "verbose" }, { verbose: "v" }]) {
    for (const arg of ["-v", "--verbose"]) {
      const scope = new Scope({ flags: { boolean: ["verbose"], alias } });
      assertEquals((await scope.resolve([arg])).toObject(), { verbose: true });
    }
  }
  const nested = new Scope({
    flags: { default: { optimizer: { lr: 1 } }, alias: { o: "optimizer" } },
  });
  assertEquals((await nested.resolve(["--o.lr", "3"])).toObject(), { optimizer: { lr: 3 } });
});

Deno.test("a flag that does not fit is a mistake with its place", async () => {
  const flags = { default: { gpu: 0, opt: { lr: 1 } }, string: ["id"], collect: ["tag"] };
  const table: [args: string[], message: string][] = [
    [["--gpu.x", "1"], "no view sets this key"],
    [["--gpu", "2", "--gpu.x=1"], "has a value that is no mapping"],
    [["--tag.x", "1"], "no view sets this key"],
    [["--gpu"], "the flag has no value, expected a number"],
    [["--gpu", "abc"], "received a string, expected a number"],
    [["--opt.lt", "1"], 'no view sets this key, did you mean "opt.lr"?'],
  ];
  for (const [args, message] of table) {
    const scope = new Scope({ strict: true, flags });
    const { problems, exitCode } = await assertRejects(() => scope.resolve(args), CommandLineError);
    assertEquals([problems.length, exitCode], [1, 2], args.join(" "));
    assertStringIncludes(problems[0]!.message, message);
    assertEquals(problems[0]!.argument, args.slice(-2).join(" ").replace(/^2 /, ""));
  }
  await assertRejects(
    () => new Scope({ flags }).resolve(["--gpu.x", "1"]),
    CommandLineError,
    '"gpu" is a number, expected a mapping',
  );
  const strict = new Scope({ strict: true, flags });
  assertEquals((await strict.resolve(["--id", "7", "--opt.lr", "2"])).toObject(), {
    gpu: 0,
    opt: { lr: 2 },
    id: "7",
  });
});

const MERGED: [
  parsed: Record<string, unknown>,
  defaults: Record<string, unknown>,
  tags: unknown,
][] = [
  [{ tags: ["q"] }, { tags: ["a", "b"] }, ["q"]],
  [{ tags: ["a"] }, { tags: ["a", "b"] }, ["a"]],
  [{ tags: ["a", "b", "c"] }, { tags: ["a", "b"] }, ["a", "b", "c"]],
  [{ tags: ["a", "b"] }, { tags: ["a", "b"] }, ["z", "y", "x"]],
  [{ tags: [] }, { tags: ["a"] }, []],
  [{ tags: [{ a: 1 }] }, { tags: [{ a: 1 }] }, ["z", "y", "x"]],
  [{ tags: [{ a: 2 }] }, { tags: [{ a: 1 }] }, [{ a: 2 }]],
  [{ tags: undefined }, { tags: ["a"] }, ["z", "y", "x"]],
  [{ tags: undefined, other: undefined }, { more: undefined }, ["z", "y", "x"]],
];

Deno.test("mergeFlags() takes a list as one value", async () => {
  for (const [parsed, defaults, tags] of MERGED) {
    const scope = new Scope();
    scope.observe("view", { default: true }, { tags: ["z", "y", "x"] });
    scope.mergeFlags({ ...parsed, _: [] }, { defaults });
    assertEquals((await scope.resolve([])).toObject() as object, { tags }, Deno.inspect(parsed));
  }
});

Deno.test("mergeFlags() names the flag that does not fit", async () => {
  const scope = new Scope({ strict: true, config: { gpu: 0 } });
  scope.mergeFlags({ gpu: "abc", _: [] });
  const { message, problems } = await assertRejects(() => scope.resolve([]), CommandLineError);
  assertStringIncludes(message, "  --gpu\n  ^^^^^\n  flag: the scope is strict: received a string");
  assertEquals(problems[0]!.index, 0);
});

Deno.test("mergeFlags() leaves the other parser's values to it, but no view", async () => {
  const scope = new Scope({ config: { lr: 0.1 } });
  scope.observe("big", { lr: 9 });
  scope.mergeFlags({ notes: "first big", verbose: true });
  const config = await scope.resolve(["--notes", "first big", "--verbose", "big"]);
  assertEquals(config.toObject() as object, { lr: 9, notes: "first big", verbose: true });
  await assertRejects(
    () => scope.resolve(["--verbose", "bgi"]),
    CommandLineError,
    'did you mean "big"?',
  );
});

Deno.test("help lists the flags", async () => {
  const scope = makeScope();
  scope.manual({ gpu: "The device" });
  const { output } = await assertRejects(() => scope.resolve(["help"]), CommandExit);
  assertStringIncludes(
    output,
    [
      "Flags:",
      "  --debug",
      "  --[no-]cache",
      "  --id=value",
      "  --tag=value (more than once)",
      "  --gpu, -g=0  The device",
      '  --name="run"',
      "",
    ].join("\n"),
  );
});

Deno.test("mergeFlags() leaves values within mappings to the other parser", async () => {
  const args = ["--model.depth", "7", "--model.heads", "3", "--lr", "1e-2", "--verbose", "big"];
  const parsed = parseArgs([...args, "steps=3"], {
    boolean: ["verbose"],
    collect: ["model.heads"],
  });
  assertEquals(parsed._, ["big", "steps=3"]);
  const scope = new Scope({ config: { lr: 0.1, model: { depth: 2, heads: [1] } } });
  scope.observe("big", { model: { depth: 9 } });
  scope.mergeFlags(parsed);
  const config = await scope.resolve([...args, "steps=3"]);
  assertEquals(config.toObject() as object, {
    lr: 0.01,
    model: { depth: 7, heads: [3] },
    verbose: true,
    steps: 3,
  });
  // A word that the parser has left over is the value of no flag.
  assertEquals(scope.assignedViews().named, ["big"]);
});
