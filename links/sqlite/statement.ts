import type { SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { toExecutionError } from "./_errors.ts";
import { callsJsonFunction, fromColumn, toBound } from "./_values.ts";
import type { Database } from "./database.ts";

/** A value that can be bound: objects as JSON, dates as ISO text, undefined as NULL. */
export type BindValue =
  | number
  | string
  | symbol
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | Uint8Array
  | BindValue[]
  | { [key: string]: BindValue };

/** Values by position, or by name. */
export type BindParameters = BindValue[] | Record<string, BindValue>;

/** Values by position, or one array or object of them. */
export type RestBindParameters = BindValue[] | [BindParameters];

type NamedValues = Record<string, SQLInputValue>;

/** The runtime has the method, its types do not yet. */
type ArrayStatement = StatementSync & { setReturnArrays(enabled: boolean): void };

function isParameterList(value: unknown): value is BindParameters {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) &&
    !(value instanceof Date);
}

function toNamedValues(parameters: Record<string, BindValue>): NamedValues {
  const entries = Object.entries(parameters).map(([name, value]) =>
    [/^[:@$]/.test(name) ? name : `:${name}`, toBound(value)] as const
  );
  return Object.fromEntries(entries);
}

/** The arguments of `node:sqlite` for those of the original. */
function toArguments(parameters: RestBindParameters): [NamedValues] | SQLInputValue[] {
  const first = parameters[0];
  const list = isParameterList(first) ? first : parameters as BindValue[];
  return Array.isArray(list) ? list.map(toBound) : [toNamedValues(list)];
}

function toParameterError(error: unknown): unknown {
  const name = error instanceof Error && /Unknown named parameter '[:@$]?(.*)'/.exec(error.message);
  return name ? new Error(`No such parameter "${name[1]}"`) : error;
}

function toObject(names: string[], row: unknown[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name, index) => [name, row[index]]));
}

/** A prepared statement: {@linkcode Database.prepare} makes it. */
// deno-lint-ignore no-explicit-any -- as the original: a row's columns are the caller's to name
export class Statement<TStatement extends object = Record<string, any>> {
  /** The database the statement belongs to. */
  readonly db: Database;

  /** The statement's text. */
  readonly sql: string;

  /** Whether this statement reads integers of 64 bits; undefined leaves it to the database. */
  int64?: boolean | undefined;

  /** Whether this statement parses JSON; undefined leaves it to the database. */
  parseJson?: boolean | undefined;

  #statement: StatementSync | undefined;
  readonly #mayReturnJson: boolean;

  /** Wraps what `node:sqlite` has prepared. */
  constructor(db: Database, sql: string, statement: StatementSync) {
    this.db = db;
    this.sql = sql;
    this.#statement = statement;
    this.#mayReturnJson = callsJsonFunction(sql);
    statement.setReadBigInts(true);
    (statement as ArrayStatement).setReturnArrays(true);
    statement.setAllowBareNamedParameters(false);
  }

  /** Runs the statement and returns the number of rows the last change touched. */
  run(...args: RestBindParameters): number {
    const result = this.#execute((statement, values) => statement.run(...values), args);
    return Number(result.changes);
  }

  /** All rows as objects. */
  all<T extends object = TStatement>(...args: RestBindParameters): T[] {
    const rows = this.values(...args);
    const names = this.#names();
    return rows.map((row) => toObject(names, row)) as T[];
  }

  /** All rows as arrays. */
  // deno-lint-ignore no-explicit-any -- as the original
  values<T extends unknown[] = any[]>(...args: RestBindParameters): T[] {
    const rows = this.#execute((statement, values) => statement.all(...values), args);
    return (rows as unknown as SQLOutputValue[][]).map(this.#reader()) as T[];
  }

  /** The first row as an object, if there is one. */
  get<T extends object = TStatement>(...args: RestBindParameters): T | undefined {
    const row = this.value(...args);
    return row && toObject(this.#names(), row) as T;
  }

  /** The first row as an array, if there is one. */
  value<T extends unknown[]>(...args: RestBindParameters): T | undefined {
    const row = this.#execute((statement, values) => statement.get(...values), args);
    return row && this.#reader()(row as unknown as SQLOutputValue[]) as T;
  }

  /** Rows as objects, one by one. */
  // deno-lint-ignore no-explicit-any -- as the original
  *iter(...args: RestBindParameters): IterableIterator<any> {
    const rows = this.#execute((statement, values) => statement.iterate(...values), args);
    const names = this.#names();
    const read = this.#reader();
    try {
      for (const row of rows) yield toObject(names, read(row as unknown as SQLOutputValue[]));
    } catch (error) {
      throw toExecutionError(error);
    }
  }

  /** Rows as objects, one by one, of a statement without parameters. */
  // deno-lint-ignore no-explicit-any -- as the original
  [Symbol.iterator](): IterableIterator<any> {
    return this.iter();
  }

  /** Gives the statement up; a second time does nothing. */
  finalize(): void {
    this.#statement = undefined;
  }

  /** Gives the statement up. */
  [Symbol.dispose](): void {
    this.finalize();
  }

  #prepared(): StatementSync {
    if (this.#statement) return this.#statement;
    throw new Error(`Cannot run "${this.sql}": the statement is finalized`);
  }

  #execute<T>(
    run: (statement: StatementSync, values: SQLInputValue[]) => T,
    args: RestBindParameters,
  ): T {
    const statement = this.#prepared();
    // The first of the values may be an object of named ones, which the type does not say.
    const values = toArguments(args) as SQLInputValue[];
    try {
      return run(statement, values);
    } catch (error) {
      throw toExecutionError(toParameterError(error));
    }
  }

  #names(): string[] {
    return this.#prepared().columns().map((column) => column.name);
  }

  #reader(): (row: SQLOutputValue[]) => unknown[] {
    const parseJson = this.#mayReturnJson && (this.parseJson ?? this.db.parseJson);
    const options = { int64: this.int64 ?? this.db.int64, parseJson };
    const columns = parseJson ? this.#prepared().columns() : [];
    return (row) =>
      row.map((value, index) =>
        fromColumn(value, { ...options, isComputed: columns[index]?.column === null })
      );
  }
}
