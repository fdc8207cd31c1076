/** What a program does with its own command line: these tests run real programs. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const PROGRAM = `
import { Scope } from "@ato/core/scope";
const scope = new Scope({ config: { lr: 0.1, model: { depth: 50 } } });
scope.observe("high_lr", { lr: 1 });
scope.manual({ lr: "The rate" });
const train = scope.inject((config) => {
  console.log("running", config.lr);
  if (config.lr === 2) config.modle.depth = 3;
  if (config.lr === 3) throw Object.assign(new Error("mine"), { exitCode: 7 });
  if (config.lr === 4) throw new Error("a bug");
});
if (import.meta.main) await train();
`;

const folder = await Deno.makeTempDir();
const script = `${folder}/train.ts`;
await Deno.writeTextFile(script, PROGRAM);
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--config", CONFIG, script, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, output: output!, errors: errors! };
}

Deno.test("a program reads its command line without any permission", async () => {
  assertEquals(await run("high_lr"), { code: 0, output: "running 1\n", errors: "" });
});

Deno.test("a program answers commands and does not run", async () => {
  for (const command of [["manual"], ["print"], ["help"], ["--help"], ["-h"], ["explain", "lr"]]) {
    const { code, output, errors } = await run(...command);
    assertEquals([code, errors, output.includes("running")], [0, "", false]);
    assertMatch(output, /lr/);
  }
});

Deno.test("a program ends with 2 for mistakes on its command line", async () => {
  const { code, output, errors } = await run("hgh_lr", "lr=[");
  assertEquals([code, output], [2, ""]);
  assertStringIncludes(errors, "error: 2 mistakes on the command line\n");
  assertStringIncludes(errors, 'did you mean "high_lr"?');
});

Deno.test("a program says in one sentence what is missing, and where", async () => {
  const { code, errors } = await run("lr=2");
  assertEquals(code, 1);
  assertEquals(
    errors,
    'error: Cannot read "modle": no such key, did you mean "model"?\n' +
      `    at ${script}:8:31\n`,
  );
});

Deno.test("a program takes the exit code that an error names", async () => {
  assertEquals(await run("lr=3"), { code: 7, output: "running 3\n", errors: "error: mine\n" });
});

Deno.test("a program shows the stack of other errors", async () => {
  const { code, errors } = await run("lr=4");
  assertEquals(code, 1);
  assertMatch(errors, /Uncaught .*Error: a bug\n[^]*\n\s+at /);
});

/** What a program prints on a terminal of its own, which `script` of util-linux makes. */
async function runOnTerminal(args: string[], env: Record<string, string> = {}): Promise<string> {
  const command = [Deno.execPath(), "run", "--no-prompt", "--quiet", "--config", CONFIG, script]
    .concat(args).map((word) => `'${word}'`).join(" ");
  const { NO_COLOR: _none, ...inherited } = Deno.env.toObject();
  const { stdout } = await new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", command, "/dev/null"],
    clearEnv: true,
    env: { ...inherited, TERM: "xterm", ...env },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).replaceAll("\r\n", "\n").trimEnd();
}

async function hasScript(): Promise<boolean> {
  try {
    const { stdout } = await new Deno.Command("script", { args: ["--version"] }).output();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false;
  }
}

const PLAIN = `\
lr = 0.5
  0.1  the scope's own config
  0.5  argument 1: lr=0.5`;

Deno.test("explain has no colours where it goes to a pipe", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--config", CONFIG, script, "lr=0.5", "explain", "lr"],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), `${PLAIN}\n`);
});

Deno.test({
  name: "explain has colours on a terminal, unless NO_COLOR is set",
  ignore: !await hasScript(),
  fn: async () => {
    const args = ["lr=0.5", "explain", "lr"];
    const coloured = await runOnTerminal(args);
    assertStringIncludes(coloured, "\x1b[1mlr = 0.5\x1b[0m\n");
    // deno-lint-ignore no-control-regex -- these are the colours
    assertEquals(coloured.replaceAll(/\x1b\[\d+m/g, ""), PLAIN);
    assertEquals(await runOnTerminal(args, { NO_COLOR: "1" }), PLAIN);
  },
});

Deno.test({
  name: "print shows a terminal no control characters",
  ignore: !await hasScript(),
  fn: async () => {
    const args = ["lr=\u009b31m", "print", "--format", "json"];
    assertStringIncludes(await runOnTerminal(args), '"lr": "�31m"');
    assertStringIncludes((await run(...args)).output, '"lr": "\u009b31m"');
  },
});
