import { SqliteError } from "./sqlite_error.ts";

const CANNOT_OPEN = 14;
const OUT_OF_RANGE = 25;

interface NodeSqliteError extends Error {
  readonly code: string;
  readonly errcode?: number;
}

function isNodeSqliteError(error: unknown): error is NodeSqliteError {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

/** Turns an error of `new DatabaseSync()` into the original's; others, of permissions, stay. */
export function toOpenError(error: unknown): unknown {
  if (!isNodeSqliteError(error)) return error;
  return new SqliteError(error.errcode ?? CANNOT_OPEN, "unable to open database file");
}

/** Turns an error of `exec()` or of a statement into the original's. */
export function toExecutionError(error: unknown): unknown {
  if (!isNodeSqliteError(error)) return error;
  if (error.errcode === OUT_OF_RANGE) return new SqliteError(OUT_OF_RANGE, error.message);
  // exec() appends the SQL text to the words of SQLite.
  return new Error(error.message.replace(/ in [^]* at offset \d+$/, ""), { cause: error });
}

/** Runs something of `node:sqlite` and translates what it throws. */
export function translateErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toExecutionError(error);
  }
}
