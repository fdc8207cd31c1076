import { assign, refer, remove } from "./assign.ts";
import { slotOf } from "./arguments.ts";
import { attributeOf } from "./attributes.ts";
import { updateDict } from "./config_dict.ts";
import { makeDict } from "./dict_methods.ts";
import type { Completion, Environment, Machine } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { Fault } from "./fault.ts";
import { makeFunction } from "./functions.ts";
import { applyBinary } from "./operators.ts";
import { itemsOf, stepsOf } from "./sequences.ts";
import { combineSets } from "./set_operators.ts";
import type { Body, ImportFrom, Statement } from "./syntax.ts";
import { isTrue, Named, PyDict, PyList, PySet, type Value } from "./values.ts";

/** Runs statements one after another. */
export function execute(body: Body, names: Environment, machine: Machine): Completion {
  for (const statement of body) {
    const completion = step(statement, names, machine);
    if (completion !== undefined) return completion;
  }
  return undefined;
}

function step(statement: Statement, names: Environment, machine: Machine): Completion {
  machine.budget.spend(1);
  const { place } = statement;
  machine.place = place;
  switch (statement.kind) {
    case "assign": {
      const value = evaluate(statement.value, names, machine);
      for (const target of statement.targets) {
        assign(target, { value, place: target.place }, names, machine, evaluate);
      }
      return undefined;
    }
    case "augmented":
      augment(statement, names, machine);
      return undefined;
    case "expression":
      evaluate(statement.value!, names, machine);
      return undefined;
    case "return": {
      const value = statement.value === undefined
        ? null
        : evaluate(statement.value, names, machine);
      return { kind: "return", value };
    }
    case "delete":
      for (const target of statement.targets) remove(target, names, machine, evaluate);
      return undefined;
    case "if": {
      const isThen = isTrue(evaluate(statement.test, names, machine));
      return execute(isThen ? statement.body : statement.otherwise, names, machine);
    }
    case "for":
      return runFor(statement, names, machine);
    case "while":
      return runWhile(statement, names, machine);
    case "import":
      for (const { name, alias, place } of statement.names) {
        const value = machine.importModule(alias === undefined ? name.split(".")[0]! : name);
        names.put(alias ?? name.split(".")[0]!, { value, place });
      }
      return undefined;
    case "import from":
      importFrom(statement, names, machine);
      return undefined;
    case "function": {
      const value = makeFunction(statement.definition, names, machine, evaluate);
      names.put(statement.definition.name, { value, place });
      return undefined;
    }
    case "class": {
      const { name } = statement;
      names.put(name, { value: new Named(`<class '${name}'>`), place });
      return undefined;
    }
    case "assert":
      if (isTrue(evaluate(statement.test, names, machine))) return undefined;
      throw new Fault("what is asserted does not hold", "values for which it does", place);
    case "global":
      for (const name of statement.names) names.globals.add(name);
      return undefined;
    case "pass":
      return undefined;
    case "break":
    case "continue":
      return { kind: statement.kind };
    case "with":
      throw new Fault("with of something", "with read_base():", place);
    case "unsupported":
      throw new Fault(`${statement.what} is not part of what configs may use`, "data", place);
  }
}

function runFor(
  { target, items, body, otherwise }: Extract<Statement, { kind: "for" }>,
  names: Environment,
  machine: Machine,
): Completion {
  const value = evaluate(items, names, machine);
  machine.place = items.place;
  for (const slot of stepsOf(value, machine.budget)) {
    assign(target, { value: slot.value, place: target.place }, names, machine, evaluate);
    const completion = execute(body, names, machine);
    if (completion?.kind === "return") return completion;
    if (completion?.kind === "break") return undefined;
  }
  return execute(otherwise, names, machine);
}

function runWhile(
  { test, body, otherwise }: Extract<Statement, { kind: "while" }>,
  names: Environment,
  machine: Machine,
): Completion {
  while (isTrue(evaluate(test, names, machine))) {
    const completion = execute(body, names, machine);
    if (completion?.kind === "return") return completion;
    if (completion?.kind === "break") return undefined;
  }
  return execute(otherwise, names, machine);
}

/** `target operator= value`: lists, sets and dicts change in place, as in Python. */
function augment(
  { target, operator, value, place }: Extract<Statement, { kind: "augmented" }>,
  names: Environment,
  machine: Machine,
): void {
  if (target.kind === "targets" || target.kind === "starred") {
    throw new Fault("several targets before an operator", "one", target.place);
  }
  const reference = refer(target, names, machine, evaluate);
  const old = reference.read();
  const right = evaluate(value, names, machine);
  machine.place = place;
  const result = changeInPlace(operator, old, right, machine) ??
    applyBinary(operator, old, right, machine.budget);
  reference.write({ value: result, place: target.place });
}

function changeInPlace(
  operator: string,
  old: Value,
  right: Value,
  { budget }: Machine,
): Value | undefined {
  if (operator === "+" && old instanceof PyList) {
    for (const slot of itemsOf(right, budget)) old.items.push(slot);
    return old;
  }
  if (operator === "*" && old instanceof PyList) {
    old.items = (applyBinary(operator, old, right, budget) as PyList).items;
    return old;
  }
  if (operator === "|" && old instanceof PyDict) {
    const args = { positional: [slotOf(right)], keywords: new Map() };
    updateDict(old, right instanceof PyDict ? right : makeDict("|=", args, budget), budget);
    return old;
  }
  if (!(old instanceof PySet)) return undefined;
  const combined = combineSets(operator, old, right, budget);
  if (combined === undefined || !"-&^|".includes(operator)) return undefined;
  old.entries.clear();
  for (const [key, slot] of combined.entries) old.entries.set(key, slot);
  return old;
}

function importFrom(
  { module, level, names: aliases }: ImportFrom,
  names: Environment,
  machine: Machine,
): void {
  const path = ".".repeat(level) + module;
  for (const { name, alias, place } of aliases) {
    machine.place = place;
    if (name === "*") {
      throw new Fault(`all names of ${path}`, "single names, or a base inside of read_base()");
    }
    const value = attributeOf(machine.importModule(path), name, machine.budget);
    names.put(alias ?? name, { value, place });
  }
}
