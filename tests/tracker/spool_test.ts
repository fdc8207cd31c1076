import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { MetricWriter } from "../../tracker/_metric_writer.ts";
import { importRecords } from "../../tracker/_import.ts";
import { openWriter } from "../../tracker/_open.ts";
import { RecordWriter, type SpoolRecord } from "../../tracker/_record.ts";
import { insertRun } from "../../tracker/_run_writer.ts";
import { insertSession } from "../../tracker/_session.ts";
import { Spool } from "../../tracker/_spool.ts";
import { collectGarbage, SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import fc from "../_property.ts";
import { runChild, withoutRootRights } from "../_child.ts";
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

/** What processes have left that are dead: the number of their run, and where its spool would be. */
async function leaveRun(
  folder: TestFolder,
  session: string,
): Promise<{ runId: number; path: string }> {
  const target = { path: folder.databasePath, driver: "node" } as const;
  const connection = await openWriter(target, { busyTimeout: 5000 });
  const record = { uuid: session, identity: IDENTITY, environment: ENVIRONMENT, isSpooled: true };
  const sessionId = insertSession(connection, record);
  const runId = insertRun(connection, { ...PLAIN_RUN, sessionId });
  connection.close();
  Deno.mkdirSync(`${folder.databasePath}.spool`, { recursive: true });
  return { runId, path: `${folder.databasePath}.spool/${session}.bin` };
}

/** A spool of a session, without records. */
function beginSpool(session: string): RecordWriter {
  const writer = new RecordWriter();
  writer.writeText("header", JSON.stringify({ format: 1, session }), { sequence: 0 });
  return writer;
}

/** A spool of a session with values 0, 1, … of "loss". */
function writePoints(session: string, runId: number, count: number): Uint8Array<ArrayBuffer> {
  const writer = beginSpool(session);
  writer.writeText("key", "loss", { sequence: 1, key: 0 });
  for (let step = 0; step < count; step++) {
    const point = { runId, attempt: 1, step, time: 0, value: step };
    writer.writePoint(point, { sequence: step + 2, key: 0 });
  }
  return writer.bytes;
}

function readSteps(finder: SQLFinder, runId: number): number[] {
  return finder.getMetrics(runId, "loss").map(({ step }) => step);
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

Deno.test("one spool that cannot be imported keeps nobody from logging, reading or tidying up", async () => {
  using folder = new TestFolder();
  const bad = await leaveRun(folder, "bad");
  const writer = beginSpool("bad");
  writer.writeText("event", JSON.stringify({ type: "artifact" }), { sequence: 1 });
  await Deno.writeFile(bad.path, writer.bytes);
  await Deno.mkdir(`${folder.databasePath}.spool/a folder.bin`);
  for (const session of ["finder", "logger"]) {
    const good = await leaveRun(folder, session);
    await Deno.writeFile(good.path, writePoints(session, good.runId, 3));
    const warnings: string[] = [];
    const options = { onWarning: (message: string) => warnings.push(message) };
    if (session === "logger") await (await SQLLogger.open(folder.config(), options)).close();
    await using finder = await SQLFinder.open(folder.config());
    assertEquals(readSteps(finder, good.runId), [0, 1, 2]);
    assertEquals(warnings.length, session === "logger" ? 1 : 0);
    for (const warning of warnings) assertStringIncludes(warning, `"${bad.path}" cannot be read`);
  }
  await collectGarbage(folder.config());
  assertEquals(namesIn(`${folder.databasePath}.spool`), ["a folder.bin", "bad.bin"]);
});

const WITHOUT_ROOT_RIGHTS = withoutRootRights();

Deno.test({
  name: "a spool that this user may not read keeps nobody from logging",
  ignore: WITHOUT_ROOT_RIGHTS === undefined,
  async fn() {
    using folder = new TestFolder();
    const { runId, path } = await leaveRun(folder, "of another user");
    await Deno.writeFile(path, writePoints("of another user", runId, 3), { mode: 0o000 });
    const { code, stdout, stderr } = await runChild("tracker/_open_worker.ts", {
      args: ["logger", folder.databasePath],
      prefix: WITHOUT_ROOT_RIGHTS ?? [],
    });
    assertEquals([code, stdout], [0, `run ${runId + 1}`]);
    assertStringIncludes(stderr, `"${path}" cannot be read`);
    assertEquals(stderr.trim().split("\n").length, 1);
  },
});

Deno.test("a damaged spool gives what can be read of it, and is kept", async () => {
  using folder = new TestFolder();
  const { runId, path } = await leaveRun(folder, "damaged");
  const bytes = writePoints("damaged", runId, 20).slice();
  // Seven records of 56 bytes stand behind the place that is hit
  bytes[bytes.length - 8 * 56 + 20]! ^= 255;
  await Deno.writeFile(path, bytes);
  const warnings: string[] = [];
  const options = { onWarning: (message: string) => warnings.push(message) };
  for (let opening = 1; opening <= 2; opening++) {
    await (await SQLLogger.open(folder.config(), options)).close();
  }
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", `the file is kept as "${path}.damaged"`);
  assertEquals(await Deno.readFile(`${path}.damaged`), bytes);
  await using finder = await SQLFinder.open(folder.config());
  const steps = Array.from({ length: 20 }, (_, step) => step);
  assertEquals(readSteps(finder, runId), steps.filter((step) => step !== 12));
});

Deno.test("a spool whose header is damaged is taken for that of the session in its name", async () => {
  using folder = new TestFolder();
  const { runId, path } = await leaveRun(folder, "headless");
  await Deno.writeFile(path, writePoints("headless", runId, 5).fill(0, 0, 8));
  const noise = await leaveRun(folder, "noise");
  await Deno.writeFile(noise.path, new Uint8Array(100).fill(7));
  const warnings: string[] = [];
  const options = { onWarning: (message: string) => warnings.push(message) };
  await (await SQLLogger.open(folder.config(), options)).close();
  assertEquals(warnings.length, 2);
  const names = ["headless.bin.damaged", "noise.bin.damaged"];
  assertEquals(namesIn(`${folder.databasePath}.spool`), names);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(readSteps(finder, runId), [0, 1, 2, 3, 4]);
});

Deno.test("a spool that ends with half a record is no damaged one", async () => {
  using folder = new TestFolder();
  const { runId, path } = await leaveRun(folder, "torn");
  await Deno.writeFile(path, writePoints("torn", runId, 20).subarray(0, -10));
  const onWarning = (message: string) => assertEquals(message, "");
  await (await SQLLogger.open(folder.config(), { onWarning })).close();
  assertEquals(namesIn(folder.path), ["experiments.db"]);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(readSteps(finder, runId).length, 19);
});

Deno.test("what a process has left that was killed while it opened is removed after a while", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const spools = `${folder.databasePath}.spool`;
  await Deno.mkdir(spools);
  await Deno.writeFile(`${spools}/old.bin`, beginSpool("old").bytes);
  await Deno.writeFile(`${spools}/new.bin`, beginSpool("new").bytes);
  await Deno.writeFile(`${spools}/records.bin`, writePoints("records", 1, 1));
  const held = Spool.create({ databasePath: folder.databasePath, session: "alive" });
  for (const name of ["old", "records", "alive"]) await Deno.utime(`${spools}/${name}.bin`, 1, 1);
  await (await SQLLogger.open(folder.config())).close();
  assertEquals(namesIn(spools), ["alive.bin", "new.bin", "records.bin"]);
  held.remove();
});
