import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openWriter } from "../../tracker/_open.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { runChild } from "../_child.ts";
import { configFor, TestFolder } from "./_config.ts";

Deno.test("open() says which part of the path is a file in place of a folder", async () => {
  using folder = new TestFolder();
  const file = `${folder.path}/notes.txt`;
  await Deno.writeTextFile(file, "notes");
  for (const open of [SQLLogger.open, SQLFinder.open]) {
    for (const path of [`${file}/x.db`, `${file}/a/b/x.db`]) {
      const message = `Cannot open "${path}": "${file}" is a file, expected a folder, move the ` +
        "file or choose another experiment.sql.db_path";
      const error = await assertRejects(() => open(configFor(path)), TrackerError, message);
      assertEquals(error.path, path);
    }
  }
  assertEquals(await Deno.readTextFile(file), "notes");
});

Deno.test("SQLLogger.open() says that the folder cannot be made, why, and what to do", async () => {
  using folder = new TestFolder();
  const link = `${folder.path}/link`;
  await Deno.symlink(`${folder.path}/unmounted`, link);
  const table: [string, string][] = [
    [link, "a link on its path leads to nothing"],
    [`${link}/a`, "a link on its path leads to nothing"],
  ];
  if (Deno.build.os === "linux") table.push(["/proc/none", "No such file or directory"]);
  for (const [parent, reason] of table) {
    const path = `${parent}/x.db`;
    const message = `Cannot open "${path}": its folder "${parent}" is not there and cannot be ` +
      `made (${reason}), expected one that is there or can be made: make it or choose another ` +
      "experiment.sql.db_path";
    const error = await assertRejects(() => SQLLogger.open(configFor(path)), TrackerError);
    assertEquals([error.message, error.path], [message, path]);
  }
});

Deno.test("open() says what the system has against a path, and what to do", async () => {
  using folder = new TestFolder();
  const path = `${folder.path}/${"a".repeat(300)}/x.db`;
  const message = `Cannot open "${path}": the system refuses the path (File name too long), ` +
    "expected that of a file, choose another experiment.sql.db_path";
  for (const open of [SQLLogger.open, SQLFinder.open]) {
    const error = await assertRejects(() => open(configFor(path)), TrackerError);
    assertEquals(error.message, message);
  }
});

Deno.test("SQLLogger.open() waits for a lock that SQLite itself does not wait for", async () => {
  using folder = new TestFolder();
  // A file that is there and empty has still to be turned to write-ahead logging
  const other = new DatabaseSync(folder.databasePath);
  other.exec("BEGIN IMMEDIATE");
  const timer = setTimeout(() => other.exec("ROLLBACK"), 50);
  await using logger = await SQLLogger.open(folder.config());
  clearTimeout(timer);
  other.close();
  assertEquals(logger.run(), 1);
});

Deno.test("SQLLogger.open() leaves only the database, and makes a spool with the first run", async () => {
  using folder = new TestFolder();
  const logger = await SQLLogger.open(folder.config());
  const names = () => [...Deno.readDirSync(folder.path)].map((entry) => entry.name).sort();
  assertEquals(names(), ["experiments.db", "experiments.db-shm", "experiments.db-wal"]);
  logger.run();
  assertEquals(names(), [
    "experiments.db",
    "experiments.db-shm",
    "experiments.db-wal",
    "experiments.db.spool",
  ]);
  await logger.close();
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("SQLLogger.open() fills a file that was there and empty", async () => {
  using folder = new TestFolder();
  await Deno.writeFile(folder.databasePath, new Uint8Array());
  await using logger = await SQLLogger.open(folder.config());
  assertEquals(logger.run(), 1);
});

Deno.test("openWriter() keeps rows from pointing at nothing", async () => {
  using folder = new TestFolder();
  const target = { path: folder.databasePath, driver: "node" } as const;
  const connection = await openWriter(target, { busyTimeout: 100 });
  const insert = connection.prepare("INSERT INTO tag (run_id, name, position) VALUES (7, 'a', 0)");
  assertThrows(() => insert.run(), Error, "FOREIGN KEY");
  connection.close();
});

Deno.test("an error that nobody catches ends the program with its message alone", async () => {
  using folder = new TestFolder();
  const path = `${folder.path}/missing.db`;
  await Deno.mkdir(path);
  for (const kind of ["logger", "finder", "options", "logging"]) {
    const args = [kind, kind === "logging" ? `${folder.path}/other.db` : path];
    const result = await runChild("tracker/_uncaught_worker.ts", { args });
    const [first = "", ...rest] = result.stderr.split("\n");
    assertEquals([result.code, rest], [1, [""]]);
    assertEquals(first.startsWith("error: Cannot "), true);
  }
});
