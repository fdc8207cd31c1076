import { ImportError } from "../import_error.ts";

const CHUNK_BYTES = 1 << 16;
const LINE_FEED = 10;

/** The bytes of a file, read synchronously: a transaction must not be left while it is open. */
export function* readChunks(path: string): Generator<Uint8Array> {
  using file = Deno.openSync(path);
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let count = file.readSync(chunk); count !== null; count = file.readSync(chunk)) {
    yield chunk.subarray(0, count);
  }
}

/** The lines of UTF-8 text without their ends; an empty one after the last is left out. */
export function* splitLines(file: string, chunks: Iterable<Uint8Array>): Generator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest: Uint8Array[] = [];
  let line = 0;
  function decode(parts: readonly Uint8Array[]): string {
    line++;
    try {
      const text = decoder.decode(joinBytes(parts));
      return line === 1 ? text.replace(/^\ufeff/, "") : text;
    } catch {
      throw new ImportError("the line is not UTF-8 text", { file, line, column: 1 });
    }
  }
  for (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
      yield decode([...rest, chunk.subarray(start, at)]);
      rest = [];
      start = at + 1;
    }
    if (start < chunk.length) rest.push(chunk.slice(start));
  }
  if (rest.length > 0) yield decode(rest);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
