import type { Database, Statement as FfiNativeStatement } from "@db/sqlite";
import type { Driver, DriverOptions, Row, SqlValue, Statement } from "./_driver.ts";

const INT64_LIMIT = 2 ** 63;

class FfiStatement implements Statement {
  readonly #statement: FfiNativeStatement;

  constructor(statement: FfiNativeStatement) {
    this.#statement = statement;
  }

  run(...values: SqlValue[]): void {
    this.#statement.run(...values.map(bindable));
  }

  get(...values: SqlValue[]): Row | undefined {
    return this.#statement.get<Row>(...values.map(bindable));
  }

  all(...values: SqlValue[]): Row[] {
    return this.#statement.all<Row>(...values.map(bindable));
  }

  lists(...values: SqlValue[]): SqlValue[][] {
    return this.#statement.values<SqlValue[]>(...values.map(bindable));
  }
}

class FfiDriver implements Driver {
  readonly #database: Database;
  readonly #library: typeof Database;

  constructor(library: typeof Database, path: string, readonly: boolean) {
    this.#library = library;
    this.#database = new library(path, { readonly, int64: true, parseJson: false });
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  exec(sql: string): void {
    const statement = this.#database.prepare(sql);
    try {
      statement.run();
    } finally {
      statement.finalize();
    }
  }

  prepare(sql: string): Statement {
    return new FfiStatement(this.#database.prepare(sql));
  }

  openAnother(path: string): Driver {
    return new FfiDriver(this.#library, path, false);
  }

  close(): void {
    if (this.#database.open) this.#database.close();
  }
}

/** Opens a file with `@db/sqlite`, a foreign-function binding that needs `--allow-ffi`. */
export async function openFfiDriver(path: string, options: DriverOptions): Promise<Driver> {
  const { Database } = await import("@db/sqlite");
  return new FfiDriver(Database, path, options.readOnly);
}

/**
 * The library binds whole numbers as 64-bit integers: what is larger travels as text, which a REAL
 * column reads back, and -0, which SQLite does not tell from 0, as 0.
 */
function bindable(value: SqlValue): SqlValue {
  if (value === 0) return 0;
  const isLarge = typeof value === "number" && Number.isInteger(value) &&
    Math.abs(value) >= INT64_LIMIT;
  return isLarge ? value.toExponential() : value;
}
