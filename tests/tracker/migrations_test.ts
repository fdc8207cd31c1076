import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { applyMigrations } from "../../tracker/_migrations.ts";
import { openWriter } from "../../tracker/_open.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { runChild } from "../_child.ts";
import { TestFolder } from "./_config.ts";

function readPragma(path: string, name: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(`PRAGMA ${name}`).get()?.[name];
  } finally {
    database.close();
  }
}

Deno.test("SQLLogger.open() marks the database as its own", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  assertEquals(readPragma(folder.databasePath, "application_id"), 0x41544f31);
  assertEquals(readPragma(folder.databasePath, "user_version"), 1);
  assertEquals(readPragma(folder.databasePath, "journal_mode"), "wal");
});

Deno.test("SQLLogger.open() opens its own database again and keeps what is there", async () => {
  using folder = new TestFolder();
  for (const id of [1, 2, 3]) {
    await using logger = await SQLLogger.open(folder.config());
    assertEquals(logger.run(), id);
  }
});

Deno.test("open() refuses a newer schema on both sides", async () => {
  using folder = new TestFolder();
  await (await SQLLogger.open(folder.config())).close();
  const database = new DatabaseSync(folder.databasePath);
  database.exec("PRAGMA user_version = 99");
  database.close();
  const message = "its schema is version 99, expected at most 1, upgrade @ato/core";
  await assertRejects(() => SQLLogger.open(folder.config()), TrackerError, message);
  await assertRejects(() => SQLFinder.open(folder.config()), TrackerError, message);
});

Deno.test("applyMigrations() goes from any version to the last, or leaves all as it was", async () => {
  const target = { path: ":memory:", driver: "node" } as const;
  const steps = [["CREATE TABLE a (x)"], ["ALTER TABLE a ADD y", "CREATE TABLE b (z)"], [
    "DROP TABLE b",
  ]];
  for (const from of [1, 2, 3]) {
    const connection = await openWriter(target, { busyTimeout: 0 });
    connection.exec("PRAGMA user_version = 0");
    connection.transaction(() => applyMigrations(connection, steps.slice(0, from)));
    connection.transaction(() => applyMigrations(connection, steps));
    assertEquals(connection.prepare("PRAGMA user_version").get()?.user_version, 3);
    const columns = connection.prepare("SELECT name FROM pragma_table_info('a')").all();
    assertEquals(columns.map((row) => row.name), ["x", "y"]);
    const broken = [...steps, ["CREATE TABLE c (x)", "CREATE TABLE a (x)"]];
    assertThrows(() => connection.transaction(() => applyMigrations(connection, broken)));
    assertEquals(connection.prepare("PRAGMA user_version").get()?.user_version, 3);
    assertThrows(() => connection.prepare("SELECT * FROM c"), Error, "no such table");
    connection.close();
  }
});

Deno.test("SQLLogger.open() starts in several processes at once", async () => {
  using folder = new TestFolder();
  // All of them wait for the same moment
  const start = String(Date.now() + 1500);
  const children = await Promise.all(
    Array.from(
      { length: 4 },
      () => runChild("tracker/_start_worker.ts", { args: [folder.databasePath, start] }),
    ),
  );
  for (const { code, stderr } of children) assertEquals([code, stderr], [0, ""]);
  assertEquals(new Set(children.map(({ stdout }) => stdout)).size, 4);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getRunsInProject("digits").length, 4 * 5);
  assert(finder.getRunsInProject("digits").every((run) => run.status === "completed"));
});
