import {
  assertEquals,
  assertGreater,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { buildRunQuery } from "../../tracker/_filter/build_run_query.ts";
import { openReader } from "../../tracker/_open_reader.ts";
import { readTime } from "../../tracker/_filter/read_time.ts";
import { FilterError, SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor, PYTHON_DATABASE, TestFolder } from "./_config.ts";

// The library that @db/sqlite loads stays loaded, which within a test would count as a leak
await import("@db/sqlite");

async function withRuns(work: (finder: SQLFinder, folder: TestFolder) => void): Promise<void> {
  using folder = new TestFolder();
  const config = folder.config({ lr: 0.1, model: { name: "vit", depth: 12 }, "a.b": [64, "x"] });
  {
    await using logger = await SQLLogger.open(config);
    logger.run({ tags: ["baseline"], notes: "the first" });
    logger.logMetrics({ val_acc: 0.5, "val/loss": 2 }, 0);
    logger.logMetrics({ val_acc: 0.95, "val/loss": NaN }, 1);
    logger.finish();
    config.lr = 0.001;
    logger.run({ name: "second" });
    logger.logMetric("val_acc", 0.7, 0);
    logger.finish("failed");
    config.lr = null;
    config.use_amp = true;
    logger.run({ parent: 1 });
    logger.finish();
  }
  await using finder = await SQLFinder.open(folder.config());
  work(finder, folder);
}

const FOUND: [expression: string, ids: number[]][] = [
  ['status = "completed" and (config.lr < 0.01 or metrics.val_acc.max > 0.9)', [1]],
  ['"baseline" in tags', [1]],
  ['not "baseline" in tags', [2, 3]],
  ['"baseline" not in tags', [2, 3]],
  ['tags contains "baseline"', [1]],
  ['STATUS == "failed" OR Status <> "failed"', [1, 2, 3]],
  ["config.lr != 0.1", [2]],
  ["not config.lr = 0.1", [2]],
  ["config.lr = null", [3]],
  ["config.lr is not null", [1, 2]],
  ['config.lr = "fast"', []],
  ['config.lr != "fast"', [1, 2]],
  ["0.05 <= config.lr", [1]],
  ["config.lr in [1e-3, 0.1,]", [1, 2]],
  ["config.lr not in (0.1)", [2]],
  ["config.use_amp", [3]],
  ["not config.use_amp", []],
  ["config.use_amp = True", [3]],
  ['config["a.b"] contains 64', [1, 2, 3]],
  ['"x" in config."a.b" and 65 not in config."a.b"', [1, 2, 3]],
  ["config.model.name like 'v%' and config.model.name ilike 'V_T'", [1, 2, 3]],
  ["config.model.name like 'V%'", []],
  ['metrics."val/loss" = null', [1, 2, 3]],
  ["metrics.val/loss.first_nonfinite_step = 1", [1]],
  ["metrics.val_acc.mean > 0.71 and metrics.val_acc.count = 2", [1]],
  ["metrics.val_acc.max > config.lr", [1, 2]],
  ["metrics.`val/loss`.min = 2", [1]],
  ["metrics.val_acc.lastStep = 1 and metrics.val_acc.min_step = 0", [1]],
  ['name = "run-1" or name contains "sec"', [1, 2]],
  ['notes like "the%"', [1]],
  ["parent = 1 and id >= 3", [3]],
  ['start > "1 hour ago" and end > "2020" and duration < 3600', [1, 2, 3]],
  ['start < "2020-01-01"', []],
  ['project = "digits"', [1, 2, 3]],
];

Deno.test("findRuns() finds the runs for which the expression is true", () =>
  withRuns((finder) => {
    for (const [expression, ids] of FOUND) {
      assertEquals(finder.findRuns(expression).map(({ id }) => id), ids, expression);
      const inProject = finder.getRunsInProject("digits", { filter: expression });
      assertEquals(inProject.map(({ id }) => id), ids, expression);
    }
    assertEquals(finder.findRuns().length, 3);
    assertEquals(finder.findRuns("id > 0", { project: "other" }), []);
    assertEquals(finder.findRuns("id > 0", { limit: 2 }).map(({ id }) => id), [2, 3]);
    const filter = { filter: "id > 1", status: "failed", limit: 5 };
    assertEquals(finder.getRunsInProject("digits", filter).map(({ id }) => id), [2]);
  }));

const BIG = 9007199254740993n;
const VALUES = [BIG, BIG - 1n, 2 ** 53, 10n ** 20n, -BIG, 5n, 5, String(BIG), [BIG, 5n], 1e300];
const FOUND_BIG: [expression: string, ids: number[]][] = [
  [`config.n = ${BIG}`, [1]],
  [`config.n != ${BIG}`, [2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [`config.n = ${BIG - 1n}`, [2, 3]],
  [`config.n < ${BIG}`, [2, 3, 5, 6, 7]],
  [`${BIG} <= config.n`, [1, 4, 10]],
  ["config.n > 6", [1, 2, 3, 4, 10]],
  ["config.n < 0", [5]],
  [`config.n = -9_007_199_254_740_993`, [5]],
  ["config.n = 5", [6, 7]],
  [`config.n = 1${"0".repeat(20)}`, [4]],
  ["config.n = 1e20", [4]],
  ["config.n = 1e300", [10]],
  [`config.n = 1${"0".repeat(300)}`, [10]],
  [`config.n in (${BIG}, 5, 1e300)`, [1, 6, 7, 10]],
  [`config.n = "${BIG}"`, [8]],
  [`${BIG} in config.n`, [9]],
  [`5 in config.n and config.n contains ${BIG}`, [9]],
  [`${BIG - 1n} in config.n`, []],
  ["config.n > metrics.m", [1, 2, 3, 4, 6, 7, 10]],
  ["config.n = config.same", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [`id < ${BIG} and metrics.m.max < ${BIG}`, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
];

for (const driver of ["node", "ffi"]) {
  Deno.test(`findRuns() finds bigints, exactly, with the driver ${driver}`, async () => {
    using folder = new TestFolder();
    const config: { n?: unknown; same?: unknown } = configFor(folder.databasePath, { driver });
    await using logger = await SQLLogger.open(config);
    for (const value of VALUES) {
      Object.assign(config, { n: value, same: value });
      await logger.track({}, (run) => run.logMetric("m", 1, 0));
    }
    await using finder = await SQLFinder.open(config);
    for (const [expression, ids] of FOUND_BIG) {
      assertEquals(finder.findRuns(expression).map(({ id }) => id), ids, expression);
    }
    const ordered = finder.findRuns("id < 8 or id = 10", { orderBy: "config.n" });
    assertEquals(ordered.map(({ id }) => id), [5, 6, 7, 2, 3, 1, 4, 10]);
    assertThrows(() => finder.findRuns("config.n = 5n"), FilterError, '"5n" is no number');
  });
}

Deno.test("findRuns() sorts, runs without a value last", () =>
  withRuns((finder) => {
    function order(orderBy: string, limit?: number): number[] {
      const options = limit === undefined ? { orderBy } : { orderBy, limit };
      return finder.findRuns(undefined, options).map(({ id }) => id);
    }
    assertEquals(order("metrics.val_acc.max"), [2, 1, 3]);
    assertEquals(order("metrics.val_acc.max DESC"), [1, 2, 3]);
    assertEquals(order("config.lr"), [2, 1, 3]);
    assertEquals(order("status desc, id desc"), [2, 3, 1]);
    assertEquals(order("id desc", 1), [3]);
  }));

const REFUSED: [expression: string, marked: string, problem: string][] = [
  ['stauts = "failed"', "stauts", 'there is no field "stauts", did you mean "status"?'],
  ['status = "complete"', '"complete"', 'the status "complete", did you mean "completed"?'],
  ['status in ("failed", "crashd")', '"crashd"', 'did you mean "crashed"?'],
  ["config.modle.depth > 1", "modle.depth", 'did you mean "model.depth"?'],
  ["metrics.val_ac.max > 1", "val_ac", 'no run has the metric "val_ac", did you mean "val_acc"?'],
  ["metrics.val_acc.maxx > 1", "maxx", 'a metric has no "maxx", did you mean "max"?'],
  ["lr < 1", "lr", 'did you mean "config.lr"?'],
  ["val_acc > 0.9", "val_acc", 'did you mean "metrics.val_acc.last"?'],
  ['params.lr < "1"', "params", 'did you mean "config"?'],
  ["status = ok", "ok", "a text stands in quotes"],
  ["status = 5", "5", '"status" is a text, expected a status, in quotes'],
  ['id = "5"', '"5"', '"id" is a number, expected a number, without quotes'],
  ['start > "soon"', '"soon"', "it is no time, expected"],
  ['start > "2026-02-30"', '"2026-02-30"', "it is no time"],
  ["config.lr < 1 and", "", "it ends here, expected a field"],
  ["(config.lr < 1", "(", "it is not closed, expected )"],
  ["config.lr < 1)", ")", "there is no ( before it"],
  ["0 < config.lr < 1", "<", 'expected "and" between two'],
  ["config.lr < 1 id = 1", "id", 'expected "and", "or" or the end'],
  ["id = 1 && id = 2", "&", 'expected "and"'],
  ["!config.use_amp", "!", 'expected "not"'],
  ['"a"', '"a"', "a value alone is no condition"],
  ["id", "id", "a field alone is no condition"],
  ['tags = "a"', "tags", "is a list"],
  ["5 in tags", "5", "a tag is a text"],
  ["1 = 1", "1 = 1", "expected a field on one side"],
  ["config.lr = nan", "nan", "NaN counts as missing"],
  ["config.lr < true", "true", "true and false have no order"],
  ["config.lr in ()", "config.lr", "the list after it is empty"],
  ["config.lr in (1, null)", "null", "expected a number or a text in quotes"],
  ["config.lr < 5m", "5m", '"5m" is no number'],
  ['name = "open', '"', "the text is not closed"],
  ["name = start", "start", '"name" is a text and "start" a time'],
  ["name.first = 1", "first", '"name" holds no further names'],
  ["start like '2026%'", "start", "expected a text before"],
  ["", "", "it is empty"],
  ["名前 = 1", "名前", 'there is no field "名前"'],
];

Deno.test("findRuns() points at the mistake in an expression", () =>
  withRuns((finder) => {
    for (const [expression, marked, problem] of REFUSED) {
      const error = assertThrows(
        () => finder.findRuns(expression),
        FilterError,
        problem,
        expression,
      );
      assertEquals(expression.slice(error.start, error.end), marked, expression);
      assertEquals([error.exitCode, error.name, error.expression], [2, "FilterError", expression]);
      assertStringIncludes(error.message, error.problem);
    }
    const { message } = assertThrows(() => finder.findRuns('名前 = "日本"'), FilterError);
    assertEquals(message.split("\n").slice(2), ['  名前 = "日本"', "  ^^^^"]);
    const orders = [["id dsc", 'expected "asc"'], ["", "it is empty"], ["tags", "has no order"], [
      "id,",
      "expected a field",
    ]] as const;
    for (const [orderBy, problem] of orders) {
      assertThrows(() => finder.findRuns(undefined, { orderBy }), FilterError, problem);
    }
  }));

Deno.test("findRuns() bounds how long, how deep and how wide an expression is", () =>
  withRuns((finder) => {
    const deep = `${"(".repeat(90)}id = 1${")".repeat(90)}`;
    assertEquals(finder.findRuns(deep).map(({ id }) => id), [1]);
    assertEquals(finder.findRuns(`${"not ".repeat(90)}id = 1`).map(({ id }) => id), [1]);
    const wide = Array(1200).fill("id=1").join(" or ");
    assertEquals(finder.findRuns(wide).map(({ id }) => id), [1]);
    const list = `id in (${Array(3000).fill("1").join(",")})`;
    assertEquals(finder.findRuns(list).map(({ id }) => id), [1]);
    for (const many of ["(", "not ", "(not ("]) {
      assertThrows(() => finder.findRuns(many.repeat(400)), FilterError, "100 levels deep");
    }
    assertThrows(() => finder.findRuns("(".repeat(10_001)), FilterError, "at most 10000");
    const pattern = `name like "${"[".repeat(9_000)}"`;
    assertEquals(finder.findRuns(pattern), []);
  }));

Deno.test("findRuns() puts nothing that a user wrote into the SQL", () =>
  withRuns((finder, folder) => {
    const texts = ["'; DROP TABLE run; --", "\\' OR 1=1", '" OR ""="', "?1", "x') OR (1=1"];
    for (const text of texts) {
      const quoted = `"${text.replaceAll("\\", "\\\\").replaceAll('"', '""')}"`;
      assertEquals(finder.findRuns(`notes = ${quoted}`), []);
      assertEquals(finder.findRuns(`config.model.name = ${quoted} or ${quoted} in tags`), []);
      assertThrows(() => finder.findRuns(`config.${quoted} = 1`), FilterError);
      assertThrows(() => finder.findRuns(`metrics.${quoted}.max = 1`), FilterError);
    }
    const database = new DatabaseSync(folder.databasePath, { readOnly: true });
    assertEquals(database.prepare("SELECT count(*) AS n FROM run").get()?.n, 3);
    database.close();
  }));

Deno.test("findRuns() looks values up by their keys", async () => {
  using folder = new TestFolder();
  const config = folder.config({ lr: 0.1 });
  {
    await using logger = await SQLLogger.open(config);
    await logger.track({ tags: ["a"] }, (run) => run.logMetric("loss", 1, 0));
  }
  const target = { path: folder.databasePath, driver: "node" } as const;
  const { connection, model, spools } = await openReader(target, { busyTimeout: 100 });
  const filter = 'config.lr < 1 and metrics.loss.max > 0.5 and "a" in tags';
  const database = { connection, model, runs: model.runs([]) };
  const { sql, values } = buildRunQuery(database, { filter });
  const plan = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
    .map((row) => String(row.detail));
  spools?.close();
  connection.close();
  for (const table of ["run_parameter", "metric_summary", "tag", "metric_key"]) {
    const steps = plan.filter((step) => step.split(" ")[1] === table);
    assertGreater(steps.length, 0, table);
    for (const step of steps) assertMatch(step, /^SEARCH /);
  }
});

Deno.test("findRuns() checks its options, and names only where there are some", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.findRuns("config.lr < 1 and metrics.loss.min > 1"), []);
  assertThrows(() => finder.findRuns("id = 1", { limit: -1 }), TrackerError, '"limit" is -1');
  assertThrows(() => finder.findRuns(5 as unknown as string), TrackerError, '"filter" is 5');
  const unknown = { orderby: "id" } as object;
  assertThrows(() => finder.findRuns(undefined, unknown), TrackerError, 'mean "orderBy"');
});

Deno.test("findRuns() reads a Python database", async () => {
  await using finder = await SQLFinder.open(configFor(PYTHON_DATABASE));
  const expressions: [string, number[]][] = [
    ['"bert" in tags and status = "failed"', [8]],
    ["config.patch.size = 16", [6]],
    ["config.lr < 0.002 and project = 'image_classification'", [1, 3, 5]],
    ["metrics.val_accuracy.max > 0.5 and metrics.train_loss.count = 20 and id < 3", [1, 2]],
    ['start > "2026-11-23T06:09:35.4Z"', [7, 8]],
    ["not config.patch.overlap", [6]],
  ];
  for (const [expression, ids] of expressions) {
    const found = finder.findRuns(expression).map(({ id }) => id);
    assertEquals(found, ids, expression);
  }
  assertThrows(() => finder.findRuns("config.patch.sise = 1"), FilterError, '"patch.size"');
});

Deno.test("readTime() reads a stretch of time as long as it was written", () => {
  const now = Date.UTC(2026, 10, 25, 12);
  const day = 86_400_000;
  const read = (text: string) => readTime(text, now);
  assertEquals(read("2026-11-25T00:00Z"), {
    from: Date.UTC(2026, 10, 25),
    to: Date.UTC(2026, 10, 25, 0, 1),
  });
  assertEquals(read("2026-11-25 14:30:10.5+02:00")?.from, Date.UTC(2026, 10, 25, 12, 30, 10, 500));
  assertEquals(read("2026-11-25")?.from, new Date(2026, 10, 25).getTime());
  assertEquals(read("2026")?.to, new Date(2027, 0, 1).getTime());
  assertEquals(read("2 days ago")?.from, now - 2 * day);
  assertEquals(read("1.5h ago")?.from, now - 5_400_000);
  for (const text of ["", "soon", "2026-13-01", "2026-11-25 25:00", "26-11-25", "days ago"]) {
    assertEquals(read(text), undefined, text);
  }
});
