import { formatPath } from "../adict/mod.ts";
import { isMapping } from "./_flatten.ts";
import { JSON_KINDS } from "./_json_kinds.ts";
import { TrackerError } from "./tracker_error.ts";

// As deep as an ADict can be
const MAX_DEPTH = 1000;

/**
 * The JSON in which configs and metadata are stored. Whatever JSON can say is stored as such, so
 * any reader understands it; the rest is an object with one key that starts with "$":
 *
 * | value                     | stored as                              |
 * | ------------------------- | -------------------------------------- |
 * | NaN, ±Infinity, -0        | `{"$number": "NaN"}`                   |
 * | 10n                       | `{"$bigint": "10"}`                    |
 * | undefined                 | `{"$undefined": true}`                 |
 * | Date                      | `{"$date": "2026-01-…Z"}`              |
 * | Uint8Array                | `{"$bytes": "base64"}`                 |
 * | other typed arrays        | `{"$typed": ["Float32Array", [1, 2]]}` |
 * | ArrayBuffer, DataView     | `{"$buffer": "base64"}`, `{"$view": …}`|
 * | Map, Set                  | `{"$map": [["key", 1]]}`, `{"$set": …}`|
 * | RegExp, URL               | `{"$regexp": ["a+", "g"]}`, `{"$url": …}`|
 * | function, symbol, Error, …| `{"$text": "what it prints"}`          |
 * | `{"$x": 1}` (a user's own)| `{"$$x": 1}`                           |
 *
 * All but the text form come back as they were. Instances of a user's class are stored by their
 * fields and come back as plain objects.
 *
 * @throws {TrackerError} If a value contains itself.
 */
export function encodeJson(value: unknown): string {
  return JSON.stringify(new Encoder().encode(value));
}

/** Reads what {@linkcode encodeJson} has written. */
export function decodeJson(text: string): unknown {
  return fromJson(JSON.parse(text));
}

/**
 * SQL for the digits of a bigint in the JSON that {@linkcode encodeJson} has written, NULL where it is
 * something else. A cast to NUMERIC makes an integer of them, or a double where they exceed 64 bits.
 */
export function bigintIn(json: string): string {
  return `json_extract(${json}, '$."$bigint"')`;
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

class Encoder {
  /** What the value being written lies in, outermost first, and the key under which it lies there. */
  readonly #ancestors = new Map<object, string | number>();

  encode(value: unknown): unknown {
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
        return value === null ? null : this.#encodeObject(value as object);
    }
  }

  #encodeObject(value: object): unknown {
    this.#checkNesting(value);
    this.#ancestors.set(value, "");
    const encoded = this.#encodeParts(value);
    this.#ancestors.delete(value);
    return encoded;
  }

  #encodeParts(value: object): unknown {
    if (Array.isArray(value)) return Array.from(value, (item, i) => this.#encodeAt(value, i, item));
    const kind = JSON_KINDS.find((kind) => kind.is(value));
    if (kind !== undefined) {
      let index = 0;
      return { [kind.tag]: kind.encode(value, (item) => this.#encodeAt(value, index++, item)) };
    }
    if (!isMapping(value)) return { $text: String(value) };
    const entries = Object.entries(value);
    const encoded = entries.map(([key, item]) => [key, this.#encodeAt(value, key, item)] as const);
    const [first] = encoded;
    if (encoded.length === 1 && first?.[0].startsWith("$")) return { [`$${first[0]}`]: first[1] };
    return Object.fromEntries(encoded);
  }

  #encodeAt(parent: object, key: string | number, item: unknown): unknown {
    this.#ancestors.set(parent, key);
    return this.encode(item);
  }

  #checkNesting(value: object): void {
    if (this.#ancestors.has(value)) throw this.#cycleError(value);
    if (this.#ancestors.size <= MAX_DEPTH) return;
    const [key = ""] = this.#ancestors.values();
    throw new TrackerError(
      `Cannot store "${formatPath([key])}": it is nested deeper than ${MAX_DEPTH} levels, ` +
        "expected fewer",
    );
  }

  #cycleError(value: object): TrackerError {
    const keys = [...this.#ancestors.values()];
    const target = keys.slice(0, [...this.#ancestors.keys()].indexOf(value));
    const name = target.length === 0 ? "the whole" : `"${formatPath(target)}"`;
    return new TrackerError(
      `Cannot store "${formatPath(keys)}": it is ${name} again, which it lies in, expected data ` +
        "that does not contain itself",
    );
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
    case "$undefined":
      return undefined;
    case "$text":
      return value;
  }
  const kind = JSON_KINDS.find((kind) => kind.tag === tag);
  return kind === undefined ? { [tag]: fromJson(value) } : kind.decode(value, fromJson);
}

function isPlainNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}
