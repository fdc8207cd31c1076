import { placeOf } from "./_text_place.ts";
import { ConfigSyntaxError } from "./config_syntax_error.ts";

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
