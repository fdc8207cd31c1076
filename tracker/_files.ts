import { TrackerError } from "./tracker_error.ts";

/** What the system says about a path, or undefined where there is nothing. */
export async function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What the system says about the file of a database, or undefined where there is none yet. */
export async function statDatabase(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    const info = await statIfThere(path);
    if (info?.isDirectory) throw folderError(path);
    return info;
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) throw await fileOnTheWayError(path);
    throw error;
  }
}

/** The folder of a path; empty where the path has none. */
export function parentOf(path: string): string {
  return /^(.*)[\\/]/.exec(path)?.[1] ?? "";
}

/**
 * Whether this process may write a file. The file is opened for that, which must not be done to a
 * database that this process has open: closing it would drop the locks of the other connections
 * (https://sqlite.org/howtocorrupt.html, 2.2).
 *
 * @throws {Deno.errors.NotCapable} If Deno lacks the permission.
 */
export async function isWritable(path: string): Promise<boolean> {
  try {
    using _file = await Deno.open(path, { read: true, write: true });
    return true;
  } catch (error) {
    // A mode, or a file system, that is read-only; a missing permission of Deno has no code
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Removes a file, where it is there. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function folderError(path: string): TrackerError {
  const example = `${path.replace(/[\\/]+$/, "")}/experiments.db`;
  return new TrackerError(
    `Cannot open "${path}": it is a folder, expected a file such as "${example}"`,
    { path },
  );
}

async function fileOnTheWayError(path: string): Promise<TrackerError> {
  const file = await nearestFile(parentOf(path));
  return new TrackerError(
    `Cannot open "${path}": "${file}" is a file, expected a folder, move the file or choose ` +
      "another experiment.sql.db_path",
    { path },
  );
}

/** The part of a path that is there, being a file, where more of the path follows it. */
async function nearestFile(path: string): Promise<string> {
  try {
    await Deno.stat(path);
    return path;
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) return await nearestFile(parentOf(path));
    throw error;
  }
}
