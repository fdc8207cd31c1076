import type { Connection } from "../_connection.ts";
import { flattenConfig, isMapping } from "../_flatten.ts";
import type { ReadModel } from "../_read_model.ts";
import type { Names } from "./names.ts";

/** How many of the newest configs are searched for the names that a message offers. */
const MAX_CONFIGS = 200;
const STATUSES = ["running", "completed", "failed", "interrupted", "crashed"];

/** A database that is asked for its runs. */
export interface RunDatabase {
  readonly connection: Connection;
  readonly model: ReadModel;
  /** The SELECT of the runs. */
  readonly runs: string;
}

/** The names that a database holds. */
export class DatabaseNames implements Names {
  readonly #connection: Connection;
  readonly #model: ReadModel;
  readonly #runs: string;

  constructor({ connection, model, runs }: RunDatabase) {
    this.#connection = connection;
    this.#model = model;
    this.#runs = runs;
  }

  hasMetric(name: string): boolean {
    const sql = `SELECT 1 AS found FROM (${this.#model.summaries}) WHERE key = ? LIMIT 1`;
    return this.#connection.prepare(sql).get(name) !== undefined;
  }

  // Ends at the first run that has the key, which in practice is the first run
  hasParameter(keys: readonly string[]): boolean {
    const { rows, toPath } = this.#model.parameter;
    const found = `EXISTS (SELECT 1 FROM ${rows.replaceAll("{path}", "?1")})`;
    const sql = `SELECT 1 AS found FROM (${this.#runs}) AS run WHERE ${found} LIMIT 1`;
    return this.#connection.prepare(sql).get(toPath(keys)) !== undefined;
  }

  metrics(): string[] {
    const sql = `SELECT DISTINCT key FROM (${this.#model.summaries}) ORDER BY key`;
    return this.#connection.prepare(sql).all().map((row) => String(row.key));
  }

  parameters(): string[] {
    const sql = `SELECT config FROM (${this.#runs}) ORDER BY id DESC LIMIT ${MAX_CONFIGS}`;
    const configs = this.#connection.prepare(sql).all()
      .map((row) => this.#model.decodeJson(String(row.config)));
    const paths = configs.filter(isMapping).flatMap((config) => [...flattenConfig(config).keys()]);
    return [...new Set(paths)];
  }

  statuses(): string[] {
    const sql = `SELECT DISTINCT coalesce(status, 'running') AS status FROM (${this.#runs})`;
    const found = this.#connection.prepare(sql).all().map((row) => String(row.status));
    return [...new Set([...STATUSES, ...found])];
  }
}
