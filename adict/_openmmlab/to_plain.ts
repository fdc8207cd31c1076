import type { PathKey } from "../dotted_path.ts";
import type { Budget } from "./budget.ts";
import { Fault, faultsAt } from "./fault.ts";
import { itemsOf } from "./sequences.ts";
import type { Place } from "./source.ts";
import { nameOf, repr } from "./text.ts";
import {
  type Callable,
  type Named,
  PyDict,
  type PyIterator,
  PyList,
  type PyModule,
  PyRange,
  PySet,
  PySlice,
  PyTuple,
  type Slot,
  type Value,
} from "./values.ts";

const MAX_NESTING = 1000;
const COST_OF_BRANCH = 3;

/** A plain value, and where each of its parts stands. */
export interface PlainConfig {
  readonly value: Record<string, unknown>;
  /** The place of what lies at a path; of what has none of its own, that of what is around it. */
  placeOf(path: readonly PathKey[]): Place | undefined;
}

interface PlacedTree {
  readonly place: Place | undefined;
  readonly children: Map<PathKey, PlacedTree> | undefined;
}

/**
 * Turns a config into plain objects, lists and leaves. Tuples, sets and ranges become lists, whole
 * numbers beyond 2^53 bigints, and what has no plain form its name.
 *
 * @throws {Fault} If it is nested too deeply, contains itself, or has the key `__proto__`.
 */
export function toPlain(dict: PyDict, place: Place, budget: Budget): PlainConfig {
  const root = convert({ value: dict, place }, 0);
  return {
    value: root.value as Record<string, unknown>,
    placeOf(path) {
      let tree: PlacedTree | undefined = root.tree;
      let found: Place | undefined;
      for (const key of path) {
        tree = tree?.children?.get(key);
        if (tree === undefined) return undefined;
        found = tree.place ?? found;
      }
      return found;
    },
  };

  function convert(slot: Slot, depth: number): { value: unknown; tree: PlacedTree } {
    return faultsAt(slot.place, () => convertValue(slot, depth));
  }

  function convertValue(
    { value, place: at }: Slot,
    depth: number,
  ): { value: unknown; tree: PlacedTree } {
    budget.spend(1);
    if (depth === MAX_NESTING) {
      throw new Fault(
        `nested deeper than ${MAX_NESTING} levels, or containing itself`,
        "fewer levels",
        at,
      );
    }
    // The places cost as much again, and more in what has members.
    if (typeof value === "object" && value !== null) budget.spend(COST_OF_BRANCH);
    if (value instanceof PyDict) return convertDict(value, at, depth);
    const isList = value instanceof PyList || value instanceof PyTuple || value instanceof PySet ||
      value instanceof PyRange;
    if (!isList) return { value: toLeaf(value, budget), tree: { place: at, children: undefined } };
    const children = new Map<PathKey, PlacedTree>();
    const list = itemsOf(value, budget).map((item, i) => {
      const inner = convert(item, depth + 1);
      children.set(i, inner.tree);
      return inner.value;
    });
    return { value: list, tree: { place: at, children } };
  }

  function convertDict(
    mapping: PyDict,
    at: Place | undefined,
    depth: number,
  ): { value: unknown; tree: PlacedTree } {
    const children = new Map<PathKey, PlacedTree>();
    const result: Record<string, unknown> = {};
    for (const entry of mapping.entries.values()) {
      const name = keyName(entry.key, budget);
      if (name === "__proto__") {
        throw new Fault(
          'the key "__proto__"',
          "a key that cannot change prototypes",
          entry.place ?? at,
        );
      }
      if (children.has(name)) {
        throw new Fault(
          `two keys that are both written ${name}`,
          "keys that differ",
          entry.place ?? at,
        );
      }
      const inner = convert(entry, depth + 1);
      children.set(name, inner.tree);
      result[name] = inner.value;
    }
    return { value: result, tree: { place: at, children } };
  }
}

/** A key as the name that it has in a plain object. */
function keyName(key: Value, budget: Budget): string {
  return typeof key === "string" ? key : repr(key, budget);
}

function toLeaf(value: Value, budget: Budget): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof PySlice) return repr(value, budget);
  // Collections have become lists and mappings by now.
  return nameOf(value as Named | Callable | PyModule | PyIterator);
}
