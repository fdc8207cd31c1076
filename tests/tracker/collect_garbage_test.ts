import { assertEquals, assertGreater, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  collectGarbage,
  RunEditor,
  SQLFinder,
  SQLLogger,
  TrackerError,
} from "../../tracker/mod.ts";
import { configFor, TestFolder } from "./_config.ts";

function putIntoTrash(path: string, id: number, time: number): void {
  const database = new DatabaseSync(path);
  database.prepare("UPDATE run SET trashed_ms = ? WHERE id = ?").run(time, id);
  database.close();
}

Deno.test("collectGarbage() says what it would remove, and removes just that", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  for (let id = 1; id <= 3; id++) {
    logger.run({ tags: ["a"], notes: "x".repeat(10_000) });
    for (let step = 0; step < 2000; step++) logger.logMetric("loss", step, step);
    logger.finish();
  }
  await logger.close();
  putIntoTrash(folder.databasePath, 1, 1000);
  putIntoTrash(folder.databasePath, 2, 2000);
  const size = Deno.statSync(folder.databasePath).size;
  const options = { trashedBefore: new Date(2000) };
  const planned = await collectGarbage(config, { ...options, dryRun: true });
  assertEquals([planned.runs, planned.points, planned.files], [1, 2000, 0]);
  assertGreater(planned.bytes, 40_000);
  assertEquals(Deno.statSync(folder.databasePath).size, size);
  assertEquals(await collectGarbage(config, options), planned);
  assertEquals(size - Deno.statSync(folder.databasePath).size >= planned.bytes, true);
  assertEquals((await collectGarbage(config)).runs, 1);
  assertEquals(await collectGarbage(config), { runs: 0, points: 0, files: 0, bytes: 0 });
  await using finder = await SQLFinder.open(config);
  assertEquals(finder.getRunsInProject("digits").map((run) => run.id), [3]);
  assertEquals(finder.getMetrics(3, "loss").length, 2000);
});

Deno.test("collectGarbage() makes no database", async () => {
  using folder = new TestFolder();
  for (const path of [folder.databasePath, ":memory:"]) {
    await assertRejects(() => collectGarbage(configFor(path)), TrackerError, "no such file");
  }
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("collectGarbage() removes the record of a study with the last of its runs", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  function countEvents(name: string): number {
    using ledger = logger.openStudy(name);
    return ledger.events.length;
  }
  for (const name of ["gone", "half", "without runs"]) {
    using ledger = logger.openStudy(name);
    ledger.append({ type: "opened" });
    if (name === "without runs") continue;
    for (const key of ["first", "second"]) {
      ledger.append({ type: "finished" }, {
        key,
        begin: { config: {} },
        end: { status: "failed" },
      });
    }
  }
  await using editor = await RunEditor.open(config);
  editor.trash([1, 2, 3]);
  await collectGarbage(config, { dryRun: true });
  await collectGarbage(config, { trashedBefore: new Date(0) });
  assertEquals(["gone", "half", "without runs"].map(countEvents), [3, 3, 1]);
  assertEquals((await collectGarbage(config)).runs, 3);
  assertEquals(["gone", "half", "without runs"].map(countEvents), [0, 3, 1]);
});
