import { TrackerError } from "./tracker_error.ts";

/** Why SQLite, or the system under it, refused. */
export type FailureKind =
  | "busy"
  | "full"
  | "readonly"
  | "corrupt"
  | "notadb"
  | "cantopen"
  | "ioerr"
  | "permission"
  | "other";

// Primary result codes, https://sqlite.org/rescode.html
const KIND_OF_CODE: Readonly<Record<number, FailureKind>> = {
  5: "busy",
  6: "busy",
  8: "readonly",
  10: "ioerr",
  11: "corrupt",
  13: "full",
  14: "cantopen",
  15: "busy",
  26: "notadb",
};

// SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow
const SHARED_MEMORY_CANNOT_GROW = 4874;

// Both drivers throw errors without a code in places, so the text of sqlite3_errstr() decides there
const KIND_OF_TEXT: readonly (readonly [RegExp, FailureKind])[] = [
  [/\bis locked\b|locking protocol/i, "busy"],
  [/\bis full\b/i, "full"],
  [/readonly database/i, "readonly"],
  [/image is malformed/i, "corrupt"],
  [/not a database/i, "notadb"],
  [/unable to open database/i, "cantopen"],
  [/disk I\/O error/i, "ioerr"],
];

const ADVICE: Readonly<Record<Exclude<FailureKind, "other" | "permission">, string>> = {
  busy: "another process has kept the database locked for longer than the busy timeout, " +
    "try again when that process has finished or open with a longer busyTimeout",
  full: "the disk is full, free some space and try again (what was logged before is safe)",
  readonly: "the file or its folder is read-only, expected one that this user may write: " +
    "change its mode or choose another experiment.sql.db_path",
  corrupt: "the database is damaged and was left as it is, " +
    "restore a copy or choose another experiment.sql.db_path (https://sqlite.org/recovery.html tells " +
    "how rows may be saved)",
  notadb: "the file is not an SQLite database and was left as it is, " +
    "choose another experiment.sql.db_path",
  cantopen: "the file cannot be opened, expected a file in a folder that this user may read and " +
    "write: change their mode or choose another experiment.sql.db_path",
  ioerr: "the disk reports an input/output error, check that it is neither full nor failing",
};

/** Sorts an error of either driver, or of Deno's file functions, into a {@linkcode FailureKind}. */
export function classifyFailure(error: unknown): FailureKind {
  if (!(error instanceof Error)) return "other";
  if (error instanceof Deno.errors.NotCapable) return "permission";
  if (error instanceof Deno.errors.PermissionDenied) return "cantopen";
  const code = resultCodeOf(error);
  if (code === SHARED_MEMORY_CANNOT_GROW || isOutOfSpace(error)) return "full";
  const kind = code === undefined ? undefined : KIND_OF_CODE[code & 0xff];
  return kind ?? KIND_OF_TEXT.find(([text]) => text.test(error.message))?.[1] ?? "other";
}

/** Whether a file or its folder cannot be written, or not made. */
export function isUnwritable(error: unknown): boolean {
  const kind = classifyFailure(error);
  return kind === "cantopen" || kind === "readonly";
}

/** The error for a file that this process may not write. */
export function readOnlyError(path: string): TrackerError {
  return new TrackerError(`Cannot open "${path}": ${ADVICE.readonly}`, { path });
}

/** The error that a user reads: what could not be done, where, why, and what to do. */
export function explainFailure(error: unknown, context: FailureContext): TrackerError {
  if (error instanceof TrackerError) return error;
  const { action, path } = context;
  const start = `Cannot ${action} "${path}"`;
  return new TrackerError(`${start}: ${stateOf(error, path)}`, { path, cause: error });
}

/** What was being done, ending before the quoted path, and to which file. */
export interface FailureContext {
  action: string;
  path: string;
}

function stateOf(error: unknown, path: string): string {
  const kind = classifyFailure(error);
  const text = error instanceof Error ? error.message : String(error);
  if (kind === "permission") {
    const flag = /--allow-[a-z]+/.exec(text)?.[0] ?? "--allow-read --allow-write";
    return `Deno has no permission, run again with ${flag} (for "${path}" and its folder)`;
  }
  return kind === "other" ? text : ADVICE[kind];
}

function resultCodeOf(error: Error): number | undefined {
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode;
  if ("code" in error && typeof error.code === "number") return error.code;
  return undefined;
}

function isOutOfSpace(error: Error): boolean {
  return "code" in error && error.code === "ENOSPC";
}

/** What the system says of an error: Deno adds the number of the error and the call. */
export function withoutErrorNumber(message: string): string {
  return message.replace(/ \(os error \d+\).*/s, "");
}
