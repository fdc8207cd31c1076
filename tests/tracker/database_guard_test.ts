import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import { configFor, TestFolder } from "./_config.ts";

interface Opened {
  logger: SQLLogger;
  warnings: string[];
}

async function openLogger(config: object): Promise<Opened> {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  return { logger: await SQLLogger.open(config, { onWarning }), warnings };
}

function checkIntegrity(path: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return database.prepare("PRAGMA integrity_check").get()?.integrity_check;
  } finally {
    database.close();
  }
}

async function readCounts(config: object): Promise<(number | undefined)[]> {
  await using finder = await SQLFinder.open(config);
  return finder.getRunsInProject("digits").map(({ id }) => finder.getMetrics(id, "loss").length);
}

Deno.test("SQLLogger writes a database anew that is removed under it", async () => {
  using folder = new TestFolder();
  const config = configFor(`${folder.path}/runs/experiments.db`);
  const { logger, warnings } = await openLogger(config);
  logger.run();
  for (let step = 0; step < 10_000; step++) logger.logMetric("loss", step, step);
  // At one blow, for the logger would notice that half of it is gone
  Deno.removeSync(`${folder.path}/runs`, { recursive: true });
  for (let step = 0; step < 10_000; step++) logger.logMetric("loss", step, 10_000 + step);
  logger.finish();
  logger.run();
  logger.logMetric("loss", 1, 0);
  await logger.close();
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", "was removed while it was in use; what it held was");
  assertEquals(await readCounts(config), [20_000, 1]);
  const names = [...Deno.readDirSync(`${folder.path}/runs`)].map(({ name }) => name);
  assertEquals(names, ["experiments.db"]);
});

for (const suffixes of [[""], ["", "-wal"], ["", "-shm"], ["", "-wal", "-shm"]]) {
  const title = `two loggers go on where ${suffixes.map((suffix) => `.db${suffix}`)} is removed`;
  Deno.test(title, async () => {
    using folder = new TestFolder();
    const first = await openLogger(folder.config());
    const second = await openLogger(folder.config());
    for (const { logger } of [first, second]) {
      logger.run();
      for (let step = 0; step < 100; step++) logger.logMetric("loss", step, step);
    }
    for (const suffix of suffixes) Deno.removeSync(folder.databasePath + suffix);
    for (const { logger } of [first, second, first, second]) {
      for (let step = 0; step < 100; step++) logger.logMetric("loss", step, step);
      logger.updateStatus("running");
    }
    for (const { logger } of [second, first]) await logger.close();
    assertEquals([first.warnings.length, second.warnings.length], [1, 0]);
    assertEquals(await readCounts(folder.config()), [300, 300]);
    assertEquals(checkIntegrity(folder.databasePath), "ok");
  });
}

Deno.test("SQLLogger leaves a file alone that has taken the place of its database", async () => {
  using folder = new TestFolder();
  const { logger, warnings } = await openLogger(folder.config());
  logger.run();
  logger.logMetric("loss", 1, 0);
  await Deno.writeTextFile(`${folder.path}/notes`, "notes");
  Deno.renameSync(`${folder.path}/notes`, folder.databasePath);
  logger.finish();
  await logger.close();
  const path = /written to "(.*\.db)", where recording goes on/.exec(warnings[0] ?? "")?.[1] ?? "";
  assertEquals(warnings.length, 1);
  assertEquals(await Deno.readTextFile(folder.databasePath), "notes");
  assertEquals(await readCounts(configFor(path)), [1]);
  assertEquals(checkIntegrity(path), "ok");
});
