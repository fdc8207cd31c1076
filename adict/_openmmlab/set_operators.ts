import type { Budget } from "./budget.ts";
import { PySet, type Value } from "./values.ts";

/** `left operator right` of sets; undefined where they are none. */
export function combineSets(
  operator: string,
  left: Value,
  right: Value,
  budget: Budget,
): PySet | undefined {
  if (!(left instanceof PySet) || !(right instanceof PySet)) return undefined;
  budget.spend(left.entries.size + right.entries.size);
  const result = new PySet();
  const [one, other] = [left.entries, right.entries];
  for (const [key, slot] of one) {
    if (operator === "|" || other.has(key) === (operator === "&")) result.entries.set(key, slot);
  }
  if (operator === "&" || operator === "-") return result;
  for (const [key, slot] of other) if (!one.has(key)) result.entries.set(key, slot);
  return result;
}

/** A subset comes before what it is one of. */
export function orderSets(left: PySet, right: PySet, budget: Budget): number {
  budget.spend(left.entries.size + right.entries.size);
  const isWithin = (one: PySet, other: PySet): boolean =>
    [...one.entries.keys()].every((key) => other.entries.has(key));
  const [isSubset, isSuperset] = [isWithin(left, right), isWithin(right, left)];
  return isSubset ? isSuperset ? 0 : -1 : isSuperset ? 1 : NaN;
}
