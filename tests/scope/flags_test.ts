import { assertEquals, assertRejects } from "@std/assert";
import { CommandLineError, Scope } from "@ato/core/scope";
import { parseArgs } from "@std/cli/parse-args";

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
    () => makeScope().resolve(["--gpi", "3", "--lr=3"]),
    CommandLineError,
  );
  assertEquals(error.problems.map(({ message }) => message), [
    "no such flag, did you mean --gpu?",
    "no view has this name, expected key=value or one of defaults, fast",
    "no such flag, did you mean lr=3?",
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
