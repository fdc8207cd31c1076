import { statIfThere } from "./_files.ts";
import { TrackerError } from "./tracker_error.ts";

/** What SQLite keeps beside a database: the write-ahead log, its index, and the older journal. */
export const DATABASE_SUFFIXES: readonly string[] = ["", "-wal", "-shm", "-journal"];

const LOG_SUFFIXES: readonly string[] = ["-wal", "-shm"];
const WRITE_BITS = 0o222;

/**
 * Whether a write-ahead log and its index are there. Then they are in use, or left from a process
 * that was killed, and another reader makes no file.
 */
export async function hasLogFiles(path: string): Promise<boolean> {
  const infos = await Promise.all(LOG_SUFFIXES.map((suffix) => statIfThere(path + suffix)));
  return infos.every((info) => info !== undefined);
}

/**
 * A process that may only read the database leaves a log that nobody may write, for the log gets
 * the mode that the database has. Gives such a log the mode that the database has now; the file
 * stays the same one, so whoever has it open is not disturbed.
 *
 * @returns whether anything was changed
 * @throws {TrackerError} If the log belongs to another user.
 */
export async function unlockLogFiles(path: string): Promise<boolean> {
  const database = await statIfThere(path);
  let isChanged = false;
  for (const suffix of LOG_SUFFIXES) {
    const log = await statIfThere(path + suffix);
    if (database === undefined || log === undefined) continue;
    if (isNarrower(log, database)) {
      await copyMode(database, { path, log: path + suffix });
      isChanged = true;
    } else if (log.uid !== database.uid) {
      throw leftoverError(path, path + suffix);
    }
  }
  return isChanged;
}

function isNarrower(log: Deno.FileInfo, database: Deno.FileInfo): boolean {
  return ((database.mode ?? 0) & ~(log.mode ?? 0) & WRITE_BITS) !== 0;
}

async function copyMode(
  database: Deno.FileInfo,
  { path, log }: { path: string; log: string },
): Promise<void> {
  try {
    await Deno.chmod(log, (database.mode ?? 0) & 0o777);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw leftoverError(path, log);
  }
}

function leftoverError(path: string, log: string): TrackerError {
  return new TrackerError(
    `Cannot open "${path}": "${log}" cannot be written, another user's program has left it, ` +
      "expected a file that this user may write: close the programs that read the database, then " +
      `let that user delete "${path}-wal" if it is empty and "${path}-shm", or make both writable`,
    { path },
  );
}
