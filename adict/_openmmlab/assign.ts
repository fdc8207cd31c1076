import { attributeOf, deleteAttribute, setAttribute } from "./attributes.ts";
import type { Environment, Machine } from "./environment.ts";
import { Fault } from "./fault.ts";
import { deleteItem, getItem, setItem } from "./items.ts";
import { itemsOf } from "./sequences.ts";
import type { Expression, Target } from "./syntax.ts";
import { PyList, type Slot, type Value } from "./values.ts";

/** Evaluates an expression; a parameter, so that this file does not import what imports it. */
export type Evaluate = (expression: Expression, names: Environment, machine: Machine) => Value;

/** `target = value`. */
export function assign(
  target: Target,
  slot: Slot,
  names: Environment,
  machine: Machine,
  evaluate: Evaluate,
): void {
  const { budget } = machine;
  budget.spend(1);
  if (target.kind === "targets") {
    machine.place = target.place;
    unpack(target.items, itemsOf(slot.value, budget), names, machine, evaluate);
  } else if (target.kind === "starred") {
    throw new Fault("a star before a single target", "a star among several");
  } else {
    refer(target, names, machine, evaluate).write(slot);
  }
}

/** A target of one value, to be read and then written. */
export interface Reference {
  readonly read: () => Value;
  readonly write: (slot: Slot) => void;
}

/** Evaluates what a target consists of, once however often it is read and written then. */
export function refer(
  target: Exclude<Target, { kind: "targets" | "starred" }>,
  names: Environment,
  machine: Machine,
  evaluate: Evaluate,
): Reference {
  const { budget } = machine;
  if (target.kind === "name") {
    return {
      read: () => evaluate(target, names, machine),
      write: (slot) => names.put(target.name, slot),
    };
  }
  const holder = evaluate(target.target, names, machine);
  const index = target.kind === "subscript" ? evaluate(target.index, names, machine) : target.name;
  const at = <T>(work: () => T): T => {
    machine.place = target.place;
    return work();
  };
  return target.kind === "attribute"
    ? {
      read: () => at(() => attributeOf(holder, target.name, budget)),
      write: (slot) => at(() => setAttribute(holder, target.name, slot, budget)),
    }
    : {
      read: () => at(() => getItem(holder, index, budget)),
      write: (slot) => at(() => setItem(holder, index, slot, budget)),
    };
}

function unpack(
  targets: readonly Target[],
  items: readonly Slot[],
  names: Environment,
  machine: Machine,
  evaluate: Evaluate,
): void {
  const star = targets.findIndex(({ kind }) => kind === "starred");
  const isEnough = star < 0 ? items.length === targets.length : items.length >= targets.length - 1;
  if (!isEnough) throw new Fault(`${items.length} items for ${targets.length} targets`, "as many");
  const rest = items.length - targets.length + 1;
  for (const [i, target] of targets.entries()) {
    const { place } = target;
    if (target.kind === "starred") {
      const value = new PyList(items.slice(i, i + rest));
      assign(target.value, { value, place }, names, machine, evaluate);
    } else {
      const { value } = items[star >= 0 && i > star ? i + rest - 1 : i]!;
      assign(target, { value, place }, names, machine, evaluate);
    }
  }
}

/** `del target`. */
export function remove(
  target: Target,
  names: Environment,
  machine: Machine,
  evaluate: Evaluate,
): void {
  const { budget } = machine;
  machine.place = target.place;
  if (target.kind === "name") {
    if (!names.names.delete(target.name)) {
      throw new Fault(`the name ${target.name} is not defined here`, "one that is");
    }
  } else if (target.kind === "attribute") {
    const holder = evaluate(target.target, names, machine);
    machine.place = target.place;
    deleteAttribute(holder, target.name, budget);
  } else if (target.kind === "subscript") {
    const holder = evaluate(target.target, names, machine);
    const index = evaluate(target.index, names, machine);
    machine.place = target.place;
    deleteItem(holder, index, budget);
  } else if (target.kind === "targets") {
    for (const item of target.items) remove(item, names, machine, evaluate);
  }
}
