import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import { childCommand, runChild } from "../_child.ts";
import { TestFolder } from "./_config.ts";

const KILLS = 10;

function checkIntegrity(path: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return database.prepare("PRAGMA integrity_check").get()?.integrity_check;
  } finally {
    database.close();
  }
}

Deno.test("SQLLogger.logMetric() loses nothing of four processes", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const children = await Promise.all(
    Array.from(
      { length: 4 },
      () => runChild("tracker/_metric_worker.ts", { args: [folder.databasePath, "500"] }),
    ),
  );
  for (const { code, stderr } of children) assertEquals([code, stderr], [0, ""]);
  await using finder = await SQLFinder.open(folder.config());
  const runs = finder.getRunsInProject("digits");
  assertEquals(runs.length, 4);
  for (const run of runs) {
    const steps = finder.getMetrics(run.id, "loss").map((point) => point.step);
    assertEquals(steps, Array.from({ length: 500 }, (_, step) => step));
    assertEquals(finder.getMetricSummaries(run.id)[0]?.count, 500);
  }
  assertEquals(checkIntegrity(folder.databasePath), "ok");
});

Deno.test("SQLLogger.logMetric() has written what it returned from, whenever it is killed", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  let acknowledged = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    const lastStep = await killWhileLogging(folder.databasePath);
    acknowledged += lastStep + 1;
    assertEquals(checkIntegrity(folder.databasePath), "ok");
    await using finder = await SQLFinder.open(folder.config());
    const steps = finder.getMetrics(kill, "loss").map((point) => point.step);
    assertGreaterOrEqual(steps.length, lastStep + 1);
    assertEquals(steps, steps.map((_, step) => step));
    assertEquals(finder.getMetricSummaries(kill)[0]?.count, steps.length);
  }
  assert(acknowledged > KILLS);
});

/** Kills a process after a random number of acknowledged steps; gives the last one it has acknowledged. */
async function killWhileLogging(path: string): Promise<number> {
  const child = childCommand("tracker/_metric_worker.ts", { args: [path, "1000000"] }).spawn();
  const killAt = 1 + Math.floor(Math.random() * 2000);
  let text = "";
  let isKilled = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (isKilled || lastOf(text) < killAt) continue;
    child.kill("SIGKILL");
    isKilled = true;
  }
  const { signal } = await child.status;
  await child.stderr.cancel();
  assertEquals(signal, "SIGKILL");
  return lastOf(text);
}

/** The last step of which the whole line was read. */
function lastOf(text: string): number {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).trimEnd();
  return Number(lines.slice(lines.lastIndexOf("\n") + 1));
}
