import { asCount, bind, callValue, positional, slotOf } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { toSet } from "./collection_methods.ts";
import { makeDict } from "./dict_methods.ts";
import { Fault } from "./fault.ts";
import { putEntry } from "./keys.ts";
import { itemsOf } from "./sequences.ts";
import { toText } from "./text.ts";
import {
  type Arguments,
  Callable,
  isTrue,
  PyDict,
  PyIterator,
  PyList,
  PyRange,
  PySlice,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from "./values.ts";

/** A function by its name. */
export function builtin(name: string, call: (args: Arguments) => Value): [string, Callable] {
  return [name, new Callable(name, call)];
}

function type(
  name: string,
  call: (args: Arguments) => Value,
  members?: ReadonlyMap<string, Value>,
): [string, Callable] {
  return [name, new Callable(name, call, "type", members)];
}

/** The types that are defined without an import, but for numbers. */
export function makeTypes(budget: Budget): [string, Callable][] {
  const given = (name: string, args: Arguments): readonly Slot[] => {
    const [iterable] = bind(name, args, "iterable?");
    return iterable === undefined ? [] : itemsOf(iterable, budget);
  };
  const fromKeys = builtin("fromkeys", (args) => {
    const [keys, value = null] = bind("fromkeys", args, "iterable", "value?");
    const dict = new PyDict();
    for (const { value: key, place } of itemsOf(keys!, budget)) {
      putEntry(dict, key, { value, place }, budget);
    }
    return dict;
  });
  return [
    type("dict", (args) => makeDict("dict", args, budget), new Map([fromKeys])),
    type("list", (args) => new PyList([...given("list", args)])),
    type("tuple", (args) => new PyTuple([...given("tuple", args)])),
    type("set", (args) => toSet(new PyTuple(given("set", args)), budget)),
    type("frozenset", (args) => toSet(new PyTuple(given("frozenset", args)), budget)),
    type("str", (args) => {
      const [object = ""] = bind("str", args, "object?");
      return toText(object, budget);
    }),
    type("bool", (args) => isTrue(bind("bool", args, "x?")[0] ?? false)),
    type("range", makeRange),
    type("slice", (args) => {
      const [first, second, step = null] = bind("slice", args, "start", "stop?", "step?");
      return new PySlice(second === undefined ? [null, first!, step] : [first!, second, step]);
    }),
    type("enumerate", (args) => {
      const [iterable, start = 0n] = bind("enumerate", args, "iterable", "start?");
      const first = BigInt(asCount(start, "the start"));
      const items = itemsOf(iterable!, budget).map((slot, i) => ({
        value: new PyTuple([slotOf(first + BigInt(i)), slot]),
        place: slot.place,
      }));
      return new PyIterator("enumerate", items);
    }),
    type(
      "zip",
      ({ positional: all }) => zip(all.map(({ value }) => itemsOf(value, budget)), budget),
    ),
    type("map", ({ positional: all }) => {
      const [work, ...iterables] = all;
      if (work === undefined || iterables.length === 0) {
        throw new Fault("map() of nothing", "items");
      }
      const rows = zip(iterables.map(({ value }) => itemsOf(value, budget)), budget).items;
      const items = rows.map(({ value }) =>
        slotOf(callValue(work.value, { positional: (value as PyTuple).items, keywords: new Map() }))
      );
      return new PyIterator("map", items);
    }),
    type("filter", (args) => {
      const [work, iterable] = bind("filter", args, "function", "iterable");
      const items = itemsOf(iterable!, budget).filter(({ value }) =>
        isTrue(work === null ? value : callValue(work!, positional(value)))
      );
      return new PyIterator("filter", items);
    }),
    type("reversed", (args) => {
      const [sequence] = bind("reversed", args, "sequence");
      return new PyIterator("reversed", itemsOf(sequence!, budget).toReversed());
    }),
  ];
}

function makeRange(args: Arguments): PyRange {
  const [first, second, step = 1n] = bind("range", args, "start", "stop?", "step?");
  const [start, stop] = second === undefined ? [0n, first!] : [first!, second];
  const [from, to, by] = [start, stop, step].map((bound) => {
    if (typeof bound === "bigint" || typeof bound === "boolean") return BigInt(bound);
    throw new Fault(`range() of a ${typeName(bound)}`, "whole numbers");
  }) as [bigint, bigint, bigint];
  if (by === 0n) throw new Fault("range() with the step 0", "another step");
  return new PyRange(from, to, by);
}

function zip(all: readonly (readonly Slot[])[], budget: Budget): PyIterator {
  const length = all.length === 0 ? 0 : Math.min(...all.map((items) => items.length));
  budget.spend(length * (all.length + 1));
  const items = Array.from({ length }, (_, i) => ({
    value: new PyTuple(all.map((slots) => slots[i]!)),
    place: all.at(-1)![i]!.place,
  }));
  return new PyIterator("zip", items);
}
