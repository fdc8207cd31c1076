import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { MetricWriter } from "../../tracker/_metric_writer.ts";
import { importRecords } from "../../tracker/_import.ts";
import { openWriter } from "../../tracker/_open.ts";
import { RecordWriter, type SpoolRecord } from "../../tracker/_record.ts";
import { insertRun } from "../../tracker/_run_writer.ts";
import { insertSession } from "../../tracker/_session.ts";
import { Spool } from "../../tracker/_spool.ts";
import { SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import fc from "../_property.ts";
import { runChild } from "../_child.ts";
import { configFor, PLAIN_RUN, TestFolder } from "./_config.ts";

const IDENTITY = { host: null, pid: 1, pidStart: null, bootId: null };
const ENVIRONMENT = { argv: [], versions: {}, os: "linux", arch: "x86_64" };

function isLocked(path: string): boolean {
  using file = Deno.openSync(path);
  return !file.tryLockSync(false);
}

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

Deno.test("Spool keeps what is appended, locks its file and removes it", () => {
  using folder = new TestFolder();
  const spool = Spool.create({ databasePath: folder.databasePath, session: "a" });
  assert(isLocked(spool.path));
  const header = spool.read().slice();
  spool.append(new Uint8Array([1, 2]));
  spool.append(new Uint8Array([3]));
  assertEquals([...spool.read()], [...header, 1, 2, 3]);
  assertEquals(spool.size, 3);
  spool.clear();
  assertEquals([spool.read().length, spool.size], [header.length, 0]);
  spool.append(new Uint8Array([4]));
  assertEquals([...spool.read()], [...header, 4]);
  spool.remove();
  assertEquals(namesIn(folder.path), []);
});

Deno.test("Spool.renewed() makes a file anew that somebody has removed", () => {
  using folder = new TestFolder();
  const spool = Spool.create({ databasePath: folder.databasePath, session: "a" });
  assert(spool.renewed() === spool);
  Deno.removeSync(`${folder.databasePath}.spool`, { recursive: true });
  const renewed = spool.renewed();
  assertFalse(renewed === spool);
  assert(isLocked(spool.path));
  renewed.remove();
});

Deno.test("Spool.abandon() leaves the file, unlocked", () => {
  using folder = new TestFolder();
  const spool = Spool.create({ databasePath: folder.databasePath, session: "a" });
  spool.abandon();
  assertFalse(isLocked(spool.path));
  assertThrows(() => Spool.create({ databasePath: "/missing\0", session: "a" }));
});

Deno.test("importRecords() imports every record once, in whatever pieces and how often", async () => {
  const target = { path: ":memory:", driver: "node" } as const;
  const pieces = fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 })), { maxLength: 12 });
  await fc.assert(fc.asyncProperty(pieces, async (pieces) => {
    const connection = await openWriter(target, { busyTimeout: 0 });
    const session = "s";
    const record = { uuid: session, identity: IDENTITY, environment: ENVIRONMENT, isSpooled: true };
    const sessionId = insertSession(connection, record);
    const runId = insertRun(connection, { ...PLAIN_RUN, sessionId });
    const records: SpoolRecord[] = [{ kind: "key", sequence: 1, key: 0, text: "loss" }];
    for (let i = 2; i <= 40; i++) {
      const common = { key: 0, runId, attempt: 1, time: 0 };
      records.push({ kind: "point", sequence: i, step: i, value: i, ...common });
    }
    for (const [from, length] of [...pieces, [0, 40] as const]) {
      // A key stands in front of its points in every file
      const piece = [records[0]!, ...records.slice(Math.max(1, from), from + length)];
      const metrics = new MetricWriter(connection);
      importRecords(piece, { connection, metrics, session, heartbeat: null });
    }
    const rows = connection.prepare("SELECT step FROM metric ORDER BY seq").all();
    assertEquals(rows.map((row) => row.step), records.slice(1).map(({ sequence }) => sequence));
    connection.close();
  }));
});

Deno.test("SQLLogger goes on where its spool is removed", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  const id = logger.run();
  for (let step = 0; step < 20_000; step++) {
    if (step % 5000 === 0) Deno.removeSync(`${folder.databasePath}.spool`, { recursive: true });
    logger.logMetric("loss", step, step);
    // Enough to reach the database, and with it the moment at which the file is made anew
    if (step % 5000 === 4999) logger.updateStatus("running");
  }
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getMetrics(id, "loss").length, 20_000);
});

Deno.test("a spool that cannot be read is left alone", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const spools = `${folder.databasePath}.spool`;
  await Deno.mkdir(spools);
  const header = new RecordWriter();
  const unknown = JSON.stringify({ format: 1, session: "of another database" });
  header.writeText("header", unknown, { sequence: 0 });
  const files: Record<string, Uint8Array> = {
    "empty.bin": new Uint8Array(),
    "noise.bin": new Uint8Array(100).fill(7),
    "unknown.bin": header.bytes,
  };
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(`${spools}/${name}`, bytes);
  }
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getRunsInProject("digits").length, 1);
  await logger.close();
  assertEquals(namesIn(spools), Object.keys(files));
});

Deno.test("logging to memory needs no spool", async () => {
  await using logger = await SQLLogger.open(configFor(":memory:"));
  logger.run();
  logger.logMetric("loss", 1, 0);
  logger.finish();
});

Deno.test("logging works where no file can be made beside the database", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const path = folder.databasePath;
  const files = ["", "-wal", "-shm", "-journal"].map((suffix) => path + suffix).join(",");
  const { code, stdout, stderr } = await runChild("tracker/_open_worker.ts", {
    args: ["logger", path],
    permissions: [`--allow-read=${files}`, `--allow-write=${files}`],
  });
  assertEquals([code, stdout, stderr], [0, "run 1", ""]);
  assertEquals(namesIn(folder.path), ["experiments.db"]);
});

Deno.test("a finder that may not write shows what is in the database, any other all", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  const id = logger.run();
  logger.logMetric("loss", 1, 0);
  logger.updateStatus("running");
  logger.logMetric("loss", 2, 1);
  const { stdout } = await runChild("tracker/_count_worker.ts", {
    args: [folder.databasePath, String(id)],
    permissions: [`--allow-read=${folder.path}`],
  });
  assertEquals(Number(stdout) >= 1, true);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getMetrics(id, "loss").length, 2);
});

Deno.test("loggers that open and close at once do not take each other's folder away", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const args = [folder.databasePath, String(Date.now() + 1000)];
  const children = await Promise.all(
    Array.from({ length: 6 }, () => runChild("tracker/_spool_worker.ts", { args })),
  );
  for (const { code, stderr } of children) assertEquals([code, stderr], [0, ""]);
  assertEquals(namesIn(folder.path), ["experiments.db"]);
});
