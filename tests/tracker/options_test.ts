import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor, TestFolder } from "./_config.ts";

/** Options that the types would refuse. */
// deno-lint-ignore no-explicit-any -- they stand for those of a caller without types
type Wrong = any;

const WRONG_TIMEOUTS: readonly unknown[] = [NaN, -1, Infinity, 2 ** 31, "30", null, 5n];

Deno.test("open() refuses a busyTimeout that is no time", async () => {
  for (const open of [SQLLogger.open, SQLFinder.open]) {
    for (const busyTimeout of WRONG_TIMEOUTS) {
      const message = `the option "busyTimeout" is ${Deno.inspect(busyTimeout)}, ` +
        "expected a number of milliseconds from 0 to 2147483647";
      const options: Wrong = { busyTimeout };
      await assertRejects(() => open(configFor(":memory:"), options), TrackerError, message);
    }
  }
  await using logger = await SQLLogger.open(configFor(":memory:"), { busyTimeout: 0 });
  assertEquals(logger.run(), 1);
});

Deno.test("every options object refuses a name that it does not know", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  const mistyped: Wrong = { busyTimout: 1 };
  const message = 'there is no option "busyTimout" (did you mean "busyTimeout"?), expected busyT';
  await assertRejects(() => SQLLogger.open(config, mistyped), TrackerError, message);
  await assertRejects(() => SQLFinder.open(config, mistyped), TrackerError, message);
  await using logger = await SQLLogger.open(config);
  assertEquals(logger.run(), 1);
  logger.logMetric("loss", 1, 0);
  await using finder = await SQLFinder.open(config);
  const query = { project: "digits", metric: "loss", mode: "min" };
  const table: readonly (readonly [(options: Wrong) => unknown, object, string])[] = [
    [(options) => logger.run(options), { tag: ["a"] }, '"tag" (did you mean "tags"?)'],
    [(options) => logger.logArtifact(1, "x", options), { datatype: "a" }, 'mean "dataType"?'],
    [(options) => finder.getRunsInProject("digits", options), { state: "failed" }, '"state"'],
    [(options) => finder.findBestRun(options), { ...query, projct: "a" }, 'mean "project"?'],
    [(options) => finder.getMetrics(1, "loss", options), { maxPoint: 9 }, 'mean "maxPoints"?'],
  ];
  for (const [work, options, message] of table) {
    assertThrows(() => work(options), TrackerError, message);
    assertThrows(() => work([]), TrackerError, "the options are [], expected an object");
    assertThrows(() => work("text"), TrackerError, 'the options are "text", expected an object');
  }
  await assertRejects(() => logger.track(mistyped, () => {}), TrackerError, "there is no option");
  assertEquals(finder.getRunsInProject("digits").length, 1);
});

Deno.test("every option refuses a value of another kind", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
  await using finder = await SQLFinder.open(folder.config());
  const query = { project: "digits", metric: "loss", mode: "min" };
  const table: readonly (readonly [(options: Wrong) => unknown, object, string])[] = [
    [(options) => logger.run(options), { tags: "abc" }, '"tags" is "abc", expected a list'],
    [(options) => logger.run(options), { notes: 5 }, '"notes" is 5, expected a text'],
    [(options) => logger.run(options), { parent: "1" }, '"parent" is "1", expected a whole'],
    [(options) => logger.run(options), { fingerprints: {} }, '"fingerprints" is {}, expected'],
    [(options) => finder.getRunsInProject("digits", options), { tags: "abc" }, '"tags" is "abc"'],
    [(options) => finder.getRunsInProject("digits", options), { status: 5 }, '"status" is 5'],
    [(options) => finder.findBestRun(options), { ...query, metric: undefined }, '"metric" is unde'],
    [(options) => finder.findBestRun(options), {}, '"project" is undefined, expected a text'],
  ];
  for (const [work, options, message] of table) {
    assertThrows(() => work(options), TrackerError, message);
  }
  const left: Wrong = { tags: undefined, notes: "" };
  assertEquals(logger.run(left), 2);
});

Deno.test("SQLFinder.getRunsInProject() takes an empty list for what it says", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  logger.run({ tags: ["a"] });
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getRunsInProject("digits", { status: [] }), []);
  assertEquals(finder.getRunsInProject("digits", { tags: [] }).length, 1);
  assertThrows(() => finder.getRunsInProject("other", { status: [] }), TrackerError, "project");
});
