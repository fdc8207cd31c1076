import { isPlainObject } from "./_data.ts";
import { nodeOf } from "./_node.ts";

type TypedArray = Uint8Array;

const TYPED_ARRAY: object = Object.getPrototypeOf(Uint8Array.prototype);
const sliceArray = Reflect.get(TYPED_ARRAY, "slice") as () => TypedArray;

/**
 * Plain data in which nobody else holds a leaf that can be changed in place: dates, bytes and other
 * typed arrays, `Map`s and `Set`s are copied, with all that these hold. Instances of other classes,
 * functions, the keys of `Map`s and memory that is shared among threads stay what they are.
 *
 * @param value The data; what holds no such leaf is not copied.
 *
 * @example Usage
 * ```ts
 * import { copyLeaves } from "./copy_leaves.ts";
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 *
 * const data = { model: { depth: 50 }, since: new Date(0) };
 * const copy = copyLeaves(data);
 * copy.since.setFullYear(2000);
 * assertEquals(data.since.getTime(), 0);
 * assertStrictEquals(copy.model, data.model);
 * ```
 */
export function copyLeaves<T>(value: T): T {
  return copyWhereNeeded(value) as T;
}

function copyWhereNeeded(value: unknown): unknown {
  // Nearly every leaf of a config ends here: this has to cost next to nothing.
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value) && !isPlainObject(value)) return copyLeaf(value, new Map());
  const container = value as Record<string, unknown>;
  let result = container;
  for (const key of Object.keys(container)) {
    const child = container[key];
    if (typeof child !== "object" || child === null) continue;
    const copy = copyWhereNeeded(child);
    if (copy === child) continue;
    if (result === container) result = copyShallow(container);
    result[key] = copy;
  }
  return result;
}

/** Without `[...list]`, which would fill holes. */
function copyShallow(container: Record<string, unknown>): Record<string, unknown> {
  return Array.isArray(container) ? container.slice() as never : { ...container };
}

function copyLeaf(leaf: object, copies: Map<object, object>): object {
  const prototype = Object.getPrototypeOf(leaf);
  if (prototype === Date.prototype) return new Date((leaf as Date).getTime());
  if (leaf instanceof ArrayBuffer) return leaf.detached ? leaf : leaf.slice();
  if (ArrayBuffer.isView(leaf)) return copyView(leaf);
  if (prototype === Map.prototype) return copyMap(leaf as Map<unknown, unknown>, copies);
  if (prototype === Set.prototype) return copySet(leaf as Set<unknown>, copies);
  return leaf;
}

function copyView(view: ArrayBufferView): object {
  const { buffer, byteOffset, byteLength } = view;
  if (!(buffer instanceof ArrayBuffer) || buffer.detached) return view;
  if (!(view instanceof DataView)) return Reflect.apply(sliceArray, view, []);
  return new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
}

function copyMap(map: Map<unknown, unknown>, copies: Map<object, object>): object {
  const copy = new Map<unknown, unknown>();
  copies.set(map, copy);
  for (const [key, value] of map) copy.set(key, copyAll(value, copies));
  return copy;
}

function copySet(set: Set<unknown>, copies: Map<object, object>): object {
  const copy = new Set<unknown>();
  copies.set(set, copy);
  for (const value of set) copy.add(copyAll(value, copies));
  return copy;
}

/** A copy of what a `Map` or `Set` holds: nobody has copied its mappings and lists yet. */
function copyAll(value: unknown, copies: Map<object, object>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const plain = nodeOf(value)?.toPlain() ?? value;
  if (!Array.isArray(plain) && !isPlainObject(plain)) return copyLeaf(value, copies);
  const copy = copyShallow(plain as Record<string, unknown>);
  copies.set(value, copy);
  for (const key of Object.keys(copy)) copy[key] = copyAll(copy[key], copies);
  return copy;
}
