import { ConfigFileError } from "./config_file_error.ts";

const CHUNK_SIZE = 65_536;
const ATTEMPTS = 2;

/**
 * The bytes of a file as it was at one moment, as far as its size and time of change tell.
 *
 * @throws {ConfigFileError} If somebody writes into it during each of two attempts.
 */
export async function readStableFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const bytes = await readOnce(path);
    if (bytes !== undefined) return bytes;
  }
  throw new ConfigFileError(
    `Cannot read "${path}": it changes while it is read, expected a file that nobody writes into`,
    { path },
  );
}

/** The bytes of a file; undefined if it has changed meanwhile. */
async function readOnce(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  using file = await Deno.open(path);
  const before = await file.stat();
  // Systems give pipes, devices and what they make up themselves no size to rely on.
  const isSized = before.isFile && before.size > 0;
  const bytes = await readToEnd(file, isSized ? before.size : undefined);
  const after = await file.stat();
  const isSame = before.size === after.size &&
    before.mtime?.getTime() === after.mtime?.getTime() &&
    (!isSized || bytes.length === after.size);
  return isSame || !before.isFile ? bytes : undefined;
}

/** Reads to the end, or until there is more than expected: a file may grow without one. */
async function readToEnd(
  file: Deno.FsFile,
  expected: number | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array((expected ?? CHUNK_SIZE) + 1);
  let length = 0;
  while (true) {
    const count = await file.read(bytes.subarray(length, length + CHUNK_SIZE));
    if (count === null) return bytes.subarray(0, length);
    length += count;
    if (length < bytes.length) continue;
    if (expected !== undefined) return bytes;
    const larger = new Uint8Array(2 * length);
    larger.set(bytes);
    bytes = larger;
  }
}
