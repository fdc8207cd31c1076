import { callValue } from "./arguments.ts";
import { attributeOf } from "./attributes.ts";
import { comprehend } from "./comprehend.ts";
import type { Environment, Machine } from "./environment.ts";
import { evaluateArguments, mappingOf } from "./evaluate_arguments.ts";
import { Fault } from "./fault.ts";
import { formatValue } from "./format.ts";
import { makeFunction } from "./functions.ts";
import { getItem } from "./items.ts";
import { addToSet, putEntry } from "./keys.ts";
import { applyBinary, applyComparison, applyUnary } from "./operators.ts";
import { itemsOf } from "./sequences.ts";
import type { Expression, Replacement } from "./syntax.ts";
import { repr, toText } from "./text.ts";
import {
  isTrue,
  PyDict,
  PyList,
  PySet,
  PySlice,
  PyTuple,
  type Slot,
  type Value,
} from "./values.ts";
import { nearestName } from "../nearest_name.ts";

/** The value of an expression. */
export function evaluate(expression: Expression, names: Environment, machine: Machine): Value {
  const { budget } = machine;
  budget.spend(1);
  machine.place = expression.place;
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "name":
      return lookUp(expression.name, names, machine);
    case "text":
      return joinParts(expression.parts, names, machine);
    case "list":
      return new PyList(evaluateItems(expression.items, names, machine));
    case "tuple":
      return new PyTuple(evaluateItems(expression.items, names, machine));
    case "set": {
      const set = new PySet();
      for (const slot of evaluateItems(expression.items, names, machine)) {
        addToSet(set, slot, budget);
      }
      return set;
    }
    case "dict":
      return evaluateDict(expression, names, machine);
    case "unary": {
      const operand = evaluate(expression.operand, names, machine);
      machine.place = expression.place;
      return applyUnary(expression.operator, operand);
    }
    case "binary": {
      const left = evaluate(expression.left, names, machine);
      if (expression.operator === "and" && !isTrue(left)) return left;
      if (expression.operator === "or" && isTrue(left)) return left;
      const right = evaluate(expression.right, names, machine);
      if (expression.operator === "and" || expression.operator === "or") return right;
      machine.place = expression.place;
      return applyBinary(expression.operator, left, right, budget);
    }
    case "compare": {
      let left = evaluate(expression.left, names, machine);
      for (const { operator, right } of expression.rest) {
        const value = evaluate(right, names, machine);
        machine.place = expression.place;
        if (!applyComparison(operator, left, value, budget)) return false;
        left = value;
      }
      return true;
    }
    case "conditional": {
      const isThen = isTrue(evaluate(expression.test, names, machine));
      return evaluate(isThen ? expression.then : expression.otherwise, names, machine);
    }
    case "attribute": {
      const target = evaluate(expression.target, names, machine);
      machine.place = expression.place;
      return attributeOf(target, expression.name, budget);
    }
    case "subscript": {
      const target = evaluate(expression.target, names, machine);
      const index = evaluate(expression.index, names, machine);
      machine.place = expression.place;
      return getItem(target, index, budget);
    }
    case "slice":
      return new PySlice(
        expression.bounds.map((bound) =>
          bound === undefined ? null : evaluate(bound, names, machine)
        ),
      );
    case "call": {
      const callee = evaluate(expression.callee, names, machine);
      const args = evaluateArguments(expression.args, names, machine, evaluate);
      machine.place = expression.place;
      return budget.within(() => callValue(callee, args));
    }
    case "comprehension":
      return comprehend(expression, names, machine, evaluate);
    case "lambda":
      return makeFunction(expression.definition, names, machine, evaluate);
    case "starred":
      throw new Fault("a star where one value is expected", "a value");
    case "unsupported":
      throw new Fault(`${expression.what} is not part of what configs may use`, "data");
  }
}

/** The slot of an expression: the value, and its place. */
function slotAt(expression: Expression, names: Environment, machine: Machine): Slot {
  return { value: evaluate(expression, names, machine), place: expression.place };
}

function lookUp(name: string, names: Environment, machine: Machine): Value {
  const slot = names.find(name);
  if (slot !== undefined) return slot.value;
  const builtin = machine.builtins.get(name);
  if (builtin !== undefined) return builtin;
  const known = [...names.module().names.keys(), ...names.names.keys(), ...machine.builtins.keys()];
  const near = nearestName(name, known);
  const advice = near === undefined ? "" : `; did you mean ${near}?`;
  throw new Fault(`the name ${name} is not defined`, `one that is${advice}`);
}

function joinParts(
  parts: readonly (string | Replacement)[],
  names: Environment,
  machine: Machine,
): string {
  const { budget } = machine;
  const texts = parts.map((part) => {
    if (typeof part === "string") return part;
    const value = evaluate(part.value, names, machine);
    const spec = joinParts(part.format, names, machine);
    machine.place = part.value.place;
    const conversion = part.conversion || (part.label !== "" && spec === "" ? "r" : "");
    const shown = conversion === ""
      ? value
      : conversion === "s"
      ? toText(value, budget)
      : repr(value, budget);
    return part.label + formatValue(shown, spec, budget);
  });
  budget.spendText(texts.reduce((sum, text) => sum + text.length, 0));
  return texts.join("");
}

function evaluateItems(
  items: readonly Expression[],
  names: Environment,
  machine: Machine,
): Slot[] {
  const slots: Slot[] = [];
  for (const item of items) {
    if (item.kind !== "starred") slots.push(slotAt(item, names, machine));
    else {
      const value = evaluate(item.value, names, machine);
      for (const slot of itemsOf(value, machine.budget)) slots.push(slot);
    }
  }
  return slots;
}

function evaluateDict(
  { entries }: Extract<Expression, { kind: "dict" }>,
  names: Environment,
  machine: Machine,
): PyDict {
  const dict = new PyDict();
  for (const { key, value } of entries) {
    if (key === undefined) {
      for (const entry of mappingOf(evaluate(value, names, machine)).entries.values()) {
        putEntry(dict, entry.key, entry, machine.budget);
      }
      continue;
    }
    const name = evaluate(key, names, machine);
    const slot = { value: evaluate(value, names, machine), place: key.place };
    machine.place = key.place;
    putEntry(dict, name, slot, machine.budget);
  }
  return dict;
}
