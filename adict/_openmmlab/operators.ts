import { applyFloat, applyWhole } from "./arithmetic.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { asNumber, isEqual, keyOf, order, putEntry } from "./keys.ts";
import { floatOf } from "./numbers.ts";
import { formatPercent } from "./percent_format.ts";
import { repeat, stepsOf } from "./sequences.ts";
import { combineSets, orderSets } from "./set_operators.ts";
import { isTrue, PyDict, PyList, PyRange, PySet, PyTuple, typeName, type Value } from "./values.ts";

/** `left operator right`. */
export function applyBinary(operator: string, left: Value, right: Value, budget: Budget): Value {
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) {
    if (typeof left === "boolean" && typeof right === "boolean" && "&|^".includes(operator)) {
      return isTrue(applyWhole(operator, a as bigint, b as bigint, budget)!);
    }
    const result = typeof a === "bigint" && typeof b === "bigint"
      ? applyWhole(operator, a, b, budget)
      : applyFloat(operator, floatOf(a), floatOf(b));
    if (result !== undefined) return result;
  }
  const result = applyOther(operator, left, right, budget);
  if (result !== undefined) return result;
  throw new Fault(
    `${operator} between a ${typeName(left)} and a ${typeName(right)}`,
    "values that it is defined for",
  );
}

function applyOther(
  operator: string,
  left: Value,
  right: Value,
  budget: Budget,
): Value | undefined {
  switch (operator) {
    case "+":
      return concatenate(left, right, budget);
    case "*":
      if (typeof right === "bigint" || typeof right === "boolean") {
        return repeat(left, BigInt(right), budget);
      }
      return typeof left === "bigint" || typeof left === "boolean"
        ? repeat(right, BigInt(left), budget)
        : undefined;
    case "%":
      return typeof left === "string" ? formatPercent(left, right, budget) : undefined;
    case "|":
      if (left instanceof PyDict && right instanceof PyDict) return mergeDicts(left, right, budget);
      return combineSets(operator, left, right, budget);
    case "&":
    case "-":
    case "^":
      return combineSets(operator, left, right, budget);
  }
  return undefined;
}

function concatenate(left: Value, right: Value, budget: Budget): Value | undefined {
  if (typeof left === "string" && typeof right === "string") {
    budget.spendText(left.length + right.length);
    return left + right;
  }
  if (left instanceof PyList && right instanceof PyList) {
    budget.spend(left.items.length + right.items.length);
    return new PyList([...left.items, ...right.items]);
  }
  if (left instanceof PyTuple && right instanceof PyTuple) {
    budget.spend(left.items.length + right.items.length);
    return new PyTuple([...left.items, ...right.items]);
  }
  return undefined;
}

function mergeDicts(left: PyDict, right: PyDict, budget: Budget): PyDict {
  const result = new PyDict(left.isConfig);
  for (const entry of [...left.entries.values(), ...right.entries.values()]) {
    putEntry(result, entry.key, entry, budget);
  }
  return result;
}

/** `operator operand`. */
export function applyUnary(operator: string, operand: Value): Value {
  if (operator === "not") return !isTrue(operand);
  const number = asNumber(operand);
  if (number !== undefined && operator === "-") return -number;
  if (number !== undefined && operator === "+") return number;
  if (typeof number === "bigint" && operator === "~") return ~number;
  throw new Fault(`${operator} before a ${typeName(operand)}`, "a number");
}

/** One link of a chain of comparisons. */
export function applyComparison(
  operator: string,
  left: Value,
  right: Value,
  budget: Budget,
): boolean {
  switch (operator) {
    case "==":
      return isEqual(left, right, budget);
    case "!=":
    case "<>":
      return !isEqual(left, right, budget);
    case "is":
      return left === right;
    case "is not":
      return left !== right;
    case "in":
      return contains(right, left, budget);
    case "not in":
      return !contains(right, left, budget);
  }
  const difference = left instanceof PySet && right instanceof PySet
    ? orderSets(left, right, budget)
    : order(left, right, budget);
  switch (operator) {
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    default:
      return difference >= 0;
  }
}

function contains(container: Value, value: Value, budget: Budget): boolean {
  if (typeof container === "string") {
    if (typeof value !== "string") throw new Fault(`a ${typeName(value)} in a text`, "a text");
    budget.spendSearch(container, value);
    return container.includes(value);
  }
  if (container instanceof PyDict || container instanceof PySet) {
    return container.entries.has(keyOf(value, budget));
  }
  if (container instanceof PyRange) return isInRange(container, value);
  for (const slot of stepsOf(container, budget)) {
    if (isEqual(slot.value, value, budget)) return true;
  }
  return false;
}

function isInRange({ start, step, length }: PyRange, value: Value): boolean {
  const number = asNumber(value);
  if (number === undefined || typeof number === "number" && !Number.isInteger(number)) return false;
  const offset = BigInt(number) - start;
  return offset % step === 0n && offset / step >= 0n && offset / step < length;
}
