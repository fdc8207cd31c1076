import { bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { deepCopy, mergeConfig, toConfigValue, updateDict } from "./config_dict.ts";
import { Fault } from "./fault.ts";
import { requireEntry } from "./items.ts";
import { getEntry, keyOf, putEntry } from "./keys.ts";
import { itemsOf } from "./sequences.ts";
import type { Method } from "./text_methods.ts";
import { type Arguments, PyDict, PyList, PyTuple, type Slot, type Value } from "./values.ts";

/** The methods of mappings. */
export const DICT_METHODS: ReadonlyMap<string, Method<PyDict>> = new Map(
  Object.entries<Method<PyDict>>({
    get: (self, args, budget) => {
      const [key, fallback = null] = bind("get", args, "key", "default?");
      return getEntry(self, key!, budget)?.value ?? fallback;
    },
    keys: (self, args, budget) => {
      bind("keys", args);
      return new PyList([...itemsOf(self, budget)]);
    },
    values: (self, args, budget) => {
      bind("values", args);
      budget.spend(self.entries.size);
      return new PyList([...self.entries.values()].map(({ value, place }) => ({ value, place })));
    },
    items: (self, args, budget) => {
      bind("items", args);
      budget.spend(3 * self.entries.size);
      return new PyList(Array.from(self.entries.values(), ({ key, value, place }) => ({
        value: new PyTuple([{ value: key, place }, { value, place }]),
        place,
      })));
    },
    update: (self, args, budget) => {
      updateDict(self, makeDict("update", args, budget), budget);
      return null;
    },
    pop: (self, args, budget) => {
      const [key, fallback] = bind("pop", args, "key", "default?");
      const isOptional = fallback !== undefined || self.isConfig;
      const entry = isOptional ? getEntry(self, key!, budget) : requireEntry(self, key!, budget);
      self.entries.delete(keyOf(key!, budget));
      return entry?.value ?? fallback ?? null;
    },
    popitem: (self, args, budget) => {
      bind("popitem", args);
      budget.spend(self.entries.size);
      const last = [...self.entries].at(-1);
      if (last === undefined) throw new Fault("popitem() of an empty dict", "a dict with items");
      self.entries.delete(last[0]);
      const [, { key, value, place }] = last;
      return new PyTuple([{ value: key, place }, { value, place }]);
    },
    setdefault: (self, args, budget) => {
      const [key, fallback = null] = bind("setdefault", args, "key", "default?");
      const existing = getEntry(self, key!, budget);
      if (existing !== undefined) return existing.value;
      const value = self.isConfig ? toConfigValue(fallback, budget) : fallback;
      putEntry(self, key!, { value, place: args.positional[1]?.place }, budget);
      return value;
    },
    copy: (self, args, budget) => {
      bind("copy", args);
      return copyDict(self, budget);
    },
    clear: (self, args) => {
      bind("clear", args);
      self.entries.clear();
      return null;
    },
  }),
);

/** The methods that only mmengine's configs have. */
export const CONFIG_METHODS: ReadonlyMap<string, Method<PyDict>> = new Map(
  Object.entries<Method<PyDict>>({
    merge: (self, args, budget) => {
      const [other] = bind("merge", args, "other");
      if (!(other instanceof PyDict)) throw new Fault("merge() of what is no dict", "a dict");
      mergeConfig(self, other, budget);
      return null;
    },
    to_dict: (self, args, budget) => {
      bind("to_dict", args);
      return withoutConfigs(deepCopy(self, budget), budget);
    },
    deepcopy: (self, args, budget) => {
      bind("deepcopy", args);
      return deepCopy(self, budget);
    },
  }),
);

function withoutConfigs(value: Value, budget: Budget): Value {
  const next = (slot: Slot): Slot => ({ ...slot, value: withoutConfigs(slot.value, budget) });
  if (value instanceof PyList || value instanceof PyTuple) budget.spend(1 + value.items.length);
  if (value instanceof PyList) return new PyList(value.items.map(next));
  if (value instanceof PyTuple) return new PyTuple(value.items.map(next));
  if (!(value instanceof PyDict)) return value;
  const result = new PyDict();
  for (const entry of value.entries.values()) putEntry(result, entry.key, next(entry), budget);
  return result;
}

/** A copy of the top level; in a config lists are copied as well. */
export function copyDict(dict: PyDict, budget: Budget): PyDict {
  const result = new PyDict(dict.isConfig);
  for (const entry of dict.entries.values()) {
    const value = dict.isConfig ? toConfigValue(entry.value, budget) : entry.value;
    putEntry(result, entry.key, { value, place: entry.place }, budget);
  }
  return result;
}

/** What `dict(…)` makes of its arguments. */
export function makeDict(name: string, args: Arguments, budget: Budget): PyDict {
  const [given] = bind(name, { ...args, keywords: new Map() }, "mapping?");
  const result = new PyDict();
  if (given instanceof PyDict) {
    for (const entry of given.entries.values()) putEntry(result, entry.key, entry, budget);
  } else if (given !== undefined) {
    for (const slot of itemsOf(given, budget)) {
      const pair = itemsOf(slot.value, budget);
      if (pair.length !== 2) throw new Fault(`a pair of ${pair.length} items`, "a key and a value");
      const place = pair[1]!.place ?? slot.place;
      putEntry(result, pair[0]!.value, { value: pair[1]!.value, place }, budget);
    }
  }
  for (const [key, slot] of args.keywords) putEntry(result, key, slot, budget);
  return result;
}
