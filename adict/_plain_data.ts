import { MAX_DEPTH } from "./_data.ts";
import { formatPath, type PathKey } from "./dotted_path.ts";

/** What a format cannot hold. */
export interface DataLimits {
  /** The name of the format. */
  readonly format: string;
  /** What is expected in place of a leaf that the format has no form for; undefined otherwise. */
  readonly refuse: (leaf: unknown) => string | undefined;
  /** What stands for a leaf in the text; by default the leaf itself. */
  readonly replace?: (leaf: unknown) => unknown;
}

/**
 * What is expected in place of a bigint that a file would give back as a number: files mark no
 * bigints, they are whole numbers whose digits a double cannot hold.
 */
export function refuseSmallBigint(leaf: bigint): string | undefined {
  const isExact = String(Number(leaf)) !== String(leaf);
  return isExact ? undefined : `a number, or a string such as "${leaf}"`;
}

interface Walk {
  readonly limits: DataLimits;
  readonly path: PathKey[];
  /** The containers on the way from the root, to notice cycles. */
  readonly ancestors: Set<object>;
}

/**
 * A copy in plain objects, arrays and leaves that the format can hold: strings, numbers, bigints,
 * booleans, null, dates, bytes. Undefined members of objects are left out, as `JSON.stringify`
 * does; nothing else is.
 *
 * @throws {TypeError} If a value cannot be held, with its path.
 */
export function toPlainData(value: unknown, limits: DataLimits): unknown {
  return copy(value, { limits, path: [], ancestors: new Set() });
}

function copy(value: unknown, walk: Walk): unknown {
  const data = standIn(value);
  if (Array.isArray(data)) return within(data, walk, () => copyArray(data, walk));
  if (isPlainObject(data)) return within(data, walk, () => copyObject(data, walk));
  const expected = refuseAnywhere(data) ?? walk.limits.refuse(data);
  if (expected !== undefined) throw refusal(describe(data), expected, walk);
  return walk.limits.replace?.(data) ?? data;
}

/** An instance that says what stands for it, as an ADict does, is replaced by that. */
function standIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype || Array.isArray(value)) return value;
  const toJSON: unknown = Reflect.get(prototype as object, "toJSON", value);
  if (typeof toJSON !== "function") return value;
  const data: unknown = toJSON.call(value);
  return isPlainObject(data) || Array.isArray(data) ? data : value;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function within<T>(container: object, walk: Walk, work: () => T): T {
  if (walk.ancestors.has(container)) {
    throw refusal("a reference to a mapping or list around it", "data without cycles", walk);
  }
  if (walk.ancestors.size === MAX_DEPTH) {
    throw refusal(`nested deeper than ${MAX_DEPTH} levels`, "fewer levels", walk);
  }
  walk.ancestors.add(container);
  const result = work();
  walk.ancestors.delete(container);
  return result;
}

function copyArray(list: readonly unknown[], walk: Walk): unknown[] {
  // Not map(), which would skip holes.
  return Array.from(list, (element, index) => copyAt(index, element, walk));
}

function copyObject(mapping: Record<string, unknown>, walk: Walk): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(mapping)) {
    if (key === "__proto__") {
      walk.path.push(key);
      throw refusal('the key "__proto__"', "a key that cannot change prototypes", walk);
    }
    const expected = walk.limits.refuse(key);
    if (expected !== undefined) throw refusal(`the key ${JSON.stringify(key)}`, expected, walk);
    const value = mapping[key];
    if (value !== undefined) result[key] = copyAt(key, value, walk);
  }
  return result;
}

function copyAt(key: PathKey, value: unknown, walk: Walk): unknown {
  walk.path.push(key);
  const result = copy(value, walk);
  walk.path.pop();
  return result;
}

/** What is expected in place of a value that no format holds. */
function refuseAnywhere(value: unknown): string | undefined {
  if (value === undefined) return "a value, or null";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "a valid date" : undefined;
  if (value instanceof Uint8Array || value === null) return undefined;
  const isData = typeof value !== "function" && typeof value !== "symbol" &&
    typeof value !== "object";
  return isData ? undefined : "plain data";
}

function describe(value: unknown): string {
  if (typeof value === "bigint") return `the bigint ${value}n`;
  if (typeof value === "string") return `the string ${JSON.stringify(value)}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Date) return describeDate(value);
  if (value instanceof Uint8Array) return "bytes";
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? `an instance of ${name}` : "an instance";
}

function describeDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an invalid date" : `the date ${date.toISOString()}`;
}

function refusal(state: string, expected: string, { limits, path }: Walk): TypeError {
  const text = formatPath(path);
  const subject = path.length === 0 ? "the value" : `"${shorten(text)}"`;
  return new TypeError(
    `Cannot write ${subject} as ${limits.format}: ${state}, expected ${expected}`,
  );
}

function shorten(path: string): string {
  return path.length <= 200 ? path : `${path.slice(0, 100)}…${path.slice(-80)}`;
}
