import type { ConfigDifference, ConfigWrite } from "@ato/core/adict";
import { parsePath, type PathKey } from "@ato/core/adict";

/** A mapping or list, whichever. */
export type Branch = Record<PathKey, unknown>;

/** The whole of a value as text: order of keys, `-0`, holes of lists and all. */
export function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    iterableLimit: Infinity,
    strAbbreviateSize: Infinity,
    compact: false,
  });
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** What a recursive update has to do, said with plain objects. */
export function mergePlain(left: Branch, right: Branch): Branch {
  const merged = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const before = Object.hasOwn(left, key) ? left[key] : undefined;
    merged[key] = isMapping(before) && isMapping(value) ? mergePlain(before, value) : value;
  }
  return merged;
}

/** What a recursive update of absent keys has to do, said with plain objects. */
export function mergeMissingPlain(left: Branch, right: Branch): Branch {
  const merged = { ...left };
  for (const [key, value] of Object.entries(right)) {
    if (!Object.hasOwn(left, key)) merged[key] = value;
    const before = merged[key];
    if (isMapping(before) && isMapping(value)) merged[key] = mergeMissingPlain(before, value);
  }
  return merged;
}

function at(root: Branch, path: readonly PathKey[]): Branch {
  return path.reduce((branch, key) => branch[key] as Branch, root);
}

/** Does one write again; nothing is made on the way that no write made. */
export function replay(root: Branch, write: ConfigWrite): Branch {
  const { kind, path, value } = write;
  const copy = structuredClone(value);
  const key = path.at(-1);
  if (key === undefined) {
    return kind === "merge" ? mergePlain(root, copy as Branch) : copy as Branch;
  }
  const holder = at(root, path.slice(0, -1));
  if (kind === "set") holder[key] = copy;
  else if (kind === "delete") delete holder[key];
  else if (kind === "splice") splice(holder[key] as unknown[], write, copy as unknown[]);
  else if (kind === "length") (holder[key] as unknown[]).length = copy as number;
  else holder[key] = mergePlain(holder[key] as Branch, copy as Branch);
  return root;
}

/** Holes among the items stay holes. */
function splice(list: unknown[], { start, deleteCount }: ConfigWrite, items: unknown[]): void {
  const rest = list.splice(start!).slice(deleteCount!);
  const { length } = list;
  items.concat(rest).forEach((item, index) => list[length + index] = item);
  list.length = length + items.length + rest.length;
}

/** Makes the right one of the left one; what a removal leaves empty goes too. */
export function applyDifferences(left: Branch, differences: readonly ConfigDifference[]): Branch {
  const root = structuredClone(left);
  // From the last to the first: a list loses its elements from its end.
  for (const { path } of differences.filter(({ kind }) => kind === "removed").reverse()) {
    remove(root, parsePath(path));
  }
  for (const { path, kind, after } of differences) {
    if (kind !== "removed") put(root, parsePath(path), structuredClone(after));
  }
  return root;
}

function remove(root: Branch, path: readonly PathKey[]): void {
  const key = path.at(-1)!;
  const holder = at(root, path.slice(0, -1));
  if (Array.isArray(holder)) holder.length = Number(key);
  else delete holder[key];
  if (path.length > 1 && Object.keys(holder).length === 0) remove(root, path.slice(0, -1));
}

function put(root: Branch, path: readonly PathKey[], value: unknown): void {
  let holder = root;
  for (const [i, key] of path.slice(0, -1).entries()) {
    if (!Object.hasOwn(holder, key)) holder[key] = typeof path[i + 1] === "number" ? [] : {};
    holder = holder[key] as Branch;
  }
  holder[path.at(-1)!] = value;
}

/** The paths of all values of plain data. */
export function* pathsOf(value: unknown, path: PathKey[] = []): Generator<PathKey[]> {
  if (path.length > 0) yield path;
  if (!isMapping(value) && !Array.isArray(value)) return;
  for (const key of Object.keys(value)) {
    yield* pathsOf((value as Branch)[key], [...path, Array.isArray(value) ? Number(key) : key]);
  }
}
