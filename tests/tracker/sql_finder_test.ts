import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openReader } from "../../tracker/_open_reader.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor, TestFolder } from "./_config.ts";

interface Digits {
  folder: TestFolder;
  logger: SQLLogger;
  finder: SQLFinder;
  config: Record<string, unknown>;
}

async function withDigits(work: (digits: Digits) => void | Promise<void>): Promise<void> {
  using folder = new TestFolder();
  const config = folder.config({ lr: 0.1, model: { depth: 3 } });
  await using logger = await SQLLogger.open(config);
  await using finder = await SQLFinder.open(config);
  await work({ folder, logger, finder, config });
}

Deno.test("SQLFinder finds nothing where there is nothing", () =>
  withDigits(({ finder }) => {
    assertEquals(finder.findProject("digits"), undefined);
    assertEquals(finder.findRun(1), undefined);
    assertEquals(
      finder.findBestRun({ project: "digits", metric: "loss", mode: "min" }),
      undefined,
    );
    assertEquals(finder.findSimilarRuns(1), []);
    assertEquals(finder.findSimilarRunsByTrace(1, "step"), []);
  }));

Deno.test("SQLFinder names what there is where a get method finds nothing", () =>
  withDigits(({ logger, finder, folder }) => {
    assertThrows(() => finder.getRunsInProject("digits"), TrackerError, "it has no projects");
    logger.run({ fingerprints: [{ traceId: "step", traceType: "static", fingerprint: "a" }] });
    logger.logMetrics({ train_loss: 1, accuracy: 1 }, 0);
    const messages = [
      [
        () => finder.getRunsInProject("digit"),
        '(did you mean "digits"?): it has the projects digits',
      ],
      [() => finder.getMetrics(1, "train_los"), '"train_los" of run 1 in'],
      [
        () => finder.getMetrics(1, "train_los"),
        'mean "train_loss"?): it has the metrics accuracy, train_loss',
      ],
      [() => finder.getMetrics(7, "x"), "Cannot find run 7 in"],
      [() => finder.getMetricKeys(7), "it has the runs 1"],
      [() => finder.getMetricSummaries(7), "Cannot find run 7"],
      [() => finder.getArtifacts(7), "Cannot find run 7"],
      [() => finder.compareRuns([1, 7]), "Cannot find run 7"],
      [() => finder.getTraceStatistics("digits", "stepp"), 'mean "step"?'],
      [() => finder.getTraceStatistics("other", "step"), 'project "other"'],
    ] as const;
    for (const [work, message] of messages) {
      const error = assertThrows(work, TrackerError, message);
      assertEquals(error.path, folder.databasePath);
    }
  }));

Deno.test("SQLFinder.getRunsInProject() filters and limits", () =>
  withDigits(({ logger, finder }) => {
    for (const tags of [["a"], ["a", "b"], ["b"], ["a", "b", "c"]]) {
      logger.run({ tags });
      logger.finish(tags.length === 2 ? "failed" : "completed");
    }
    logger.run();
    function ids(filter?: Parameters<SQLFinder["getRunsInProject"]>[1]): number[] {
      return finder.getRunsInProject("digits", filter).map((run) => run.id);
    }
    assertEquals(ids(), [1, 2, 3, 4, 5]);
    assertEquals(ids({ limit: 2 }), [4, 5]);
    assertEquals(ids({ status: "failed" }), [2]);
    assertEquals(ids({ status: ["failed", "running"] }), [2, 5]);
    assertEquals(ids({ tags: ["a", "b"] }), [2, 4]);
    assertEquals(ids({ tags: ["b"], status: "completed", limit: 1 }), [4]);
    assertEquals(ids({ tags: ["' OR 1 --"] }), []);
    assertEquals(ids({ limit: 0 }), []);
    for (const limit of [-1, 1.5, NaN]) {
      assertThrows(() => ids({ limit }), TrackerError, "expected a whole number");
    }
  }));

Deno.test("SQLFinder.findBestRun() looks at every step, at finite values, at one project", () =>
  withDigits(async ({ logger, finder, folder }) => {
    const series = [[0.1, 0.9, 0.2], [0.95, NaN], [Infinity, 0.5], [-Infinity, 0.05], [NaN], [
      0.95,
    ]];
    for (const values of series) {
      logger.run();
      values.forEach((value, step) => logger.logMetric("accuracy", value, step));
    }
    const other = { experiment: { project_name: "other", sql: { db_path: folder.databasePath } } };
    await using otherLogger = await SQLLogger.open(other);
    otherLogger.run();
    otherLogger.logMetric("accuracy", 99, 0);
    const query = { project: "digits", metric: "accuracy" };
    assertEquals(finder.findBestRun({ ...query, mode: "max" })?.id, 2);
    assertEquals(finder.findBestRun({ ...query, mode: "min" })?.id, 4);
    assertEquals(finder.findBestRun({ ...query, metric: "loss", mode: "min" }), undefined);
    assertEquals(finder.findBestRun({ project: "other", metric: "accuracy", mode: "max" })?.id, 7);
    const mode = "maximum" as "max";
    assertThrows(
      () => finder.findBestRun({ ...query, mode }),
      TrackerError,
      'expected "max" or "min"',
    );
  }));

Deno.test("SQLFinder.findBestRun() is an index look-up", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const target = { path: folder.databasePath, driver: "node" } as const;
  const { connection, model } = await openReader(target, { busyTimeout: 100 });
  const plan = connection.prepare(
    `EXPLAIN QUERY PLAN SELECT run_id FROM (${model.summaries}) WHERE key = ? AND max_value IS NOT NULL
     ORDER BY max_value DESC LIMIT 1`,
  ).all().map((row) => row.detail);
  connection.close();
  assertEquals(plan.some((line) => String(line).includes("metric_summary_by_max")), true);
  assertEquals(plan.some((line) => String(line).includes("TEMP B-TREE")), false);
});

Deno.test("SQLFinder.findSimilarRuns() gives the other runs of the same structure and project", () =>
  withDigits(async ({ logger, finder, config, folder }) => {
    logger.run();
    config.lr = 0.5;
    logger.run();
    config.lr = "fast";
    logger.run();
    const other = { ...folder.config({ lr: 0.1, model: { depth: 3 } }) };
    other.experiment = { project_name: "other", sql: { db_path: folder.databasePath } };
    await using otherLogger = await SQLLogger.open(other);
    otherLogger.run();
    assertEquals(finder.findSimilarRuns(1).map((run) => run.id), [2]);
    assertEquals(finder.findSimilarRuns(3), []);
    assertEquals(finder.findSimilarRuns(4), []);
  }));

Deno.test("SQLFinder.findSimilarRunsByTrace() and getTraceStatistics() go by fingerprint", () =>
  withDigits(({ logger, finder }) => {
    for (const [code, values] of [["f1", "v1"], ["f1", "v2"], ["f2", "v1"]] as const) {
      logger.run({
        fingerprints: [
          { traceId: "step", traceType: "static", fingerprint: code },
          { traceId: "step", traceType: "runtime", fingerprint: values },
          { traceId: "only", traceType: "runtime", fingerprint: values },
        ],
      });
    }
    assertEquals(finder.findSimilarRunsByTrace(1, "step").map((run) => run.id), [2]);
    assertEquals(finder.findSimilarRunsByTrace(1, "step", "runtime").map((run) => run.id), [3]);
    assertEquals(finder.findSimilarRunsByTrace(1, "other"), []);
    assertEquals(finder.getTraceStatistics("digits", "step"), {
      projectName: "digits",
      traceId: "step",
      staticTraceVersions: 2,
      runtimeTraceVersions: 2,
    });
    assertEquals(finder.getTraceStatistics("digits", "only").staticTraceVersions, 0);
  }));

Deno.test("SQLFinder.getMetrics() reduces a series without losing its spike", () =>
  withDigits(({ logger, finder }) => {
    logger.run();
    for (let step = 0; step < 400; step++) logger.logMetric("loss", step === 123 ? 50 : 1, step);
    const points = finder.getMetrics(1, "loss", { maxPoints: 50 });
    assertEquals(points.length <= 50, true);
    assertEquals(points.find((point) => point.value === 50)?.step, 123);
    assertEquals([points[0]?.step, points.at(-1)?.step], [0, 399]);
    assertEquals(finder.getMetrics(1, "loss", { maxPoints: 400 }).length, 400);
    for (const maxPoints of [4, NaN, -1]) {
      assertThrows(() => finder.getMetrics(1, "loss", { maxPoints }), TrackerError, "at least 5");
    }
  }));

Deno.test("SQLFinder.getMetricSummaries() sums a metric up", () =>
  withDigits(({ logger, finder }) => {
    logger.run();
    const points = [[3, 5], [1, 2], [8, NaN], [8, 4], [2, 2], [6, -Infinity], [4, 5]] as const;
    for (const [step, value] of points) logger.logMetric("loss", value, step);
    logger.logMetric("nan", NaN, 7);
    assertEquals(finder.getMetricSummaries(1), [
      {
        key: "loss",
        count: 7,
        firstStep: 1,
        lastStep: 8,
        last: 4,
        min: 2,
        minStep: 1,
        max: 5,
        maxStep: 3,
        firstNonFiniteStep: 6,
      },
      { key: "nan", count: 1, firstStep: 7, lastStep: 7, last: NaN, firstNonFiniteStep: 7 },
    ]);
    assertEquals(finder.getMetricKeys(1), ["loss", "nan"]);
  }));

Deno.test("SQLFinder.compareRuns() gives the keys that differ", () =>
  withDigits(({ logger, finder, config }) => {
    Object.assign(config, { layers: [64, 128], same: { a: [1] }, gone: 1, nan: NaN });
    logger.run();
    logger.logMetrics({ loss: 3, accuracy: 0.5 }, 0);
    logger.logMetrics({ loss: 2 }, 1);
    Object.assign(config, { layers: [64, 256], "a.b": 1, model: { depth: 5 } });
    delete config.gone;
    logger.run();
    logger.logMetric("loss", 1, 0);
    const { runs, config: differences, metrics } = finder.compareRuns([2, 1]);
    assertEquals(runs.map((run) => run.id), [2, 1]);
    assertEquals(Object.fromEntries(differences.map(({ path, values }) => [path, values])), {
      "layers": [[64, 256], [64, 128]],
      "model.depth": [5, 3],
      '["a.b"]': [1, undefined],
      "gone": [undefined, 1],
    });
    assertEquals(metrics.map(({ key, summaries }) => [key, summaries.map((s) => s?.last)]), [
      ["accuracy", [undefined, 0.5]],
      ["loss", [1, 2]],
    ]);
    assertEquals(metrics[1]?.summaries[1]?.min, 2);
    assertEquals(finder.compareRuns([1]).config, []);
  }));

Deno.test("SQLFinder reads while a logger writes", () =>
  withDigits(({ logger, finder }) => {
    logger.run();
    for (let step = 0; step < 5; step++) {
      logger.logMetric("loss", step, step);
      assertEquals(finder.getMetrics(1, "loss").length, step + 1);
    }
  }));

Deno.test("SQLFinder.open() needs no project and no database in memory", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  await using finder = await SQLFinder.open({
    experiment: { sql: { db_path: folder.databasePath } },
  });
  assertEquals(finder.findRun(1), undefined);
  await assertRejects(() => SQLFinder.open(configFor(":memory:")), TrackerError, "expected a file");
});

Deno.test("SQLFinder.close() may be called twice, and what follows says so", () =>
  withDigits(async ({ finder }) => {
    await finder.close();
    await finder.close();
    assertThrows(() => finder.findRun(1), TrackerError, "it is closed");
  }));
