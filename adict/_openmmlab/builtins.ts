import { asCount, asText, bind, callValue, positional } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { builtin, makeTypes } from "./builtin_types.ts";
import { sortSlots } from "./collection_methods.ts";
import { Fault } from "./fault.ts";
import { order } from "./keys.ts";
import { makeNumberBuiltins } from "./number_builtins.ts";
import { applyBinary } from "./operators.ts";
import { itemsOf, lengthOf, stepsOf } from "./sequences.ts";
import { repr } from "./text.ts";
import {
  type Arguments,
  Callable,
  isTrue,
  PyIterator,
  PyList,
  PyTuple,
  typeName,
  type Value,
} from "./values.ts";

/** What is defined without an import: a closed list, in which nothing reaches the system. */
export function makeBuiltins(budget: Budget): ReadonlyMap<string, Value> {
  const builtins = new Map<string, Value>([
    ...makeNumberBuiltins(budget),
    ...makeTypes(budget),
    ...makeFunctions(budget),
    // A module that nobody runs as a program.
    ["__name__", "builtins"],
  ]);
  const type = builtin("type", (args) => {
    const [value] = bind("type", args, "object");
    return builtins.get(typeName(value!)) ?? new Callable(typeName(value!), refuseCall, "type");
  });
  return builtins.set("type", new Callable("type", type[1].call, "type"));
}

function refuseCall(): never {
  throw new Fault("a type is called that makes no data", "one such as dict or list");
}

function makeFunctions(budget: Budget): [string, Callable][] {
  return [
    builtin("len", (args) => {
      const length = lengthOf(bind("len", args, "object")[0]!, budget);
      if (length === Infinity) throw new Fault("a length beyond 2^53", "a smaller one");
      return BigInt(length);
    }),
    builtin("print", () => null),
    builtin("repr", (args) => repr(bind("repr", args, "object")[0]!, budget)),
    builtin("sum", (args) => {
      const [iterable, start = 0n] = bind("sum", args, "iterable", "start?");
      if (typeof start === "string") throw new Fault("sum() of texts", "''.join(…)");
      return itemsOf(iterable!, budget).reduce<Value>(
        (sum, { value }) => applyBinary("+", sum, value, budget),
        start,
      );
    }),
    builtin("sorted", (args) => {
      const [iterable, key = null, reverse = false] = bind(
        "sorted",
        args,
        "iterable",
        "key?",
        "reverse?",
      );
      const slots = itemsOf(iterable!, budget);
      return new PyList(sortSlots(slots, { key, isReversed: isTrue(reverse) }, budget));
    }),
    builtin("any", (args) => {
      return someHolds(bind("any", args, "iterable")[0]!, true, budget);
    }),
    builtin("all", (args) => {
      return !someHolds(bind("all", args, "iterable")[0]!, false, budget);
    }),
    builtin("min", (args) => extreme("min", args, -1, budget)),
    builtin("max", (args) => extreme("max", args, 1, budget)),
    builtin("next", (args) => {
      const [iterator, fallback] = bind("next", args, "iterator", "default?");
      if (!(iterator instanceof PyIterator)) throw new Fault("next() of no iterator", "one");
      const slot = budget.within(() => iterator.next());
      if (slot !== undefined) return slot.value;
      if (fallback !== undefined) return fallback;
      throw new Fault("next() of an iterator at its end", "a default");
    }),
    builtin("iter", (args) => {
      const [iterable] = bind("iter", args, "iterable");
      if (iterable instanceof PyIterator) return iterable;
      return new PyIterator("iterator", stepsOf(iterable!, budget));
    }),
    builtin("isinstance", (args) => {
      const [object, kind] = bind("isinstance", args, "object", "class");
      const kinds = kind instanceof PyTuple ? kind.items.map(({ value }) => value) : [kind!];
      const names = [typeName(object!)];
      if (names[0] === "ConfigDict") names.push("dict");
      if (names[0] === "bool") names.push("int");
      return kinds.some((one) => one instanceof Callable && names.includes(one.name));
    }),
    builtin("chr", (args) => {
      const code = asCount(bind("chr", args, "code")[0], "the code");
      if (code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      throw new Fault(`chr(${code})`, "0 to 0x10ffff");
    }),
    builtin("ord", (args) => {
      const char = asText(bind("ord", args, "char")[0], "the character");
      if ([...char.slice(0, 3)].length === 1) return BigInt(char.codePointAt(0)!);
      throw new Fault("ord() of several characters, or of none", "one");
    }),
  ];
}

/** Whether an item is true, or one is false; no item behind it is taken. */
function someHolds(iterable: Value, truth: boolean, budget: Budget): boolean {
  for (const { value } of stepsOf(iterable, budget)) if (isTrue(value) === truth) return true;
  return false;
}

function extreme(name: string, args: Arguments, sign: number, budget: Budget): Value {
  const key = args.keywords.get("key")?.value ?? null;
  const fallback = args.keywords.get("default")?.value;
  const unknown = [...args.keywords.keys()].find((word) => word !== "key" && word !== "default");
  if (unknown !== undefined) throw new Fault(`${name}() with ${unknown}`, "key or default");
  const [first] = args.positional;
  if (first === undefined) throw new Fault(`${name}() of nothing`, "items");
  const slots = args.positional.length > 1 ? args.positional : itemsOf(first.value, budget);
  if (slots.length === 0) {
    if (fallback !== undefined) return fallback;
    throw new Fault(`${name}() of no items`, "at least one, or a default");
  }
  const by = (value: Value): Value => key === null ? value : callValue(key, positional(value));
  let best = slots[0]!.value;
  let bestBy = by(best);
  for (const { value } of slots.slice(1)) {
    const valueBy = by(value);
    if (sign * order(valueBy, bestBy, budget) > 0) [best, bestBy] = [value, valueBy];
  }
  return best;
}
