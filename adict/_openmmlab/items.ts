import type { Budget } from "./budget.ts";
import { toConfigValue } from "./config_dict.ts";
import { Fault } from "./fault.ts";
import { getEntry, keyOf, putEntry } from "./keys.ts";
import { assignSlice, deleteSlice, indexOf, itemsOf, sliceOf } from "./sequences.ts";
import { repr } from "./text.ts";
import { type Entry, PyDict, PyList, PySlice, type Slot, typeName, type Value } from "./values.ts";
import { nearestName } from "../nearest_name.ts";

/** `target[index]`. */
export function getItem(target: Value, index: Value, budget: Budget): Value {
  if (!(target instanceof PyDict)) return sliceOf(target, index, budget);
  return requireEntry(target, index, budget).value;
}

/** The entry of a mapping; a mistake where there is none. */
export function requireEntry(dict: PyDict, key: Value, budget: Budget): Entry {
  return getEntry(dict, key, budget) ?? refuseKey(dict, key, budget);
}

function refuseKey(dict: PyDict, key: Value, budget: Budget): never {
  const names = Array.from(dict.entries.values(), (entry) => entry.key);
  const near = typeof key === "string"
    ? nearestName(key, names.filter((name): name is string => typeof name === "string"))
    : undefined;
  const advice = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new Fault(`no key ${repr(key, budget)}`, `one that is there${advice}`);
}

/** `target[index] = value`. */
export function setItem(target: Value, index: Value, slot: Slot, budget: Budget): void {
  if (target instanceof PyDict) {
    const value = target.isConfig ? toConfigValue(slot.value, budget) : slot.value;
    putEntry(target, index, { value, place: slot.place }, budget);
    return;
  }
  if (!(target instanceof PyList)) {
    throw new Fault(`an item of a ${typeName(target)} is set`, "a list or a dict");
  }
  if (index instanceof PySlice) assignSlice(target, index, itemsOf(slot.value, budget), budget);
  else target.items[indexOf(index, target.items.length)] = slot;
}

/** `del target[index]`. */
export function deleteItem(target: Value, index: Value, budget: Budget): void {
  if (target instanceof PyDict) {
    requireEntry(target, index, budget);
    target.entries.delete(keyOf(index, budget));
  } else if (!(target instanceof PyList)) {
    throw new Fault(`an item of a ${typeName(target)} is deleted`, "a list or a dict");
  } else if (index instanceof PySlice) deleteSlice(target, index, budget);
  else {
    budget.spend(target.items.length);
    target.items.splice(indexOf(index, target.items.length), 1);
  }
}
