import { removeIfThere, statIfThere } from "./_files.ts";
import { TrackerError } from "./tracker_error.ts";

const MAX_ATTEMPTS = 5;

// Within that time after a change, another may leave the file with the same time
const TIME_RESOLUTION_MS = 50;

// Not the index (-shm), which SQLite makes anew from the log
const COPIED_SUFFIXES: readonly string[] = ["", "-wal", "-journal"];

/** A copy of a database, as it was at one moment. */
export interface DatabaseCopy {
  path: string;
  /** Removes it; removing twice does nothing. */
  remove: () => void;
}

/**
 * Copies a database to a folder of its own among the temporary files. No lock is held meanwhile,
 * so the copy counts only where none of its files has changed, come or gone until its end.
 *
 * @throws {TrackerError} If the database changes as often as it is copied.
 */
export async function copyDatabase(source: string): Promise<DatabaseCopy> {
  const folder = await Deno.makeTempDir({ prefix: "ato-" });
  function remove(): void {
    try {
      Deno.removeSync(folder, { recursive: true });
    } catch (error) {
      ignoreMissing(error);
    }
  }
  try {
    const path = `${folder}/copy.db`;
    await copyUnchanged(source, path);
    return { path, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function copyUnchanged(from: string, to: string): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const before = await describeFiles(from);
    const start = Date.now();
    for (const suffix of COPIED_SUFFIXES) await copyIfThere(from + suffix, to + suffix);
    const after = await describeFiles(from);
    const isSettled = after.every((file) => start - (file?.time ?? 0) > TIME_RESOLUTION_MS);
    if (isSettled && JSON.stringify(after) === JSON.stringify(before)) return;
    await new Promise((resolve) => setTimeout(resolve, 2 * TIME_RESOLUTION_MS));
  }
  throw new TrackerError(
    `Cannot open "${from}": another process changes it while it is copied, expected it unchanged ` +
      "for that time, try again later",
    { path: from },
  );
}

interface FileState {
  dev: number;
  ino: number | null;
  size: number;
  time: number;
}

async function describeFiles(path: string): Promise<(FileState | undefined)[]> {
  const infos = await Promise.all(COPIED_SUFFIXES.map((suffix) => statIfThere(path + suffix)));
  return infos.map((info) =>
    info && { dev: info.dev, ino: info.ino, size: info.size, time: info.mtime?.getTime() ?? 0 }
  );
}

// A copy inherits the mode of a read-only file, and SQLite has to write to merge the log
async function copyIfThere(from: string, to: string): Promise<void> {
  await removeIfThere(to);
  try {
    await Deno.copyFile(from, to);
  } catch (error) {
    return ignoreMissing(error);
  }
  if (Deno.build.os !== "windows") await Deno.chmod(to, 0o600);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
