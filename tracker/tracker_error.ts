/** What a {@linkcode TrackerError} carries besides its message. */
export interface TrackerErrorOptions extends ErrorOptions {
  /** The database file, as the config names it. */
  path?: string;
}

/**
 * The tracker could not do what it was asked: a mistake in the config, or a state of the machine
 * (a full disk, a missing permission, a damaged file). The message says what, where and what to
 * do, so a program needs to print nothing else.
 *
 * @example Tell the user and stop
 * ```ts
 * import { SQLFinder, TrackerError } from "@ato/core/tracker";
 * import { assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
 *
 * const config = { experiment: { sql: { db_path: "sqlite:///missing/experiments.db" } } };
 * const error = await assertRejects(() => SQLFinder.open(config));
 *
 * assertInstanceOf(error, TrackerError);
 * assertStringIncludes(error.message, "missing/experiments.db");
 * ```
 */
export class TrackerError extends Error {
  /** The name of the class. */
  override readonly name = "TrackerError";
  /** The code with which a program that meets this error exits. */
  readonly exitCode: number = 1;
  /** The database file, where the error concerns one. */
  readonly path: string | undefined;

  /**
   * Makes an error.
   *
   * @param message what, where and what to do, in one sentence
   * @param options the database file and the cause
   */
  constructor(message: string, options: TrackerErrorOptions = {}) {
    super(message, options);
    this.path = options.path;
  }
}
