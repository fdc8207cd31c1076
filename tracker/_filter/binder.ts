import type { SqlValue } from "../_driver.ts";

/** Gathers the values of a statement, so that nothing a user wrote becomes a part of the SQL. */
export class Binder {
  /** The values in the order of their numbers. */
  readonly values: SqlValue[] = [];

  /** Adds a value and gives the SQL that stands for it, such as `?3`. */
  bind(value: SqlValue): string {
    this.values.push(value);
    return `?${this.values.length}`;
  }
}
