import { isPlainObject } from "./_data.ts";
import { formatPath, type PathKey } from "./dotted_path.ts";
import type { ConfigDifference } from "./types.ts";

type Branch = Record<string, unknown>;

function isBranch(value: unknown): value is Branch {
  return Array.isArray(value) || isPlainObject(value);
}

/** An empty mapping or list is a leaf: nothing else would tell that it is there. */
function isLeaf(value: unknown): boolean {
  return !isBranch(value) || Object.keys(value).length === 0;
}

function isSameKind(left: unknown, right: unknown): boolean {
  return isBranch(left) && isBranch(right) && Array.isArray(left) === Array.isArray(right);
}

function toBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function isEqual(left: unknown, right: unknown): boolean {
  return compareValues(left, right, []).length === 0;
}

function isEqualMap(
  left: ReadonlyMap<unknown, unknown>,
  right: ReadonlyMap<unknown, unknown>,
): boolean {
  return left.size === right.size &&
    left.entries().every(([key, value]) => right.has(key) && isEqual(value, right.get(key)));
}

/** Members that are objects are compared by their order. */
function isEqualSet(left: ReadonlySet<unknown>, right: ReadonlySet<unknown>): boolean {
  const others = [...right];
  return left.size === right.size &&
    [...left].every((value, i) => right.has(value) || isEqual(value, others[i]));
}

/** Equality of leaves by value: dates, bytes, maps and sets as their content says. */
function isEqualLeaf(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (left instanceof Date && right instanceof Date) {
    return Object.is(left.getTime(), right.getTime());
  }
  if (isBranch(left) || isBranch(right)) {
    return isSameKind(left, right) && isLeaf(left) && isLeaf(right);
  }
  if (left instanceof Map && right instanceof Map) return isEqualMap(left, right);
  if (left instanceof Set && right instanceof Set) return isEqualSet(left, right);
  const [before, after] = [toBytes(left), toBytes(right)];
  return before !== undefined && after !== undefined && left!.constructor === right!.constructor &&
    before.length === after.length && before.every((byte, i) => byte === after[i]);
}

function step(parent: Branch, key: string): PathKey {
  return Array.isArray(parent) ? Number(key) : key;
}

/** One difference for each leaf of what only one of the two has. */
function listLeaves(
  kind: "added" | "removed",
  value: unknown,
  path: PathKey[],
): ConfigDifference[] {
  if (!isLeaf(value)) {
    const branch = value as Branch;
    return Object.keys(branch).flatMap((key) =>
      listLeaves(kind, branch[key], [...path, step(branch, key)])
    );
  }
  const isAdded = kind === "added";
  return [{
    path: formatPath(path),
    kind,
    before: isAdded ? undefined : value,
    after: isAdded ? value : undefined,
  }];
}

function compareValues(left: unknown, right: unknown, path: PathKey[]): ConfigDifference[] {
  const isCompared = isSameKind(left, right) && !isLeaf(left) && !isLeaf(right);
  if (isCompared) return listDifferences(left as Branch, right as Branch, path);
  if (isEqualLeaf(left, right)) return [];
  return [{ path: formatPath(path), kind: "changed", before: left, after: right }];
}

/** The leaves in which two plain values differ, in the order of the left one's keys. */
export function listDifferences(
  left: Branch,
  right: Branch,
  path: PathKey[] = [],
): ConfigDifference[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => {
    const place = [...path, step(left, key)];
    if (!Object.hasOwn(right, key)) return listLeaves("removed", left[key], place);
    if (!Object.hasOwn(left, key)) return listLeaves("added", right[key], place);
    return compareValues(left[key], right[key], place);
  });
}
