import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import {
  type Entry,
  PyDict,
  PyList,
  PyRange,
  PySet,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from "./values.ts";

const MAX_NESTING = 100;
/** Before what stands for a tuple or a large number, so that no text is one. */
const MARK = "\0";

/**
 * What a value is found by in mappings and sets: equal for equal values, hence the same for `1`,
 * `1.0` and `True`.
 */
export function keyOf(value: Value, budget: Budget): unknown {
  if (typeof value === "string") return value.startsWith(MARK) ? `${MARK}s${value}` : value;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "number") {
    return Number.isInteger(value) ? wholeKey(BigInt(value), budget) : value;
  }
  if (typeof value === "bigint") return wholeKey(value, budget);
  if (value instanceof PyTuple) return `${MARK}t${tupleKey(value, budget, 0)}`;
  if (value instanceof PyList || value instanceof PyDict || value instanceof PySet) {
    throw new Fault(`a ${typeName(value)} as a key`, "what cannot change, such as a tuple");
  }
  return value;
}

/** V8 hashes the lowest 64 bits of a bigint alone: larger ones are found by their digits. */
function wholeKey(value: bigint, budget: Budget): bigint | string {
  if (BigInt.asIntN(64, value) === value) return value;
  const digits = value.toString(16);
  budget.spendText(digits.length);
  return `${MARK}i${digits}`;
}

function tupleKey(tuple: PyTuple, budget: Budget, depth: number): string {
  if (depth === MAX_NESTING) throw new Fault("a tuple nested too deeply as a key", "fewer levels");
  budget.spend(1 + tuple.items.length);
  return tuple.items.map(({ value }) => {
    const key = value instanceof PyTuple ? `(${tupleKey(value, budget, depth + 1)})` : part(value);
    budget.spendText(key.length);
    return `${key.length}:${key}`;
  }).join("");

  function part(value: Value): string {
    const key = keyOf(value, budget);
    if (typeof key !== "object" || key === null) return `${typeof key} ${String(key)}`;
    return `object ${budget.identify(key)}`;
  }
}

/** The entry of a mapping. */
export function getEntry(dict: PyDict, key: Value, budget: Budget): Entry | undefined {
  return dict.entries.get(keyOf(key, budget));
}

/** Writes an entry. An older one keeps its key, as in Python. */
export function putEntry(dict: PyDict, key: Value, slot: Slot, budget: Budget): void {
  budget.spend(1);
  const found = keyOf(key, budget);
  const kept = dict.entries.get(found)?.key ?? key;
  dict.entries.set(found, { key: kept, value: slot.value, place: slot.place });
}

/** Adds to a set what is not there yet. */
export function addToSet(set: PySet, slot: Slot, budget: Budget): void {
  budget.spend(1);
  const key = keyOf(slot.value, budget);
  if (!set.entries.has(key)) set.entries.set(key, slot);
}

/** A truth value as the number that it also is. */
export function asNumber(value: Value): bigint | number | undefined {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "bigint" || typeof value === "number" ? value : undefined;
}

/** Whether two values are equal, as `==` has it. */
export function isEqual(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  budget.spend(1);
  const [a, b] = [asNumber(left), asNumber(right)];
  // deno-lint-ignore eqeqeq -- compares a bigint and a number by their exact values
  if (a !== undefined && b !== undefined) return a == b;
  if (typeof left === "string" && typeof right === "string") {
    budget.spendText(Math.min(left.length, right.length));
  }
  if (left === right) return true;
  if (depth === MAX_NESTING) throw new Fault("nested too deeply to compare", "fewer levels");
  const same = (one: Slot, other: Slot | undefined): boolean =>
    other !== undefined && isEqual(one.value, other.value, budget, depth + 1);
  const pair = sequencesOf(left, right);
  if (pair !== undefined) {
    const [one, other] = pair;
    return one.length === other.length && one.every((slot, i) => same(slot, other[i]));
  }
  if (left instanceof PyDict && right instanceof PyDict) {
    budget.spend(left.entries.size);
    return left.entries.size === right.entries.size &&
      [...left.entries].every(([key, entry]) => same(entry, right.entries.get(key)));
  }
  if (left instanceof PySet && right instanceof PySet) {
    budget.spend(left.entries.size);
    return left.entries.size === right.entries.size &&
      [...left.entries.keys()].every((key) => right.entries.has(key));
  }
  if (left instanceof PyRange && right instanceof PyRange) {
    return left.length === right.length && (left.length === 0n || left.start === right.start) &&
      (left.length < 2n || left.step === right.step);
  }
  return false;
}

/** The items of two lists, or of two tuples. */
function sequencesOf(
  left: Value,
  right: Value,
): [readonly Slot[], readonly Slot[]] | undefined {
  const isPair = left instanceof PyList && right instanceof PyList ||
    left instanceof PyTuple && right instanceof PyTuple;
  return isPair ? [left.items, right.items] : undefined;
}

/** Which of two values comes first: negative, zero, positive, or NaN where a NaN is compared. */
export function order(left: Value, right: Value, budget: Budget, depth = 0): number {
  budget.spend(1);
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) {
    if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof left === "string" && typeof right === "string") {
    budget.spendText(Math.min(left.length, right.length));
    return orderTexts(left, right);
  }
  const pair = depth < MAX_NESTING ? sequencesOf(left, right) : undefined;
  if (pair !== undefined) {
    const [one, other] = pair;
    for (let i = 0; i < Math.min(one.length, other.length); i++) {
      if (isEqual(one[i]!.value, other[i]!.value, budget, depth + 1)) continue;
      return order(one[i]!.value, other[i]!.value, budget, depth + 1);
    }
    return one.length - other.length;
  }
  throw new Fault(
    `a ${typeName(left)} and a ${typeName(right)} have no order`,
    "numbers, or values of one type",
  );
}

/** By code points, where JavaScript compares UTF-16 units. */
function orderTexts(left: string, right: string): number {
  let i = 0;
  while (i < left.length && left[i] === right[i]) i++;
  if (i === left.length || i === right.length) return left.length - right.length;
  // The second half of a pair that differs tells as much as the pair.
  return codeAt(left, i) - codeAt(right, i);
}

/** The code point at an index, also of the second half of a surrogate pair. */
function codeAt(text: string, index: number): number {
  const isSecond = /[\udc00-\udfff]/.test(text[index]!) &&
    /[\ud800-\udbff]/.test(text[index - 1] ?? "");
  return text.codePointAt(isSecond ? index - 1 : index)!;
}
