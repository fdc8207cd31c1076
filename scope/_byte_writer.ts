const NAN_BITS = 0x7ff8_0000_0000_0000n;

/** Bytes that grow as they are written. Everything is little-endian. */
export class ByteWriter {
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** How much was written. */
  get length(): number {
    return this.#length;
  }

  /** What was written: valid until the next write. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Starts anew. */
  clear(): void {
    this.#length = 0;
  }

  /** One ASCII character that says what follows. */
  tag(tag: string): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = tag.charCodeAt(0);
  }

  /** A count, exact up to 2^53. */
  count(count: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, count, true);
    this.#length += 8;
  }

  /** A number; all NaNs are one, 0 and -0 are two. */
  number(value: number): void {
    this.#reserve(8);
    if (Number.isNaN(value)) this.#view.setBigUint64(this.#length, NAN_BITS, true);
    else this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A text with its length, and with lone surrogates, which UTF-8 has no room for. */
  text(text: string): void {
    const isWellFormed = text.isWellFormed();
    this.tag(isWellFormed ? "8" : "6");
    const start = this.#length;
    this.count(0);
    this.#reserve(text.length * 3);
    if (isWellFormed) {
      this.#length += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
    } else {
      for (let index = 0; index < text.length; index++) {
        this.#view.setUint16(this.#length, text.charCodeAt(index), true);
        this.#length += 2;
      }
    }
    this.#view.setFloat64(start, this.#length - start - 8, true);
  }

  /** Bytes whose number is known or written. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Room to be filled later. */
  skip(length: number): void {
    this.#reserve(length);
    this.#bytes.fill(0, this.#length, this.#length + length);
    this.#length += length;
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
