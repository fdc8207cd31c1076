import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { copyDatabase } from "../../tracker/_database_copy.ts";
import { openReader } from "../../tracker/_open_reader.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { runChild, withoutRootRights } from "../_child.ts";
import { TestFolder } from "./_config.ts";

const WITHOUT_ROOT_RIGHTS = withoutRootRights();
const IGNORE = WITHOUT_ROOT_RIGHTS === undefined;

interface Opening {
  prefix?: readonly string[];
  permissions?: readonly string[];
}

/** What an unprivileged process says when it opens the database. */
async function openAsUser(
  kind: "logger" | "finder",
  { databasePath }: TestFolder,
  opening: Opening = {},
): Promise<string> {
  const { code, stdout, stderr } = await runChild("tracker/_open_worker.ts", {
    args: [kind, databasePath],
    prefix: WITHOUT_ROOT_RIGHTS ?? [],
    ...opening,
  });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

async function makeDatabase(folder: TestFolder): Promise<void> {
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
}

function namesIn(folder: TestFolder): string[] {
  return [...Deno.readDirSync(folder.path)].map((entry) => entry.name).sort();
}

/** Reads as a program does that may only read the database: its log has the database's mode. */
function readLikeOthers({ databasePath }: TestFolder): void {
  const database = new DatabaseSync(databasePath, { readOnly: true });
  database.prepare("SELECT * FROM run").all();
  database.close();
}

Deno.test("SQLFinder leaves neither a file nor a change", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  const before = await Deno.readFile(folder.databasePath);
  const finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getRunsInProject("digits").length, 1);
  await finder.close();
  assertEquals(namesIn(folder), ["experiments.db"]);
  assertEquals(await Deno.readFile(folder.databasePath), before);
});

Deno.test("SQLFinder cannot write, whichever way it reads", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  const target = { path: folder.databasePath, driver: "node" } as const;
  const tidy = await openReader(target, { busyTimeout: 100 });
  const looking = await openReader(target, { busyTimeout: 100 });
  for (const { connection } of [tidy, looking]) {
    const work = () => connection.attempt("write", () => connection.exec("DELETE FROM run"));
    await assertRejects(() => Promise.try(work), TrackerError, "read-only");
    const trust = connection.prepare("PRAGMA trusted_schema").get();
    assertEquals(trust?.trusted_schema, 0);
    assertEquals(connection.prepare("PRAGMA query_only").get()?.query_only, 1);
    assertEquals(connection.prepare("SELECT count(*) AS count FROM run").get()?.count, 1);
  }
  tidy.connection.close();
  looking.connection.close();
});

Deno.test("SQLFinder finds what a logger that starts later records", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  await using finder = await SQLFinder.open(folder.config());
  await using logger = await SQLLogger.open(folder.config());
  logger.run();
  assertEquals(finder.getRunsInProject("digits").length, 2);
});

Deno.test("open() does not open the file itself that its process has open, whose locks that would drop", async () => {
  using folder = new TestFolder();
  await using _logger = await SQLLogger.open(folder.config());
  const { open } = Deno;
  const opened: unknown[] = [];
  try {
    Deno.open = (path, options) => {
      opened.push(path);
      return open(path, options);
    };
    await (await SQLFinder.open(folder.config())).close();
    await (await SQLLogger.open(folder.config())).close();
  } finally {
    Deno.open = open;
  }
  assertEquals(opened, []);
});

Deno.test("SQLFinder reads and merges the log of a killed process", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  using killed = new TestFolder();
  const logger = await SQLLogger.open(folder.config());
  logger.run();
  for (const suffix of ["", "-wal"]) {
    await Deno.copyFile(folder.databasePath + suffix, killed.databasePath + suffix);
  }
  await logger.close();
  const finder = await SQLFinder.open(killed.config());
  assertEquals(finder.getRunsInProject("digits").length, 2);
  await finder.close();
  assertEquals(namesIn(killed), ["experiments.db"]);
});

Deno.test({
  name: "SQLFinder leaves no file beside a database that it may not write",
  ignore: IGNORE,
  async fn() {
    using folder = new TestFolder();
    await makeDatabase(folder);
    await Deno.chmod(folder.databasePath, 0o444);
    assertEquals(await openAsUser("finder", folder), "1 runs");
    assertEquals(namesIn(folder), ["experiments.db"]);
    await Deno.chmod(folder.databasePath, 0o644);
    assertEquals(await openAsUser("logger", folder), "run 2");
  },
});

Deno.test({
  name: "SQLLogger leaves no file beside a database that it may not write",
  ignore: IGNORE,
  async fn() {
    using folder = new TestFolder();
    await makeDatabase(folder);
    await Deno.chmod(folder.databasePath, 0o444);
    assertStringIncludes(await openAsUser("logger", folder), "the file or its folder is read-only");
    assertEquals(namesIn(folder), ["experiments.db"]);
  },
});

Deno.test({
  name: "SQLLogger unlocks the log that a reader of a read-only database has left",
  ignore: IGNORE,
  async fn() {
    using folder = new TestFolder();
    await makeDatabase(folder);
    await Deno.chmod(folder.databasePath, 0o444);
    readLikeOthers(folder);
    assertEquals(namesIn(folder).length, 3);
    assertStringIncludes(await openAsUser("logger", folder), "the file or its folder is read-only");
    await Deno.chmod(folder.databasePath, 0o644);
    assertEquals(await openAsUser("logger", folder), "run 2");
    assertEquals(namesIn(folder), ["experiments.db"]);
  },
});

Deno.test({
  name: "SQLLogger says what to do about the log that another user's reader has left",
  // Only root can make the files of another user
  ignore: IGNORE || Deno.uid() !== 0,
  async fn() {
    using folder = new TestFolder();
    const prefix = (WITHOUT_ROOT_RIGHTS ?? []).map((word) =>
      word.replace("-dac_override", "-dac_override,-fowner,-chown")
    );
    for (const mode of [0o644, 0o444]) {
      await makeDatabase(folder);
      readLikeOthers(folder);
      for (const suffix of ["-wal", "-shm"]) {
        await Deno.chmod(folder.databasePath + suffix, mode);
        await Deno.chown(folder.databasePath + suffix, 65534, 65534);
      }
      const text = await openAsUser("logger", folder, { prefix });
      assertStringIncludes(text, `"${folder.databasePath}-wal" cannot be written`);
      assertStringIncludes(text, "close the programs that read the database");
      for (const suffix of ["-wal", "-shm"]) await Deno.remove(folder.databasePath + suffix);
      assertEquals(await openAsUser("logger", folder, { prefix }), "run 2");
      await Deno.remove(folder.databasePath);
    }
  },
});

Deno.test("SQLFinder with --allow-read alone leaves empty files that the next logger removes", async () => {
  using folder = new TestFolder();
  await makeDatabase(folder);
  const reading = { permissions: [`--allow-read=${folder.path}`] };
  assertEquals(await openAsUser("finder", folder, reading), "1 runs");
  const names = namesIn(folder);
  assertEquals(names, ["experiments.db", "experiments.db-shm", "experiments.db-wal"]);
  assertEquals((await Deno.stat(`${folder.databasePath}-wal`)).size, 0);
  assertEquals(await openAsUser("logger", folder), "run 2");
  assertEquals(namesIn(folder), ["experiments.db"]);
  const writing = { permissions: [...reading.permissions, `--allow-write=${folder.path}`] };
  assertEquals(await openAsUser("finder", folder, writing), "2 runs");
  assertEquals(namesIn(folder), ["experiments.db"]);
});

Deno.test({
  name: "SQLFinder with --allow-read alone says what it lacks in a read-only folder",
  ignore: IGNORE,
  async fn() {
    using folder = new TestFolder();
    await makeDatabase(folder);
    await Deno.chmod(folder.path, 0o555);
    const reading = { permissions: [`--allow-read=${folder.path}`] };
    const text = await openAsUser("finder", folder, reading);
    assertStringIncludes(text, "read from a copy among the temporary files");
    assertStringIncludes(text, "run again with --allow-write");
    assertEquals(await openAsUser("finder", folder), "1 runs");
    await Deno.chmod(folder.path, 0o755);
  },
});

Deno.test("copyDatabase() copies all files as they are at one moment", async () => {
  using folder = new TestFolder();
  const path = folder.databasePath;
  await Deno.writeTextFile(`${path}-wal`, "old");
  await Deno.utime(`${path}-wal`, 1, 1);
  await Deno.writeTextFile(path, "new");
  const copying = copyDatabase(path);
  const timer = setTimeout(() => Deno.writeTextFileSync(`${path}-wal`, "new"), 30);
  const copy = await copying;
  clearTimeout(timer);
  assertEquals(await Deno.readTextFile(copy.path), "new");
  assertEquals(await Deno.readTextFile(`${copy.path}-wal`), "new");
  copy.remove();
  copy.remove();
  await assertRejects(() => Deno.stat(copy.path), Deno.errors.NotFound);
});

Deno.test("copyDatabase() copies again what has changed meanwhile", async () => {
  using folder = new TestFolder();
  const path = folder.databasePath;
  function write(text: string): void {
    for (const suffix of ["", "-wal"]) {
      Deno.writeTextFileSync(path + suffix, text);
      Deno.utimeSync(path + suffix, text.length, text.length);
    }
  }
  write("old");
  const { copyFile } = Deno;
  try {
    // Between the database and its log, once
    Deno.copyFile = async (from, to) => {
      await copyFile(from, to);
      Deno.copyFile = copyFile;
      write("newer");
    };
    const copy = await copyDatabase(path);
    assertEquals(await Deno.readTextFile(copy.path), "newer");
    assertEquals(await Deno.readTextFile(`${copy.path}-wal`), "newer");
    copy.remove();
  } finally {
    Deno.copyFile = copyFile;
  }
});

Deno.test("copyDatabase() leaves out a log that goes meanwhile", async () => {
  using folder = new TestFolder();
  const path = folder.databasePath;
  for (const suffix of ["", "-wal"]) await Deno.writeTextFile(path + suffix, "old");
  const copying = copyDatabase(path);
  const timer = setTimeout(() => Deno.removeSync(`${path}-wal`), 30);
  const copy = await copying;
  clearTimeout(timer);
  await assertRejects(() => Deno.stat(`${copy.path}-wal`), Deno.errors.NotFound);
  copy.remove();
});

Deno.test("copyDatabase() gives up on a database that never rests", async () => {
  using folder = new TestFolder();
  const path = folder.databasePath;
  let round = 0;
  await Deno.writeTextFile(path, "0");
  const timer = setInterval(() => Deno.writeTextFileSync(path, String(++round)), 5);
  await assertRejects(() => copyDatabase(path), TrackerError, "another process changes it");
  clearInterval(timer);
  assert(round > 0);
});
