import { assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import { Connection } from "../../tracker/_connection.ts";
import { type DriverName, openDriver } from "../../tracker/_driver.ts";
import { classifyFailure, type FailureKind } from "../../tracker/_failure.ts";
import { TestFolder } from "./_config.ts";

async function connect(name: DriverName, path: string, readOnly = false): Promise<Connection> {
  return new Connection(await openDriver(name, { path, readOnly }), path);
}

function failureOf(work: () => unknown): FailureKind {
  return classifyFailure(assertThrows(work));
}

/** What every driver does, and what the tracker builds on. */
export function testDriver(name: DriverName): void {
  const title = `openDriver("${name}")`;

  Deno.test(`${title} gives values back as they were bound`, async () => {
    const connection = await connect(name, ":memory:");
    connection.exec("CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB) STRICT");
    const bytes = new Uint8Array([0, 1, 255]);
    connection.prepare("INSERT INTO t VALUES (?, ?, ?, ?)").run(2 ** 40, 0.1, "ä € 𝄞", bytes);
    const row = connection.prepare("SELECT * FROM t").get();
    assertEquals(row?.i, 2 ** 40);
    assertEquals(row?.r, 0.1);
    assertEquals(row?.s, "ä € 𝄞");
    assertEquals(row?.b, bytes);
    connection.close();
  });

  Deno.test(`${title} keeps every number in a REAL column`, async () => {
    const connection = await connect(name, ":memory:");
    connection.exec("CREATE TABLE t (value REAL) STRICT");
    const values = [0, 1, -1, 0.1, 1e20, -1e300, 2 ** 53, 2 ** 62, 2 ** 63, Number.MAX_VALUE];
    for (const value of [...values, 5e-324, Infinity, -Infinity]) {
      connection.exec("DELETE FROM t");
      connection.prepare("INSERT INTO t VALUES (?)").run(value);
      const row = connection.prepare("SELECT value, typeof(value) AS type FROM t").get();
      assertStrictEquals(row?.value, value);
      assertEquals(row?.type, "real");
    }
    connection.close();
  });

  Deno.test(`${title} takes -0, which equals 0`, async () => {
    const connection = await connect(name, ":memory:");
    connection.exec("CREATE TABLE t (i INTEGER, r REAL) STRICT");
    connection.prepare("INSERT INTO t VALUES (?, ?)").run(-0, -0);
    assertEquals(connection.prepare("SELECT i = 0 AND r = 0 AS zero FROM t").get()?.zero, 1);
    connection.close();
  });

  Deno.test(`${title} gives empty text, null and no row back`, async () => {
    const connection = await connect(name, ":memory:");
    const statement = connection.prepare("SELECT ?1 AS a, ?2 AS b WHERE ?3");
    assertEquals({ ...statement.get("", null, 1) }, { a: "", b: null });
    assertEquals(statement.get("", null, 0), undefined);
    assertEquals(statement.all("", null, 0), []);
    assertEquals(statement.lists("", null, 1), [["", null]]);
    assertEquals(statement.lists("", null, 0), []);
    assertEquals({ ...statement.get("", null, 1) }, { a: "", b: null });
    connection.close();
  });

  Deno.test(`${title} gives JSON as text`, async () => {
    const connection = await connect(name, ":memory:");
    assertEquals(connection.prepare("SELECT json_array(1, 2) AS list").get()?.list, "[1,2]");
    connection.close();
  });

  Deno.test(`${title} undoes a transaction, and a savepoint in it`, async () => {
    const connection = await connect(name, ":memory:");
    connection.exec("CREATE TABLE t (i INTEGER)");
    const insert = connection.prepare("INSERT INTO t VALUES (?)");
    connection.transaction(() => {
      insert.run(1);
      assertThrows(() =>
        connection.transaction(() => {
          insert.run(2);
          throw new RangeError("inner");
        }), RangeError);
      connection.transaction(() => insert.run(3));
    });
    assertThrows(() =>
      connection.transaction(() => {
        insert.run(4);
        throw new RangeError("outer");
      }), RangeError);
    assertEquals(connection.prepare("SELECT i FROM t ORDER BY i").all().map((r) => r.i), [1, 3]);
    connection.close();
  });

  Deno.test(`${title} reports a lock as busy`, async () => {
    using folder = new TestFolder();
    const holder = await connect(name, folder.databasePath);
    const other = await connect(name, folder.databasePath);
    other.exec("PRAGMA busy_timeout = 20");
    holder.transaction(() => {
      assertEquals(failureOf(() => other.transaction(() => {})), "busy");
    });
    other.transaction(() => {});
    holder.close();
    other.close();
  });

  Deno.test(`${title} reports a full database as full and keeps what was there`, async () => {
    using folder = new TestFolder();
    const connection = await connect(name, folder.databasePath);
    connection.exec("CREATE TABLE t (text TEXT)");
    connection.prepare("INSERT INTO t VALUES (?)").run("kept");
    connection.exec("PRAGMA max_page_count = 8");
    const insert = connection.prepare("INSERT INTO t VALUES (?)");
    const kind = failureOf(() => {
      connection.transaction(() => {
        for (let i = 0; i < 100; i++) insert.run("x".repeat(1000));
      });
    });
    assertEquals(kind, "full");
    assertEquals(connection.prepare("SELECT text FROM t").all().map((row) => row.text), ["kept"]);
    assertEquals(connection.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    connection.close();
  });

  Deno.test(`${title} reports a write to a read-only connection as readonly`, async () => {
    using folder = new TestFolder();
    const writer = await connect(name, folder.databasePath);
    writer.exec("CREATE TABLE t (i INTEGER)");
    writer.close();
    const reader = await connect(name, folder.databasePath, true);
    assertEquals(failureOf(() => reader.prepare("INSERT INTO t VALUES (1)").run()), "readonly");
    reader.close();
  });

  Deno.test(`${title} reports a file that is no database as notadb`, async () => {
    using folder = new TestFolder();
    await Deno.writeTextFile(folder.databasePath, "no database ".repeat(100));
    const connection = await connect(name, folder.databasePath);
    assertEquals(failureOf(() => connection.exec("SELECT * FROM sqlite_schema")), "notadb");
    connection.close();
  });

  Deno.test(`${title} reports a damaged page as corrupt`, async () => {
    using folder = new TestFolder();
    const writer = await connect(name, folder.databasePath);
    writer.exec("CREATE TABLE t (text TEXT)");
    for (let i = 0; i < 50; i++) writer.prepare("INSERT INTO t VALUES (?)").run("x".repeat(1000));
    writer.close();
    using file = await Deno.open(folder.databasePath, { write: true });
    await file.seek(4096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(4096).fill(0xee));
    const reader = await connect(name, folder.databasePath, true);
    assertEquals(failureOf(() => reader.prepare("SELECT * FROM t").all()), "corrupt");
    reader.close();
  });

  Deno.test(`${title} reports a missing folder as cantopen`, async () => {
    using folder = new TestFolder();
    const path = `${folder.path}/missing/x.db`;
    const error = await connect(name, path).then(() => undefined, (error: unknown) => error);
    assertEquals(classifyFailure(error), "cantopen");
  });

  Deno.test(`${title} closes once and for all`, async () => {
    using folder = new TestFolder();
    const driver = await openDriver(name, { path: folder.databasePath, readOnly: false });
    driver.exec("CREATE TABLE t (i INTEGER)");
    driver.close();
    driver.close();
    assertFalse(driver.inTransaction);
  });
}
