/**
 * Stands in for `@db/sqlite` in this checkout, over `node:sqlite`: the same conversions in both
 * directions and the same errors, the surprising ones included.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Database } from "@db/sqlite";
 *
 * const db = new Database(":memory:");
 * assertEquals(db.prepare("SELECT ? AS lr").get(0.1), { lr: 0.1 });
 * db.close();
 * ```
 *
 * @module
 */

export { Database, type DatabaseOpenOptions } from "./database.ts";
export { SqliteError } from "./sqlite_error.ts";
export {
  type BindParameters,
  type BindValue,
  type RestBindParameters,
  Statement,
} from "./statement.ts";
export { type Transaction } from "./_transaction.ts";
