import { assign, type Evaluate } from "./assign.ts";
import { Environment, type Machine } from "./environment.ts";
import { addToSet, putEntry } from "./keys.ts";
import { stepsOf } from "./sequences.ts";
import type { Comprehension } from "./syntax.ts";
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
  // Only the first is evaluated outside, where the targets are not known.
  const first = stepsOf(evaluate(clauses[0]!.items, names, machine), budget);
  const slots = loop(0, first);
  if (form === "list") return new PyList([...slots]);
  if (form === "set") {
    const set = new PySet();
    for (const slot of slots) addToSet(set, slot, budget);
    return set;
  }
  if (form !== "dict") return new PyIterator("generator", slots);
  const dict = new PyDict();
  for (const { value, place } of slots) {
    putEntry(dict, value, { value: evaluate(element, inner, machine), place }, budget);
  }
  return dict;

  /** The elements, or the keys: each while the targets are what it is made of. */
  function* loop(depth: number, items: Iterable<Slot>): Generator<Slot> {
    const { target, tests } = clauses[depth]!;
    const next = clauses[depth + 1];
    for (const { value } of items) {
      assign(target, { value, place: target.place }, inner, machine, evaluate);
      if (!tests.every((test) => isTrue(evaluate(test, inner, machine)))) continue;
      if (next !== undefined) {
        yield* loop(depth + 1, stepsOf(evaluate(next.items, inner, machine), budget));
        continue;
      }
      budget.spend(1);
      const { place } = key ?? element;
      yield { value: evaluate(key ?? element, inner, machine), place };
    }
  }
}
