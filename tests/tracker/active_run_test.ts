import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type ActiveRun, SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { childCommand } from "../_child.ts";
import { TestFolder } from "./_config.ts";

async function statuses(folder: TestFolder): Promise<string[]> {
  await using finder = await SQLFinder.open(folder.config());
  return finder.getRunsInProject("digits").map((run) => run.status);
}

Deno.test("ActiveRun takes nothing after its run has ended", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  const run = await logger.track({}, (run) => run);
  const calls: readonly (() => void)[] = [
    () => run.logMetric("loss", 1, 0),
    () => run.logMetrics({ loss: 1 }, 0),
    () => run.logArtifact("x"),
    () => run.finish("failed"),
    () => run.updateStatus("failed"),
  ];
  for (const call of calls) {
    assertThrows(call, TrackerError, "run 1 has ended, expected one that is running (resume(1)");
  }
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getMetricKeys(1), []);
  assertEquals(finder.getArtifacts(1), []);
  assertEquals(finder.findRun(1)?.status, "completed");
});

Deno.test("ActiveRun.finish() ends its own run, and track() leaves that as it is", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  const started = Promise.withResolvers<void>();
  const first = logger.track({}, async (run) => {
    await started.promise;
    run.finish("failed");
    assertThrows(() => run.logMetric("loss", 1, 0), TrackerError, "has ended");
  });
  const second = logger.track({}, async (run) => {
    started.resolve();
    await first;
    run.logMetric("loss", 1, 0);
    assertEquals(logger.currentRunId, run.id);
  });
  await Promise.all([first, second]);
  assertEquals(await statuses(folder), ["failed", "completed"]);
});

Deno.test("ActiveRun.finish() is kept where the function throws, and by default completes", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  await assertRejects(() =>
    logger.track({}, (run) => {
      run.finish();
      throw new RangeError("afterwards");
    }), RangeError);
  await logger.track({}, (run) => {
    const running = "running" as "failed";
    assertThrows(() => run.finish(running), TrackerError, 'Cannot finish a run as "running"');
    assertThrows(() => run.finish("fail" as "failed"), TrackerError, "expected");
    run.finish("interrupted");
  });
  assertEquals(await statuses(folder), ["completed", "interrupted"]);
});

Deno.test("ActiveRun.updateStatus() stays when the function returns", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  await logger.track({}, (run) => {
    run.updateStatus("failed");
    run.logMetric("loss", 1, 0);
  });
  await logger.track({}, (run) => {
    run.updateStatus("failed");
    run.updateStatus("running");
  });
  assertEquals(await statuses(folder), ["failed", "completed"]);
});

Deno.test("SQLLogger.finish() inside the only tracked run ends it", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  await logger.track({}, () => logger.finish("interrupted"));
  await logger.track({}, (run) => {
    const inner = logger.run({ parent: run.id });
    logger.logMetric("loss", 1, 0);
    assertEquals(logger.currentRunId, inner);
    logger.finish("failed");
  });
  assertEquals(await statuses(folder), ["interrupted", "completed", "failed"]);
});

Deno.test("SQLLogger leaves runs that overlap to their own methods", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  const bothRun = Promise.withResolvers<void>();
  const checked = Promise.withResolvers<void>();
  async function wait(run: ActiveRun): Promise<void> {
    if (run.id === 2) bothRun.resolve();
    await checked.promise;
    run.logMetric("loss", 1, 0);
  }
  const runs = [logger.track({}, wait), logger.track({}, wait)];
  await bothRun.promise;
  const calls: readonly (() => void)[] = [
    () => logger.finish("failed"),
    () => logger.updateStatus("failed"),
    () => logger.logMetric("loss", 1, 0),
    () => logger.logMetrics({ loss: 1 }, 0),
  ];
  for (const call of calls) {
    assertThrows(call, TrackerError, "2 tracked runs are running (1, 2), expected the call on");
  }
  checked.resolve();
  await Promise.all(runs);
  assertEquals(await statuses(folder), ["completed", "completed"]);
  logger.run();
  logger.logMetric("loss", 1, 0);
  logger.finish();
});

Deno.test("SQLLogger.resume() continues a run that has ended", async () => {
  using folder = new TestFolder();
  const first = await SQLLogger.open(folder.config({ lr: 0.1 }));
  await assertRejects(() =>
    first.track({ tags: ["a"] }, (run) => {
      run.logMetric("loss", 3, 0);
      throw new RangeError("out of memory");
    })
  );
  await first.close();

  await using logger = await SQLLogger.open(folder.config({ lr: 0.5 }));
  logger.resume(1);
  assertEquals(logger.currentRunId, 1);
  await using finder = await SQLFinder.open(folder.config());
  const resumed = finder.findRun(1);
  assertEquals(resumed?.status, "running");
  assertEquals([resumed?.endTime, resumed?.error], [undefined, undefined]);
  assertEquals(resumed?.config.lr, 0.1);
  assertEquals(resumed?.tags, ["a"]);
  logger.logMetric("loss", 2, 0);
  logger.logMetric("loss", 1, 1);
  logger.finish();
  assertEquals(finder.getMetrics(1, "loss").map(({ value }) => value), [3, 2, 1]);
  assertEquals(finder.findRun(1)?.status, "completed");
  assert(finder.findRun(1)?.endTime instanceof Date);
});

Deno.test("SQLLogger.resume() continues what a killed process has left running, and is interrupted like any", async () => {
  using folder = new TestFolder();
  const child = childCommand("tracker/_hold_worker.ts", { args: [folder.databasePath] }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGKILL");
  await child.status;
  await Promise.all([reader.cancel(), child.stderr.cancel()]);
  const logger = await SQLLogger.open(folder.config());
  logger.resume(1);
  logger.logMetric("loss", 1, 0);
  await logger.close();
  assertEquals(await statuses(folder), ["interrupted"]);
});

Deno.test("SQLLogger.resume() refuses what is no run to continue", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  assertThrows(() => logger.resume(1), TrackerError, 'run 1 of project "digits"');
  assertThrows(() => logger.resume(1), TrackerError, "it has no runs");
  for (let i = 0; i < 3; i++) {
    logger.run();
    logger.finish();
  }
  const config = { experiment: { project_name: "other", sql: { db_path: folder.databasePath } } };
  await using other = await SQLLogger.open(config);
  other.run();
  other.finish();
  for (const id of [9, 4, -1, 1.5, NaN, "1" as unknown as number]) {
    assertThrows(() => logger.resume(id), TrackerError, "it has the runs 3, 2, 1");
  }
  assertThrows(() => other.resume(1), TrackerError, "it has the runs 4");
  logger.resume(2);
  assertThrows(() => logger.resume(2), TrackerError, "it is running in this logger");
  logger.finish();
  assertThrows(() => logger.logArtifact(9, "x"), TrackerError, "it has the runs 4, 3, 2, 1");
});
