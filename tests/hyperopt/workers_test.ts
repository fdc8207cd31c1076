import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isRunning, runProgram, startProgram, until, untilPrinted } from "./_programs.ts";

const CRASH = "Error: Cannot finish the trial: its process";

Deno.test("workers: what a trial does to its process ends that trial alone", async () => {
  const { code, stdout, stderr } = await runProgram("faults");
  assertEquals(code, 0, stderr);
  const { faults, loop } = JSON.parse(stdout);
  const { memory, ...failures } = faults.failures;
  assertMatch(memory, /^TrialError: Cannot finish the trial: its process was ended by SIG\w+, as/);
  assertEquals(failures, {
    exit: `Trial${CRASH} ended with exit code 3, expected a metric`,
    throw: "RangeError: thrown at attempt 2",
    symbol: "Error: Symbol(odd)",
    nan: "TrialError: Cannot rank the trial: its metric is NaN, expected a finite number",
    reject: `Trial${CRASH} ended with exit code 1, expected a metric`,
    orphan: `Trial${CRASH} ended with exit code 4, expected a metric`,
  });
  assertEquals([faults.best, faults.attempts], [
    "none",
    { exit: 2, memory: 2, throw: 2, symbol: 2, nan: 1, reject: 2, orphan: 2, none: 1 },
  ]);
  assertEquals(loop, {
    best: "none",
    failures: {
      loop: "TrialError: Cannot finish the trial: it takes longer than 3000 ms, " +
        "expected a result within the time limit",
    },
    attempts: { loop: 1, none: 1 },
  });
  // What V8 and Deno say of a process that dies is passed on.
  assertStringIncludes(stderr, "nobody listens");
});

Deno.test("workers run the same program up to the search, with the results before it", async () => {
  const { code, stdout, stderr } = await runProgram("two_searches", { args: ["offset=10"] });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.split("\n"), [
    "begin false",
    "between 17 not this one",
    "in a trial, after HyperOptError with 2 trials",
    "in a trial, after HyperOptError with 2 trials",
    "end 289 " + JSON.stringify([
      ...[[0, "NaN"], [1, "-0"], [2, "7n"], [3, "undefined"], [4, "[Function: sin]"]],
      ...[[5, "1970-01-01T00:00:00.005Z"], [6, "Map(1) { 1 => 2 }"], [7, "{ a: [ 1 ] }"]],
    ]),
    "",
  ]);
});

Deno.test("workers get the permissions of the program, and need none but to run it", async () => {
  const permissions = [`--allow-run=${Deno.execPath()}`];
  const { code, stdout, stderr } = await runProgram("two_searches", { permissions });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "end 49");
  const without = await runProgram("two_searches", { permissions: [] });
  assertEquals(without.code, 1);
  assertMatch(without.stderr, /^error: Cannot start a worker: Requires run access to .*\n$/);
});

Deno.test("workers end with the program that started them, also where they compute", async () => {
  const child = startProgram("endless");
  const { printed, rest } = await untilPrinted(child.stdout, "\n", 2);
  const pids = [...printed.matchAll(/computing in (\d+)/g)].map(([, pid]) => Number(pid));
  assertEquals([pids.length, pids.every(isRunning)], [2, true]);
  child.kill("SIGKILL");
  await child.status;
  await until(() => !pids.some(isRunning));
  await Promise.all([rest(), child.stderr.cancel()]);
});

Deno.test("workers that cannot start end the search and say why", async () => {
  const { code, stderr } = await runProgram("no_start");
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^error: Cannot start a worker: its process ended with exit code 1 before it reached the search, expected .*\nerror: .*\n?.*only once/,
  );
});

Deno.test("workers: what the ledger does not take ends the search with its error", async () => {
  const { code, stdout, stderr } = await runProgram("full_ledger");
  assertEquals([code, stdout, stderr], [0, "caught database or disk is full\n", ""]);
});

Deno.test("workers whose messages cannot be read have crashed, and leave no trace of their mark", async () => {
  const { code, stdout, stderr } = await runProgram("garbled");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^TrialError: Cannot finish the trial: its process was ended by SIGKILL, expected a metric\nbest 1\n$/,
  );
});

Deno.test("workers refuse a search within an objective", async () => {
  const { code, stderr } = await runProgram("nested");
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^error: Cannot search in a trial of a search with "workers": it is search 2 of this program and was reached by a worker of search 1, expected no search within an objective\n$/,
  );
});

Deno.test("workers need a program in a file", async () => {
  const code = 'import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";' +
    'import { Scope } from "@ato/core/scope";' +
    "const scheduler = halvingScheduler({ rungs: [1] });" +
    "await new Search(new Scope(), { x: integer(1, 2) }, { scheduler, workers: 1 }).main(() => 1)();";
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", new URL("../../deno.json", import.meta.url).pathname, code],
    env: { NO_COLOR: "1" },
  }).output();
  assertMatch(
    new TextDecoder().decode(stderr),
    /^error: Cannot search with "workers": the program is \S+eval\S+, expected a file that can be run again\n$/,
  );
});
