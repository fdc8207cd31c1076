import type { Driver, Statement } from "./_driver.ts";
import { explainFailure } from "./_failure.ts";
import { TrackerError } from "./tracker_error.ts";

/** How a transaction begins. */
export type TransactionMode = "IMMEDIATE" | "EXCLUSIVE";

/** A driver with what both logger and finder need: cached statements, transactions, clear errors. */
export class Connection {
  /** The database file, as the config names it. */
  readonly path: string;
  #driver: Driver;
  readonly #statements = new Map<string, Statement>();
  readonly #onClose: () => void;
  #depth = 0;
  #isOpen = true;

  constructor(driver: Driver, path: string, onClose: () => void = () => {}) {
    this.#driver = driver;
    this.path = path;
    this.#onClose = onClose;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Runs one statement once, without values. */
  exec(sql: string): void {
    this.#driver.exec(sql);
  }

  /** Compiles a statement, or takes it from the cache. */
  prepare(sql: string): Statement {
    const cached = this.#statements.get(sql);
    if (cached !== undefined) return cached;
    const statement = this.#driver.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /**
   * Runs a function in a transaction, or in a savepoint of the one that is open: all it wrote is
   * kept when it returns, and nothing when it throws. The lock is taken at the start, because a
   * transaction that turns from reading to writing fails at once where another has written.
   */
  transaction<T>(work: () => T, mode: TransactionMode = "IMMEDIATE"): T {
    const name = `level_${this.#depth}`;
    const isOutermost = this.#depth === 0;
    this.#run(isOutermost ? `BEGIN ${mode}` : `SAVEPOINT ${name}`);
    this.#depth++;
    try {
      const result = work();
      this.#run(isOutermost ? "COMMIT" : `RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#undo(isOutermost, name);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Runs a function that uses the database; what SQLite throws becomes a {@linkcode TrackerError}. */
  attempt<T>(action: string, work: () => T): T {
    if (!this.#isOpen) {
      throw new TrackerError(`Cannot ${action} "${this.path}": it is closed, expected it open`, {
        path: this.path,
      });
    }
    try {
      return work();
    } catch (error) {
      throw explainFailure(error, { action, path: this.path });
    }
  }

  /** Opens another connection of the same library, for reading and writing. */
  openAnotherDriver(path: string = this.path): Driver {
    return this.#driver.openAnother(path);
  }

  /** Goes on with another driver; the one before is closed. */
  replaceDriver(driver: Driver): void {
    this.#statements.clear();
    this.#driver.close();
    this.#driver = driver;
  }

  /** Closes the connection; closing twice does nothing. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#statements.clear();
    try {
      this.#driver.close();
    } finally {
      this.#onClose();
    }
  }

  #run(sql: string): void {
    this.prepare(sql).run();
  }

  // A full disk or an I/O error may have ended the transaction already (https://sqlite.org/lang_transaction.html, 3)
  #undo(isOutermost: boolean, name: string): void {
    if (!this.#driver.inTransaction) return;
    if (isOutermost) return this.#run("ROLLBACK");
    this.#run(`ROLLBACK TO ${name}`);
    this.#run(`RELEASE ${name}`);
  }
}
