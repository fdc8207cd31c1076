import type { Evaluate } from "./assign.ts";
import { slotOf } from "./arguments.ts";
import { Environment, type Machine } from "./environment.ts";
import { Fault } from "./fault.ts";
import { putEntry } from "./keys.ts";
import type { FunctionDefinition, Parameter } from "./syntax.ts";
import { type Arguments, Callable, PyDict, PyTuple, type Slot } from "./values.ts";

/** What `def` and `lambda` make. The defaults are evaluated now, the body at each call. */
export function makeFunction(
  { name, parameters, body }: FunctionDefinition,
  names: Environment,
  machine: Machine,
  evaluate: Evaluate,
): Callable {
  const fallbacks = new Map<Parameter, Slot>();
  for (const parameter of parameters) {
    const { fallback } = parameter;
    if (fallback === undefined) continue;
    fallbacks.set(parameter, { value: evaluate(fallback, names, machine), place: fallback.place });
  }

  function call(args: Arguments): ReturnType<Callable["call"]> {
    const inner = new Environment(names);
    bindParameters(args, inner);
    const completion = machine.run(body, inner, machine);
    return completion?.kind === "return" ? completion.value : null;
  }

  function bindParameters({ positional, keywords }: Arguments, inner: Environment): void {
    machine.budget.spend(keywords.size);
    const left = new Map(keywords);
    let next = 0;
    for (const parameter of parameters) {
      if (parameter.kind === "rest") {
        inner.put(parameter.name, slotOf(new PyTuple(positional.slice(next))));
        next = positional.length;
      } else if (parameter.kind === "keywords") {
        const rest = new PyDict();
        for (const [key, slot] of left) putEntry(rest, key, slot, machine.budget);
        left.clear();
        inner.put(parameter.name, slotOf(rest));
      } else {
        const byPosition = parameter.isKeywordOnly ? undefined : positional[next];
        if (byPosition !== undefined) next++;
        const slot = byPosition ?? left.get(parameter.name) ?? fallbacks.get(parameter);
        if (slot === undefined) {
          throw new Fault(`${name}() without ${parameter.name}`, "it as well");
        }
        if (byPosition === undefined) left.delete(parameter.name);
        inner.put(parameter.name, slot);
      }
    }
    if (next === positional.length && left.size === 0) return;
    const excess = [...left.keys()][0] ?? `${positional.length} arguments`;
    throw new Fault(`${name}() with ${excess}`, "its own parameters, each once");
  }

  return new Callable(name, call, "function");
}
