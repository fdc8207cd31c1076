import {
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { inspectDatabase, RunEditor, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor, PYTHON_DATABASE, TestFolder } from "./_config.ts";

async function recordTwo(config: object): Promise<void> {
  await using logger = await SQLLogger.open(config);
  await logger.track({}, (run) => run.logMetric("loss", 1, 0));
  logger.run();
  logger.finish("failed");
}

Deno.test("inspectDatabase() reports a database in order", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await recordTwo(config);
  {
    await using editor = await RunEditor.open(config);
    editor.trash([2]);
  }
  const { bytes, sqliteVersion, ...report } = await inspectDatabase(config);
  assertEquals(report, {
    path: folder.databasePath,
    kind: "ato",
    schemaVersion: { found: 1, expected: 1 },
    journalMode: "wal",
    damage: [],
    danglingRows: 0,
    lock: "free",
    pending: { files: 0, bytes: 0 },
    runs: { completed: 1 },
    trashedRuns: 1,
  });
  assertGreater(bytes.database, 0);
  assertEquals(sqliteVersion.split(".").length, 3);
});

Deno.test("inspectDatabase() sees who holds the lock, and rows of things not there", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await recordTwo(config);
  const other = new DatabaseSync(folder.databasePath);
  other.exec("PRAGMA foreign_keys = OFF; DELETE FROM run WHERE id = 2; BEGIN IMMEDIATE");
  const report = await inspectDatabase(config);
  other.exec("ROLLBACK");
  other.close();
  assertEquals([report.lock, report.runs], ["held", { completed: 1 }]);
  assertGreater(report.danglingRows, 0);
});

Deno.test("inspectDatabase() says what is damaged", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await recordTwo(config);
  const path = folder.databasePath;
  const bytes = await Deno.readFile(path);
  const pageSize = bytes[16]! * 256 + bytes[17]!;
  const found: string[] = [];
  // Whatever page is damaged, it is said, in the report or as the reason why there is none
  for (let page = 2; page <= bytes.length / pageSize; page++) {
    const damaged = bytes.slice();
    damaged.fill(0x5a, (page - 1) * pageSize, page * pageSize);
    await Deno.writeFile(path, damaged);
    try {
      found.push(...(await inspectDatabase(config)).damage);
    } catch (error) {
      assertInstanceOf(error, TrackerError);
      found.push(error.message);
    }
    assertGreaterOrEqual(found.length, page - 1);
  }
});

Deno.test("inspectDatabase() reads a Python database, and refuses what is none", async () => {
  using folder = new TestFolder();
  const report = await inspectDatabase(configFor(PYTHON_DATABASE));
  assertEquals([report.kind, report.lock, report.runs], [
    "python",
    "unknown",
    { completed: 7, failed: 1 },
  ]);
  await assertRejects(() => inspectDatabase(folder.config()), TrackerError, "no such file");
});
