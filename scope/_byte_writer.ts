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

type FloatArray = Float16Array | Float32Array | Float64Array;

/** The bytes of a buffer or of a view of one. Memory that threads share is copied. */
export function bytesOf(data: ArrayBufferLike | ArrayBufferView): Uint8Array {
  if (isFloatArray(data)) return bytesOfFloats(data);
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
}

function isFloatArray(data: unknown): data is FloatArray {
  return data instanceof Float32Array || data instanceof Float64Array ||
    data instanceof Float16Array;
}

/** The processor gives NaNs many forms: they are brought into one. */
function bytesOfFloats(data: FloatArray): Uint8Array {
  if (!hasNaN(data)) return bytesOf(new DataView(data.buffer, data.byteOffset, data.byteLength));
  const copy = data.slice();
  const bytes = new Uint8Array(copy.buffer);
  const nan = canonicalNaN(data.BYTES_PER_ELEMENT);
  for (let index = 0; index < copy.length; index++) {
    if (Number.isNaN(copy[index])) bytes.set(nan, index * data.BYTES_PER_ELEMENT);
  }
  return bytes;
}

function hasNaN(data: FloatArray): boolean {
  for (let index = 0; index < data.length; index++) {
    if (Number.isNaN(data[index])) return true;
  }
  return false;
}

function canonicalNaN(width: number): Uint8Array {
  const high = { 2: [0x00, 0x7e], 4: [0xc0, 0x7f], 8: [0xf8, 0x7f] }[width]!;
  return new Uint8Array([...Array<number>(width - 2).fill(0), ...high]);
}

/** The part of Node's process that reaches a built-in module without importing it at the start. */
interface BuiltinModules {
  getBuiltinModule(name: "node:crypto"): typeof import("node:crypto");
}

/** A SHA-256 in the making. */
export type Sha256 = import("node:crypto").Hash;

/** Starts a SHA-256. It is synchronous: values must be hashed before anybody changes them. */
export function startSha256(): Sha256 {
  // Importing node:crypto costs more than a whole short script: it loads at the first hash.
  const { process } = globalThis as unknown as { process: BuiltinModules };
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}
