import { formatPath, type PathKey } from "../adict/dotted_path.ts";
import type { ConfigWrite } from "../adict/types.ts";
import { type Entry, replay } from "./_journal.ts";
import { isMapping } from "./_plain.ts";
import { describeEntry, describeFile, valueAt } from "./_reasons.ts";
import type { Reason } from "./types.ts";

/** The write that gave a value what it is, or took it away. */
export interface LastWrite {
  /** The number of the entry. */
  readonly index: number;
  /** Where the value stood at that time: elements of lists move. */
  readonly path: readonly PathKey[];
}

/** What one write did to the value at a path: nothing, perhaps from another place, or what it is. */
type Effect = "wrote" | "took" | readonly PathKey[];

function startsWith(path: readonly PathKey[], start: readonly PathKey[]): boolean {
  return start.every((key, i) => String(path[i]) === String(key));
}

/** How a value that is at a path now came through a write that happened before. */
function effectOf(write: ConfigWrite, path: readonly PathKey[]): Effect {
  const { kind, value } = write;
  // What is written inside a value makes it what it is.
  if (write.path.length >= path.length) {
    if (!startsWith(write.path, path)) return path;
    return kind === "delete" && write.path.length === path.length ? "took" : "wrote";
  }
  if (!startsWith(path, write.path)) return path;
  const rest = path.slice(write.path.length);
  if (kind === "delete") return "took";
  if (kind === "set") return valueAt(value, rest).found ? "wrote" : "took";
  if (kind === "merge") return mergeEffect(value, rest) ?? path;
  return listEffect(write, path);
}

/** A merge leaves alone what it does not name; where it puts no mapping, what was there is gone. */
function mergeEffect(value: unknown, rest: readonly PathKey[]): Effect | undefined {
  let part = value;
  for (const key of rest) {
    if (!isMapping(part)) return valueAt(value, rest).found ? "wrote" : "took";
    if (!Object.hasOwn(part, key)) return undefined;
    part = part[key];
  }
  return "wrote";
}

function listEffect(write: ConfigWrite, path: readonly PathKey[]): Effect {
  const depth = write.path.length;
  const index = Number(path[depth]);
  if (write.kind === "length") return index < Number(write.value) ? path : "took";
  const { start = 0, deleteCount = 0 } = write;
  const items = write.value as unknown[];
  if (index < start) return path;
  if (index < start + items.length) {
    return valueAt(items[index - start], path.slice(depth + 1)).found ? "wrote" : "took";
  }
  return path.with(depth, index - items.length + deleteCount);
}

/** Searches the last write of the value at a path; undefined where there never was one. */
export function findLastWrite(
  entries: readonly Entry[],
  path: readonly PathKey[],
): LastWrite | undefined {
  let taken: LastWrite | undefined;
  let place = path;
  for (let index = entries.length - 1; index >= 0; index--) {
    const effect = effectOf(entries[index]!.write, place);
    if (effect === "wrote") return taken ?? { index, path: place };
    // Only if it was there before.
    if (effect === "took") taken ??= { index, path: place };
    else place = effect;
  }
  return undefined;
}

/** The reasons for the values at any paths, elements of lists and whole mappings included. */
export class LastReasons {
  readonly #entries: readonly Entry[];
  /** The config before the entry of a number. */
  readonly #states: Map<number, unknown> = new Map();

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  /** The last write of a value; undefined where there was none, and for the config as a whole. */
  find(path: readonly PathKey[]): Reason | undefined {
    const found = path.length === 0 ? undefined : findLastWrite(this.#entries, path);
    if (found === undefined) return undefined;
    const entry = this.#entries[found.index]!;
    const before = valueAt(this.#stateAt(found.index), found.path);
    const after = valueAt(this.#stateAt(this.#entries.length), path);
    return {
      path: formatPath(path),
      before: before.value,
      after: after.value,
      removed: !after.found,
      ...describeEntry(entry),
      ...after.found ? describeFile(entry, found.path) : {},
    };
  }

  #stateAt(index: number): unknown {
    const known = this.#states.get(index);
    if (known !== undefined) return known;
    const state = replay(this.#entries.slice(0, index));
    this.#states.set(index, state);
    return state;
  }
}
