import { asCount, bind, callValue, positional, slotOf } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { toSet } from "./collection_methods.ts";
import { makeDict } from "./dict_methods.ts";
import { Fault } from "./fault.ts";
import { putEntry } from "./keys.ts";
import { itemsOf, stepsOf } from "./sequences.ts";
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
      return new PyIterator("enumerate", count(stepsOf(iterable!, budget), first));
    }),
    type("zip", ({ positional: all }) => new PyIterator("zip", zip(all, budget))),
    type("map", ({ positional: all }) => {
      const [work, ...iterables] = all;
      if (work === undefined || iterables.length === 0) {
        throw new Fault("map() of nothing", "items");
      }
      return new PyIterator("map", mapRows(work.value, zip(iterables, budget)));
    }),
    type("filter", (args) => {
      const [work, iterable] = bind("filter", args, "function", "iterable");
      return new PyIterator("filter", filter(work!, stepsOf(iterable!, budget)));
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

function* count(slots: Iterable<Slot>, first: bigint): Generator<Slot> {
  let next = first;
  for (const slot of slots) {
    yield { value: new PyTuple([slotOf(next++), slot]), place: slot.place };
  }
}

/** Rows of one item of each; one iterator given several times gives several items to a row. */
function zip(all: readonly Slot[], budget: Budget): Iterable<Slot<PyTuple>> {
  return zipSteps(all.map(({ value }) => stepsOf(value, budget)[Symbol.iterator]()), budget);
}

function* zipSteps(sources: readonly Iterator<Slot>[], budget: Budget): Generator<Slot<PyTuple>> {
  while (sources.length > 0) {
    budget.spend(1 + sources.length);
    const row: Slot[] = [];
    for (const source of sources) {
      const result = source.next();
      if (result.done === true) return;
      row.push(result.value);
    }
    yield { value: new PyTuple(row), place: row.at(-1)!.place };
  }
}

function* mapRows(work: Value, rows: Iterable<Slot<PyTuple>>): Generator<Slot> {
  for (const { value } of rows) {
    yield slotOf(callValue(work, { positional: value.items, keywords: new Map() }));
  }
}

function* filter(work: Value, slots: Iterable<Slot>): Generator<Slot> {
  for (const slot of slots) {
    const { value } = slot;
    if (isTrue(work === null ? value : callValue(work, positional(value)))) yield slot;
  }
}
