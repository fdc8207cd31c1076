import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Driver, DriverOptions, Row, SqlValue, Statement } from "./_driver.ts";

/** Deno has this method, its types do not. */
interface ListStatement extends StatementSync {
  setReturnArrays(enabled: boolean): void;
}

class NodeStatement implements Statement {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  run(...values: SqlValue[]): void {
    this.#statement.run(...values);
  }

  get(...values: SqlValue[]): Row | undefined {
    return this.#statement.get(...values) as Row | undefined;
  }

  all(...values: SqlValue[]): Row[] {
    return this.#statement.all(...values) as Row[];
  }

  lists(...values: SqlValue[]): SqlValue[][] {
    const statement = this.#statement as ListStatement;
    statement.setReturnArrays(true);
    try {
      return statement.all(...values) as unknown as SqlValue[][];
    } finally {
      statement.setReturnArrays(false);
    }
  }
}

class NodeDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #library: typeof DatabaseSync;

  constructor(library: typeof DatabaseSync, path: string, readOnly: boolean) {
    this.#library = library;
    this.#database = new library(path, { readOnly });
  }

  get inTransaction(): boolean {
    return this.#database.isOpen && this.#database.isTransaction;
  }

  // Errors of DatabaseSync.exec() lack the result code, those of a statement have it
  exec(sql: string): void {
    this.#database.prepare(sql).run();
  }

  prepare(sql: string): Statement {
    return new NodeStatement(this.#database.prepare(sql));
  }

  openAnother(path: string): Driver {
    return new NodeDriver(this.#library, path, false);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** Opens a file with `node:sqlite`. */
export async function openNodeDriver(path: string, options: DriverOptions): Promise<Driver> {
  const { DatabaseSync } = await import("node:sqlite");
  return new NodeDriver(DatabaseSync, path, options.readOnly);
}
