import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Connection } from "../../tracker/_connection.ts";
import { openDriver } from "../../tracker/_driver.ts";
import { upgradePython } from "../../tracker/_upgrade_python.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { runChild } from "../_child.ts";
import { configFor, PYTHON_DATABASE, TestFolder } from "./_config.ts";

function withPython(work: (finder: SQLFinder) => void): () => Promise<void> {
  return async () => {
    await using finder = await SQLFinder.open(configFor(PYTHON_DATABASE));
    work(finder);
  };
}

function ids(runs: readonly { id: number }[]): number[] {
  return runs.map((run) => run.id);
}

Deno.test(
  "SQLFinder reads the runs of a Python database",
  withPython((finder) => {
    assertEquals(finder.findProject("text")?.createdAt, new Date("2026-11-23T06:09:35.475Z"));
    assertEquals(ids(finder.getRunsInProject("image_classification")), [1, 2, 3, 4, 5, 6]);
    assertEquals(ids(finder.getRunsInProject("text", { status: "failed" })), [8]);
    assertEquals(ids(finder.getRunsInProject("text", { tags: ["bert", "try0"] })), [7]);
    const run = finder.findRun(6);
    assertEquals(run?.name, "run-6");
    assertEquals(run?.projectName, "image_classification");
    assertEquals(run?.tags, ["vit_b16", "try1"]);
    assertEquals(run?.status, "completed");
    assertEquals(run?.startTime, new Date("2026-11-23T06:09:35.373Z"));
    assertEquals(run?.endTime, new Date("2026-11-23T06:09:35.470Z"));
    assertEquals(run?.config.get("patch.size"), 16);
    assertEquals(run?.structuralHash, "9a13f391c50131749df946ff0028f950d5dc528e");
  }),
);

Deno.test(
  "SQLFinder reads the metrics of a Python database",
  withPython((finder) => {
    assertEquals(finder.getMetricKeys(1), ["train_loss", "val_accuracy"]);
    const points = finder.getMetrics(1, "train_loss");
    assertEquals(points.length, 20);
    assertEquals(points[0], {
      step: 0,
      value: 1.0237964627091891,
      timestamp: new Date("2026-11-23T06:09:34.791Z"),
    });
    const values = points.map(({ value }) => value);
    const min = Math.min(...values);
    assertEquals(finder.getMetricSummaries(1)[0], {
      key: "train_loss",
      count: 20,
      firstStep: 0,
      lastStep: 19,
      last: values[19] ?? NaN,
      min,
      minStep: values.indexOf(min),
      max: Math.max(...values),
      maxStep: 0,
    });
    assertEquals(finder.getMetrics(1, "train_loss", { maxPoints: 5 }).length <= 5, true);
    assertThrows(() => finder.getMetrics(1, "val_acuracy"), TrackerError, '"val_accuracy"?');
  }),
);

Deno.test(
  "SQLFinder finds the best and the similar runs of a Python database",
  withPython((finder) => {
    const query = { project: "image_classification", metric: "val_accuracy" };
    assertEquals(finder.findBestRun({ ...query, mode: "max" })?.id, 4);
    assertEquals(finder.findBestRun({ ...query, mode: "min" })?.id, 6);
    assertEquals(ids(finder.findSimilarRuns(1)), [2, 3, 4, 5]);
    assertEquals(ids(finder.findSimilarRuns(7)), [8]);
    assertEquals(finder.findSimilarRuns(6), []);
    assertEquals(ids(finder.findSimilarRunsByTrace(1, "train_step")), [2]);
    assertEquals(ids(finder.findSimilarRunsByTrace(1, "predictions", "runtime")), [3, 5]);
    const { staticTraceVersions } = finder.getTraceStatistics(query.project, "train_step");
    assertEquals(staticTraceVersions, 3);
    assertEquals(finder.getTraceStatistics(query.project, "predictions").runtimeTraceVersions, 2);
    assertEquals(finder.getArtifacts(1), [
      {
        id: 1,
        runId: 1,
        path: "checkpoints/resnet50_0.pt",
        dataType: "model",
        metadata: { epoch: 19 },
      },
    ]);
    assertEquals(finder.compareRuns([1, 2]).config, [{ path: "lr", values: [0.001, 0.002] }]);
  }),
);

Deno.test("SQLFinder reads what Python writes beside JSON and finite numbers", async () => {
  using folder = new TestFolder();
  await Deno.copyFile(PYTHON_DATABASE, folder.databasePath);
  const database = new DatabaseSync(folder.databasePath);
  database.exec(`UPDATE experiments SET config = '{"lr": NaN, "x": "NaN"}', tags = NULL,
      end_time = NULL, status = NULL WHERE id = 1;
    INSERT INTO metrics (run_id, key, value, step) VALUES (1, 'val_accuracy', 9e999, 20)`);
  database.close();
  await using finder = await SQLFinder.open(folder.config());
  const run = finder.findRun(1);
  assertEquals(run?.config.toObject(), { lr: NaN, x: "NaN" });
  assertEquals([run?.tags, run?.endTime, run?.status], [[], undefined, "running"]);
  const query = { project: "image_classification", metric: "val_accuracy", mode: "max" } as const;
  assertEquals(finder.findBestRun(query)?.id, 4);
  const summary = finder.getMetricSummaries(1)[1];
  assertEquals([summary?.last, summary?.firstNonFiniteStep], [Infinity, 20]);
});

Deno.test("SQLLogger.open() upgrades a Python database and keeps a copy of the old one", async () => {
  using folder = new TestFolder();
  await Deno.copyFile(PYTHON_DATABASE, folder.databasePath);
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const logger = await SQLLogger.open(folder.config(), { onWarning });
  const backup = `${folder.databasePath}.python-ato.bak`;
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", `the old one is kept as "${backup}"`);
  const id = logger.run();
  logger.logMetric("train_loss", 0.5, 0);
  await logger.close();
  await using old = await SQLFinder.open(configFor(PYTHON_DATABASE));
  for (const path of [folder.databasePath, backup]) {
    await using finder = await SQLFinder.open(configFor(path));
    for (const project of ["image_classification", "text"]) {
      assertEquals(finder.findProject(project), old.findProject(project));
      const runs = old.getRunsInProject(project);
      assertEquals(finder.getRunsInProject(project), runs);
      for (const run of runs) {
        assertEquals(finder.getMetricSummaries(run.id), old.getMetricSummaries(run.id));
        assertEquals(finder.getArtifacts(run.id), old.getArtifacts(run.id));
        for (const key of old.getMetricKeys(run.id)) {
          assertEquals(finder.getMetrics(run.id, key), old.getMetrics(run.id, key));
        }
      }
    }
    assertEquals(ids(finder.findSimilarRunsByTrace(1, "predictions", "runtime")), [3, 5]);
  }
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(ids(finder.getRunsInProject("digits")), [id]);
  assertEquals(id > 8, true);
});

Deno.test("SQLLogger.open() upgrades what Python writes beside JSON and finite numbers", async () => {
  using folder = new TestFolder();
  await Deno.copyFile(PYTHON_DATABASE, folder.databasePath);
  const database = new DatabaseSync(folder.databasePath, { enableForeignKeyConstraints: false });
  database.exec(`UPDATE experiments SET config = '{"lr": NaN, "x": "NaN"}', tags = NULL,
      end_time = NULL, status = NULL, start_time = NULL WHERE id = 1;
    UPDATE projects SET created_at = NULL;
    INSERT INTO metrics (run_id, key, value, step) VALUES (1, 'val_accuracy', 9e999, 20);
    INSERT INTO metrics (run_id, key, value, step) VALUES (77, 'of no run', 1, 0);
    INSERT INTO artifacts (run_id, path) VALUES (77, 'of no run')`);
  database.close();
  await (await SQLLogger.open(folder.config(), { onWarning: () => {} })).close();
  await using finder = await SQLFinder.open(folder.config());
  const run = finder.findRun(1);
  assertEquals(run?.config.toObject(), { lr: NaN, x: "NaN" });
  assertEquals([run?.tags, run?.endTime, run?.status], [[], undefined, "running"]);
  const summary = finder.getMetricSummaries(1)[1];
  assertEquals([summary?.last, summary?.firstNonFiniteStep], [Infinity, 20]);
});

Deno.test("SQLLogger.open() upgrades a Python database once where several open it", async () => {
  using folder = new TestFolder();
  await Deno.copyFile(PYTHON_DATABASE, folder.databasePath);
  const options = { onWarning: () => {} };
  const opening = [1, 2, 3].map(() => SQLLogger.open(folder.config(), options));
  for (const logger of await Promise.all(opening)) await logger.close();
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  assertEquals(names, ["experiments.db", "experiments.db.python-ato.bak"]);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getMetricSummaries(1)[0]?.count, 20);
});

Deno.test("upgradePython() does nothing where another process was faster", async () => {
  using folder = new TestFolder();
  const path = folder.databasePath;
  await Deno.copyFile(PYTHON_DATABASE, path);
  const connection = new Connection(await openDriver("node", { path, readOnly: false }), path);
  await (await SQLLogger.open(folder.config(), { onWarning: () => {} })).close();
  const before = await Deno.readFile(path);
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  upgradePython(connection, { busyTimeout: 0, onWarning });
  connection.close();
  assertEquals(warnings, []);
  assertEquals(await Deno.readFile(path), before);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  assertEquals(names, ["experiments.db", "experiments.db.python-ato.bak"]);
});

Deno.test("SQLLogger.open() upgrades a Python database once where several processes open it", async () => {
  using folder = new TestFolder();
  await Deno.copyFile(PYTHON_DATABASE, folder.databasePath);
  const taken = `${folder.databasePath}.python-ato.bak`;
  await Deno.writeTextFile(taken, "of somebody else");
  const args = [folder.databasePath, String(Date.now() + 1500)];
  const children = await Promise.all(
    Array.from({ length: 4 }, () => runChild("tracker/_start_worker.ts", { args })),
  );
  assertEquals(children.map(({ code }) => code), [0, 0, 0, 0]);
  assertEquals(children.filter(({ stderr }) => stderr !== "").length, 1);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  const backup = "experiments.db.python-ato-2.bak";
  assertEquals(names, ["experiments.db", backup, "experiments.db.python-ato.bak"]);
  assertEquals(await Deno.readTextFile(taken), "of somebody else");
  await using old = await SQLFinder.open(configFor(`${folder.path}/${backup}`));
  assertEquals(old.getMetricSummaries(1)[0]?.count, 20);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getRunsInProject("digits").length, 4 * 5);
});

Deno.test("SQLLogger.open() names the run that it cannot upgrade, and leaves all as it was", async () => {
  const changes = [
    "UPDATE experiments SET config = 'not json' WHERE id = 2",
    "UPDATE experiments SET tags = 'not json' WHERE id = 2",
    "INSERT INTO artifacts (run_id, path, data_info) VALUES (2, 'a', 'not json')",
  ];
  for (const change of changes) {
    using folder = new TestFolder();
    await Deno.copyFile(PYTHON_DATABASE, folder.databasePath);
    const database = new DatabaseSync(folder.databasePath);
    database.exec(change);
    database.close();
    const before = await Deno.readFile(folder.databasePath);
    for (let attempt = 1; attempt <= 2; attempt++) {
      await assertRejects(() => SQLLogger.open(folder.config()), TrackerError, "run 2: ");
    }
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["experiments.db"]);
    assertEquals(await Deno.readFile(folder.databasePath), before);
  }
});
