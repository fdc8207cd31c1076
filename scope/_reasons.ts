import { formatPath, type PathKey } from "../adict/dotted_path.ts";
import { applyWrite, type Entry, positionIn } from "./_journal.ts";
import { clonePlain, isBranch, isMapping, type Plain } from "./_plain.ts";
import type { Reason } from "./types.ts";

/** So many changes of a list by one view are told one by one, all further ones as one. */
const MAX_LIST_CHANGES = 16;

/** A value that has a history; an empty mapping is one, as is a list of anything. */
interface Leaf {
  readonly path: readonly PathKey[];
  readonly value: unknown;
}

/** A list that its last reason does not show yet as it is. */
interface GrowingList extends Leaf {
  readonly reason: Reason;
  /** The last change. */
  readonly entry: Entry;
}

/** The leaves of a value by formatted path. */
export function leavesOf(
  value: unknown,
  path: readonly PathKey[],
  leaves: Map<string, Leaf> = new Map(),
): Map<string, Leaf> {
  if (!isBranch(value)) {
    if (path.length > 0) leaves.set(formatPath(path), { path, value });
    return leaves;
  }
  for (const key of Object.keys(value)) leavesOf(value[key], [...path, key], leaves);
  return leaves;
}

/** The value at a path of plain data. */
export function valueAt(
  data: unknown,
  path: readonly PathKey[],
): { found: boolean; value: unknown } {
  let value = data;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      return { found: false, value: undefined };
    }
    value = (value as Plain)[key];
  }
  return { found: true, value };
}

/** The outermost list that a write changes without replacing it. */
function changedList(config: unknown, { write }: Entry): readonly PathKey[] | undefined {
  let value = config;
  for (const [depth, key] of write.path.entries()) {
    if (Array.isArray(value)) return write.path.slice(0, depth);
    if (!isMapping(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return write.kind === "splice" || write.kind === "length" ? write.path : undefined;
}

/** Who wrote, where and after reading what. */
export function describeEntry(entry: Entry): Pick<Reason, "writer" | "position" | "reads"> {
  const position = positionIn(entry.stack ?? {}) ?? positionIn(entry.origin ?? {});
  return {
    writer: entry.writer,
    ...position === undefined ? {} : { position },
    ...entry.readCount === 0
      ? {}
      : { reads: withoutBranches(entry.reads.slice(0, entry.readCount)) },
  };
}

/** The paths without those that were only read on the way to others. */
export function withoutBranches(paths: readonly string[]): string[] {
  const branches = new Set(paths.flatMap(branchesOf));
  return paths.filter((path) => !branches.has(path));
}

/** The formatted paths of the mappings and lists around a value. */
export function branchesOf(path: string): string[] {
  return Array.from(path.matchAll(/(?!^)[.[]/g), ({ index }) => path.slice(0, index));
}

/** The file that a leaf was loaded from. */
export function describeFile(
  { write, places }: Entry,
  path: readonly PathKey[],
): Pick<Reason, "file"> {
  const { file, ...place } = places?.get(formatPath(path)) ?? {};
  const loaded = file ?? write.file ?? write.fileOf?.(path.slice(write.path.length));
  return loaded === undefined ? {} : { file: { path: loaded, ...place } };
}

/** Replays a config and keeps the reasons of its leaves. */
class Histories {
  readonly #reasons: Map<string, Reason[]> = new Map();
  readonly #root: Plain = { config: {} };
  /** The reasons of mappings that were empty once and are no leaves any more. */
  readonly #covered: Map<string, Reason[]> = new Map();
  readonly #growing: Map<string, GrowingList> = new Map();
  /** How often the writer that changed a list last has done so. */
  readonly #runs: Map<string, { writer: Entry["writer"]; count: number }> = new Map();
  #common: Pick<Reason, "writer" | "position" | "reads"> | undefined = undefined;

  add(entry: Entry): void {
    this.#common = undefined;
    const { kind, path, value } = entry.write;
    const list = changedList(this.#root.config, entry);
    if (list !== undefined) this.#changeList(entry, list);
    else if (kind === "merge") this.#merge(entry, path, value as Record<string, unknown>);
    else if (kind === "delete") this.#delete(entry);
    else this.#set(entry, path, value);
  }

  /** The history of every leaf that ever was, by path, oldest reason first. */
  finish(): Map<string, Reason[]> {
    for (const [place, { path }] of this.#growing) this.#settle(place, this.#valueAt(path).value);
    return this.#reasons;
  }

  #valueAt(path: readonly PathKey[]): { found: boolean; value: unknown } {
    return valueAt(this.#root.config, path);
  }

  #merge(entry: Entry, path: readonly PathKey[], data: Record<string, unknown>): void {
    for (const key of Object.keys(data)) {
      const place = [...path, key];
      const value = data[key];
      if (isMapping(value) && isMapping(this.#valueAt(place).value)) {
        this.#merge(entry, place, value);
      } else this.#set(entry, place, value);
    }
  }

  #set(entry: Entry, path: readonly PathKey[], value: unknown): void {
    this.#coverEmpty(path.slice(0, -1));
    const previous = this.#valueAt(path);
    const before = previous.found ? leavesOf(previous.value, path) : new Map<string, Leaf>();
    applyWrite(this.#root, { kind: "set", path, value });
    const next = this.#valueAt(path).value;
    const after = leavesOf(next, path);
    for (const [place, leaf] of before) {
      this.#settle(place, leaf.value);
      if (after.has(place)) continue;
      if (isBranch(valueAt(next, leaf.path.slice(path.length)).value) && isEmptyMapping(leaf)) {
        this.#cover(place);
      } else this.#record(entry, place, { before: leaf.value, after: undefined, removed: true });
    }
    for (const [place, leaf] of after) {
      const change = {
        before: valueAt(previous.value, leaf.path.slice(path.length)).value,
        after: clonePlain(leaf.value),
        removed: false,
        ...describeFile(entry, leaf.path),
      };
      this.#record(entry, place, change);
    }
  }

  #delete(entry: Entry): void {
    const { path } = entry.write;
    const { value } = this.#valueAt(path);
    for (const [place, leaf] of leavesOf(value, path)) {
      this.#settle(place, leaf.value);
      this.#record(entry, place, { before: leaf.value, after: undefined, removed: true });
    }
    applyWrite(this.#root, entry.write);
    const holder = path.slice(0, -1);
    if (holder.length === 0 || !isEmptyMapping(this.#valueAt(holder))) return;
    const before = { [path.at(-1)!]: value };
    this.#record(entry, formatPath(holder), { before, after: {}, removed: false });
  }

  /** Of many changes by one writer only the first ones are kept apart: each costs a copy. */
  #changeList(entry: Entry, path: readonly PathKey[]): void {
    const place = formatPath(path);
    const { kind } = entry.writer;
    const limit = kind === "view" || kind === "lazy block" ? MAX_LIST_CHANGES : 1;
    const run = this.#runs.get(place);
    const count = run?.writer === entry.writer ? run.count : 0;
    if (count >= limit) {
      applyWrite(this.#root, entry.write);
      const reason = this.#reasons.get(place)!.at(-1)!;
      this.#growing.set(place, { path, value: undefined, reason, entry });
      return;
    }
    const { value } = this.#valueAt(path);
    this.#settle(place, value);
    const before = clonePlain(value);
    applyWrite(this.#root, entry.write);
    const after = clonePlain(value);
    this.#record(entry, place, { before, after, removed: false, ...describeFile(entry, path) });
    this.#runs.set(place, { writer: entry.writer, count: count + 1 });
  }

  /** Shows a list in its last reason as it is now. */
  #settle(place: string, value: unknown): void {
    const growing = this.#growing.get(place);
    if (growing === undefined) return;
    this.#growing.delete(place);
    Object.assign(growing.reason, describeEntry(growing.entry), { after: clonePlain(value) });
  }

  #record(
    entry: Entry,
    place: string,
    change: Pick<Reason, "before" | "after" | "removed" | "file">,
  ): void {
    this.#common ??= describeEntry(entry);
    this.#runs.delete(place);
    const history = this.#reasons.get(place) ?? this.#covered.get(place) ?? [];
    this.#covered.delete(place);
    this.#reasons.set(place, history);
    const { file, ...values } = change;
    history.push({ path: place, ...values, ...this.#common, ...file && { file } });
  }

  /** A mapping that is written into is no leaf any more; nobody removed it. */
  #coverEmpty(path: readonly PathKey[]): void {
    if (path.length > 0 && isEmptyMapping(this.#valueAt(path))) this.#cover(formatPath(path));
  }

  #cover(place: string): void {
    const history = this.#reasons.get(place);
    if (history !== undefined) this.#covered.set(place, history);
    this.#reasons.delete(place);
  }
}

function isEmptyMapping({ value }: { value: unknown }): boolean {
  return isMapping(value) && !isBranch(value);
}

/** The history of every leaf that ever was: by path, oldest reason first. */
export function reasonsFor(entries: readonly Entry[]): Map<string, Reason[]> {
  const histories = new Histories();
  for (const entry of entries) histories.add(entry);
  return histories.finish();
}
