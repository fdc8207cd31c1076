import { assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import { Database, type DatabaseOpenOptions, SqliteError } from "@db/sqlite";
import { pathToFileURL } from "node:url";

/** The driver has no `Symbol.dispose`. */
function open(path?: string, options: DatabaseOpenOptions = {}): { db: Database } & Disposable {
  const db = new Database(path ?? ":memory:", options);
  return { db, [Symbol.dispose]: () => db.close() };
}

function createFolder(): { join(name: string): string } & Disposable {
  const folder = Deno.makeTempDirSync();
  return {
    join: (name) => `${folder}/${name}`,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

function openWithTable(options?: DatabaseOpenOptions): { db: Database } & Disposable {
  const holder = open(":memory:", options);
  holder.db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, x REAL)");
  return holder;
}

Deno.test("Database() creates a file and opens it again", () => {
  using folder = createFolder();
  const path = folder.join("ä b%20#?.db");
  {
    using first = open(path);
    assertEquals(first.db.path, path);
    first.db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (5)");
  }
  using second = open(path, { readonly: true });
  assertEquals(second.db.prepare("SELECT a FROM t").get(), { a: 5 });
  const { message } = assertThrows(() => second.db.exec("DELETE FROM t"), Error);
  assertEquals(message, "attempt to write a readonly database");
});

Deno.test("Database() takes a file URL", () => {
  using folder = createFolder();
  const db = new Database(pathToFileURL(folder.join("a b.db")));
  assertEquals(db.path, folder.join("a b.db"));
  db.close();
});

Deno.test("Database() refuses what it cannot open, with code 14", () => {
  using folder = createFolder();
  const attempts: [path: string, options: DatabaseOpenOptions][] = [
    [folder.join("none.db"), { readonly: true }],
    [folder.join("none.db"), { create: false }],
    [folder.join("none/a.db"), {}],
    [folder.join("."), {}],
  ];
  for (const [path, options] of attempts) {
    const error = assertThrows(() => new Database(path, options), SqliteError);
    assertEquals([error.name, error.code], ["SqliteError", 14]);
    assertEquals(error.message, "14: unable to open database file");
  }
});

Deno.test("Database() opens an existing file that it may not create", () => {
  using folder = createFolder();
  const path = folder.join("a?b.db");
  open(path)[Symbol.dispose]();
  using existing = open(path, { create: false });
  assertEquals(existing.db.exec("CREATE TABLE t (a)"), 0);
});

Deno.test("Database() in memory makes no file", () => {
  using folder = createFolder();
  using holder = open(folder.join("a.db"), { memory: true });
  holder.db.exec("CREATE TABLE t (a)");
  assertThrows(() => Deno.statSync(folder.join("a.db")), Deno.errors.NotFound);
});

Deno.test("Database() notices what is no database at the first statement", () => {
  using folder = createFolder();
  Deno.writeTextFileSync(folder.join("a.db"), "no database ".repeat(100));
  using holder = open(folder.join("a.db"));
  assertThrows(() => holder.db.exec("SELECT * FROM sqlite_schema"), Error, "not a database");
  assertThrows(() => holder.db.prepare("SELECT * FROM sqlite_schema"), Error, "not a database");
});

Deno.test("Database.close() may be called twice", () => {
  const db = new Database(":memory:");
  assertEquals([db.open, db.inTransaction, db.autocommit], [true, false, true]);
  db.exec("BEGIN");
  assertEquals([db.inTransaction, db.autocommit], [true, false]);
  db.close();
  db.close();
  assertEquals([db.open, db.inTransaction], [false, false]);
});

Deno.test("Database.exec() runs several statements and counts", () => {
  using holder = openWithTable();
  const { db } = holder;
  assertEquals(db.exec("INSERT INTO t (id) VALUES (1), (2); INSERT INTO t (id) VALUES (9)"), 1);
  assertEquals(db.exec("INSERT INTO t (id, name) VALUES (?, ?)", 10, "a"), 1);
  assertEquals(db.run("INSERT INTO t (id, name) VALUES (:id, :name)", { id: 11, name: "b" }), 1);
  assertEquals([db.changes, db.totalChanges, db.lastInsertRowId], [1, 5, 11]);
  assertEquals(db.exec("DELETE FROM t WHERE id < 5"), 2);
});

const FAILURES: [sql: string, message: string][] = [
  ["SELEC 1", 'near "SELEC": syntax error'],
  ["SELECT * FROM nowhere", "no such table: nowhere"],
  ["INSERT INTO t VALUES (1, 'a', 1)", "UNIQUE constraint failed: t.id"],
  ["INSERT INTO t VALUES (2, 'a', 1)", "UNIQUE constraint failed: t.name"],
  ["COMMIT", "cannot commit - no transaction is active"],
];

for (const [sql, message] of FAILURES) {
  Deno.test(`Database.exec() and run() say of ${JSON.stringify(sql)}: ${message}`, () => {
    using holder = openWithTable();
    const { db } = holder;
    db.exec("INSERT INTO t VALUES (1, 'a', 0.5)");
    for (const run of [() => db.exec(sql), () => db.prepare(sql).run()]) {
      const error = assertThrows(run, Error);
      assertEquals(error.message, message);
      // SQLite's own words come as a plain error, without a code.
      assertFalse(error instanceof SqliteError);
    }
    assertEquals(db.prepare("SELECT count(*) FROM t").value(), [1]);
  });
}

Deno.test("Database.exec() says at once that the database is locked", () => {
  using folder = createFolder();
  using first = open(folder.join("a.db"));
  using second = open(folder.join("a.db"));
  first.db.exec("BEGIN IMMEDIATE");
  assertThrows(() => second.db.exec("BEGIN IMMEDIATE"), Error, "database is locked");
  const begin = second.db.prepare("BEGIN IMMEDIATE");
  assertThrows(() => begin.run(), Error, "database is locked");
  first.db.exec("COMMIT");
  // The driver resets a statement when it runs again, not when it fails: another one cannot commit.
  begin.run();
  second.db.exec("COMMIT");
});

Deno.test("Statement reads rows as objects and as arrays", () => {
  using holder = openWithTable();
  const { db } = holder;
  db.exec("INSERT INTO t VALUES (1, 'a', 0.5), (2, NULL, 3)");
  const statement = db.prepare("SELECT id, name, x FROM t WHERE id >= ? ORDER BY id");
  const rows = [{ id: 1, name: "a", x: 0.5 }, { id: 2, name: null, x: 3 }];
  assertEquals(statement.sql, "SELECT id, name, x FROM t WHERE id >= ? ORDER BY id");
  assertStrictEquals(statement.db, db);
  assertEquals(statement.all(1), rows);
  assertEquals([...statement.iter(1)], rows);
  assertEquals(statement.get(1), rows[0]);
  assertStrictEquals(Object.getPrototypeOf(statement.get(1)), Object.prototype);
  assertEquals(statement.values(1), [[1, "a", 0.5], [2, null, 3]]);
  assertEquals(statement.value(2), [2, null, 3]);
  assertEquals([statement.get(5), statement.value(5)], [undefined, undefined]);
  assertEquals([statement.all(5), statement.values(5)], [[], []]);
  statement.finalize();
  statement.finalize();
});

Deno.test("Statement without parameters is its own iterator", () => {
  using holder = open();
  using statement = holder.db.prepare("SELECT 1 AS a UNION ALL SELECT 2");
  assertEquals([...statement], [{ a: 1 }, { a: 2 }]);
  for (const row of statement.iter()) {
    assertEquals(row, { a: 1 });
    break;
  }
  assertEquals(statement.values(), [[1], [2]]);
});

Deno.test("Statement gives the last of columns with one name", () => {
  using holder = open();
  assertEquals(holder.db.prepare("SELECT 1 AS a, 2 AS a").get(), { a: 2 });
  assertEquals(holder.db.prepare("SELECT 1 AS a, 2 AS a").value(), [1, 2]);
});

Deno.test("Statement runs the first statement of its text", () => {
  using holder = open();
  assertEquals(holder.db.prepare("SELECT 1 AS a; SELECT 2 AS b").get(), { a: 1 });
});

Deno.test("Statement binds by position, number and name", () => {
  using holder = open();
  const { db } = holder;
  const positions = db.prepare("SELECT ? AS a, ? AS b");
  assertEquals(positions.value(1, 2), [1, 2]);
  assertEquals(positions.value([3, 4]), [3, 4]);
  assertEquals(positions.value(1), [1, null]);
  assertEquals(positions.value(), [null, null]);
  assertEquals(db.prepare("SELECT ?2 AS a, ?1 AS b").value(1, 2), [2, 1]);
  const names = db.prepare("SELECT :a AS a, @b AS b, $c AS c");
  assertEquals(names.get({ a: 1, "@b": 2, $c: 3 }), { a: 1, b: 2, c: 3 });
  assertEquals(names.get({ ":a": 1 }), { a: 1, b: null, c: null });
});

Deno.test("Statement refuses a parameter too many and an unknown name", () => {
  using holder = open();
  const error = assertThrows(() => holder.db.prepare("SELECT ?").get(1, 2), SqliteError);
  assertEquals([error.code, error.message], [25, "25: column index out of range"]);
  for (const name of ["b", "@a"]) {
    const { message } = assertThrows(
      () => holder.db.prepare("SELECT :a").get({ [name]: 1 }),
      Error,
    );
    assertEquals(message.replace("@", ""), `No such parameter "${name.replace("@", "")}"`);
  }
});

// deno-lint-ignore no-explicit-any -- the type of the values is what is tested
const BOUND: [what: string, value: any, type: string, read: unknown][] = [
  ["integers", 5, "integer", 5],
  ["negative integers", -5, "integer", -5],
  ["fractions", 0.1, "real", 0.1],
  ["NaN", NaN, "null", null],
  ["Infinity", Infinity, "real", Infinity],
  ["-Infinity", -Infinity, "real", -Infinity],
  ["text", "a\u00e9日🦕", "text", "a\u00e9日🦕"],
  ["empty text", "", "text", ""],
  ["null", null, "null", null],
  ["undefined", undefined, "null", null],
  ["true", true, "integer", 1],
  ["false", false, "integer", 0],
  ["bigints", 5n, "integer", 5],
  ["bytes", new Uint8Array([0, 255]), "blob", new Uint8Array([0, 255])],
  ["no bytes", new Uint8Array(), "blob", new Uint8Array()],
  ["dates", new Date(0), "text", "1970-01-01T00:00:00.000Z"],
  ["objects", { b: [1, null] }, "text", '{"b":[1,null]}'],
  ["arrays", [1, "a"], "text", '[1,"a"]'],
];

for (const [what, value, type, read] of BOUND) {
  Deno.test(`Statement binds ${what} as ${type}`, () => {
    using holder = open();
    const statement = holder.db.prepare("SELECT 0, typeof(:v), :v AS v");
    assertEquals(statement.value({ v: value }), [0, type, read]);
  });
}

for (const value of [Symbol("a"), -0]) {
  Deno.test(`Statement refuses to bind ${Deno.inspect(value)}`, () => {
    using holder = open();
    assertThrows(() => holder.db.prepare("SELECT ?").get(value), Error);
  });
}

const INTEGERS: [bound: number | bigint, lower: number, whole: number | bigint][] = [
  [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, -(2 ** 31), 2 ** 31],
  [2 ** 40 + 5, 5, 2 ** 40 + 5],
  [1700000000000, -807049216, 1700000000000],
  [Number.MAX_SAFE_INTEGER, -1, Number.MAX_SAFE_INTEGER],
  [2n ** 53n + 1n, 1, 2n ** 53n + 1n],
  [-(2n ** 63n), 0, -(2n ** 63n)],
  // A number of 64 bits and more loses what is above them.
  [2 ** 63, 0, -(2n ** 63n)],
  [1e300, 0, 0],
];

for (const [bound, lower, whole] of INTEGERS) {
  Deno.test(`Statement reads ${bound} whole with int64 alone`, () => {
    using narrow = open();
    using wide = open(":memory:", { int64: true });
    assertEquals(narrow.db.prepare("SELECT ?").value(bound), [lower]);
    assertEquals(wide.db.prepare("SELECT ?").value(bound), [whole]);
    const statement = narrow.db.prepare("SELECT ? AS a");
    statement.int64 = true;
    assertEquals(statement.get(bound), { a: whole });
  });
}

Deno.test("Statement keeps NaN and Infinity in a column of reals", () => {
  using holder = openWithTable();
  const insert = holder.db.prepare("INSERT INTO t (x) VALUES (?)");
  for (const value of [NaN, Infinity, -Infinity, 1, 1e-320]) assertEquals(insert.run(value), 1);
  const rows = holder.db.prepare("SELECT x FROM t ORDER BY id").values();
  assertEquals(rows, [[null], [Infinity], [-Infinity], [1], [1e-320]]);
});

Deno.test("Statement parses what JSON functions return, not what a table holds", () => {
  const sql = `SELECT json_array(c) AS a, json_object('x', 1) AS b, c -> '$.x' AS d, c FROM t`;
  using holder = open();
  holder.db.exec(`CREATE TABLE t (c TEXT); INSERT INTO t VALUES ('{"x":[1]}')`);
  const statement = holder.db.prepare(sql);
  assertEquals(statement.get(), { a: ['{"x":[1]}'], b: { x: 1 }, d: [1], c: '{"x":[1]}' });
  statement.parseJson = false;
  assertEquals(statement.value(), ['["{\\"x\\":[1]}"]', '{"x":1}', "[1]", '{"x":[1]}']);
  assertEquals(holder.db.prepare("SELECT c || '' FROM t").value(), ['{"x":[1]}']);
});

Deno.test("Database() with parseJson off leaves JSON alone", () => {
  using holder = open(":memory:", { parseJson: false });
  assertEquals(holder.db.prepare("SELECT json_array(1)").value(), ["[1]"]);
});

Deno.test("Statement returns what RETURNING returns", () => {
  using holder = openWithTable();
  const insert = holder.db.prepare("INSERT INTO t (name) VALUES (?), (?) RETURNING id");
  assertEquals(insert.all("a", "b"), [{ id: 1 }, { id: 2 }]);
  assertEquals(insert.run("c", "d"), 2);
  assertEquals(holder.db.prepare("SELECT count(*) FROM t").value(), [4]);
});

Deno.test("Statement runs again after a failure", () => {
  using holder = openWithTable();
  const insert = holder.db.prepare("INSERT INTO t (name) VALUES (?)");
  insert.run("a");
  assertThrows(() => insert.run("a"), Error, "UNIQUE constraint failed");
  assertEquals(insert.run("b"), 1);
});

Deno.test("Database.transaction() commits what it returns from", () => {
  using holder = openWithTable();
  const { db } = holder;
  const add = db.transaction((...names: string[]) => {
    assertEquals(db.inTransaction, true);
    for (const name of names) db.exec("INSERT INTO t (name) VALUES (?)", name);
    return names.length;
  });
  const counts: unknown[] = [add("a", "b"), add.deferred("c"), add.immediate("d"), add.exclusive()];
  assertEquals(counts, [2, 1, 1, 0]);
  assertStrictEquals(add.database, db);
  assertStrictEquals(add.immediate.default, add);
  assertEquals(db.inTransaction, false);
  assertEquals(db.prepare("SELECT count(*) FROM t").value(), [4]);
});

Deno.test("Database.transaction() takes back what it throws from", () => {
  using holder = openWithTable();
  const { db } = holder;
  const failure = new RangeError("no");
  const fail = db.transaction((name: string) => {
    db.exec("INSERT INTO t (name) VALUES (?)", name);
    throw failure;
  });
  assertStrictEquals(assertThrows(() => fail("a")), failure);
  assertEquals([db.inTransaction, db.prepare("SELECT name FROM t").values()], [false, []]);
  const outer = db.transaction(() => {
    db.exec("INSERT INTO t (name) VALUES ('b')");
    assertStrictEquals(assertThrows(() => fail.immediate("c")), failure);
    db.exec("INSERT INTO t (name) VALUES ('d')");
  });
  outer();
  assertEquals(db.prepare("SELECT name FROM t ORDER BY id").values(), [["b"], ["d"]]);
});

Deno.test("Database.transaction() of a promise commits before it is settled", async () => {
  using holder = openWithTable();
  const { db } = holder;
  const add = db.transaction(async () => {
    db.exec("INSERT INTO t (name) VALUES ('a')");
    await Promise.resolve();
    assertEquals(db.inTransaction, false);
  });
  await (add() as unknown as Promise<void>);
});

Deno.test("Database.prepare() has types", () => {
  using holder = openWithTable();
  const { db } = holder;
  db.exec("INSERT INTO t VALUES (1, 'a', 0.5)");
  const row = db.prepare<{ id: number }>("SELECT id FROM t").get();
  const id: number | undefined = row?.id;
  const value = db.prepare("SELECT name FROM t").value<[string]>();
  const name: string | undefined = value?.[0];
  assertEquals([id, name], [1, "a"]);
  // @ts-expect-error a class's instance is no value to bind
  assertEquals(db.prepare("SELECT :v").value({ v: new Map() }), ["{}"]);
});
