import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { MissingKeyError } from "@ato/core/adict";
import { CommandLineError, Scope, type StandardSchema } from "@ato/core/scope";
import { z } from "zod";
import fc from "../_property.ts";
import cli from "./testdata/cli.json" with { type: "json" };

async function resolve(args: readonly string[], config: object = {}): Promise<unknown> {
  return (await new Scope({ config }).resolve(args)).toObject();
}

async function failWith(args: readonly string[], scope: Scope = new Scope()) {
  return await assertRejects(() => scope.resolve(args), CommandLineError);
}

Deno.test("resolve() agrees with the reference command lines", async () => {
  for (const { args, config } of cli.cases) {
    assertEquals(await resolve(args, cli.base), config, args.join(" "));
  }
});

const VALUES: [argument: string, value: unknown][] = [
  ["1e-4", 1e-4],
  [".5", 0.5],
  ["10.", 10],
  ["-.5", -0.5],
  ["+3", 3],
  ["1_000", 1000],
  ["0x1f", 31],
  ["-0x1F", -31],
  ["0o17", 15],
  ["0b101", 5],
  ["-3", -3],
  ["-0", 0],
  ["-0.0", -0],
  ["inf", Infinity],
  ["-inf", -Infinity],
  ["nan", NaN],
  ["True", true],
  ["false", false],
  ["None", null],
  ["null", null],
  ["12345678901234567890", 12345678901234567890n],
  ["9007199254740991", 9007199254740991],
  ["007", "007"],
  ["1__0", "1__0"],
  ["1.2.3", "1.2.3"],
  ["trueish", "trueish"],
  ["resnet101", "resnet101"],
  ["ViT-B/16", "ViT-B/16"],
  ["epoch=3-step=5.ckpt", "epoch=3-step=5.ckpt"],
  ["http://h:1/p?q=2&r=#f", "http://h:1/p?q=2&r=#f"],
  ["s3://bucket/*.tar@v1", "s3://bucket/*.tar@v1"],
  ["C:\\data\\x", "C:\\data\\x"],
  ["50%", "50%"],
  ["학습률", "학습률"],
  ["👍🏽", "👍🏽"],
  ["%%", ""],
  ["%a\\%b%", "a%b"],
  ["%C:\\data%", "C:\\data"],
  ["%[not a list]%", "[not a list]"],
  ["'a b'", "a b"],
  ['"a\\n\\u00e9\\"\\x41"', 'a\né"A'],
  ["[]", []],
  ["()", []],
  ["(1)", 1],
  ["(1,)", [1]],
  ["[1,[2,(3,4)],]", [1, [2, [3, 4]]]],
  ["[a,%b c%,None]", ["a", "b c", null]],
  ["[f(x,y),2]", ["f(x,y)", 2]],
  ["{}", {}],
  ["{a: 1, 'b c': [x], d: {e: True}}", { a: 1, "b c": ["x"], d: { e: true } }],
  ["{url: http://h:1/p}", { url: "http://h:1/p" }],
  ["{constructor: 1}", { constructor: 1 }],
];

Deno.test("resolve() reads every notation of a value", async (t) => {
  for (const [argument, value] of VALUES) {
    await t.step(argument, async () => {
      assertEquals(await resolve([`key=${argument}`]), { key: value });
    });
  }
});

Deno.test("resolve() joins arguments that the shell took apart", async () => {
  const args = ["prompt=%Elsa", "is", "doing", "magic.%", "layers=[1,", "2]"];
  assertEquals(await resolve(args), { prompt: "Elsa is doing magic.", layers: [1, 2] });
});

Deno.test("resolve() keeps a text with spaces that the shell passed as one argument", async () => {
  assertEquals(await resolve(["prompt=Elsa is doing magic", "lr=1"]), {
    prompt: "Elsa is doing magic",
    lr: 1,
  });
  assertEquals(await resolve(["lr=1 epochs=2"]), { lr: 1, epochs: 2 });
});

Deno.test("resolve() writes nested keys, items of lists, appends and removes", async () => {
  const base = { model: { depth: 50 }, layers: [1, 2, 3] };
  assertEquals(await resolve(["model.depth=101", "model.a.b=1"], base), {
    ...base,
    model: { depth: 101, a: { b: 1 } },
  });
  assertEquals(await resolve(["layers[0]=9", "layers[-1]=7", "layers[3]=4"], base), {
    ...base,
    layers: [9, 2, 7, 4],
  });
  assertEquals(await resolve(["layers+=[4,5]", "layers+=6", "tags+=a"], base), {
    ...base,
    layers: [1, 2, 3, 4, 5, 6],
    tags: ["a"],
  });
  assertEquals(await resolve(["~model.depth", "~layers"], base), { model: {} });
  assertEquals(await resolve(["model={a: 1}"], base), { ...base, model: { a: 1 } });
});

const MISTAKES: [argument: string, message: string, marked: string][] = [
  ["lr=", "there is no value", ""],
  ["x=[1, 2", "the bracket is not closed, expected ]", "["],
  ["x=[1 2]", "a comma is missing, expected , or ]", "2"],
  ["x=[,]", "there is no value, expected one or ]", ","],
  ["x={a}", "the key has no value, expected :", "a"],
  ["x={a:", "the bracket is not closed, expected }", "{"],
  ["x={__proto__: 1}", "the key __proto__ is reserved", "__proto__"],
  ["x=%abc", "the text is not closed, expected %", "%"],
  ["x='abc", "the text is not closed, expected '", "'"],
  ['x="\\u12"', "expected 4 hexadecimal digits", "\\u"],
  ["x=[1]2", "this follows a complete value", "2"],
  ["x..y=1", 'unexpected "."', "x..y"],
  ["__proto__.x=1", "the name is reserved", "__proto__.x"],
  ["lr.x=1", '"lr" is a number, expected a mapping', "lr.x"],
  ["layers[7]=1", "the list has 2 items", "layers[7]"],
  ["lr+=1", "only a list can be appended to", "lr"],
  ["~lrr", 'no such key to remove, did you mean "lr"?', "lrr"],
  ["hgh_lr", 'no view has this name, did you mean "high_lr"?', "hgh_lr"],
  ["maual", 'did you mean "manual"?', "maual"],
  ["--lr=0.1", "no such flag, did you mean lr=0.1?", "--lr=0.1"],
  ["--dry-run", "no such flag, did you mean dry_run=True?", "--dry-run"],
  ["-5", "a number alone sets nothing, expected key=-5", "-5"],
  ["-.5e3", "a number alone sets nothing, expected key=-.5e3", "-.5e3"],
  ["http://h/p?q=2", "no view has this name", "http://h/p?q=2"],
  ["lr = 0.1", "no spaces around its sign, expected lr=0.1", "lr = 0.1"],
  ["lr =0.1", "no spaces around its sign, expected lr=0.1", "lr =0.1"],
  ["lr= 0.1", "there is a space, expected lr=0.1 without it", "lr= 0.1"],
  ["layers += [3]", "no spaces around its sign, expected layers+=…", "layers += [3]"],
  ["--", "expected the rest without --", "--"],
];

Deno.test("resolve() says of each mistake what, where and what was expected", async (t) => {
  for (const [argument, message, marked] of MISTAKES) {
    await t.step(argument, async () => {
      const scope = new Scope({ config: { lr: 0.1, layers: [1, 2] } });
      scope.observe("high_lr", { lr: 1 });
      const { problems, exitCode } = await failWith([argument], scope as unknown as Scope);
      assertEquals(problems.length, 1);
      const problem = problems[0]!;
      assertStringIncludes(problem.message, message);
      assertEquals(problem.argument.slice(problem.start, problem.end), marked);
      assertEquals(exitCode, 2);
    });
  }
});

Deno.test("resolve() reports all mistakes of a command line in one go", async () => {
  const scope = new Scope({ config: { lr: 0.1 } });
  scope.observe("high_lr", { lr: 1 });
  const args = ["hgh_lr", "x=[1 2]", "lr.x=1", "y=[1,", "z=3"];
  const { problems, message } = await failWith(args, scope as unknown as Scope);
  assertEquals(problems.map(({ index }) => index), [1, 2, 3, 4]);
  assertEquals(
    message,
    [
      "4 mistakes on the command line",
      "",
      "  hgh_lr",
      "  ^^^^^^",
      '  argument 1: no view has this name, did you mean "high_lr"?',
      "",
      "  x=[1 2]",
      "       ^",
      "  argument 2: a comma is missing, expected , or ]",
      "",
      "  lr.x=1",
      "  ^^^^",
      '  argument 3: Cannot set "lr.x": "lr" is a number, expected a mapping',
      "",
      "  y=[1,",
      "    ^",
      "  argument 4: the bracket is not closed, expected ]",
    ].join("\n"),
  );
});

Deno.test("resolve() reports what is wrong with the config along with the mistakes", async () => {
  const schema = z.object({ lr: z.number().positive() });
  const scope = new Scope({ config: { lr: 1 }, schema, required: ["data.root", "seed", "n"] });
  const args = ["lr=-1", "vv", "data.root=[1,", "n=[2"];
  const error = await failWith(args, scope as unknown as Scope);
  assertEquals(error.problems.map(({ index }) => index), [2, 3, 4]);
  // Who tried to set a key need not hear that nobody sets it.
  assertEquals(error.issues.map(({ path }) => path), ["seed", "lr"]);
  assertStringIncludes(error.message, "3 mistakes on the command line\n\n  vv\n");
  assertStringIncludes(error.message, "\n\nthe config is not as it must be in 2 values\n");
  assertStringIncludes(error.message, "\n  lr=-1\n  ^^^^^");
});

Deno.test("resolve() reports the mistakes where a lazy view or a schema stumbles over them", async () => {
  const schema: StandardSchema = {
    "~standard": {
      version: 1,
      vendor: "by hand",
      validate: () => {
        throw new Error("stumbled");
      },
    },
  };
  for (const options of [{}, { schema }]) {
    const scope = new Scope({ ...options, strict: true, config: { a: 1 } }) as unknown as Scope;
    scope.observe("late", { lazy: true, default: true }, (config) => config.b = config.given + 1);
    const { problems } = await failWith(["given=3"], scope);
    assertEquals(problems.map(({ index }) => index), [1]);
  }
});

Deno.test("resolve() shows mistakes in printable text", async () => {
  const keys = ["a\u009b31m", "b\u001b[31m", "c\u0085", "d\u202e", "e\u2028"];
  const scope = new Scope({ config: Object.fromEntries(keys.map((key) => [key, { x: 1 }])) });
  const args = keys.flatMap((key) => [`${key}.y.z=1`, `~${key}.q`, `${key}v`]);
  const { message } = await failWith([...args, 'x="\n\u009b', "y={\u009b: "], scope as Scope);
  // deno-lint-ignore no-control-regex -- a terminal would act on control characters
  assertEquals(message.match(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/), null);
});

Deno.test("resolve() takes time in proportion to the number of arguments", async () => {
  const count = 20_000;
  const many = (text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i));
  const start = performance.now();
  assertEquals(await resolve(many(() => "lr=1")), { lr: 1 });
  assertEquals((await resolve(many(() => "l+=[1]")) as { l: unknown[] }).l.length, count);
  for (const text of ["vew", "a=[]x", "a=[", "~k"]) {
    await failWith(many((i) => text + (text === "a=[]x" ? "" : i)));
  }
  // About a second where each argument takes its time once; most of a minute where it looks at all.
  assertLess(performance.now() - start, 30_000);
});

Deno.test("resolve() puts the caret under wide characters", async () => {
  const { message } = await failWith(["이름=[1 2]"]);
  assertStringIncludes(message, "  이름=[1 2]\n          ^");
});

Deno.test("resolve() shows only the part of a long argument around the mistake", async () => {
  const { message } = await failWith([`x=[${"1,".repeat(10_000)} 2 3]`]);
  assert(message.split("\n").every((line) => line.length < 120), message);
  assertStringIncludes(message, "…");
});

Deno.test("resolve() is strict where the scope is", async () => {
  const config = { lr: 0.1, model: { depth: 50 }, name: null, layers: [1] };
  const scope = new Scope({ strict: true, config });
  const args = ["lrr=1", "model.depht=3", "lr=%high%", "layers=3", "name=x", "model.depth=101"];
  const { problems } = await failWith(args, scope as unknown as Scope);
  assertEquals(problems.map(({ message }) => message), [
    'the scope is strict and no view sets this key, did you mean "lr"?',
    'the scope is strict and no view sets this key, did you mean "model.depth"?',
    "the scope is strict: received a string, expected a number",
    "the scope is strict: received a number, expected a list",
  ]);
});

Deno.test("resolve() says where a strict scope gets a key after the command line", async () => {
  const scope = new Scope({ strict: true, config: { lr: 0.1 } }) as unknown as Scope;
  scope.observe("computed", { lazy: true, default: true }, (config) => {
    config.layers = [784, config.lr > 1 ? config.model.depth : 10];
    config.sizes = [config.layers.length];
  });
  scope.observe("more", { lazy: true, default: true }, { model: { depth: 3 } });
  scope.lazy((config) => config.seed = 1);
  const args = ["layers=[784,10]", "model.depth=4", "seed=2", "epochs=3", "sizes=[1]"];
  const { problems } = await failWith(args, scope);
  const lost = "sets this key after the command line, so this value would be lost";
  assertEquals(problems.map(({ message }) => message), [
    `the lazy view computed ${lost}, expected what it reads: lr`,
    `the lazy view more ${lost}`,
    `a lazy block ${lost}`,
    "the scope is strict and no view sets this key",
    `the lazy view computed ${lost}, expected what it reads: lr, layers`,
  ]);
});

Deno.test("resolve() names the argument that has removed what a lazy view or block reads", async () => {
  const config = { model: { depth: 50 }, width: 2, lr: 0.1 };
  const scope = new Scope({ config }) as unknown as Scope;
  scope.observe("layers", { lazy: true, default: true }, (config) => {
    config.layers = config.model.depth;
  });
  scope.lazy((config) => config.area = config.width ** 2);
  const error = await failWith(["lr=1", "~model", "~width"], scope);
  assertEquals(error.exitCode, 2);
  assertEquals(error.problems.map(({ message }) => message.replace(/ \(.*?\)/, "")), [
    'the view layers reads "model", which this removes, expected it to stay',
    'a lazy block reads "width", which this removes, expected it to stay',
  ]);
  assertStringIncludes(error.message, "  ~model\n   ^^^^^\n  argument 2: ");
  assertStringIncludes(error.message, "command_line_test.ts:");
  const other = new Scope();
  other.observe("reads", { lazy: true, default: true }, (config) => void config.nothing);
  await assertRejects(() => other.resolve(["model=1", "~model"]), MissingKeyError, '"nothing"');
});

Deno.test("resolve() never executes or pollutes, and ends, for any argument", async () => {
  const hostile = fc.array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "x=",
        "x=[",
        "{",
        "__proto__.a=1",
        "x={__proto__:1}",
        "constructor.prototype.a=1",
      ),
      fc.array(
        fc.constantFrom("[", "]", "{", "}", "%", "'", "=", ",", ":", " ", "a", "1", "~", "\\"),
      )
        .map((parts) => parts.join("")),
    ),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (args) => {
      try {
        await new Scope({ config: { a: 1, b: [1] } }).resolve(args);
      } catch (error) {
        const { name } = error as Error;
        assert(["CommandLineError", "CommandExit"].includes(name), `${args}: ${error}`);
      }
      assertEquals(({} as Record<string, unknown>).a, undefined);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("resolve() ends soon for nested and long input", async () => {
  for (const text of ["[".repeat(100_000), "{a:".repeat(100_000), `[${"(".repeat(100_000)}`]) {
    await failWith([`x=${text}`]);
  }
  await failWith(Array.from({ length: 5000 }, () => "x=["));
  const many = Array.from({ length: 5000 }, (_, i) => `k${i}=${i}`);
  assertEquals(Object.keys(await resolve(many) as object).length, 5000);
});

Deno.test("reading goes on after a mistake where the next argument is clear", async () => {
  const scope = new Scope({ config: { a: 1 } });
  const args = ["x=[1,", "{b:", "2", "y=3", "z=[1 2]", "w=%open", "end", "a=4", "vew"];
  const { problems } = await failWith(args, scope as unknown as Scope);
  assertEquals(problems.map(({ index, message }) => [index, message.split(",")[0]]), [
    [1, "a comma is missing"],
    [5, "a comma is missing"],
    [6, "the text is not closed"],
    [9, "no view has this name"],
  ]);
});

Deno.test("of very many mistakes the first twenty are shown", async () => {
  const { message, problems } = await failWith(Array.from({ length: 25 }, () => "vew"));
  assertEquals(problems.length, 25);
  assertEquals(message.match(/\^\^\^/g)?.length, 20);
  assertStringIncludes(message, "and 5 more");
});

Deno.test("a view cannot be named by scope and name where there is one scope", async () => {
  const scope = new Scope();
  scope.observe("fast", { a: 1 });
  const { problems } = await failWith(["config.fast"], scope);
  assertStringIncludes(problems[0]!.message, "no view has this name");
});
