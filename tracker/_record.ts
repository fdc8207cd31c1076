const POLYNOMIAL = 0xedb88320;
const HEADER = 0;
const KEY = 1;
const POINT = 2;
const EVENT = 3;
const TEXT_START = 24;
const POINT_BYTES = 56;
const FIRST_CAPACITY = 4096;
const KIND_OF_TEXT = { header: HEADER, key: KEY, event: EVENT } as const;

let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
    }
    return remainder;
  });
}

/** The checksum CRC-32 (ISO-HDLC, as in gzip: RFC 1952, section 8) of some of the bytes. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  const remainders = table ??= makeTable();
  let crc = -1;
  for (let i = start; i < end; i++) crc = remainders[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * The records of a spool. All numbers are little-endian, a record begins where the one before it
 * ends, and each lengthens the sequence by one:
 *
 * | bytes | what                                                                  |
 * | ----- | --------------------------------------------------------------------- |
 * | 0     | CRC-32 of all bytes that follow in the record                         |
 * | 4     | length of the record                                                  |
 * | 8     | sequence number, a double; 0 for the header                           |
 * | 16    | kind: 0 header, 1 key, 2 point, 3 event                               |
 * | 18    | of a point: the attempt                                               |
 * | 20    | of a key and a point: the number of the key in this spool             |
 * | 24    | of a point four doubles: run, step, time, value; of the others a text |
 *
 * A key record gives a number to the name of a metric, for the points behind it.
 */
export type SpoolRecord =
  | { kind: "header"; sequence: number; text: string }
  | { kind: "key"; sequence: number; key: number; text: string }
  | { kind: "point"; sequence: number; key: number } & RecordedPoint
  | { kind: "event"; sequence: number; text: string };

/** What a point record says besides its key. */
export interface RecordedPoint {
  runId: number;
  attempt: number;
  step: number;
  /** Milliseconds since 1970. */
  time: number;
  value: number;
}

/** Writes records one behind another into memory. */
export class RecordWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written since the last `clear`; overwritten by what is written after that. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  writePoint(point: RecordedPoint, { sequence, key }: { sequence: number; key: number }): void {
    const start = this.#begin(POINT_BYTES, POINT, sequence);
    const view = this.#view;
    view.setUint16(start + 18, point.attempt, true);
    view.setUint32(start + 20, key, true);
    view.setFloat64(start + 24, point.runId, true);
    view.setFloat64(start + 32, point.step, true);
    view.setFloat64(start + 40, point.time, true);
    view.setFloat64(start + 48, point.value, true);
    this.#end(start);
  }

  writeText(
    kind: keyof typeof KIND_OF_TEXT,
    text: string,
    { sequence, key = 0 }: { sequence: number; key?: number },
  ): void {
    const payload = new TextEncoder().encode(text);
    const start = this.#begin(TEXT_START + payload.length, KIND_OF_TEXT[kind], sequence);
    this.#view.setUint32(start + 20, key, true);
    this.#bytes.set(payload, start + TEXT_START);
    this.#end(start);
  }

  #begin(length: number, kind: number, sequence: number): number {
    const start = this.#length;
    this.#reserve(start + length);
    this.#length = start + length;
    this.#view.setUint32(start + 4, length, true);
    this.#view.setFloat64(start + 8, sequence, true);
    this.#view.setUint32(start + 16, kind, true);
    return start;
  }

  #end(start: number): void {
    this.#view.setUint32(start, crc32(this.#bytes, start + 4, this.#length), true);
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    bytes.set(this.bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Stands where records are missing. */
export interface Gap {
  kind: "gap";
}

/**
 * The records at the beginning of the bytes, up to the first that is not whole: a process that was
 * killed while it wrote leaves half a record.
 */
export function* readRecords(bytes: Uint8Array): Generator<SpoolRecord> {
  const view = viewOf(bytes);
  for (let start = 0; start < bytes.length;) {
    const end = findEnd(bytes, view, start);
    if (end === undefined) return;
    const record = readRecord({ bytes, view, start, end });
    if (record === undefined) return;
    yield record;
    start = end;
  }
}

/**
 * All whole records, with a gap between those around a damaged place. A header is read at the
 * beginning only. Where no whole one follows,
 * what is left is half a record, and no gap.
 */
export function* readAroundDamage(bytes: Uint8Array): Generator<SpoolRecord | Gap> {
  const view = viewOf(bytes);
  for (let start = 0;;) {
    for (const record of readRecords(bytes.subarray(start))) {
      start += view.getUint32(start + 4, true);
      yield record;
    }
    do start++; while (start < bytes.length && !isRecord(bytes, view, start));
    if (start >= bytes.length) return;
    yield { kind: "gap" };
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where the record that begins at a place ends, or undefined where none begins that is whole. */
function findEnd(bytes: Uint8Array, view: DataView, start: number): number | undefined {
  if (start + TEXT_START > bytes.length) return undefined;
  const end = start + view.getUint32(start + 4, true);
  if (end < start + TEXT_START || end > bytes.length) return undefined;
  return crc32(bytes, start + 4, end) === view.getUint32(start, true) ? end : undefined;
}

/**
 * Whether a record, other than the header, begins at any place. The checksum is looked at last: to
 * compute it for whatever looks like a length would take hours.
 */
function isRecord(bytes: Uint8Array, view: DataView, start: number): boolean {
  if (start + TEXT_START > bytes.length) return false;
  const kind = view.getUint16(start + 16, true);
  if (kind === HEADER || kind > EVENT) return false;
  if (kind === POINT && view.getUint32(start + 4, true) !== POINT_BYTES) return false;
  const sequence = view.getFloat64(start + 8, true);
  if (!Number.isSafeInteger(sequence) || sequence < 1) return false;
  return findEnd(bytes, view, start) !== undefined;
}

function readRecord(
  { bytes, view, start, end }: { bytes: Uint8Array; view: DataView; start: number; end: number },
): SpoolRecord | undefined {
  const sequence = view.getFloat64(start + 8, true);
  const kind = view.getUint16(start + 16, true);
  if (kind === POINT) {
    return {
      kind: "point",
      sequence,
      key: view.getUint32(start + 20, true),
      runId: view.getFloat64(start + 24, true),
      attempt: view.getUint16(start + 18, true),
      step: view.getFloat64(start + 32, true),
      time: view.getFloat64(start + 40, true),
      value: view.getFloat64(start + 48, true),
    };
  }
  const text = new TextDecoder().decode(bytes.subarray(start + TEXT_START, end));
  if (kind === KEY) return { kind: "key", sequence, key: view.getUint32(start + 20, true), text };
  if (kind === HEADER) return { kind: "header", sequence, text };
  return kind === EVENT ? { kind: "event", sequence, text } : undefined;
}
