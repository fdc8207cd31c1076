/**
 * The JSON in which configs and metadata are stored. Whatever JSON can say is stored as such, so
 * any reader understands it; the rest is an object with one key that starts with "$":
 *
 * | value                     | stored as                    |
 * | ------------------------- | ---------------------------- |
 * | NaN, ±Infinity, -0        | `{"$number": "NaN"}`         |
 * | 10n                       | `{"$bigint": "10"}`          |
 * | Date                      | `{"$date": "2026-01-…Z"}`    |
 * | Uint8Array                | `{"$bytes": "base64"}`       |
 * | undefined                 | `{"$undefined": true}`       |
 * | function, symbol, Map, …  | `{"$text": "what it prints"}`|
 * | `{"$x": 1}` (a user's own)| `{"$$x": 1}`                 |
 *
 * All but the text form come back as they were.
 */
export function encodeJson(value: unknown): string {
  return JSON.stringify(toJson(value, new Set()));
}

/** Reads what {@linkcode encodeJson} has written. */
export function decodeJson(text: string): unknown {
  return fromJson(JSON.parse(text));
}

/** Reads JSON of Python's `json.dumps`, which writes NaN and Infinity as bare words. */
export function decodePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const tokens = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
    return decodeJson(
      text.replaceAll(tokens, (token) => token.startsWith('"') ? token : `{"$number":"${token}"}`),
    );
  }
}

function toJson(value: unknown, ancestors: Set<object>): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return isPlainNumber(value)
        ? value
        : { $number: Object.is(value, -0) ? "-0" : String(value) };
    case "bigint":
      return { $bigint: String(value) };
    case "undefined":
      return { $undefined: true };
    case "function":
      return { $text: `[function ${value.name || "anonymous"}]` };
    case "symbol":
      return { $text: String(value) };
    default:
      return value === null ? null : objectToJson(value as object, ancestors);
  }
}

function objectToJson(value: object, ancestors: Set<object>): unknown {
  if (value instanceof Date) return { $date: Number.isNaN(+value) ? null : value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: value.toBase64() };
  if (ancestors.has(value)) throw new TypeError("a value contains itself");
  ancestors.add(value);
  try {
    if (isList(value)) return Array.from(value, (item) => toJson(item, ancestors));
    if (!isMapping(value)) return { $text: describe(value) };
    const entries = Object.entries(value).map(([key, item]) => [key, toJson(item, ancestors)]);
    const [first] = entries.length === 1 ? Object.keys(value) : [];
    if (first?.startsWith("$")) return { [`$${first}`]: entries[0]?.[1] };
    return Object.fromEntries(entries);
  } finally {
    ancestors.delete(value);
  }
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0].startsWith("$")) return fromTagged(first[0], first[1]);
  return Object.fromEntries(entries.map(([key, item]) => [key, fromJson(item)]));
}

function fromTagged(tag: string, value: unknown): unknown {
  if (tag.startsWith("$$")) return { [tag.slice(1)]: fromJson(value) };
  switch (tag) {
    case "$number":
      return Number(value);
    case "$bigint":
      return BigInt(String(value));
    case "$date":
      return new Date(value === null ? NaN : String(value));
    case "$bytes":
      return Uint8Array.fromBase64(String(value));
    case "$undefined":
      return undefined;
    case "$text":
      return value;
    default:
      return { [tag]: fromJson(value) };
  }
}

function isPlainNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function isList(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value) && "length" in value;
}

// Instances of a class are stored by their fields, built-in kinds (RegExp, URL, Error) as text
function isMapping(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function describe(value: object): string {
  const isCollection = value instanceof Map || value instanceof Set;
  return isCollection ? Deno.inspect(value, { depth: 8 }) : String(value);
}
