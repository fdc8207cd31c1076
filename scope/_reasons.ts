import { formatPath, type PathKey } from "../adict/format_path.ts";
import { applyWrite, type Entry } from "./_journal.ts";
import { clonePlain, isBranch, isMapping, type Plain } from "./_plain.ts";
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

/**
 * Up to the first list, for what lies inside one belongs to the leaf that the list is; or up to an
 * empty mapping, which stops being a leaf when something is written into it.
 */
function leafPath(config: unknown, path: readonly PathKey[]): PathKey[] {
  const upTo: PathKey[] = [];
  for (const key of path) {
    const { found, value } = valueAt(config, upTo);
    if (typeof key === "number" || Array.isArray(value)) break;
    if (found && upTo.length > 0 && !isBranch(value)) break;
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

/** What all reasons of one write have in common. */
function describeEntry(entry: Entry): Pick<Reason, "writer" | "position" | "reads"> {
  const position = positionIn(entry.stack ?? {}) ?? positionIn(entry.origin ?? {});
  return {
    writer: entry.writer,
    ...position === undefined ? {} : { position },
    ...entry.readCount === 0 ? {} : { reads: entry.reads.slice(0, entry.readCount) },
  };
}

function describeFile({ write, places }: Entry, path: string): Pick<Reason, "file"> {
  if (write.file === undefined) return {};
  const { file = write.file, ...place } = places?.get(path) ?? {};
  return { file: { path: file, ...place } };
}

function isEmptyMapping(value: unknown): boolean {
  return isMapping(value) && !isBranch(value);
}

function hasBelow(leaves: ReadonlyMap<string, unknown>, place: string): boolean {
  return [...leaves.keys()].some((path) => path.startsWith(place) && path !== place);
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
    const common = describeEntry(entry);
    for (const place of new Set([...before.keys(), ...after.keys()])) {
      const isRemoved = !after.has(place);
      if (!isRemoved && !written.has(place)) continue;
      if (isRemoved && isEmptyMapping(before.get(place)) && hasBelow(after, place)) {
        // It was only made to hold what is there now.
        reasons.delete(place);
        continue;
      }
      const change = {
        path: place,
        before: before.get(place),
        after: after.get(place),
        removed: isRemoved,
      };
      const history = reasons.get(place) ?? [];
      reasons.set(place, history);
      history.push({ ...change, ...common, ...isRemoved ? {} : describeFile(entry, place) });
    }
  }
  return reasons;
}
