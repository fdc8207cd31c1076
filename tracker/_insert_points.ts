import type { Connection } from "./_connection.ts";
import type { SqlValue } from "./_driver.ts";

const COLUMNS = ["run_id", "key_id", "step", "seq", "attempt", "elapsed_ms", "value"];

// A row of many in one statement costs a third of a row that is a statement of its own
const ROWS_AT_ONCE: readonly number[] = [32, 8, 1];
const STATEMENTS: ReadonlyMap<number, string> = new Map(ROWS_AT_ONCE.map((count) => {
  const row = `(${COLUMNS.map(() => "?").join(", ")})`;
  return [count, `INSERT INTO metric (${COLUMNS.join(", ")}) VALUES ${Array(count).fill(row)}`];
}));

/** Writes rows of `metric`, their values one behind another in the order of its columns. */
export function insertPoints(connection: Connection, values: readonly SqlValue[]): void {
  let start = 0;
  for (const [count, sql] of STATEMENTS) {
    const length = count * COLUMNS.length;
    for (; start + length <= values.length; start += length) {
      connection.prepare(sql).run(...values.slice(start, start + length));
    }
  }
}
