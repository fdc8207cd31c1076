import type { Evaluate } from "./assign.ts";
import type { Environment, Machine } from "./environment.ts";
import { Fault } from "./fault.ts";
import { itemsOf } from "./sequences.ts";
import type { Place } from "./source.ts";
import type { Argument } from "./syntax.ts";
import { repr } from "./text.ts";
import { type Arguments, PyDict, type Slot, typeName, type Value } from "./values.ts";

/** The mapping behind two stars. */
export function mappingOf(value: Value): PyDict {
  if (value instanceof PyDict) return value;
  throw new Fault(`** before a ${typeName(value)}`, "a dict");
}

/** The values of the arguments of a call. */
export function evaluateArguments(
  args: readonly Argument[],
  names: Environment,
  machine: Machine,
  evaluate: Evaluate,
): Arguments {
  const positional: Slot[] = [];
  const keywords = new Map<string, Slot>();
  for (const { kind, name, value, place } of args) {
    if (kind === "plain") {
      positional.push({ value: evaluate(value, names, machine), place: value.place });
    } else if (kind === "keyword") {
      addKeyword(name, { value: evaluate(value, names, machine), place }, place);
    } else if (kind === "unpack") {
      const items = itemsOf(evaluate(value, names, machine), machine.budget);
      for (const slot of items) positional.push(slot);
    } else {
      const mapping = mappingOf(evaluate(value, names, machine));
      machine.budget.spend(mapping.entries.size);
      for (const entry of mapping.entries.values()) {
        machine.place = place;
        if (typeof entry.key !== "string") {
          throw new Fault(`the key ${repr(entry.key, machine.budget)} as a name`, "a text");
        }
        addKeyword(entry.key, entry, place);
      }
    }
  }
  return { positional, keywords };

  function addKeyword(name: string, slot: Slot, place: Place | undefined): void {
    if (keywords.has(name)) {
      machine.place = place;
      throw new Fault(`the argument ${name} twice`, "each once");
    }
    keywords.set(name, slot);
  }
}
