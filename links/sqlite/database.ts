import { DatabaseSync } from "node:sqlite";
import { fileURLToPath, pathToFileURL } from "node:url";
import { toOpenError, translateErrors } from "./_errors.ts";
import { createTransaction, type Transaction } from "./_transaction.ts";
import { type RestBindParameters, Statement } from "./statement.ts";

/** How a database is opened. */
export interface DatabaseOpenOptions {
  /** Opens the database for reading only; false by default. */
  readonly?: boolean;
  /** Creates the file where there is none; true by default. */
  create?: boolean;
  /** Opens a database in memory, whatever the path. */
  memory?: boolean;
  /** Reads integers of 64 bits; by default only their lower 32 bits are read. */
  int64?: boolean;
  /** Parses what JSON functions return; true by default. */
  parseJson?: boolean;
}

const MEMORY = ":memory:";

/** Only a URL can tell `node:sqlite` not to create a file. */
function toLocation(path: string, options: DatabaseOpenOptions): string {
  if (options.memory || path === MEMORY) return MEMORY;
  if (options.create === false && !options.readonly) return `${pathToFileURL(path)}?mode=rw`;
  return path;
}

function open(path: string, options: DatabaseOpenOptions): DatabaseSync {
  try {
    return new DatabaseSync(toLocation(path, options), { readOnly: options.readonly ?? false });
  } catch (error) {
    throw toOpenError(error);
  }
}

/** A connection to a database, in a file or in memory. */
export class Database {
  /** Whether integers of 64 bits are read. */
  int64: boolean;

  /** Whether what JSON functions return is parsed. */
  parseJson: boolean;

  readonly #path: string;
  readonly #database: DatabaseSync;

  /**
   * Opens a database.
   *
   * @throws {SqliteError} With code 14 where the file cannot be opened.
   */
  constructor(path: string | URL, options: DatabaseOpenOptions = {}) {
    this.#path = path instanceof URL ? fileURLToPath(path) : path;
    this.int64 = options.int64 ?? false;
    this.parseJson = options.parseJson ?? true;
    this.#database = open(this.#path, options);
  }

  /** Whether the connection is open. */
  get open(): boolean {
    return this.#database.isOpen;
  }

  /** The path the database was opened with. */
  get path(): string {
    return this.#path;
  }

  /** The number of rows the last change touched. */
  get changes(): number {
    return this.#number("SELECT changes()");
  }

  /** The number of rows touched since the connection was opened. */
  get totalChanges(): number {
    return this.#number("SELECT total_changes()");
  }

  /** The row id of the last insert. */
  get lastInsertRowId(): number {
    return this.#number("SELECT last_insert_rowid()");
  }

  /** Whether every statement is its own transaction. */
  get autocommit(): boolean {
    return !this.#database.isTransaction;
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.open && !this.autocommit;
  }

  /** Prepares a statement. */
  // deno-lint-ignore no-explicit-any -- as the original: a row's columns are the caller's to name
  prepare<T extends object = Record<string, any>>(sql: string): Statement<T> {
    return new Statement<T>(this, sql, translateErrors(() => this.#database.prepare(sql)));
  }

  /**
   * Runs one or more statements, or one with parameters.
   *
   * @returns The number of rows the last change touched.
   */
  exec(sql: string, ...params: RestBindParameters): number {
    if (params.length > 0) return this.prepare(sql).run(...params);
    translateErrors(() => this.#database.exec(sql));
    return this.changes;
  }

  /** The same as {@linkcode exec}. */
  run(sql: string, ...params: RestBindParameters): number {
    return this.exec(sql, ...params);
  }

  /** Wraps a function in a transaction; within another one it becomes a savepoint. */
  // deno-lint-ignore no-explicit-any -- as the original: a function of any parameters
  transaction<T extends (this: Transaction<T>, ...args: any[]) => void>(fn: T): Transaction<T> {
    return createTransaction(this, fn);
  }

  /** Closes the connection; a second time does nothing. */
  close(): void {
    if (this.open) this.#database.close();
  }

  #number(sql: string): number {
    const [value] = Object.values(this.#database.prepare(sql).get() ?? {});
    return Number(value);
  }
}
