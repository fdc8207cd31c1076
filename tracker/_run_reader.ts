import type { Connection } from "./_connection.ts";
import type { Row, SqlValue } from "./_driver.ts";
import { buildRunQuery, type RunQuery } from "./_filter/build_run_query.ts";
import { findCrashedRuns } from "./_liveness.ts";
import { type Missing, missingError } from "./_missing.ts";
import type { Reader } from "./_open_reader.ts";
import { ATO_MODEL } from "./_read_ato.ts";
import type { ReadModel } from "./_read_model.ts";
import { toRun } from "./_rows.ts";
import type { TrackerError } from "./tracker_error.ts";
import type { Run } from "./types.ts";

/** Reads rows and runs of one database; what waits in spools is brought into it before. */
export class RunReader {
  /** How to read this kind of database. */
  readonly model: ReadModel;
  readonly #connection: Connection;
  readonly #spools: Reader["spools"];

  constructor({ connection, model, spools }: Reader) {
    this.model = model;
    this.#connection = connection;
    this.#spools = spools;
  }

  /** The rows of a statement. */
  rows(sql: string, ...values: SqlValue[]): Row[] {
    this.#spools?.run();
    return this.attempt(() => this.#connection.prepare(sql).all(...values));
  }

  /** The rows of a statement as lists, which is faster where there are many. */
  lists(sql: string, ...values: SqlValue[]): SqlValue[][] {
    this.#spools?.run();
    return this.attempt(() => this.#connection.prepare(sql).lists(...values));
  }

  /** The runs that a condition on `runTable` leaves. */
  runs(condition: string, ...values: SqlValue[]): Run[] {
    const rows = this.rows(`SELECT * FROM (${this.runTable()}) ${condition}`, ...values);
    return this.attempt(() => rows.map((row) => toRun(row, this.model)));
  }

  /** The runs of a filter, in the order asked for. */
  query(query: RunQuery): Run[] {
    const database = { connection: this.#connection, model: this.model, runs: this.runTable() };
    const { sql, values } = this.attempt(() => buildRunQuery(database, query));
    const rows = this.rows(sql, ...values);
    return this.attempt(() => rows.map((row) => toRun(row, this.model)));
  }

  /**
   * The SELECT of the runs in which the status of a run whose process has died is "crashed": to be
   * used instead of the model's wherever a status is shown or compared.
   */
  runTable(): string {
    this.#spools?.run();
    if (this.model !== ATO_MODEL) return this.model.runs([]);
    return this.model.runs(this.attempt(() => findCrashedRuns(this.#connection)));
  }

  /** Throws where there is no such project. */
  requireProject(name: string): void {
    const rows = this.rows(`SELECT name FROM (${this.model.projects}) ORDER BY name`);
    const candidates = rows.map((row) => String(row.name));
    if (candidates.includes(name)) return;
    throw this.missing({ subject: `project "${name}"`, name, candidates, kind: "projects" });
  }

  /** The run of that id; throws where there is none. */
  requireRun(id: number): Run {
    const [run] = this.runs("WHERE id = ?", id);
    if (run !== undefined) return run;
    const rows = this.rows(`SELECT id FROM (${this.runTable()}) ORDER BY id DESC`);
    const candidates = rows.map((row) => String(row.id));
    throw this.missing({ subject: `run ${id}`, name: "", candidates, kind: "runs" });
  }

  /** The error for a name that is not there. */
  missing(missing: Omit<Missing, "path">): TrackerError {
    return missingError({ ...missing, path: this.#connection.path });
  }

  /** Runs a function that reads; what SQLite throws becomes a {@linkcode TrackerError}. */
  attempt<T>(work: () => T): T {
    return this.#connection.attempt("read", work);
  }

  close(): void {
    this.#connection.close();
    this.#spools?.close();
  }
}
