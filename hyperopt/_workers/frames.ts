/** What can be written to a pipe at once, without another writer coming between (POSIX: PIPE_BUF). */
const MAX_WRITE = 4096;

const [ZERO, MORE, END] = [0, 0x6d, 0x65];

/** A piece of what came through a pipe: a message, or what the program printed beside. */
export type Piece =
  | { readonly type: "message"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "print"; readonly bytes: Uint8Array<ArrayBuffer> };

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Cuts a message into frames that share a pipe with whatever else is printed there. A frame is a zero
 * byte, the mark of the process, `m` if more follows or else `e`, four hexadecimal digits for the
 * length, and so many bytes. Each is short enough to be written at once.
 */
export function* framesOf(message: Uint8Array, mark: string): Generator<Uint8Array> {
  const size = MAX_WRITE - mark.length - 6;
  for (let at = 0; at === 0 || at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    const kind = at + size < message.length ? "m" : "e";
    const head = `\0${mark}${kind}${part.length.toString(16).padStart(4, "0")}`;
    yield concat([new TextEncoder().encode(head), part]);
  }
}

function isHexadecimal(digits: string): boolean {
  return /^[\da-f]*$/.test(digits);
}

/** Tells frames and print apart, however the pipe has cut them. */
export class FrameReader {
  readonly #mark: Uint8Array;
  readonly #parts: Uint8Array[] = [];
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(mark: string) {
    this.#mark = new TextEncoder().encode(`\0${mark}`);
  }

  /** The pieces that are whole with these bytes. */
  *read(bytes: Uint8Array): Generator<Piece> {
    let data = concat([this.#rest, bytes]);
    while (data.length > 0) {
      const begin = this.#find(data);
      if (begin > 0) yield { type: "print", bytes: data.slice(0, begin) };
      data = data.subarray(begin);
      const length = this.#lengthOf(data);
      if (length === undefined || data.length < length) break;
      const head = this.#mark.length + 5;
      this.#parts.push(data.slice(head, length));
      if (data[this.#mark.length] === END) {
        yield { type: "message", bytes: concat(this.#parts.splice(0)) };
      }
      data = data.subarray(length);
    }
    this.#rest = data.slice();
  }

  /** What is left at the end is print: a frame that was cut off says nothing. */
  *end(): Generator<Piece> {
    const isFrame = this.#rest.length >= this.#mark.length;
    if (this.#rest.length > 0 && !isFrame) yield { type: "print", bytes: this.#rest };
  }

  /** Where a frame begins, or may begin once more is known; else the length. */
  #find(data: Uint8Array): number {
    for (let at = data.indexOf(ZERO); at !== -1; at = data.indexOf(ZERO, at + 1)) {
      const known = Math.min(this.#mark.length, data.length - at);
      let same = 1;
      while (same < known && data[at + same] === this.#mark[same]) same++;
      if (same < known) continue;
      const kind = data[at + this.#mark.length];
      if (kind === undefined) return at;
      if ((kind === MORE || kind === END) && isHexadecimal(this.#digitsOf(data, at))) return at;
    }
    return data.length;
  }

  /** The digits of the length of a frame, as far as they are known. */
  #digitsOf(data: Uint8Array, at: number): string {
    const begin = at + this.#mark.length + 1;
    return new TextDecoder().decode(data.subarray(begin, begin + 4));
  }

  /** The length of the frame at the beginning, head included, once its head is whole. */
  #lengthOf(data: Uint8Array): number | undefined {
    const head = this.#mark.length + 5;
    if (data.length < head) return undefined;
    return head + Number.parseInt(this.#digitsOf(data, 0), 16);
  }
}
