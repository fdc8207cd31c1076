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
