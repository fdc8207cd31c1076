type Decoder = (content: unknown) => unknown;

/** Deeper than anything that `canonicalData` makes. */
const MAX_DEPTH = 128;

function bytesOf(content: unknown): ArrayBuffer {
  // A number would be taken for a length.
  if (!Array.isArray(content)) throw new TypeError("There are no bytes");
  return new Uint8Array(content).buffer;
}

function patternOf(content: unknown): RegExp {
  const text = String(content);
  const end = text.lastIndexOf("/");
  return new RegExp(text.slice(1, end), text.slice(end + 1));
}

const VIEWS: readonly (new (buffer: ArrayBuffer) => ArrayBufferView)[] = [
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigUint64Array,
  BigInt64Array,
  Float32Array,
  Float64Array,
  DataView,
];

/** What becomes of the content of each mark, which has been read already. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["$number", Number],
  ["$bigint", (content) => BigInt(String(content))],
  ["$undefined", () => undefined],
  ["$symbol", (content) => content],
  // What the tracker says of one.
  ["$function", (content) => `[function ${content || "anonymous"}]`],
  ["$Date", (content) => new Date(Number(content))],
  ["$Map", (content) => new Map(content as [unknown, unknown][])],
  ["$Set", (content) => new Set(content as unknown[])],
  ["$RegExp", patternOf],
  ["$URL", (content) => new URL(String(content))],
  ["$ArrayBuffer", bytesOf],
  ...VIEWS.map((View): [string, Decoder] => [
    `$${View.name}`,
    (content) => new View(bytesOf(content)),
  ]),
]);

/**
 * The value that `canonicalData` was given. Functions, symbols and errors come back as texts, and an
 * instance of a user's class by its fields, as a mark that nobody knows.
 */
export function fromCanonical(data: unknown): unknown {
  return decode(data, 0);
}

function decode(data: unknown, depth: number): unknown {
  if (typeof data !== "object" || data === null) return data;
  if (depth > MAX_DEPTH) return { $deep: true };
  if (Array.isArray(data)) return data.map((item) => decode(item, depth + 1));
  const entries = Object.entries(data).map(([key, item]): [string, unknown] => [
    key,
    decode(item, depth + 1),
  ]);
  const [first] = entries;
  const decoder = entries.length === 1 ? DECODERS.get(first![0]) : undefined;
  const mapping = Object.fromEntries(entries);
  if (decoder === undefined) return mapping;
  try {
    return decoder(first![1]);
  } catch {
    // A key of the user's own that looks like a mark.
    return mapping;
  }
}
