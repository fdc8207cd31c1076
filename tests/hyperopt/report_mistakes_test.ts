import { assertEquals, assertMatch } from "@std/assert";

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

const HEAD = `
import { float, GridSpace, halvingPlan, HyperBand, integer } from "@ato/core/hyperopt";
import { MissingKeyError } from "@ato/core/adict";
import { Scope } from "@ato/core/scope";
const OPTIONS = { halvingRate: 0.5, numMinSamples: 1 };
const scope = new Scope();
`;

/** Runs a program to its end. */
async function run(code: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/program.ts`, HEAD + code);
    const { code: exitCode, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", "--config", CONFIG, `${folder}/program.ts`],
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { code: exitCode, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const MISTAKES: [name: string, code: string, message: RegExp][] = [
  [
    "an option of a search",
    'new HyperBand(scope, { x: integer(1, 2) }, { ...OPTIONS, modes: "min" });',
    /"modes": unknown option, expected "mode"/,
  ],
  ["an option of a space", "float(0, 1, { sample: 3 });", /float\(0, 1\) by "sample"/],
  ["a search space", "new HyperBand(scope, { x: integer(2, 1) }, OPTIONS);", /the lower end first/],
  ["a grid", "new GridSpace({ x: float(0, 1) });", /no number of samples/],
  ["a plan", "halvingPlan({ ...OPTIONS, configs: 0 });", /Cannot plan "configs": 0/],
  [
    "a search whose trials all fail",
    "await new HyperBand(scope, { x: integer(1, 2) }, OPTIONS).main(() => NaN)();",
    /all 2 trials of rung 0 failed/,
  ],
  [
    "a search in a scope that was resolved by hand",
    "await scope.resolve([]);\n" +
    "await new HyperBand(scope, { x: integer(1, 2) }, OPTIONS).main(() => NaN)();",
    /all 2 trials of rung 0 failed/,
  ],
  [
    "a sample that is overwritten",
    "scope.observe({ default: true, lazy: true }, function lazy(config) { config.x = 7; });\n" +
    "await new HyperBand(scope, { x: integer(1, 2) }, OPTIONS).main(() => 1)();",
    /Cannot search "x": it is 7 in the config of trial 0/,
  ],
];

for (const [name, code, message] of MISTAKES) {
  Deno.test(`HyperBand shows of a mistake in ${name} one sentence`, async () => {
    const { code: exitCode, stdout, stderr } = await run(code);
    assertMatch(stderr, message);
    assertMatch(stderr, /^error: Cannot [^\n]+\n$/);
    assertEquals([exitCode, stdout], [1, ""]);
  });
}

Deno.test("HyperBand leaves a bug in a callback its stack trace", async () => {
  const { code, stderr } = await run(
    "await new HyperBand(scope, { x: integer(1, 2) }, {\n" +
      '  ...OPTIONS, onTrial() { throw new Error("a bug"); },\n' +
      "}).main(() => 1)();",
  );
  assertEquals(code, 1);
  assertMatch(stderr, /Uncaught \(in promise\) Error: a bug\n[^]*\n {4}at onTrial /);
});
