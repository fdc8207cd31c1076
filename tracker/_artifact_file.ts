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
export function openArtifact(path: string, { except }: Reading): Deno.FsFile | undefined {
  try {
    const info = Deno.statSync(path);
    const isOpenDatabase = except.some(({ dev, ino }) => dev === info.dev && ino === info.ino);
    return !info.isFile || isOpenDatabase ? undefined : Deno.openSync(path);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
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

function isUnreadable(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable || error instanceof Error && "code" in error;
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
