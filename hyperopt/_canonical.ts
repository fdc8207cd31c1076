import { ADict } from "../adict/mod.ts";

/** Data lies less deep than this unless it contains itself. */
const MAX_DEPTH = 64;

/** What is no object, and has no form in JSON or shares it with something else. */
function markedScalar(value: unknown): unknown {
  if (Object.is(value, -0)) return { $number: "-0" };
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value === "undefined") return { $undefined: true };
  if (typeof value === "symbol") return { $symbol: String(value) };
  if (typeof value === "function") return { $function: value.name };
  return value;
}

/** What there is to an object besides its own keys. */
function contentOf(value: object): unknown {
  if (value instanceof Map || value instanceof Set) return [...value];
  if (value instanceof Date) return Number(value);
  if (ArrayBuffer.isView(value)) {
    return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  }
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  const isText = value instanceof RegExp || value instanceof Error || value instanceof URL;
  return isText ? String(value) : { ...value };
}

function canonical(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return markedScalar(value);
  if (depth > MAX_DEPTH) return { $deep: true };
  const inner = depth + 1;
  if (value instanceof ADict) return canonical(ADict.prototype.toJSON.call(value), inner);
  if (Array.isArray(value)) return value.map((item) => canonical(item, inner));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return { [`$${value.constructor?.name}`]: canonical(contentOf(value), inner) };
  }
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item, inner)]));
}

/** Plain data for a value: what JSON cannot hold is marked, keys are sorted. */
export function canonicalData(value: unknown): unknown {
  return canonical(value, 0);
}

/** One text for equal values, whatever the order of their keys. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value, 0));
}

/** The SHA-256 of values, one after the other, in hexadecimal. */
export async function canonicalHash(values: readonly unknown[]): Promise<string> {
  const text = values.map(canonicalText).join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
