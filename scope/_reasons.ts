import { formatPath, type PathKey } from "../adict/mod.ts";
import { applyWrite, type Entry } from "./_journal.ts";
import { clonePlain, isBranch, type Plain } from "./_plain.ts";
import { positionIn } from "./_position.ts";
import type { Reason } from "./types.ts";

/** The leaves of a value by path; an empty mapping is a leaf, as is a list of anything. */
function leavesOf(value: unknown, path: readonly PathKey[], leaves: Map<string, unknown>): void {
  if (!isBranch(value)) {
    if (path.length > 0) leaves.set(formatPath(path), clonePlain(value));
    return;
  }
  for (const key of Object.keys(value)) leavesOf(value[key], [...path, key], leaves);
}

/** The value at a path of a plain config. */
function valueAt(config: unknown, path: readonly PathKey[]): { found: boolean; value: unknown } {
  let value = config;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      return { found: false, value: undefined };
    }
    value = (value as Record<PathKey, unknown>)[key];
  }
  return { found: true, value };
}

/** Up to the first list: what lies inside one belongs to the leaf that the list is. */
function leafPath(config: unknown, path: readonly PathKey[]): PathKey[] {
  const upTo: PathKey[] = [];
  for (const key of path) {
    if (typeof key === "number" || Array.isArray(valueAt(config, upTo).value)) break;
    upTo.push(key);
  }
  return upTo;
}

/** The leaves below a path. */
function snapshot(config: unknown, path: readonly PathKey[]): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const { found, value } = valueAt(config, path);
  if (found) leavesOf(value, path, leaves);
  return leaves;
}

/** The leaves that a write names, whether or not their values changed. */
function writtenLeaves(
  { write }: Entry,
  path: readonly PathKey[],
): Map<string, unknown> | undefined {
  if (write.kind !== "merge") return undefined;
  const leaves = new Map<string, unknown>();
  leavesOf(write.value, path, leaves);
  return leaves;
}

function toReason(
  entry: Entry,
  change: Pick<Reason, "path" | "before" | "after" | "removed">,
): Reason {
  const position = positionIn(entry.stack ?? {}) ?? positionIn(entry.origin ?? {});
  const reason: Reason = { ...change, writer: entry.writer };
  if (position !== undefined) reason.position = position;
  if (entry.write.file !== undefined) reason.file = entry.write.file;
  if (entry.reads.length > 0) reason.reads = [...new Set(entry.reads.map(formatPath))];
  return reason;
}

/** The history of every leaf that ever was: by path, oldest reason first. */
export function reasonsFor(entries: readonly Entry[]): Map<string, Reason[]> {
  const root: Plain = { config: {} };
  const reasons = new Map<string, Reason[]>();
  for (const entry of entries) {
    const path = leafPath(root.config, entry.write.path);
    const before = snapshot(root.config, path);
    applyWrite(root, entry.write);
    const after = snapshot(root.config, path);
    const written = writtenLeaves(entry, path) ?? after;
    for (const place of new Set([...before.keys(), ...after.keys()])) {
      const isRemoved = !after.has(place);
      if (!isRemoved && !written.has(place)) continue;
      const change = {
        path: place,
        before: before.get(place),
        after: after.get(place),
        removed: isRemoved,
      };
      const history = reasons.get(place) ?? [];
      reasons.set(place, history);
      history.push(toReason(entry, change));
    }
  }
  return reasons;
}
