import type { Budget } from "./budget.ts";
import { takeDelete, toConfigValue } from "./config_dict.ts";
import { Fault, faultsAt } from "./fault.ts";
import { requireEntry } from "./items.ts";
import { getEntry, putEntry } from "./keys.ts";
import { sliceOf } from "./sequences.ts";
import type { Place } from "./source.ts";
import { baseName, strayBaseName } from "./templates.ts";
import { PyDict, PyList, PyTuple, type Slot, typeName, type Value } from "./values.ts";

const MAX_NESTING = 200;

function nestingFault(): Fault {
  return new Fault(
    `nested deeper than ${MAX_NESTING} levels, or containing itself`,
    "fewer levels",
  );
}

/**
 * A copy of a base's content as mmengine hands it to what builds on it. What comes from another
 * package carries its name as `_scope_`, in the outermost mappings that have a `type`.
 */
export function asBase(
  value: Value,
  budget: Budget,
  { scope, depth = 0 }: { scope?: string | undefined; depth?: number } = {},
): Value {
  if (depth === MAX_NESTING) throw nestingFault();
  if (value instanceof PyList || value instanceof PyTuple) {
    budget.spend(value.items.length);
    const items = value.items.map((slot) => ({
      value: asBase(slot.value, budget, { scope, depth: depth + 1 }),
      place: slot.place,
    }));
    return value instanceof PyList ? new PyList(items) : new PyTuple(items);
  }
  if (!(value instanceof PyDict)) return value;
  const type = scope === undefined ? undefined : getEntry(value, "type", budget);
  const inner = type === undefined ? scope : undefined;
  const result = new PyDict(true);
  for (const entry of value.entries.values()) {
    const copy = asBase(entry.value, budget, { scope: inner, depth: depth + 1 });
    putEntry(result, entry.key, { value: copy, place: entry.place }, budget);
  }
  if (type !== undefined && (getEntry(result, "_scope_", budget)?.value ?? null) === null) {
    putEntry(result, "_scope_", { value: scope!, place: type.place }, budget);
  }
  return result;
}

/**
 * Adds a base's content to that of the bases before it.
 *
 * @throws {Fault} If both have a key.
 */
export function addBase(bases: PyDict, base: PyDict, budget: Budget): void {
  for (const entry of base.entries.values()) {
    const earlier = getEntry(bases, entry.key, budget);
    if (earlier !== undefined) {
      const where = earlier.place === undefined ? "another base" : `"${earlier.place.source.path}"`;
      const name = String(entry.key);
      throw new Fault(
        `the key "${name}" is set by ${where} as well`,
        "each key in one base",
        entry.place,
      );
    }
    putEntry(bases, entry.key, entry, budget);
  }
}

/** Puts the values of the bases in the place of the texts that stand for them. */
export function fillBaseValues(slot: Slot, bases: PyDict, budget: Budget, depth = 0): Value {
  const { value, place } = slot;
  if (depth === MAX_NESTING) throw nestingFault();
  if (typeof value === "string") return fillText(value, bases, place, budget);
  return faultsAt(place, () => fillMembers(value, bases, budget, depth));
}

function fillMembers(value: Value, bases: PyDict, budget: Budget, depth: number): Value {
  if (value instanceof PyList || value instanceof PyTuple) {
    budget.spend(value.items.length);
    const items = value.items.map((item) => ({
      value: fillBaseValues(item, bases, budget, depth + 1),
      place: item.place,
    }));
    return value instanceof PyList ? new PyList(items) : new PyTuple(items);
  }
  if (!(value instanceof PyDict)) return value;
  const result = new PyDict(value.isConfig);
  for (const entry of value.entries.values()) {
    const filled = fillBaseValues(entry, bases, budget, depth + 1);
    putEntry(result, entry.key, { value: filled, place: entry.place }, budget);
  }
  return result;
}

function fillText(text: string, bases: PyDict, place: Place | undefined, budget: Budget): Value {
  const name = baseName(text);
  if (name === undefined) {
    const stray = strayBaseName(text);
    if (stray === undefined) return text;
    throw new Fault(
      `{{_base_.${stray}}} inside of a text or of a computation`,
      `it as a whole value, or _base_.${stray} without braces`,
      place,
    );
  }
  try {
    return name.split(".").reduce<Value>((value, key) => {
      return value instanceof PyDict
        ? requireEntry(value, key, budget).value
        : sliceOf(value, key, budget);
    }, bases);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(`{{_base_.${name}}}: ${error.message}`, error.expected, place);
  }
}

/**
 * The content of a config over that of its bases: mappings are merged into mappings, of which
 * `_delete_` is the end, and everything else replaces what was there.
 */
export function mergeOverBases(child: PyDict, bases: PyDict, budget: Budget, depth = 0): PyDict {
  if (depth === MAX_NESTING) throw nestingFault();
  const result = new PyDict(depth > 0);
  for (const entry of bases.entries.values()) putEntry(result, entry.key, entry, budget);
  for (const { key, value, place } of child.entries.values()) {
    if (!(value instanceof PyDict)) {
      putEntry(result, key, { value, place }, budget);
      continue;
    }
    const below = getEntry(result, key, budget);
    // As in mmengine, a _delete_ stays where there is nothing to delete.
    if (below === undefined || takeDelete(value, budget)) {
      putEntry(result, key, { value: toConfigValue(value, budget), place }, budget);
    } else if (below.value instanceof PyDict) {
      const inner = below.value;
      const merged = faultsAt(place, () => mergeOverBases(value, inner, budget, depth + 1));
      putEntry(result, key, { value: merged, place }, budget);
    } else {
      throw new Fault(
        `"${String(key)}" is a dict here and a ${typeName(below.value)} in a base`,
        "a dict in both, or _delete_=True in this one",
        place,
      );
    }
  }
  return result;
}
