import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { insertRun } from "../../tracker/_run_writer.ts";
import { openWriter } from "../../tracker/_open.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { runChild, withoutRootRights, withOwnMounts } from "../_child.ts";
import { configFor, PLAIN_RUN, TestFolder } from "./_config.ts";

const WITHOUT_ROOT_RIGHTS = withoutRootRights();
const WITH_OWN_MOUNTS = withOwnMounts();

/** What an unprivileged process says when it opens a database. */
async function openAsUser(kind: "logger" | "finder", path: string): Promise<string> {
  const prefix = WITHOUT_ROOT_RIGHTS ?? [];
  const { code, stdout, stderr } = await runChild("tracker/_open_worker.ts", {
    args: [kind, path],
    prefix,
  });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

async function makeDatabase(folder: TestFolder): Promise<void> {
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
  logger.logMetric("loss", 1, 0);
}

Deno.test("open() refuses a folder in place of the file", async () => {
  using folder = new TestFolder();
  for (const open of [SQLLogger.open, SQLFinder.open]) {
    const message = `Cannot open "${folder.path}": it is a folder, expected a file`;
    const error = await assertRejects(() => open(configFor(folder.path)), TrackerError, message);
    assertEquals([error.path, error.exitCode], [folder.path, 1]);
  }
});

Deno.test("open() refuses a file that is no database and leaves it as it is", async () => {
  using folder = new TestFolder();
  const text = "# notes, not a database\n".repeat(100);
  await Deno.writeTextFile(folder.databasePath, text);
  for (const open of [SQLLogger.open, SQLFinder.open]) {
    await assertRejects(() => open(folder.config()), TrackerError, "is not an SQLite database");
  }
  assertEquals(await Deno.readTextFile(folder.databasePath), text);
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).length, 1);
});

Deno.test("open() refuses the database of another program and leaves it as it is", async () => {
  using folder = new TestFolder();
  const database = new DatabaseSync(folder.databasePath);
  database.exec("CREATE TABLE bookmarks (id INTEGER)");
  database.close();
  const before = await Deno.readFile(folder.databasePath);
  for (const open of [SQLLogger.open, SQLFinder.open]) {
    await assertRejects(() => open(folder.config()), TrackerError, "database of another program");
  }
  assertEquals(await Deno.readFile(folder.databasePath), before);
});

Deno.test("open() and reading say that a database is damaged", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  const bytes = await Deno.readFile(folder.databasePath);
  bytes.fill(0xee, 4096);
  await Deno.writeFile(folder.databasePath, bytes);
  await assertRejects(
    async () => {
      await using finder = await SQLFinder.open(folder.config());
      finder.getRunsInProject("digits");
    },
    TrackerError,
    "the database is damaged and was left as it is",
  );
  await assertRejects(
    async () => {
      await using logger = await SQLLogger.open(folder.config());
      logger.run();
    },
    TrackerError,
    "the database is damaged",
  );
  bytes.fill(0xee, 100);
  await Deno.writeFile(folder.databasePath, bytes);
  await assertRejects(() => SQLLogger.open(folder.config()), TrackerError, "is damaged");
});

Deno.test("SQLFinder.open() says that there is no such file, and makes none", async () => {
  using folder = new TestFolder();
  const message = `Cannot open "${folder.databasePath}": no such file, expected a database`;
  const error = await assertRejects(() => SQLFinder.open(folder.config()), TrackerError, message);
  assertStringIncludes(error.message, "run an experiment first");
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test("SQLFinder.open() says that a file holds no runs yet", async () => {
  using folder = new TestFolder();
  await Deno.writeFile(folder.databasePath, new Uint8Array());
  await assertRejects(() => SQLFinder.open(folder.config()), TrackerError, "it holds no runs yet");
});

Deno.test("SQLLogger logs while another process keeps the database locked", async () => {
  using folder = new TestFolder();
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  await using logger = await SQLLogger.open(folder.config(), { busyTimeout: 30, onWarning });
  const id = logger.run();
  const other = new DatabaseSync(folder.databasePath);
  other.exec("BEGIN IMMEDIATE");
  for (let step = 0; step < 20_000; step++) logger.logMetric("loss", 1, step);
  const message = "another process has kept the database locked";
  assertThrows(() => logger.run(), TrackerError, message);
  const opening = SQLLogger.open(folder.config(), { busyTimeout: 30 });
  await assertRejects(() => opening, TrackerError, message);
  assertEquals(warnings, []);
  logger.finish();
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", `${message} for longer than the busy timeout`);
  assertStringIncludes(warnings[0] ?? "", "the program goes on, and what it logs is kept in");
  other.exec("ROLLBACK");
  other.close();
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getMetricSummaries(id)[0]?.count, 20_000);
  assertEquals(finder.findRun(id)?.status, "completed");
});

Deno.test("SQLLogger.close() leaves what it cannot write to the next who opens the database", async () => {
  using folder = new TestFolder();
  const other = new DatabaseSync(folder.databasePath);
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const failure = await assertRejects(async () => {
    await using logger = await SQLLogger.open(folder.config(), { busyTimeout: 30, onWarning });
    logger.run();
    other.exec("BEGIN IMMEDIATE");
    logger.logMetric("loss", 1, 0);
    throw new RangeError("diverged");
  }, RangeError);
  assertEquals([failure.message, warnings.length], ["diverged", 1]);
  assertStringIncludes(warnings[0] ?? "", 'Cannot mark runs "interrupted" in');
  other.exec("ROLLBACK");
  other.close();
  await (await SQLLogger.open(folder.config())).close();
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["experiments.db"]);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.findRun(1)?.status, "interrupted");
  assertEquals(finder.getMetrics(1, "loss").length, 1);
});

Deno.test("SQLLogger throws what it cannot write where it is strict", async () => {
  using folder = new TestFolder();
  const options = { busyTimeout: 30, strict: true };
  const logger = await SQLLogger.open(folder.config(), options);
  logger.run();
  const other = new DatabaseSync(folder.databasePath);
  other.exec("BEGIN IMMEDIATE");
  logger.logMetric("loss", 1, 0);
  assertThrows(() => logger.updateStatus("failed"), TrackerError, "Cannot update the status in");
  await assertRejects(() => logger.close(), TrackerError, 'Cannot mark runs "interrupted" in');
  other.exec("ROLLBACK");
  other.close();
  assertThrows(() => logger.run(), TrackerError, "it is closed");
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.findRun(1)?.status, "failed");
});

Deno.test("a full database undoes what did not fit and goes on when there is room", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  const target = { path: folder.databasePath, driver: "node" } as const;
  const connection = await openWriter(target, { busyTimeout: 100 });
  const pages = Number(connection.prepare("PRAGMA page_count").get()?.page_count);
  connection.exec(`PRAGMA max_page_count = ${pages}`);
  const record = { ...PLAIN_RUN, config: { text: "x".repeat(100_000) }, tags: ["a"] };
  function start(): number {
    return connection.attempt("start a run in", () => insertRun(connection, record));
  }
  assertThrows(start, TrackerError, "the disk is full, free some space");
  connection.exec(`PRAGMA max_page_count = ${pages + 1000}`);
  assertEquals(start(), 2);
  assertEquals(connection.prepare("SELECT count(*) AS count FROM tag").get()?.count, 1);
  assertEquals(connection.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
  connection.close();
});

async function withFullDisk(work: string): Promise<Record<string, unknown>> {
  using folder = new TestFolder();
  const mount = `mount -t tmpfs -o size=3m tmpfs "${folder.path}" && exec "$0" "$@"`;
  const prefix = [...(WITH_OWN_MOUNTS ?? []), mount];
  const args = [work, folder.path];
  const { code, stdout, stderr } = await runChild("tracker/_full_disk_worker.ts", { args, prefix });
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

// They need a file system of their own, which not every machine lets a process mount
const FULL_DISK = { ignore: WITH_OWN_MOUNTS === undefined };

Deno.test("opening on a full disk says so and leaves no half database", FULL_DISK, async () => {
  const { opening, left, halves } = await withFullDisk("open");
  assertStringIncludes(String(opening), '/new.db": the disk is full');
  assertEquals(left, ["filler"]);
  assertEquals(halves, []);
});

Deno.test(
  "a program that ends without closing writes what waits in memory",
  FULL_DISK,
  async () => {
    assertEquals(await withFullDisk("leave"), { stored: 20_000 });
  },
);

Deno.test("a full disk does not stop the program, and loses nothing", FULL_DISK, async () => {
  const { warnings, running, ...rest } = await withFullDisk("log");
  const [first = "", ...more] = warnings as string[];
  assertStringIncludes(first, "the disk is full, free some space and try again");
  assertStringIncludes(first, "the program goes on, and what it logs is kept in");
  assertEquals(more, []);
  assertStringIncludes(String(running), "Cannot start a run in");
  assertEquals(rest, {
    isComplete: true,
    counts: [2000, 2000],
    runs: ["completed"],
    integrity: "ok",
    names: ["experiments.db"],
  });
});

Deno.test("a full disk is told in every call where it is strict", FULL_DISK, async () => {
  const { logging, several, ...rest } = await withFullDisk("strict");
  for (const message of [logging, several]) {
    assertStringIncludes(String(message), "the disk is full, free some space and try again");
  }
  assertEquals(rest, {
    isComplete: true,
    hasLogged: true,
    isHalved: false,
    runs: ["completed"],
    integrity: "ok",
  });
});

Deno.test({
  name: "SQLLogger.open() says that a folder or file is read-only",
  ignore: WITHOUT_ROOT_RIGHTS === undefined,
  async fn() {
    using folder = new TestFolder();
    await makeDatabase(folder);
    await Deno.chmod(folder.databasePath, 0o444);
    const message = "the file or its folder is read-only, expected one that this user may write";
    assertStringIncludes(await openAsUser("logger", folder.databasePath), message);
    await Deno.chmod(folder.databasePath, 0o644);
    await Deno.chmod(folder.path, 0o555);
    assertStringIncludes(await openAsUser("logger", folder.databasePath), message);
    const parent = `${folder.path}/a`;
    const table = [
      [`${folder.path}/other.db`, "expected a file in a folder that this user may read and write"],
      [`${parent}/b.db`, `"${parent}" is not there and cannot be made (Permission denied)`],
    ] as const;
    for (const [path, expected] of table) {
      const text = await openAsUser("logger", path);
      assertStringIncludes(text, `Cannot open "${path}": `);
      assertStringIncludes(text, expected);
    }
    await Deno.chmod(folder.path, 0o755);
  },
});

Deno.test({
  name: "SQLFinder.open() reads in a read-only folder, also what a killed process has left",
  ignore: WITHOUT_ROOT_RIGHTS === undefined,
  async fn() {
    using folder = new TestFolder();
    await makeDatabase(folder);
    const killed = `${folder.path}/killed.db`;
    await using logger = await SQLLogger.open(folder.config());
    logger.run();
    for (const suffix of ["", "-wal"]) {
      await Deno.copyFile(folder.databasePath + suffix, killed + suffix);
    }
    await logger.close();
    for (const suffix of ["", "-wal"]) await Deno.chmod(killed + suffix, 0o444);
    await Deno.chmod(folder.path, 0o555);
    assertEquals(await openAsUser("finder", folder.databasePath), "2 runs");
    assertEquals(await openAsUser("finder", killed), "2 runs");
    const names = (await Array.fromAsync(Deno.readDir(folder.path))).map((entry) => entry.name);
    assertEquals(names.sort(), ["experiments.db", "killed.db", "killed.db-wal"]);
    await Deno.chmod(folder.path, 0o755);
  },
});

Deno.test("open() names the permission that Deno lacks", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  const table = [
    ["logger", [], "run again with --allow-read"],
    ["logger", [`--allow-read=${folder.path}`], "run again with --allow-write"],
    ["finder", [], "run again with --allow-read"],
    ["finder", [`--allow-read=${folder.path}`], "1 runs"],
    ["logger", [`--allow-read=${folder.path}`, `--allow-write=${folder.path}`], "run 2"],
    [
      "logger",
      [`--allow-read=${folder.path}`, `--allow-write=${folder.path}`],
      "run 1",
      "/a/new.db",
    ],
  ] as const;
  for (const [kind, permissions, expected, path = "/experiments.db"] of table) {
    const args = [kind, folder.path + path];
    const { code, stdout, stderr } = await runChild("tracker/_open_worker.ts", {
      args,
      permissions,
    });
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, expected);
  }
});

Deno.test("importing the module and logging to memory ask for no permission", async () => {
  const { code, stdout, stderr } = await runChild("tracker/_light_worker.ts", { permissions: [] });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "TrackerError 1");
});

Deno.test("SQLLogger tells once that its database is damaged, and keeps what it logs", async () => {
  using folder = new TestFolder();
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  for (const strict of [false, true]) {
    const path = `${folder.path}/${strict}.db`;
    const logger = await SQLLogger.open(configFor(path), { onWarning, strict });
    const id = logger.run();
    logger.logMetric("loss", 1, 0);
    logger.updateStatus("running");
    const database = new DatabaseSync(path);
    database.exec("DROP TABLE metric_rollup");
    const log = () => {
      for (let step = 1; step < 20_000; step++) logger.logMetric("loss", 1, step);
    };
    if (strict) assertThrows(log, TrackerError, "Cannot log metric");
    else log();
    database.exec(
      "CREATE TABLE metric_rollup (run_id, key_id, level, block, points, " +
        "PRIMARY KEY (run_id, key_id, level, block))",
    );
    database.close();
    logger.logMetric("loss", 1, -1);
    logger.finish();
    await logger.close();
    await using finder = await SQLFinder.open(configFor(path));
    const steps = finder.getMetrics(id, "loss").map(({ step }) => step);
    assertEquals(steps, steps.map((_, i) => i - 1));
    assertEquals(finder.getMetricSummaries(id)[0]?.count, steps.length);
    if (!strict) assertEquals(steps.length, 20_001);
  }
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", "no such table");
});
