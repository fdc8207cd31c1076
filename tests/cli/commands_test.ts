/** The real program, in processes of its own, on real databases. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exportRuns, SQLFinder, SQLLogger } from "@ato/core/tracker";
import { PYTHON_DATABASE } from "../tracker/_config.ts";
import { CliFolder, type Printed, recordRuns } from "./_cli.ts";

/** Splits text into lines. */
class TextLineStream extends TransformStream<string, string> {
  constructor() {
    let rest = "";
    super({
      transform(chunk, controller) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        for (const line of lines) controller.enqueue(line);
      },
    });
  }
}

/** One folder for the commands that only read. */
const folder = new CliFolder();
await recordRuns(folder);

async function print(...args: string[]): Promise<string> {
  const { code, out, err } = await folder.run(args);
  assertEquals([err, code], ["", 0], args.join(" "));
  return out;
}

async function json(...args: string[]): Promise<unknown> {
  return JSON.parse(await print(...args, "--json"));
}

Deno.test("runs prints a table of what is asked for", async () => {
  const columns = "id,name,status,config.lr,metrics.loss.min,metrics.val/acc.max_step";
  assertEquals(
    await print("runs", "-c", columns),
    [
      "id  name          status     lr    loss min  val/acc maxStep",
      " 1  run-1         completed  0.1        0.5                7",
      " 2  the wide one  completed  0.01     0.375                7",
      " 3  run-3         failed     0.5       0.25                7",
      "",
    ].join("\n"),
  );
  const whole = await print("runs");
  assertMatch(whole, /^id {2}name +status +started +took +tags +loss +val\/acc\n/);
  assertMatch(
    whole,
    /\n 2 {2}the wide one {2}completed {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ms {2}baseline/,
  );
  assertEquals(
    await print("runs", 'status = "failed" and config.lr > 0.4', "-c", "id"),
    "id\n 3\n",
  );
  assertEquals(
    await print("runs", "--sort", "metrics.loss.min", "--limit", "1", "-c", "id"),
    [
      "id",
      " 3",
      "(1 run, there are more: --limit 0)",
      "",
    ].join("\n"),
  );
  assertEquals(await print("runs", "id > 7"), "no runs\n");
});

Deno.test("runs -c shows whatever some run has", async () => {
  const out = await print("runs", "id = 1", "-c", "config.layers[1],config.experiment,tags");
  assertMatch(out, /\n128 +\{ project_name: "digits", sql: \{ db_path: .*\}\n$/);
});

Deno.test("runs --json keeps its shape", async () => {
  const [run] = await json("runs", '"baseline" in tags') as Record<string, unknown>[];
  const { start, end, durationSeconds, metrics, ...rest } = run!;
  assertEquals(rest, {
    id: 2,
    name: "the wide one",
    project: "digits",
    status: "completed",
    tags: ["baseline"],
    notes: "two\nlines",
    attempt: 1,
    config: { ...folder.config, lr: 0.01, layers: [512] },
  });
  assert(!Number.isNaN(Date.parse(String(start))) && String(end) >= String(start));
  assertEquals(typeof durationSeconds, "number");
  assertEquals((metrics as Record<string, unknown>).loss, {
    count: 8,
    firstStep: 0,
    lastStep: 7,
    last: 0.375,
    min: 0.375,
    minStep: 7,
    max: 4,
    maxStep: 0,
  });
});

Deno.test("show prints a run, its metrics as sparklines with every NaN", async () => {
  const out = await print("show", "last");
  assertStringIncludes(out, "run 3: run-3, of digits\nstatus: failed after ");
  assertStringIncludes(out, "\nconfig\n  experiment.project_name = digits\n");
  assertMatch(out, /\nloss +█▄▃▂▁×▁▁ +0\.25 +0\.25 @7 +4 @0 +8\n/);
  const named = await json("show", "the wide one") as Record<string, unknown>;
  assertEquals(named.id, 2);
  assertEquals((named.attempts as { number: number }[])[0]?.number, 1);
  assertEquals(named.artifacts, []);
});

Deno.test("compare prints what differs, and the metrics", async () => {
  assertEquals(
    await print("compare", "1", "2", "3"),
    [
      "         run 1      run 2         run 3",
      "name     run-1      the wide one  run-3",
      "status   completed  completed     failed",
      "lr       0.1        0.01          0.5",
      "layers   [64, 128]  [512]         [64, 128]",
      "loss     0.5        0.375         0.25",
      "val/acc  0.888889   0.9           0.909091",
      "",
    ].join("\n"),
  );
  const compared = await json("compare", "1", "3") as { runs: unknown[]; config: unknown[] };
  assertEquals(compared.config, [{ path: "lr", values: [0.1, 0.5] }]);
  assertEquals(compared.runs.length, 2);
});

Deno.test("best prints the best runs by finite values", async () => {
  assertEquals(
    await print("best", "loss", "--min", "-n", "2"),
    [
      "id  name           loss  at step  status     lr    layers",
      " 3  run-3          0.25        7  failed     0.5   [64, 128]",
      " 2  the wide one  0.375        7  completed  0.01  [512]",
      "",
    ].join("\n"),
  );
  const best = await json("best", "val/acc", 'status = "completed"') as { id: number }[];
  assertEquals(best.map(({ id }) => id), [2, 1]);
});

Deno.test("diff names who set the config, the code, and where metrics part", async () => {
  assertEquals(
    await print("diff", "1", "2"),
    [
      "run 1 and run 2",
      "",
      "config  left                         right",
      "lr      0.1  by argument lr=0.1      0.01  by argument lr=0.01",
      "layers  [64, 128]  by view defaults  [512]  by view wide",
      "",
      "code: no difference",
      "",
      "environment: no difference",
      "",
      "metrics              left  right",
      "loss from step 4     0.8   0.675",
      "val/acc from step 0  0.5   0.666667",
      "",
    ].join("\n"),
  );
  const diff = await json("diff", "1", "3") as Record<string, unknown[]>;
  assertEquals(diff.config, [{
    path: "lr",
    left: 0.1,
    right: 0.5,
    leftBy: "argument lr=0.1",
    rightBy: "argument lr=0.5",
  }]);
  assertEquals(diff.fingerprints, [{ name: "train_step (static)", left: "5b1f", right: "9c02" }]);
  assertEquals(diff.metrics?.[0], { key: "loss", step: 4, left: 0.8, right: 0.55 });
  assertStringIncludes(await print("diff", "1", "1"), "the same at every step: loss, val/acc\n");
});

Deno.test("tail prints the last lines", async () => {
  assertMatch(
    await print("tail", "3", "-n", "3"),
    /^\d\d:\d\d:\d\d {2}step 5 {2}loss NaN {2}val\/acc 0\.888889\n.*step 6.*\n.*step 7 {2}loss 0\.25 .*\n$/,
  );
  const lines = (await print("tail", "1", "--json", "--lines", "0", "-f")).trim().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line)), [{ run: 1, status: "completed" }]);
});

Deno.test("doctor examines the database", async () => {
  const out = await print("doctor");
  assertMatch(out, /^experiments\.db: .*, 2 completed, 1 failed, 0 in the trash\n/);
  assertStringIncludes(out, "ok       integrity     no damage found\n");
  assertStringIncludes(out, "ok       lock          free\n");
  const report = await json("doctor") as Record<string, unknown>;
  assertEquals([report.kind, report.damage, report.trashedRuns], ["ato", [], 0]);
  assertEquals((report.findings as { level: string }[]).every(({ level }) => level === "ok"), true);
});

Deno.test("doctor exits with 1 where the database is damaged", async () => {
  using other = new CliFolder();
  await recordRuns(other);
  const path = other.file("experiments.db");
  const bytes = await Deno.readFile(path);
  const pageSize = bytes[16]! * 256 + bytes[17]!;
  // The last pages hold rows, the first ones the schema
  bytes.fill(0x5a, bytes.length - pageSize * 3, bytes.length - pageSize * 2 + 100);
  await Deno.writeFile(path, bytes);
  const { code, out, err } = await other.run(["doctor"]);
  assertEquals(code, 1);
  assertMatch(out + err, /problem {2}integrity|database is damaged/);
  assert(!/^\s+at /m.test(err), err);
});

Deno.test("the reading commands need no more than --allow-read", async () => {
  const commands = [
    ["runs"],
    ["show", "1"],
    ["compare", "1", "2"],
    ["diff", "1", "2"],
    ["best", "loss"],
    ["tail", "1", "-f"],
    ["note", "2"],
    ["tag", "2"],
    ["export"],
    ["doctor"],
  ];
  for (const args of commands) {
    const { code, err } = await folder.run(args, { permissions: ["--allow-read"] });
    assertEquals([code, err], [0, ""], args.join(" "));
  }
});

Deno.test("a command without permission says which one is missing", async () => {
  const { code, out, err } = await folder.run(["runs"], { permissions: [] });
  assertEquals([code, out], [1, ""]);
  assertMatch(err, /^error: .*--allow-read/);
  const edit = await folder.run(["tag", "1", "x"], { permissions: ["--allow-read"] });
  assertEquals(edit.code, 1);
  assertMatch(edit.err, /^error: .*--allow-write/);
  assert(!/^\s+at /m.test(err + edit.err));
});

Deno.test("the reading commands read a Python database", async () => {
  using other = new CliFolder();
  await Deno.copyFile(PYTHON_DATABASE, other.file("old.db"));
  const before = await Deno.readFile(other.file("old.db"));
  async function read(...args: string[]): Promise<Printed> {
    const printed = await other.run([...args, "--db", "old.db"], { permissions: ["--allow-read"] });
    assertEquals([printed.code, printed.err], [0, ""], args.join(" "));
    return printed;
  }
  assertEquals((await read("runs", "--json")).out.match(/"id": /g)?.length, 8);
  assertStringIncludes((await read("show", "6")).out, "patch.size = 16");
  assertMatch((await read("compare", "1", "2")).out, /\nlr +0\.001 +0\.002\n/);
  assertMatch((await read("diff", "1", "3")).out, /\nmodel +resnet50 +resnet101\n/);
  assertMatch((await read("best", "val_accuracy", "-n", "1")).out, /\n 4 {2}run-4 /);
  assertEquals((await read("tail", "1", "-n", "2")).out.split("\n").length, 3);
  assertStringIncludes((await read("doctor")).out, "the Python ato's own");
  assertStringIncludes((await read("export", "-f", "csv")).out, "metric,1,train_loss,0,");
  assertEquals(await Deno.readFile(other.file("old.db")), before);
});

Deno.test("export and import go there and back with the same bytes", async () => {
  using other = new CliFolder();
  for (const format of ["jsonl", "csv"] as const) {
    const file = other.file(`runs.${format}`);
    await print("export", "--output", file);
    const whole = (await Array.fromAsync(exportRuns(folder.config, { format }))).join("");
    assertEquals(await Deno.readTextFile(file), whole);
    const { out } = await other.run(["import", file, "--db", `${format}.db`]);
    assertEquals(out, "3 runs with 48 points imported\n");
    const again = await other.run(["export", "-f", format, "--db", `${format}.db`]);
    assertEquals(again.out, whole);
    const second = await other.run(["import", file, "--db", `${format}.db`]);
    assertEquals([second.code, second.out], [1, ""]);
    assertMatch(second.err, /run 1 is in the database already, as run 1, .* --skip-existing, /);
    const piped = await other.run([
      "import",
      "-",
      "-f",
      format,
      "--db",
      "piped.db",
      "--skip-existing",
      "--json",
    ], { stdin: whole });
    const { skipped } = JSON.parse(piped.out);
    assertEquals(skipped, format === "jsonl" ? [] : [1, 2, 3]);
  }
  await Deno.writeTextFile(
    other.file("bad.jsonl"),
    '{"record":"export","format":1}\n{"record":"run"\n',
  );
  const { code, err } = await other.run(["import", "bad.jsonl", "--db", "none.db"]);
  assertEquals(code, 1);
  assertStringIncludes(err, 'error: Cannot import "bad.jsonl": bad.jsonl:2:16: ');
  assertEquals(await Deno.stat(other.file("none.db")).catch(() => "nothing"), "nothing");
  const one = await print("export", "2");
  assertEquals(one.match(/^\{"record":"run"/gm)?.length, 1);
});

Deno.test("tag, note, rename, rm, restore and gc change what they say", async () => {
  using other = new CliFolder();
  await recordRuns(other);
  const steps: [args: string[], out: string | RegExp][] = [
    [["tag", "1", "good", "日本"], "run 1 has the tags good, 日本\n"],
    [["tag", "1", "good", "-r"], "run 1 has the tags 日本\n"],
    [["tag", "1", "--json"], '{\n  "id": 1,\n  "tags": [\n    "日本"\n  ]\n}\n'],
    [["note", "1"], ""],
    [["note", "1", "first"], "noted in run 1\n"],
    [["note", "1", "second", "--append"], "noted in run 1\n"],
    [["note", "1"], "first\nsecond\n"],
    [["note", "1", ""], "run 1 has no notes\n"],
    [["rename", "1", "champion"], "run 1 is called champion\n"],
    [["rename", "champion"], "run 1 is called run-1\n"],
    [["rm", "--where", 'status = "failed"', "--dry-run"], "1 run would go into the trash: 3\n"],
    [["rm", "2", "3"], "2 runs are in the trash: 2, 3\n"],
    [["runs", "-c", "id"], "id\n 1\n"],
    [["restore"], /^id {2}name +project {2}trashed\n 2 {2}the wide one {2}digits +\d{4}-/],
    [["restore", "the wide one"], "1 run restored: 2\n"],
    [["gc", "--days", "1"], /^0 runs with 0 points and 0 copied files removed, 0 B\n$/],
    [["gc", "--dry-run"], /^1 run with 16 points and 0 copied files would be removed, .+B\n$/],
    [["gc"], /^1 run with 16 points and 0 copied files removed, .+B\n$/],
    [["restore"], "the trash is empty\n"],
  ];
  for (const [args, expected] of steps) {
    const { code, out, err } = await other.run(args);
    assertEquals([code, err], [0, ""], args.join(" "));
    if (typeof expected === "string") assertEquals(out, expected, args.join(" "));
    else assertMatch(out, expected, args.join(" "));
  }
  await using finder = await SQLFinder.open(other.config);
  assertEquals(finder.findRuns().map(({ id }) => id), [1, 2]);
});

const MISTAKES: [args: string[], code: number, message: string][] = [
  [["rusn"], 2, 'there is no command "rusn", did you mean "runs"?'],
  [["--jsno"], 2, 'there is no flag "--jsno", the command comes first: runs --db PATH'],
  [["--db=x.db", "runs"], 2, "--db stands before the command, the command comes first: runs --db"],
  [["runs", "--limt", "3"], 2, '"runs" has no flag --limt, did you mean --limit?'],
  [["runs", "--limit", "few"], 2, '--limit is "few", expected a whole number from 0'],
  [["runs", "--limit"], 2, "--limit has no value, expected --limit COUNT"],
  [["runs", "a", "b"], 2, '"b" is one argument too many, expected: runs [EXPRESSION]'],
  [["runs", 'stauts = "failed"'], 2, 'did you mean "status"?\n\n  stauts = "failed"\n  ^^^^^^\n'],
  [["runs", "-c", "id,stauts"], 2, 'there is no column "stauts", did you mean "status"?'],
  [["runs", "-c", "id,config"], 2, '"config" alone is no column, expected a key of it, such as'],
  [["runs", "-c", "metrics."], 2, '"metrics." alone is no column, expected one of them, such as'],
  [["runs", "-c", "confg"], 2, 'there is no column "confg", did you mean "config"?'],
  [["runs", "-c", "confg.lr"], 2, 'there is no column "confg.lr", did you mean "config.lr"?'],
  [["runs", "-c", 'config["l.r"]'], 2, 'no run has the config key "["l.r"]"'],
  [["runs", "-c", "metrics.los.max"], 2, 'no run has the metric "los", did you mean "loss"?'],
  [["runs", "-c", "metrics.loss.mx"], 2, 'a metric has no "mx", did you mean "max"?'],
  [["runs", "-c", "metrics.loss.mean"], 2, 'no run has the metric "loss.mean"'],
  [["runs", "-c", "id,config.lrr"], 2, 'no run has the config key "lrr", did you mean "lr"?'],
  [["runs", "-c", "config.layers[7]"], 2, 'no run has the config key "layers.7"'],
  [["runs", "id > 7", "-c", "config.lrr", "--json"], 2, 'no run has the config key "lrr"'],
  [["export", "-p", "digit"], 1, 'Cannot find project "digit" in "experiments.db" (did you mean'],
  [["runs", "-p", "digit"], 1, 'did you mean "digits"?'],
  [["show"], 2, "an argument is missing, expected: show RUN"],
  [["show", "7"], 1, "Cannot find run 7 in"],
  [["show", "the wide on"], 2, 'there is no run "the wide on", did you mean "the wide one"?'],
  [["show", 'x" or "a" in tags or name = "'], 2, "there is no run"],
  [["best", "los"], 2, 'no run has the metric "los", did you mean "loss"?'],
  [["best", "loss", "config.lrr < 1"], 2, "  config.lrr < 1\n         ^^^\n"],
  [["tag", "1", "-r"], 2, "--remove has no tag"],
  [["tag", "1", "-r", "x"], 1, 'Cannot find tag "x" of run 1'],
  [["rm"], 2, "no run is named"],
  [["restore", "9"], 1, "Cannot find run 9 in the trash"],
  [["export", "-f", "xml"], 2, '--format is "xml", expected jsonl or csv'],
  [["export", "-o", "no/such/folder/x.csv"], 1, 'Cannot write "no/such/folder/x.csv"'],
  [["import", "none.jsonl"], 1, 'Cannot import "none.jsonl": no such file'],
  [
    ["runs", "--db", "experiment.db"],
    1,
    'Cannot open "experiment.db": no such file, did you mean "experiments.db"?',
  ],
  [["runs", "--db", "."], 1, "it is a folder"],
];

Deno.test("a mistake is one message with the nearest name, never a stack trace", async (t) => {
  for (const [args, code, message] of MISTAKES) {
    await t.step(args.join(" "), async () => {
      const { code: found, out, err } = await folder.run(args);
      assertStringIncludes(err, message);
      assertEquals([found, out], [code, ""]);
      assert(err.startsWith("error: ") && !/^\s+at /m.test(err), err);
    });
  }
});

Deno.test("help is complete, and every command has its own", async () => {
  const whole = await print("--help");
  assertEquals(await print(), whole);
  const names = [...whole.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!);
  assertEquals(names.length, 17);
  for (const name of names) {
    const own = await print(name, "--help");
    if (name === "gc") assertEquals(await print("help", name), own);
    assertStringIncludes(own, `Usage: deno run -A jsr:@ato/core/cli ${name}`);
    const isLauncher = name === "work" || name === "launch";
    const flags = isLauncher ? ["--url URL", "-n, --workers"] : ["--db PATH", "--json"];
    for (const flag of [...flags, "-h, --help"]) assertStringIncludes(own, flag);
    assert(own.split("\n").every((line) => line.length <= 105), own);
  }
});

Deno.test("a command without a database says where it looked", async () => {
  using empty = new CliFolder();
  const { code, err } = await empty.run(["runs"]);
  assertEquals(code, 1);
  assertEquals(
    err,
    'error: Cannot open "experiments.db": no such file in this folder, expected a database that ' +
      "SQLLogger has made (--db names another one)\n",
  );
});

Deno.test("a reader that goes away ends the program quietly", async () => {
  using other = new CliFolder();
  {
    await using logger = await SQLLogger.open(other.config);
    logger.run();
    for (let step = 0; step < 20_000; step++) logger.logMetric("loss", step / 3, step);
  }
  const child = other.command(["export"]).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [{ code }, err] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertEquals([code, err], [0, ""]);
});

Deno.test({
  name: "output that cannot be written ends the program with one sentence",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const sh = new Deno.Command("sh", {
      args: ["-c", '"$0" "$@" >/dev/full', ...folder.commandLine(["runs"])],
      cwd: folder.path,
      env: { NO_COLOR: "1" },
    });
    const { code, stderr } = await sh.output();
    const err = new TextDecoder().decode(stderr);
    assertMatch(err, /^error: Cannot write the output: No space left on device[^\n]*\n$/);
    assertEquals(code, 1);
  },
});

Deno.test("tail -f follows a run until it ends", async () => {
  using other = new CliFolder();
  await using logger = await SQLLogger.open(other.config);
  const id = logger.run();
  logger.logMetric("loss", 9, 0);
  const child = other.command(["tail", "-f", "last"]).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  assertMatch((await lines.read()).value!, /step 0 {2}loss 9$/);
  for (let step = 1; step < 4; step++) {
    logger.logMetrics({ loss: 1 / step, acc: step }, step);
    assertMatch(
      (await lines.read()).value!,
      new RegExp(`step ${step}  (loss|acc) .*  (loss|acc) `),
    );
  }
  logger.logMetric("loss", Infinity, 2);
  logger.finish("interrupted");
  assertMatch((await lines.read()).value!, /step 2 {2}loss inf$/);
  assertEquals((await lines.read()).value, `run ${id}: interrupted`);
  assertEquals((await lines.read()).done, true);
  const [{ code }, err] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertEquals([code, err], [0, ""]);
});

Deno.test("tail -f ends when the process of the run is killed", async () => {
  using other = new CliFolder();
  await Deno.writeTextFile(
    other.file("train.ts"),
    `import { SQLLogger } from ${
      JSON.stringify(new URL("../../tracker/mod.ts", import.meta.url).href)
    };
const logger = await SQLLogger.open(${JSON.stringify(other.config)});
logger.run();
logger.logMetric("loss", 1, 0);
console.log("ready");
setInterval(() => {}, 1000);
`,
  );
  const trainer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", other.file("train.ts")],
    stdout: "piped",
  }).spawn();
  const ready = trainer.stdout.getReader();
  await ready.read();
  const running = await other.run(["runs", "-c", "id,status"]);
  assertEquals(running.out, "id  status\n 1  running\n");
  const busy = await other.run(["rm", "1"]);
  assertEquals([busy.code, busy.err.includes("it is running")], [1, true]);
  const tail = other.command(["tail", "-f", "1"]).spawn();
  trainer.kill("SIGKILL");
  await trainer.status;
  await ready.cancel();
  const { code, stdout } = await tail.output();
  const out = new TextDecoder().decode(stdout);
  assertEquals(code, 0);
  assertMatch(out, /step 0 {2}loss 1\nrun 1: crashed\n$/);
  assertEquals((await other.run(["rm", "1"])).out, "1 run is in the trash: 1\n");
});

Deno.test("the folder of the reading commands goes away", () => folder[Symbol.dispose]());
