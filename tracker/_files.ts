import { classifyFailure, withoutErrorNumber } from "./_failure.ts";
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
    if (error instanceof TrackerError || classifyFailure(error) !== "other") throw error;
    throw impossiblePathError(path, error);
  }
}

/** The folder of a path; empty where the path has none. */
export function parentOf(path: string): string {
  return /^(.*)[\\/]/.exec(path)?.[1] ?? "";
}

/** Makes the folder of a database where there is none. */
export async function makeFolderOf(path: string): Promise<void> {
  const folder = parentOf(path);
  if (folder === "") return;
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    const kind = classifyFailure(error);
    if (kind === "cantopen" || kind === "other") throw noFolderError(path, folder, error);
    throw error;
  }
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

function impossiblePathError(path: string, cause: unknown): TrackerError {
  return new TrackerError(
    `Cannot open "${path}": the system refuses the path (${reasonOf(cause)}), expected that of a ` +
      "file, choose another experiment.sql.db_path",
    { path, cause },
  );
}

function noFolderError(path: string, folder: string, cause: unknown): TrackerError {
  const state = `its folder "${folder}" is not there and cannot be made (${reasonOf(cause)})`;
  return new TrackerError(
    `Cannot open "${path}": ${state}, expected one that is there or can be made: make it or ` +
      "choose another experiment.sql.db_path",
    { path, cause },
  );
}

function reasonOf(error: unknown): string {
  // All that mkdir finds in place of a folder, but a file, which statDatabase() has found before
  if (error instanceof Deno.errors.AlreadyExists) return "a link on its path leads to nothing";
  const text = error instanceof Error ? error.message : String(error);
  return withoutErrorNumber(text);
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
