import { ConfigFileError, ConfigSyntaxError } from "./file_errors.ts";
import { placeOf } from "./_text_place.ts";

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

/**
 * The text of a file, without a byte order mark.
 *
 * @throws {ConfigSyntaxError} If the bytes are not UTF-8, at the first that is not.
 */
export function decodeUtf8(bytes: Uint8Array<ArrayBuffer>, path: string): string {
  if (isUtf8(bytes, false)) return new TextDecoder().decode(bytes);
  const reached = findReach(bytes);
  const offset = startOfCharacter(bytes, reached);
  const text = new TextDecoder().decode(bytes);
  const before = new TextDecoder().decode(bytes.subarray(0, offset));
  const byte = bytes[offset]!.toString(16).padStart(2, "0");
  const state = reached === bytes.length
    ? "the file ends inside a character"
    : `the byte 0x${byte} is not UTF-8`;
  const place = placeOf(before, before.length);
  throw new ConfigSyntaxError(state, { text, path, ...place, expected: "UTF-8 text" });
}

/** How many bytes begin some UTF-8 text, the last character of which may be incomplete. */
function findReach(bytes: Uint8Array<ArrayBuffer>): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (isUtf8(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Where an incomplete last character begins: a letter of Latin-1 looks like the start of one. */
function startOfCharacter(bytes: Uint8Array<ArrayBuffer>, end: number): number {
  let start = end;
  while (!isUtf8(bytes.subarray(0, start), false)) start--;
  return start;
}

function isUtf8(bytes: Uint8Array<ArrayBuffer>, mayEndInside: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: mayEndInside });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
