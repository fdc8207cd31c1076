import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { childCommand, runChild } from "../_child.ts";
import { readPidStart } from "../../tracker/_session.ts";
import { TestFolder } from "./_config.ts";

/** A process that has begun a run and goes on until it is killed. */
async function startHolding(path: string): Promise<Deno.ChildProcess> {
  const child = childCommand("tracker/_hold_worker.ts", { args: [path] }).spawn();
  const reader = child.stdout.getReader();
  assertEquals(new TextDecoder().decode((await reader.read()).value), "running\n");
  await reader.cancel();
  return child;
}

async function kill(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
  await child.stderr.cancel();
}

async function readStatus(folder: TestFolder, id = 1): Promise<string | undefined> {
  await using finder = await SQLFinder.open(folder.config());
  return finder.findRun(id)?.status;
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

Deno.test({
  name: "a process that has ended counts as gone, also before its parent has asked for it",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // The shell becomes a program that never asks how the other has ended.
    const parent = new Deno.Command("sh", {
      args: ["-c", "sleep 60 & echo $!; exec cat"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = parent.stdout.getReader();
    const pid = Number(new TextDecoder().decode((await reader.read()).value));
    assertEquals(typeof readPidStart(pid), "number");
    Deno.kill(pid, "SIGKILL");
    while (readPidStart(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    assertStringIncludes(Deno.readTextFileSync(`/proc/${pid}/stat`), ") Z ");
    await parent.stdin.close();
    await parent.status;
    await reader.cancel();
  },
});

Deno.test("a run whose process is killed has crashed, and can be resumed", async () => {
  using folder = new TestFolder();
  const child = await startHolding(folder.databasePath);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.findRun(1)?.status, "running");
  await kill(child);
  assertEquals(finder.findRun(1)?.status, "crashed");
  const crashed = finder.getRunsInProject("digits", { status: "crashed" });
  assertEquals(crashed.map((run) => run.id), [1]);
  assertEquals(finder.getRunsInProject("digits", { status: "running" }), []);
  await using logger = await SQLLogger.open(folder.config());
  assertEquals(finder.findRun(1)?.status, "crashed");
  logger.resume(1);
  assertEquals(finder.findRun(1)?.status, "running");
  logger.logMetric("loss", 2, 0);
  logger.finish();
  assertEquals([finder.findRun(1)?.status, finder.findRun(1)?.attempt], ["completed", 2]);
  const points = finder.getMetrics(1, "loss").map(({ value, attempt }) => [value, attempt]);
  assertEquals(points, [[1, undefined], [2, 2]]);
  const attempts = finder.getAttempts(1);
  assertEquals(attempts.map(({ number, pid }) => [number, pid]), [[1, child.pid], [2, Deno.pid]]);
});

Deno.test("a run that is alive in another process or logger cannot be resumed", async () => {
  using folder = new TestFolder();
  const child = await startHolding(folder.databasePath);
  await using logger = await SQLLogger.open(folder.config());
  const message = `Cannot resume run 1: it is running in process ${child.pid}, expected one that`;
  assertThrows(() => logger.resume(1), TrackerError, message);
  await kill(child);
  logger.resume(1);
  await using another = await SQLLogger.open(folder.config());
  assertThrows(() => another.resume(1), TrackerError, `it is running in process ${Deno.pid}`);
  logger.logMetric("loss", 2, 1);
  await logger.close();
  another.resume(1);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getAttempts(1).map(({ number }) => number), [1, 2, 3]);
});

Deno.test("a run whose process is stopped has not crashed", async () => {
  using folder = new TestFolder();
  const child = await startHolding(folder.databasePath);
  child.kill("SIGSTOP");
  const long = Date.now() - 24 * 3600 * 1000;
  change(folder.databasePath, `UPDATE session SET heartbeat_ms = ${long}`);
  assertEquals(await readStatus(folder), "running");
  await kill(child);
  assertEquals(await readStatus(folder), "crashed");
});

Deno.test("a finder that may only read sees that a process has died", async () => {
  using folder = new TestFolder();
  const child = await startHolding(folder.databasePath);
  async function read(): Promise<string> {
    const { stdout } = await runChild("tracker/_status_worker.ts", {
      args: [folder.databasePath],
      permissions: [`--allow-read=${folder.path}`],
    });
    return stdout;
  }
  assertEquals(await read(), "running");
  await kill(child);
  assertEquals(await read(), "crashed");
});

Deno.test("a run of a logger that was closed without ending it has crashed", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
  await logger.close();
  change(folder.databasePath, "UPDATE run SET status = 'running', end_ms = NULL");
  assertEquals(await readStatus(folder), "crashed");
});

Deno.test("a process that is killed before its first run leaves no spool", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
  const { stdout } = await runChild("tracker/_idle_worker.ts", { args: [folder.databasePath] });
  assertEquals(stdout, "open\n");
  assertEquals([...Deno.readDirSync(`${folder.databasePath}.spool`)].length, 1);
  await logger.close();
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["experiments.db"]);
});

Deno.test("the process tells where there is no spool", async () => {
  using folder = new TestFolder();
  const child = await startHolding(folder.databasePath);
  change(folder.databasePath, "UPDATE session SET is_spooled = 0");
  assertEquals(await readStatus(folder), "running");
  await kill(child);
  assertEquals(await readStatus(folder), "crashed");
});

Deno.test("only a long silence tells that a process elsewhere has died", async () => {
  using folder = new TestFolder();
  const child = await startHolding(folder.databasePath);
  await kill(child);
  const elsewhere = "boot_id = 'another', host = 'another'";
  change(folder.databasePath, `UPDATE session SET ${elsewhere}`);
  assertEquals(await readStatus(folder), "running");
  const long = Date.now() - 2 * 3600 * 1000;
  change(folder.databasePath, `UPDATE session SET heartbeat_ms = ${long}`);
  assertEquals(await readStatus(folder), "crashed");
});

Deno.test("a process of an earlier start of this machine has died", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
  const copy = `${folder.path}/copy.db`;
  const database = new DatabaseSync(folder.databasePath);
  database.prepare("VACUUM INTO ?").run(copy);
  database.close();
  change(copy, "UPDATE session SET boot_id = 'another'");
  await using finder = await SQLFinder.open({ experiment: { sql: { db_path: copy } } });
  assertEquals(finder.findRun(1)?.status, "crashed");
});
