import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import { childCommand, runChild } from "../_child.ts";
import { TestFolder } from "./_config.ts";

const KILLS = 100;
const AT_ONCE = 4;

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

Deno.test("SQLLogger loses nothing of eight processes while a finder reads", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const running = Promise.all(Array.from(
    { length: 8 },
    () => runChild("tracker/_log_worker.ts", { args: [folder.databasePath, "1000"] }),
  ));
  let isRunning = true;
  const children = running.finally(() => isRunning = false);
  await using finder = await SQLFinder.open(folder.config());
  while (isRunning) {
    if (finder.findProject("digits") !== undefined) finder.getRunsInProject("digits");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const { code, stderr } of await children) assertEquals([code, stderr], [0, ""]);
  const runs = finder.getRunsInProject("digits");
  assertEquals(runs.map((run) => run.status), Array.from({ length: 8 }, () => "completed"));
  const steps = Array.from({ length: 1000 }, (_, step) => step);
  for (const { id } of runs) {
    for (const key of ["loss", "left", "right"]) {
      assertEquals(finder.getMetrics(id, key).map((point) => point.step), steps);
    }
  }
  assertEquals(checkIntegrity(folder.databasePath), "ok");
});

Deno.test("SQLLogger.logMetric() has written what it returned from, whenever it is killed", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const acknowledged: number[] = [];
  let left = KILLS;
  async function killSome(): Promise<void> {
    while (left-- > 0) {
      const { run, lastStep } = await killWhileLogging(folder.databasePath);
      acknowledged[run] = lastStep;
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, killSome));
  await using finder = await SQLFinder.open(folder.config());
  const runs = finder.getRunsInProject("digits");
  assertEquals(runs.map((run) => run.status), Array.from({ length: KILLS }, () => "crashed"));
  let count = 0;
  for (const { id } of runs) {
    const steps = finder.getMetrics(id, "loss").map((point) => point.step);
    assertGreaterOrEqual(steps.length, (acknowledged[id] ?? Infinity) + 1);
    assertEquals(steps, steps.map((_, step) => step));
    assertEquals(finder.getMetricSummaries(id)[0]?.count, steps.length);
    count += steps.length;
  }
  assertGreaterOrEqual(count, KILLS * 10);
  assertEquals(checkIntegrity(folder.databasePath), "ok");
  await (await SQLLogger.open(folder.config())).close();
  await finder.close();
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["experiments.db"]);
});

/** Kills a process after a random number of acknowledged steps; gives the last one it has acknowledged. */
async function killWhileLogging(path: string): Promise<{ run: number; lastStep: number }> {
  const child = childCommand("tracker/_metric_worker.ts", { args: [path, "1000000"] }).spawn();
  const killAt = 10 + Math.floor(Math.random() ** 3 * 1000);
  let text = "";
  let isKilled = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (isKilled || !(lastOf(text) >= killAt)) continue;
    child.kill("SIGKILL");
    isKilled = true;
  }
  const { signal } = await child.status;
  assertEquals([signal, await new Response(child.stderr).text()], ["SIGKILL", ""]);
  return { run: Number(/^run (\d+)$/m.exec(text)?.[1]), lastStep: lastOf(text) };
}

/** The last step of which the whole line was read. */
function lastOf(text: string): number {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).trimEnd();
  return Number(lines.slice(lines.lastIndexOf("\n") + 1));
}

Deno.test("SQLLogger records as well where it has to survive a loss of power", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config(), { durability: "power" });
  const id = logger.run();
  for (let step = 0; step < 100; step++) logger.logMetric("loss", step, step);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getMetrics(id, "loss").length, 100);
});
