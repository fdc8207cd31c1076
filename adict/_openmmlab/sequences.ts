import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { charactersOf } from "./text.ts";
import {
  type Entry,
  PyDict,
  PyIterator,
  PyList,
  PyRange,
  PySet,
  PySlice,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from "./values.ts";

/** Makes slots of values that nobody wrote at a place of their own. */
export function toSlots(values: readonly Value[]): Slot[] {
  return values.map((value) => ({ value, place: undefined }));
}

/**
 * What a `for` goes through, one by one: what its body adds to a list or takes from it counts.
 *
 * @throws {Fault} If the value cannot be gone through.
 */
export function stepsOf(value: Value, budget: Budget): Iterable<Slot> {
  if (value instanceof PyIterator) return stepIterator(value, budget);
  if (value instanceof PyList) return stepList(value, budget);
  if (value instanceof PyDict || value instanceof PySet) return stepEntries(value, budget);
  return itemsOf(value, budget);
}

function* stepIterator(iterator: PyIterator, budget: Budget): Generator<Slot> {
  while (true) {
    budget.spend(1);
    const slot = budget.within(() => iterator.next());
    if (slot === undefined) return;
    yield slot;
  }
}

function* stepList(list: PyList, budget: Budget): Generator<Slot> {
  for (let i = 0; i < list.items.length; i++) {
    budget.spend(1);
    yield list.items[i]!;
  }
}

function* stepEntries(holder: PyDict | PySet, budget: Budget): Generator<Slot> {
  const { size } = holder.entries;
  for (const entry of holder.entries.values()) {
    budget.spend(1);
    yield "key" in entry ? { value: (entry as Entry).key, place: entry.place } : entry;
    if (holder.entries.size !== size) {
      throw new Fault(
        `a ${typeName(holder)} that changes its size while it is gone through`,
        "a copy to go through, as list(…) makes it",
      );
    }
  }
}

/**
 * What can be gone through, made at once.
 *
 * @throws {Fault} If the value cannot be gone through, or has too many items.
 */
export function itemsOf(value: Value, budget: Budget): readonly Slot[] {
  if (value instanceof PyList) {
    budget.spend(value.items.length);
    return [...value.items];
  }
  if (value instanceof PyTuple) {
    budget.spend(value.items.length);
    return value.items;
  }
  if (value instanceof PyDict) {
    budget.spend(value.entries.size);
    return Array.from(value.entries.values(), ({ key, place }) => ({ value: key, place }));
  }
  if (value instanceof PySet) {
    budget.spend(value.entries.size);
    return [...value.entries.values()];
  }
  if (value instanceof PyIterator) return [...stepsOf(value, budget)];
  if (typeof value === "string") {
    budget.spend(value.length);
    return toSlots([...charactersOf(value)]);
  }
  if (value instanceof PyRange) {
    const length = lengthOf(value, budget);
    budget.spend(length);
    return Array.from(
      { length },
      (_, i) => ({ value: value.start + BigInt(i) * value.step, place: undefined }),
    );
  }
  throw new Fault(`a ${typeName(value)} has no items`, "a list, a tuple, a dict or the like");
}

/** What `len()` gives. */
export function lengthOf(value: Value, budget: Budget): number {
  if (typeof value === "string") {
    budget.spendText(value.length);
    return charactersOf(value).length;
  }
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length;
  if (value instanceof PyDict || value instanceof PySet) return value.entries.size;
  if (value instanceof PyRange) {
    return value.length > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value.length);
  }
  throw new Fault(`a ${typeName(value)} has no length`, "a text, a list, a dict or the like");
}

/** A whole number as an index, from the end where it is negative. */
export function indexOf(index: Value, length: number): number {
  if (typeof index !== "bigint" && typeof index !== "boolean") {
    throw new Fault(`a ${typeName(index)} as an index`, "a whole number");
  }
  const at = Number(index) < 0 ? Number(index) + length : Number(index);
  if (at >= 0 && at < length) return at;
  throw new Fault(
    `the index ${Number(index)} of ${length} items`,
    length === 0 ? "something in it" : `one from ${-length} to ${length - 1}`,
  );
}

/** The indices that a slice takes of a length. */
function indicesOf(slice: PySlice, length: number, budget: Budget): number[] {
  const { start, stop, step } = boundsOf(slice, length);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  budget.spend(count);
  return Array.from({ length: count }, (_, i) => start + i * step);
}

/** Start, stop and step of a slice, as `slice.indices()` of Python gives them. */
export function boundsOf(
  { bounds }: PySlice,
  length: number,
): { start: number; stop: number; step: number } {
  const [first, last, by] = bounds.map((bound) => {
    if (bound === null || typeof bound === "bigint" || typeof bound === "boolean") {
      return bound === null ? undefined : clampIndex(bound);
    }
    throw new Fault(`a ${typeName(bound)} in a slice`, "whole numbers");
  });
  // As CPython has it: a longer step is as good, and goes beyond any end.
  const longest = Number.MAX_SAFE_INTEGER;
  const step = Math.min(longest, Math.max(-longest, by ?? 1));
  if (step === 0) throw new Fault("a slice with the step 0", "another step");
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (bound: number): number =>
    Math.min(high, Math.max(low, bound < 0 ? bound + length : bound));
  return {
    start: first === undefined ? (step > 0 ? low : high) : clamp(first),
    stop: last === undefined ? (step > 0 ? high : low) : clamp(last),
    step,
  };
}

/** What lies beyond every index stays so, and finite. */
function clampIndex(bound: bigint | boolean): number {
  return Math.max(-(2 ** 53), Math.min(2 ** 53, Number(bound)));
}

/** What a sequence has at an index or a slice. */
export function sliceOf(value: Value, index: Value, budget: Budget): Value {
  if (value instanceof PyRange) return sliceRange(value, index, budget);
  if (typeof value === "string") {
    budget.spendText(value.length);
    const characters = charactersOf(value);
    if (!(index instanceof PySlice)) return characters[indexOf(index, characters.length)]!;
    const taken = indicesOf(index, characters.length, budget).map((i) => characters[i]!);
    return taken.join("");
  }
  if (value instanceof PyList || value instanceof PyTuple) {
    const { items } = value;
    if (!(index instanceof PySlice)) return items[indexOf(index, items.length)]!.value;
    const taken = indicesOf(index, items.length, budget).map((i) => items[i]!);
    return value instanceof PyList ? new PyList(taken) : new PyTuple(taken);
  }
  throw new Fault(`a ${typeName(value)} before brackets`, "a list, a tuple, a text or a dict");
}

function sliceRange(range: PyRange, index: Value, budget: Budget): Value {
  const length = lengthOf(range, budget);
  if (!(index instanceof PySlice)) {
    return range.start + BigInt(indexOf(index, length)) * range.step;
  }
  if (length === Infinity) budget.spend(Infinity);
  const { start, stop, step } = boundsOf(index, length);
  const at = (i: number): bigint => range.start + BigInt(i) * range.step;
  return new PyRange(at(start), at(stop), range.step * BigInt(step));
}

/** Writes items in the place of a slice of a list. */
export function assignSlice(
  list: PyList,
  slice: PySlice,
  items: readonly Slot[],
  budget: Budget,
): void {
  const { start, stop, step } = boundsOf(slice, list.items.length);
  budget.spend(list.items.length + items.length);
  if (step === 1) {
    const end = Math.max(start, stop);
    list.items = [...list.items.slice(0, start), ...items, ...list.items.slice(end)];
    return;
  }
  const indices = indicesOf(slice, list.items.length, budget);
  if (indices.length !== items.length) {
    throw new Fault(`${items.length} items for ${indices.length} places`, "as many");
  }
  for (const [i, index] of indices.entries()) list.items[index] = items[i]!;
}

/** Takes the items of a slice out of a list. */
export function deleteSlice(list: PyList, slice: PySlice, budget: Budget): void {
  const gone = new Set(indicesOf(slice, list.items.length, budget));
  budget.spend(list.items.length);
  list.items = list.items.filter((_, i) => !gone.has(i));
}

/** A sequence several times over. */
export function repeat(value: Value, times: bigint, budget: Budget): Value | undefined {
  const count = times <= 0n ? 0 : times > 1_000_000_000n ? Infinity : Number(times);
  if (typeof value === "string") {
    if (value.length * count > 0) budget.spendText(value.length * count);
    return count === 0 || value === "" ? "" : value.repeat(count);
  }
  if (!(value instanceof PyList || value instanceof PyTuple)) return undefined;
  const { length } = value.items;
  if (length === 0 || count === 0) return value instanceof PyList ? new PyList() : new PyTuple();
  budget.spend(length * count);
  const items = Array.from({ length: length * count }, (_, i) => value.items[i % length]!);
  return value instanceof PyList ? new PyList(items) : new PyTuple(items);
}
