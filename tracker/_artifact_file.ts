import { nearestName } from "../adict/mod.ts";
import { withoutErrorNumber } from "./_failure.ts";
import { TrackerError } from "./tracker_error.ts";

type Crypto = typeof import("node:crypto");

const CHUNK_BYTES = 1 << 20;

/** What is known of a file: nothing where it is a folder, missing or unreadable. */
export interface FileFacts {
  size: number | null;
  sha256: string | null;
}

/** Where the open database lies. */
export type FileIdentity = Pick<Deno.FileInfo, "dev" | "ino">;

const UNKNOWN: FileFacts = { size: null, sha256: null };

/**
 * Measures a file by reading it once. A database that this process has open is not read: closing
 * any handle on it would drop the POSIX locks of all (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export function readFileFacts(path: string, reading: Reading): FileFacts {
  using file = openArtifact(path, reading);
  return file === undefined ? UNKNOWN : hashFile(file, reading.crypto);
}

/** What is needed to read a file. */
export interface Reading {
  crypto: Crypto;
  /** The files of the open database. */
  except: readonly FileIdentity[];
}

/** Opens a file for reading; undefined where nothing is known of it. */
function openArtifact(path: string, reading: Reading): Deno.FsFile | undefined {
  try {
    return requireArtifact(path, reading);
  } catch (error) {
    if (error instanceof TrackerError) return undefined;
    throw error;
  }
}

/**
 * Opens a file for reading.
 *
 * @throws {TrackerError} If there is none, or it cannot be read.
 */
export function requireArtifact(path: string, { except }: Reading): Deno.FsFile {
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) {
      throw copyError(path, "it is a folder, expected a file: log each of its files instead");
    }
    if (!info.isFile) throw copyError(path, "no regular file, expected one");
    if (except.some(({ dev, ino }) => dev === info.dev && ino === info.ino)) {
      throw copyError(path, "it belongs to the database that is open, expected another file");
    }
    return Deno.openSync(path);
  } catch (error) {
    throw isUnreadable(error) ? copyError(path, reasonOf(error, path), error) : error;
  }
}

function copyError(path: string, problem: string, cause?: unknown): TrackerError {
  return new TrackerError(`Cannot copy the artifact "${path}": ${problem}`, { path, cause });
}

function isUnreadable(error: unknown): error is Error {
  if (error instanceof TrackerError) return false;
  return error instanceof Deno.errors.NotCapable || error instanceof Error && "code" in error;
}

function reasonOf(error: Error, path: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno has no permission, run again with --allow-read (for "${path}")`;
  }
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    const nearest = nearestName(path.slice(folderOf(path).length), namesBeside(path));
    const hint = nearest === undefined
      ? "expected one that is there when it is logged"
      : `did you mean "${folderOf(path)}${nearest}"?`;
    return `no such file, ${hint}`;
  }
  return `${withoutErrorNumber(error.message)}, expected a file that can be read`;
}

/** The folder of a path, with the separator at its end. */
function folderOf(path: string): string {
  return /^.*[\\/]/s.exec(path)?.[0] ?? "";
}

function namesBeside(path: string): string[] {
  try {
    return [...Deno.readDirSync(folderOf(path) || ".")].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Reads a file to its end, giving each piece to `onChunk` as well. */
export function hashFile(
  file: Deno.FsFile,
  crypto: Crypto,
  onChunk: (chunk: Uint8Array) => void = () => {},
): FileFacts {
  const hash = crypto.createHash("sha256");
  const chunk = new Uint8Array(CHUNK_BYTES);
  let size = 0;
  for (let count = file.readSync(chunk); count !== null; count = file.readSync(chunk)) {
    const piece = chunk.subarray(0, count);
    hash.update(piece);
    onChunk(piece);
    size += count;
  }
  return { size, sha256: hash.digest("hex") };
}

/** The files of a database that is open, as far as they are there. */
export function identifyFiles(path: string): FileIdentity[] {
  if (identifyFile(path) === undefined) return [];
  return ["", "-wal", "-shm"].flatMap((suffix) => identifyFile(path + suffix) ?? []);
}

/** Where a file lies; undefined where there is none, as for memory. */
export function identifyFile(path: string): FileIdentity | undefined {
  if (path === ":memory:") return undefined;
  try {
    const { dev, ino } = Deno.statSync(path);
    return { dev, ino };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
