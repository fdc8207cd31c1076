/** Writes or reads what a value is made of. */
type Convert = (item: unknown) => unknown;

/** How values of one built-in kind are stored. */
export interface JsonKind {
  /** The key under which they are stored. */
  readonly tag: string;
  is(value: object): boolean;
  /** What JSON can say; parts of other kinds go through `convert`. */
  encode(value: object, convert: Convert): unknown;
  /** The value from what `encode` gave. */
  decode(stored: unknown, convert: Convert): unknown;
}

type NumberList = ArrayLike<number | bigint>;

interface TypedArrayConstructor {
  new (items: ArrayLike<never>): object;
}

const TYPED_ARRAYS: Readonly<Record<string, TypedArrayConstructor>> = {
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

const DATE: JsonKind = {
  tag: "$date",
  is: (value) => value instanceof Date,
  encode: (value) => Number.isNaN(Number(value)) ? null : (value as Date).toISOString(),
  decode: (stored) => new Date(stored === null ? NaN : String(stored)),
};

const BYTES: JsonKind = {
  tag: "$bytes",
  is: (value) => value instanceof Uint8Array,
  encode: (value) => (value as Uint8Array).toBase64(),
  decode: (stored) => Uint8Array.fromBase64(String(stored)),
};

const BUFFER: JsonKind = {
  tag: "$buffer",
  is: (value) => value instanceof ArrayBuffer,
  encode: (value) => new Uint8Array(value as ArrayBuffer).toBase64(),
  decode: (stored) => Uint8Array.fromBase64(String(stored)).buffer,
};

const VIEW: JsonKind = {
  tag: "$view",
  is: (value) => value instanceof DataView,
  encode: (value) => {
    const { buffer, byteOffset, byteLength } = value as DataView;
    return new Uint8Array(buffer, byteOffset, byteLength).toBase64();
  },
  decode: (stored) => new DataView(Uint8Array.fromBase64(String(stored)).buffer),
};

const TYPED: JsonKind = {
  tag: "$typed",
  is: (value) => typedArrayName(value) !== undefined,
  encode: (value, convert) => [
    typedArrayName(value),
    Array.from(value as NumberList, convert),
  ],
  decode: (stored, convert) => {
    const [name, items] = stored as [string, unknown[]];
    const Kind = Object.hasOwn(TYPED_ARRAYS, name) ? TYPED_ARRAYS[name] : undefined;
    if (Kind === undefined) throw new TypeError(`there is no kind of list named ${name}`);
    return new Kind(items.map(convert) as never[]);
  },
};

const MAP: JsonKind = {
  tag: "$map",
  is: (value) => value instanceof Map,
  encode: (value, convert) =>
    Array.from(value as Map<unknown, unknown>, (entry) => entry.map(convert)),
  decode: (stored, convert) =>
    new Map((stored as [unknown, unknown][]).map(([key, item]) => [convert(key), convert(item)])),
};

const SET: JsonKind = {
  tag: "$set",
  is: (value) => value instanceof Set,
  encode: (value, convert) => Array.from(value as Set<unknown>, convert),
  decode: (stored, convert) => new Set((stored as unknown[]).map(convert)),
};

const REGEXP: JsonKind = {
  tag: "$regexp",
  is: (value) => value instanceof RegExp,
  encode: (value) => [(value as RegExp).source, (value as RegExp).flags],
  decode: (stored) => new RegExp(...stored as [string, string]),
};

const ADDRESS: JsonKind = {
  tag: "$url",
  is: (value) => value instanceof URL,
  encode: (value) => (value as URL).href,
  decode: (stored) => new URL(String(stored)),
};

/** The built-in kinds that come back as they were. */
export const JSON_KINDS: readonly JsonKind[] = [
  DATE,
  BYTES,
  BUFFER,
  VIEW,
  TYPED,
  MAP,
  SET,
  REGEXP,
  ADDRESS,
];

function typedArrayName(value: object): string | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return Object.hasOwn(TYPED_ARRAYS, name) ? name : undefined;
}
