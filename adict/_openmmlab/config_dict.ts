import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { getEntry, keyOf, putEntry } from "./keys.ts";
import { PyDict, PyList, PySet, PyTuple, type Slot, type Value } from "./values.ts";

const MAX_NESTING = 200;

/**
 * A value as one of mmengine's configs takes it: dicts become configs, lists and tuples are copied
 * on the way, and what is a config already stays the same object.
 */
export function toConfigValue(value: Value, budget: Budget, depth = 0): Value {
  if (depth === MAX_NESTING) {
    throw new Fault(
      `nested deeper than ${MAX_NESTING} levels, or containing itself`,
      "fewer levels",
    );
  }
  const convert = (slot: Slot): Slot => ({
    value: toConfigValue(slot.value, budget, depth + 1),
    place: slot.place,
  });
  if (value instanceof PyList || value instanceof PyTuple) {
    budget.spend(value.items.length);
    const items = value.items.map(convert);
    return value instanceof PyList ? new PyList(items) : new PyTuple(items);
  }
  if (!(value instanceof PyDict) || value.isConfig) return value;
  const result = new PyDict(true);
  for (const entry of value.entries.values()) putEntry(result, entry.key, convert(entry), budget);
  return result;
}

/** A deep copy, as `copy.deepcopy` makes it: what occurs twice is one object there as well. */
export function deepCopy(value: Value, budget: Budget): Value {
  const copies = new Map<object, Value>();

  function copy(inner: Value, depth: number): Value {
    if (depth === MAX_NESTING) {
      throw new Fault(`nested deeper than ${MAX_NESTING} levels`, "fewer levels");
    }
    if (typeof inner !== "object" || inner === null) return inner;
    const known = copies.get(inner);
    if (known !== undefined) return known;
    budget.spend(1);
    const next = (slot: Slot): Slot => ({ value: copy(slot.value, depth + 1), place: slot.place });
    if (inner instanceof PyTuple) {
      budget.spend(inner.items.length);
      const result = new PyTuple(inner.items.map(next));
      copies.set(inner, result);
      return result;
    }
    if (inner instanceof PyList) {
      const result = new PyList();
      copies.set(inner, result);
      budget.spend(inner.items.length);
      result.items = inner.items.map(next);
      return result;
    }
    if (inner instanceof PySet) {
      const result = new PySet();
      copies.set(inner, result);
      budget.spend(inner.entries.size);
      for (const [key, slot] of inner.entries) result.entries.set(key, slot);
      return result;
    }
    if (!(inner instanceof PyDict)) return inner;
    const result = new PyDict(inner.isConfig);
    copies.set(inner, result);
    for (const entry of inner.entries.values()) putEntry(result, entry.key, next(entry), budget);
    return result;
  }

  return copy(value, 0);
}

/** `dict.update`: a config merges mappings into mappings, a dict replaces them. */
export function updateDict(dict: PyDict, other: PyDict, budget: Budget): void {
  budget.spend(1 + other.entries.size);
  for (const entry of [...other.entries.values()]) {
    const existing = dict.isConfig ? getEntry(dict, entry.key, budget)?.value : undefined;
    if (existing instanceof PyDict && entry.value instanceof PyDict) {
      budget.within(() => updateDict(existing, entry.value as PyDict, budget));
    } else {
      const value = dict.isConfig ? toConfigValue(entry.value, budget) : entry.value;
      putEntry(dict, entry.key, { value, place: entry.place }, budget);
    }
  }
}

/** `ConfigDict.merge`: as bases are merged, in place, `_delete_` included. */
export function mergeConfig(dict: PyDict, other: PyDict, budget: Budget): void {
  const merged = merge(deepCopy(other, budget), deepCopy(dict, budget)) as PyDict;
  dict.entries.clear();
  for (const entry of merged.entries.values()) {
    putEntry(dict, entry.key, { ...entry, value: toConfigValue(entry.value, budget) }, budget);
  }

  function merge(from: Value, into: Value): Value {
    if (!(from instanceof PyDict)) return from;
    const isDeleting = takeDelete(from, budget);
    if (!(into instanceof PyDict)) return from;
    if (isDeleting) into.entries.clear();
    takeDelete(into, budget);
    const result = new PyDict();
    for (const entry of into.entries.values()) putEntry(result, entry.key, entry, budget);
    for (const entry of from.entries.values()) {
      const below = getEntry(into, entry.key, budget)?.value;
      const value = below === undefined
        ? entry.value
        : budget.within(() => merge(entry.value, below));
      putEntry(result, entry.key, { value, place: entry.place }, budget);
    }
    return result;
  }
}

/** Removes `_delete_`, and says whether it was set. */
export function takeDelete(dict: PyDict, budget: Budget): boolean {
  const key = keyOf("_delete_", budget);
  const value = dict.entries.get(key)?.value;
  dict.entries.delete(key);
  return value !== undefined && value !== null && value !== false && value !== 0n;
}
