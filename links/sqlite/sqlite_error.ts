/**
 * A failure that SQLite reports by its result code alone: opening a database, binding a value. A
 * failure it has words for, a broken constraint or a locked database, is a plain `Error` with these
 * words, in the original too.
 */
export class SqliteError extends Error {
  /** The error's name. */
  override name = "SqliteError";

  /** The result code: 14 where the file cannot be opened, 25 where there is no such parameter. */
  code: number;

  /** Creates the error; the message starts with the code. */
  constructor(code = 1, message = "Unknown Error") {
    super(`${code}: ${message}`);
    this.code = code;
  }
}
