import { assign, type Evaluate } from "./assign.ts";
import { Environment, type Machine } from "./environment.ts";
import { addToSet, putEntry } from "./keys.ts";
import { itemsOf } from "./sequences.ts";
import type { Comprehension, Expression } from "./syntax.ts";
import { isTrue, PyDict, PyIterator, PyList, PySet, type Slot, type Value } from "./values.ts";

/** The value of a comprehension, whose names are its own. */
export function comprehend(
  { form, key, element, clauses }: Comprehension,
  names: Environment,
  machine: Machine,
  evaluate: Evaluate,
): Value {
  const inner = new Environment(names);
  const { budget } = machine;
  const items: Slot[] = [];
  const set = new PySet();
  const dict = new PyDict();
  loop(0);
  if (form === "dict") return dict;
  if (form === "set") return set;
  return form === "list" ? new PyList(items) : new PyIterator("generator", items);

  function loop(depth: number): void {
    const clause = clauses[depth];
    if (clause === undefined) return add();
    // Only the first is evaluated outside, where the targets are not known.
    const value = evaluate(clause.items, depth === 0 ? names : inner, machine);
    for (const slot of itemsOf(value, budget)) {
      assign(
        clause.target,
        { value: slot.value, place: clause.target.place },
        inner,
        machine,
        evaluate,
      );
      if (clause.tests.every((test) => isTrue(evaluate(test, inner, machine)))) loop(depth + 1);
    }
  }

  function slotAt(expression: Expression): Slot {
    return { value: evaluate(expression, inner, machine), place: expression.place };
  }

  function add(): void {
    budget.spend(1);
    if (form === "dict") {
      const name = evaluate(key!, inner, machine);
      putEntry(dict, name, { value: evaluate(element, inner, machine), place: key!.place }, budget);
    } else if (form === "set") addToSet(set, slotAt(element), budget);
    else items.push(slotAt(element));
  }
}
