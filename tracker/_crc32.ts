const POLYNOMIAL = 0xedb88320;

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
