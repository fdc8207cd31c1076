import { bind, callValue, positional, slotOf } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { addToSet, isEqual, keyOf, order } from "./keys.ts";
import { applyBinary } from "./operators.ts";
import { indexOf, itemsOf } from "./sequences.ts";
import type { Method } from "./text_methods.ts";
import {
  type Arguments,
  isTrue,
  PyList,
  PySet,
  type PyTuple,
  type Slot,
  type Value,
} from "./values.ts";

/** The methods of lists. */
export const LIST_METHODS: ReadonlyMap<string, Method<PyList>> = new Map(
  Object.entries<Method<PyList>>({
    append: (self, args, budget) => {
      bind("append", args, "object");
      budget.spend(1);
      self.items.push(args.positional[0] ?? slotOf(args.keywords.get("object")!.value));
      return null;
    },
    extend: (self, args, budget) => {
      const [iterable] = bind("extend", args, "iterable");
      for (const slot of itemsOf(iterable!, budget)) self.items.push(slot);
      return null;
    },
    insert: (self, args, budget) => {
      const [index] = bind("insert", args, "index", "object");
      const { length } = self.items;
      budget.spend(length);
      const at = Number(index as bigint);
      if (typeof index !== "bigint") {
        throw new Fault("an index that is no whole number", "one that is");
      }
      self.items.splice(at < 0 ? Math.max(0, at + length) : at, 0, args.positional[1]!);
      return null;
    },
    pop: (self, args, budget) => {
      const [index = -1n] = bind("pop", args, "index?");
      const at = indexOf(index, self.items.length);
      if (at < self.items.length - 1) budget.spend(self.items.length);
      return self.items.splice(at, 1)[0]!.value;
    },
    remove: (self, args, budget) => {
      const [value] = bind("remove", args, "value");
      budget.spend(self.items.length);
      self.items.splice(findItem(self.items, value!, budget), 1);
      return null;
    },
    index: indexIn,
    count: countIn,
    reverse: (self, args, budget) => {
      bind("reverse", args);
      budget.spend(self.items.length);
      self.items = self.items.toReversed();
      return null;
    },
    sort: (self, args, budget) => {
      const [key = null, isReversed = false] = bind("sort", args, "key?", "reverse?");
      self.items = sortSlots(self.items, { key, isReversed: isTrue(isReversed) }, budget);
      return null;
    },
    copy: (self, args, budget) => {
      bind("copy", args);
      return new PyList([...itemsOf(self, budget)]);
    },
    clear: (self, args) => {
      bind("clear", args);
      self.items = [];
      return null;
    },
  }),
);

/** The methods of tuples. */
export const TUPLE_METHODS: ReadonlyMap<string, Method<PyTuple>> = new Map(
  Object.entries<Method<PyTuple>>({ index: indexIn, count: countIn }),
);

/** The methods of sets. */
export const SET_METHODS: ReadonlyMap<string, Method<PySet>> = new Map(
  Object.entries<Method<PySet>>({
    add: (self, args, budget) => {
      addToSet(self, slotOf(bind("add", args, "elem")[0]!), budget);
      return null;
    },
    update: (self, args, budget) => {
      for (const { value } of args.positional) {
        for (const slot of itemsOf(value, budget)) addToSet(self, slot, budget);
      }
      return null;
    },
    discard: (self, args, budget) => {
      self.entries.delete(keyOf(bind("discard", args, "elem")[0]!, budget));
      return null;
    },
    remove: (self, args, budget) => {
      if (self.entries.delete(keyOf(bind("remove", args, "elem")[0]!, budget))) return null;
      throw new Fault("the item to remove is not there", "one that is");
    },
    copy: (self, args, budget) => combine("|", self, { ...args, positional: [] }, budget),
    union: (self, args, budget) => combine("|", self, args, budget),
    intersection: (self, args, budget) => combine("&", self, args, budget),
    difference: (self, args, budget) => combine("-", self, args, budget),
    symmetric_difference: (self, args, budget) => combine("^", self, args, budget),
  }),
);

function combine(operator: string, self: PySet, args: Arguments, budget: Budget): Value {
  const all = args.positional.length === 0 ? [slotOf(self)] : args.positional;
  return all.reduce<Value>(
    (result, { value }) => applyBinary(operator, result, toSet(value, budget), budget),
    self,
  );
}

/** A set of what a value has. */
export function toSet(value: Value, budget: Budget): PySet {
  const set = new PySet();
  for (const slot of itemsOf(value, budget)) addToSet(set, slot, budget);
  return set;
}

function findItem(items: readonly Slot[], value: Value, budget: Budget): number {
  const index = items.findIndex((slot) => isEqual(slot.value, value, budget));
  if (index >= 0) return index;
  throw new Fault("the item that is looked for is not there", "one that is");
}

function indexIn(self: PyList | PyTuple, args: Arguments, budget: Budget): Value {
  return BigInt(findItem(self.items, bind("index", args, "value")[0]!, budget));
}

function countIn(self: PyList | PyTuple, args: Arguments, budget: Budget): Value {
  const [value] = bind("count", args, "value");
  return BigInt(self.items.filter((slot) => isEqual(slot.value, value!, budget)).length);
}

/** Sorted slots, equal ones in the order in which they were. */
export function sortSlots(
  slots: readonly Slot[],
  { key, isReversed }: { key: Value; isReversed: boolean },
  budget: Budget,
): Slot[] {
  budget.spend(slots.length);
  const keyed = slots.map((slot) => ({
    slot,
    by: key === null ? slot.value : callValue(key, positional(slot.value)),
  }));
  // Reversed before and after, so that equal ones keep their order all the same.
  if (isReversed) keyed.reverse();
  keyed.sort((left, right) => order(left.by, right.by, budget) || 0);
  if (isReversed) keyed.reverse();
  return keyed.map(({ slot }) => slot);
}
