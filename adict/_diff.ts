import { formatPath, type PathKey } from "./format_path.ts";
import { isPlainObject } from "./_tree.ts";
import type { ConfigDifference } from "./types.ts";

function isBranch(value: unknown): value is Record<string, unknown> | unknown[] {
  return Array.isArray(value) || isPlainObject(value);
}

function isSameKind(left: unknown, right: unknown): boolean {
  return isBranch(left) && isBranch(right) && Array.isArray(left) === Array.isArray(right);
}

/** Equality of leaves by value: dates, bytes and the like as their content says. */
function isEqualLeaf(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (ArrayBuffer.isView(left) && ArrayBuffer.isView(right)) {
    return left.constructor === right.constructor && String(left) === String(right);
  }
  return isBranch(left) && isBranch(right) && isSameKind(left, right) &&
    Object.keys(left).length === 0 && Object.keys(right).length === 0;
}

function step(parent: object, key: string): PathKey {
  return Array.isArray(parent) ? Number(key) : key;
}

/** Whether a value counts as one leaf beside another. */
function isLeafBeside(value: unknown, other: unknown): boolean {
  return !isSameKind(value, other);
}

function listLeaves(value: unknown, path: PathKey[]): { path: PathKey[]; value: unknown }[] {
  if (!isBranch(value) || Object.keys(value).length === 0) return [{ path, value }];
  return Object.keys(value).flatMap((key) =>
    listLeaves((value as Record<string, unknown>)[key], [...path, step(value, key)])
  );
}

/** The leaves in which two plain values differ, in the order of the left one's keys. */
export function listDifferences(
  left: unknown,
  right: unknown,
  path: PathKey[] = [],
): ConfigDifference[] {
  if (isLeafBeside(left, right)) {
    if (isEqualLeaf(left, right)) return [];
    return [{ path: formatPath(path), kind: "changed", before: left, after: right }];
  }
  const before = left as Record<string, unknown>;
  const after = right as Record<string, unknown>;
  const differences: ConfigDifference[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const place = [...path, step(before, key)];
    if (!Object.hasOwn(after, key)) {
      for (const leaf of listLeaves(before[key], place)) {
        differences.push(asDifference("removed", leaf.path, leaf.value));
      }
    } else if (!Object.hasOwn(before, key)) {
      for (const leaf of listLeaves(after[key], place)) {
        differences.push(asDifference("added", leaf.path, leaf.value));
      }
    } else differences.push(...listDifferences(before[key], after[key], place));
  }
  return differences;
}

function asDifference(
  kind: "added" | "removed",
  path: PathKey[],
  value: unknown,
): ConfigDifference {
  const isAdded = kind === "added";
  return {
    path: formatPath(path),
    kind,
    before: isAdded ? undefined : value,
    after: isAdded ? value : undefined,
  };
}
