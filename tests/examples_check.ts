/**
 * Runs the examples for real, one after the other in one folder, and checks what they printed
 * and wrote. `deno task examples` starts it; it is no part of `deno task test`, because it trains.
 */
import {
  assert,
  assertEquals,
  assertGreater,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { SQLFinder } from "@ato/core/tracker";
import { readConsole, readFiles, type Shown } from "./_markdown.ts";
import { type RedisServer, startRedis, testWithRedis } from "./_redis.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);
const CONFIG = new URL("../deno.json", import.meta.url).pathname;
const CLI = new URL("../cli/mod.ts", import.meta.url).pathname;
const folder = await Deno.makeTempDir({ prefix: "ato_examples_" });

interface Outcome {
  code: number;
  output: string;
  errors: string;
  seconds: number;
}

async function run(name: string, ...args: string[]): Promise<Outcome> {
  const script = new URL(name, EXAMPLES).pathname;
  const begin = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", CONFIG, script, ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, output: output!, errors: errors!, seconds: (performance.now() - begin) / 1000 };
}

function numberIn(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  assert(match !== null, `${pattern} is not in:\n${text}`);
  return Number(match[1]);
}

const ACCURACY = /Test accuracy (\d\.\d+)/;

Deno.test("train.ts reaches a test accuracy of 0.93 in 30 s and says what to type next", async () => {
  const { code, output, errors, seconds } = await run("train.ts");
  assertEquals([code, errors], [0, ""]);
  assert(seconds < 30, `took ${seconds} s`);
  assertGreater(numberIn(output, ACCURACY), 0.93);
  assertEquals(output.match(/^epoch \d+\/8 {2}loss \d/gm)?.length, 8);
  assertStringIncludes(output, "This was run 1 in experiments.db.\nNext: npx");
});

Deno.test("train.ts takes values and views from the command line", async () => {
  const wide = await run("train.ts", "model=%mlp%", "hidden=64", "lr=0.05");
  assertGreater(numberIn(wide.output, ACCURACY), 0.93);
  const long = await run("train.ts", "long_run", "hidden=4");
  assertEquals(long.output.match(/^epoch \d+\/30 /gm)?.length, 30);
  const simple = await run("train.ts", "model=softmax", "epochs=2");
  assertGreater(numberIn(simple.output, ACCURACY), 0.85);

  await using finder = await SQLFinder.open(databaseOf(folder));
  const runs = finder.getRunsInProject("digits");
  assertEquals(runs.map(({ config }) => [config.hidden, config.lr, config.epochs]), [
    [32, 0.02, 8],
    [64, 0.05, 8],
    [4, 0.02, 30],
    [32, 0.02, 2],
  ]);
  assert(runs.every(({ status }) => status === "completed"));
  assertEquals(finder.getMetrics(1, "accuracy").length, 8);
});

Deno.test("train.ts splits and trains the same way each time", async () => {
  const [first, second] = [await run("train.ts", "epochs=1"), await run("train.ts", "epochs=1")];
  assertEquals(numberIn(first.output, ACCURACY), numberIn(second.output, ACCURACY));
});

Deno.test("train.ts answers manual, explain and print without training", async () => {
  const manual = await run("train.ts", "manual");
  assertStringIncludes(manual.output, "defaults → long_run → (CLI Inputs) → layers");
  assertStringIncludes(manual.output, "hidden: Units in the hidden layer of mlp");
  const explain = await run("train.ts", "lr=0.5", "explain", "lr");
  assertMatch(
    explain.output,
    /^lr = 0\.5\n {2}0\.02 +default view defaults +\S*train\.ts:\d+:\d+\n/,
  );
  assertStringIncludes(explain.output, "argument 1: lr=0.5");
  const print = await run("train.ts", "hidden=8", "print", "--format", "json");
  assertEquals(JSON.parse(print.output).layers, [784, 8, 10]);
  assertEquals([manual.code, explain.code, print.code], [0, 0, 0]);
});

/** What is said where something takes long. */
const TIMELY = /^(digits.* {2}rungs \d|No worker is there yet|Waiting for whoever drives)/;

/** What stays the same on a fast and a slow machine: no times, no lines that only time calls for. */
function withoutTimes(text: string): string {
  const lines = text.split("\n").filter((line) => !TIMELY.test(line));
  return lines.join("\n").replaceAll(/\d+(?:\.\d+)? (?:s|min|h)$/gm, "(time)").trim();
}

Deno.test("search.ts is what docs/search.md shows, to the letter, and prints what stands there", async (t) => {
  const whole = await Deno.readTextFile(new URL("../docs/search.md", import.meta.url));
  const page = whole.slice(0, whole.indexOf("## On all cores"));
  const [program] = readFiles(page);
  const source = await Deno.readTextFile(new URL("search.ts", EXAMPLES));
  assertStringIncludes(source, program![1].split("\n").slice(1).join("\n"));
  for (const { args, printed } of readConsole(page)) {
    await t.step(args.join(" "), async () => {
      const [name, ...rest] = args.slice(2);
      const { output, errors, seconds } = await run(name!.replace("examples/", ""), ...rest);
      assertEquals(withoutTimes(errors + output), withoutTimes(printed));
      assert(seconds < 180, `took ${seconds} s`);
    });
  }
});

/** Runs a command of a page on a machine of its own, which is a folder. */
async function runElsewhere(
  { args }: Shown,
  { redis, machine, env }: { redis: RedisServer; machine: string; env: Record<string, string> },
): Promise<Outcome & { machine: string }> {
  const words = args.map((word) =>
    word === "jsr:@ato/core/cli" ? CLI : word.replace(/^examples\//, EXAMPLES.pathname)
  );
  const path = `${folder}/${machine}`;
  await Deno.mkdir(path);
  const begin = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--config", CONFIG, ...words.slice(1)],
    cwd: path,
    env: { NO_COLOR: "1", ATO_QUEUE_URL: redis.url, ...env },
    stdin: "null",
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  const seconds = (performance.now() - begin) / 1000;
  return { code, output: output!, errors: errors!, seconds, machine: path };
}

testWithRedis("distributed.ts does on three machines what docs/distributed.md shows", async () => {
  const page = await Deno.readTextFile(new URL("../docs/distributed.md", import.meta.url));
  const [program] = readFiles(page);
  const source = await Deno.readTextFile(new URL("distributed.ts", EXAMPLES));
  assertStringIncludes(source, program![1].split("\n").slice(1).join("\n"));

  await using redis = await startRedis({
    appendonly: "everysec",
    settings: { "maxmemory-policy": "noeviction" },
    login: { password: "s3cret" },
  });
  const [drive, work] = readConsole(page) as [Shown, Shown];
  const outcomes = await Promise.all([
    runElsewhere(drive, { redis, machine: "first", env: { RANK: "0", WORLD_SIZE: "3" } }),
    runElsewhere(work, { redis, machine: "second", env: {} }),
    runElsewhere(work, { redis, machine: "third", env: {} }),
  ]);
  for (const [i, { code, output, errors }] of outcomes.entries()) {
    const { printed } = i === 0 ? drive : work;
    assertEquals([withoutTimes(errors + output), code], [withoutTimes(printed), 0]);
  }
  const best = outcomes.map(({ output }) => output.trimEnd().split("\n").at(-1));
  assertEquals(new Set(best).size, 1);

  // The study and each trial at each rung, once.
  await using finder = await SQLFinder.open(databaseOf(outcomes[0]!.machine));
  const runs = finder.getRunsInProject("digits");
  assertEquals(runs.map(({ status }) => status), Array(1 + 9 + 3).fill("completed"));
  assertEquals(new Set(runs.map(({ name }) => name)).size, runs.length);
  const keys = runs.slice(1).map(({ config: { lr, hidden, __num_halved__ } }) =>
    JSON.stringify([lr, hidden, __num_halved__])
  );
  assertEquals(new Set(keys).size, 12);
  const points = runs.slice(1).map(({ id }) => finder.getMetrics(id, "accuracy").length);
  assertEquals(points, [...Array(9).fill(3), ...Array(3).fill(9)]);
  assertEquals(runs.slice(1).map(({ config }) => config.epochs), points);
  for (const { machine } of outcomes.slice(1)) {
    await using other = await SQLFinder.open(databaseOf(machine));
    assertEquals(other.findRuns(), []);
  }
});

Deno.test("query.ts shows the runs, the best one, similar ones and a difference", async () => {
  const { code, output, errors } = await run("query.ts");
  assertEquals([code, errors], [0, ""]);
  assertStringIncludes(output, "46 runs in digits, the last 10:");
  assertMatch(output, /digits, rung 1\] {2}lr=0\.0\d+ hidden=\d+ epochs=3$/m);
  assertMatch(output, /digits, rung 2\] {2}lr=0\.0\d+ hidden=\d+ epochs=9$/m);
  const best = numberIn(output, /^Best by accuracy: (\S+) at step \d+ of$/m);
  assertGreater(best, 0.93);
  assertMatch(output, /^Other runs with a config of the same structure: \d+$/m);
  assertMatch(output, /^Run \d+ beside run 46, keys that differ: [1-9]\n {2}\S+: .* → /m);
});

const MISTAKES: [script: string, args: string[], code: number, message: RegExp][] = [
  ["train.ts", ["lng_run"], 2, /no view has this name, did you mean "long_run"\?/],
  ["train.ts", ["lr=abc"], 2, /expected a number\n|expected a number$/m],
  ["train.ts", ["lr=-1"], 2, /lr is -1: .*\n\n? *lr=-1\n/],
  ["train.ts", ["epochs=0", "hidden=1.5"], 2, /not as it must be in 2 values/],
  ["train.ts", ["~lr"], 2, /lr: /],
  ["train.ts", ["lrr=0.1"], 2, /did you mean "lr"\?/],
  ["train.ts", ["experiment=5"], 2, /expected a mapping/],
  ["search.ts", ["seed=abc"], 2, /expected a number/],
  ["search.ts", ["experiment.sql.db_path=damaged.db"], 1, /^error: Cannot open .*damaged\.db/],
  [
    "distributed.ts",
    ["queue.url=redis://127.0.0.1:9"],
    1,
    /^error: Cannot reach the server at redis/,
  ],
  ["query.ts", ["mode=mx"], 2, /mode is "mx"/],
  ["query.ts", ["metric=los"], 2, /^error: no run has the metric "los", did you mean "loss"\?$/m],
  ["query.ts", ["last=0"], 2, /last is 0/],
  ["train.ts", ["lr=[0.1"], 2, /the bracket is not closed, expected \]/],
  ["train.ts", ["model=cnn"], 2, /model is "cnn": .*softmax.*mlp.*\n\n +model=cnn\n/],
  [
    "train.ts",
    ["experiment.sql.db_path=/proc/none/x.db", "epochs=1"],
    1,
    /^error: Cannot open .*\/proc\/none/,
  ],
  ["query.ts", ["experiment.sql.db_path=none.db"], 1, /^error: Cannot open .*none\.db/],
  ["query.ts", ["experiment.sql.db_path=damaged.db"], 1, /^error: Cannot open .*damaged\.db/],
  [
    "train.ts",
    ["experiment.sql.db_path=damaged.db", "epochs=1"],
    1,
    /^error: Cannot open .*damaged\.db/,
  ],
  ["query.ts", ["experiment.project_name=digit"], 1, /^error: Cannot .*did you mean "digits"\?/],
];

Deno.test("the examples say of wrong input in one sentence what was wrong", async (t) => {
  await Deno.writeTextFile(
    `${folder}/damaged.db`,
    "SQLite format 3\0 no more than its name".repeat(99),
  );
  for (const [script, args, code, message] of MISTAKES) {
    await t.step(`${script} ${args.join(" ")}`, async () => {
      const outcome = await run(script, ...args);
      assertMatch(outcome.errors, message);
      assertEquals(outcome.code, code);
      assert(!/^\s+at /m.test(outcome.errors), outcome.errors);
    });
  }
});

Deno.test("the folder of the examples goes away", async () => {
  await Deno.remove(folder, { recursive: true });
});

function databaseOf(path: string): object {
  return { experiment: { project_name: "digits", sql: { db_path: `${path}/experiments.db` } } };
}
