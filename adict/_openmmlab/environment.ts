import type { Budget } from "./budget.ts";
import type { Place } from "./source.ts";
import type { Body } from "./syntax.ts";
import type { Slot, Value } from "./values.ts";

/** The names of a module, a function or a comprehension. */
export class Environment {
  readonly names: Map<string, Slot> = new Map();
  readonly parent: Environment | undefined;
  /** Names that a function assigns in the module. */
  readonly globals: Set<string> = new Set();

  constructor(parent?: Environment) {
    this.parent = parent;
  }

  /** The slot of a name, here or around. */
  find(name: string): Slot | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }

  /** Writes a name. */
  put(name: string, slot: Slot): void {
    const holder = this.globals.has(name) ? this.module() : this;
    holder.names.set(name, slot);
  }

  /** The names of the module. */
  module(): Environment {
    return this.parent?.module() ?? this;
  }
}

/** How a run of statements ended: at its end, or by one of the statements that leave it. */
export type Completion =
  | { readonly kind: "break" | "continue" }
  | { readonly kind: "return"; readonly value: Value }
  | undefined;

/** What evaluating needs besides names. */
export interface Machine {
  readonly budget: Budget;
  readonly builtins: ReadonlyMap<string, Value>;
  /** What a module is known by, or a value that is known by name only. */
  readonly importModule: (name: string) => Value;
  /** Runs statements; here, so that functions can be called where expressions are evaluated. */
  readonly run: (body: Body, names: Environment, machine: Machine) => Completion;
  /** What is being evaluated. */
  place: Place | undefined;
}
