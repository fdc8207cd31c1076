import type { Database } from "./database.ts";

/** A function that runs in a transaction: {@linkcode Database.transaction} makes it. */
// deno-lint-ignore no-explicit-any -- as the original: a function of any parameters
export type Transaction<T extends (...args: any[]) => void> =
  & ((...args: Parameters<T>) => ReturnType<T>)
  & {
    /** Starts with BEGIN. */
    default: Transaction<T>;
    /** Starts with BEGIN DEFERRED. */
    deferred: Transaction<T>;
    /** Starts with BEGIN IMMEDIATE. */
    immediate: Transaction<T>;
    /** Starts with BEGIN EXCLUSIVE. */
    exclusive: Transaction<T>;
    /** The database the transaction runs in. */
    database: Database;
  };

interface Frame {
  readonly begin: string;
  readonly commit: string;
  readonly rollback: readonly string[];
}

const NESTED: Frame = {
  begin: "SAVEPOINT nested_transaction",
  commit: "RELEASE nested_transaction",
  rollback: ["ROLLBACK TO nested_transaction", "RELEASE nested_transaction"],
};

const MODES = {
  default: "BEGIN",
  deferred: "BEGIN DEFERRED",
  immediate: "BEGIN IMMEDIATE",
  exclusive: "BEGIN EXCLUSIVE",
} as const;

function wrap<T extends (...args: never[]) => unknown>(db: Database, fn: T, begin: string): T {
  function runInTransaction(this: unknown, ...args: never[]): unknown {
    const frame = db.inTransaction ? NESTED : { begin, commit: "COMMIT", rollback: ["ROLLBACK"] };
    db.exec(frame.begin);
    try {
      const result = fn.apply(this, args);
      db.exec(frame.commit);
      return result;
    } catch (error) {
      // Some failures, of a full disk for one, have ended the transaction already.
      if (!db.autocommit) frame.rollback.forEach((sql) => db.exec(sql));
      throw error;
    }
  }
  return runInTransaction as T;
}

/** Makes the four variants of a transaction, each a property of all. */
// deno-lint-ignore no-explicit-any -- as the original: a function of any parameters
export function createTransaction<T extends (...args: any[]) => void>(
  db: Database,
  fn: T,
): Transaction<T> {
  const variants = Object.entries(MODES).map(([mode, begin]) =>
    [mode, wrap(db, fn, begin)] as const
  );
  const properties: PropertyDescriptorMap = { database: { value: db, enumerable: true } };
  for (const [mode, variant] of variants) properties[mode] = { value: variant };
  for (const [, variant] of variants) Object.defineProperties(variant, properties);
  return variants[0]?.[1] as unknown as Transaction<T>;
}
