import { Fault } from "./fault.ts";
import type { Place } from "./source.ts";

/**
 * A value while a config is evaluated. A whole number is a bigint and a float a number, so that
 * Python's two kinds stay apart; None is null.
 */
export type Value = null | boolean | bigint | number | string | Instance;

/** A value with an identity. */
export type Instance =
  | PyList
  | PyTuple
  | PyDict
  | PySet
  | PyRange
  | PyIterator
  | PySlice
  | Named
  | Callable
  | PyModule;

/** A value in a collection, and where it was put there. */
export interface Slot<V extends Value = Value> {
  readonly value: V;
  readonly place: Place | undefined;
}

/** A slot of a mapping. */
export interface Entry extends Slot {
  readonly key: Value;
}

/** A list. */
export class PyList {
  items: Slot[];
  constructor(items: Slot[] = []) {
    this.items = items;
  }
}

/** A tuple. */
export class PyTuple {
  readonly items: readonly Slot[];
  constructor(items: readonly Slot[] = []) {
    this.items = items;
  }
}

/** A mapping, by what {@linkcode keyOf} makes of its keys. */
export class PyDict {
  readonly entries: Map<unknown, Entry>;
  /**
   * Whether it is one of mmengine's: those have their keys as attributes, copy what enters them,
   * and merge where a dict's `update` replaces. A base gives such ones.
   */
  readonly isConfig: boolean;
  constructor(isConfig = false, entries: Map<unknown, Entry> = new Map()) {
    this.isConfig = isConfig;
    this.entries = entries;
  }
}

/** A set, in the order of insertion. */
export class PySet {
  readonly entries: Map<unknown, Slot> = new Map();
}

/** `range(start, stop, step)`, of which nothing is kept but that. */
export class PyRange {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  readonly length: bigint;
  constructor(start: bigint, stop: bigint, step: bigint) {
    const span = step > 0n ? stop - start : start - stop;
    const size = step > 0n ? step : -step;
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = span > 0n ? (span + size - 1n) / size : 0n;
  }
}

/** What can be gone through once: a generator, `zip`, `map`. An item is made when it is taken. */
export class PyIterator {
  readonly kind: string;
  readonly #slots: Iterator<Slot>;
  #isRunning = false;
  constructor(kind: string, slots: Iterable<Slot>) {
    this.kind = kind;
    this.#slots = slots[Symbol.iterator]();
  }

  /** Takes the next item; undefined at the end. */
  next(): Slot | undefined {
    if (this.#isRunning) {
      throw new Fault(`a ${this.kind} that takes items from itself`, "one that takes from another");
    }
    this.#isRunning = true;
    try {
      const result = this.#slots.next();
      return result.done === true ? undefined : result.value;
    } finally {
      this.#isRunning = false;
    }
  }
}

/** `start:stop:step` between brackets. */
export class PySlice {
  readonly bounds: readonly Value[];
  constructor(bounds: readonly Value[]) {
    this.bounds = bounds;
  }
}

/** What is only known by name: a class, or something imported. */
export class Named {
  /** What stands for it in the result. */
  readonly text: string;
  /** Its dotted name; attributes follow with a dot. Undefined for what has none. */
  readonly path: string | undefined;
  /** Whether it is a module, which is no data of the config that imports it. */
  readonly isModule: boolean;
  constructor(text: string, path?: string, isModule = false) {
    this.text = text;
    this.path = path;
    this.isModule = isModule;
  }
}

/** The arguments of a call. */
export interface Arguments {
  readonly positional: readonly Slot[];
  readonly keywords: ReadonlyMap<string, Slot>;
}

/** A function, a method or a type. */
export class Callable {
  readonly name: string;
  /** Written in C, as far as Python's library is, a type, or written in Python. */
  readonly kind: "builtin" | "type" | "function";
  readonly call: (args: Arguments) => Value;
  /** Attributes, as in `dict.fromkeys`. */
  readonly members: ReadonlyMap<string, Value>;
  constructor(
    name: string,
    call: (args: Arguments) => Value,
    kind: Callable["kind"] = "builtin",
    members: ReadonlyMap<string, Value> = new Map(),
  ) {
    this.name = name;
    this.call = call;
    this.kind = kind;
    this.members = members;
  }
}

/** A module of which some members are known. */
export class PyModule {
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;
  constructor(name: string, members: ReadonlyMap<string, Value>) {
    this.name = name;
    this.members = members;
  }
}

/** The name of a value's type, as Python has it. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  if (typeof value === "string") return "str";
  if (value instanceof PyList) return "list";
  if (value instanceof PyTuple) return "tuple";
  if (value instanceof PyDict) return value.isConfig ? "ConfigDict" : "dict";
  if (value instanceof PySet) return "set";
  if (value instanceof PyRange) return "range";
  if (value instanceof PyIterator) return value.kind;
  if (value instanceof PySlice) return "slice";
  if (value instanceof PyModule) return "module";
  if (value instanceof Callable) return value.kind === "type" ? "type" : "function";
  return "type";
}

/** Whether a condition holds. */
export function isTrue(value: Value): boolean {
  if (value === null || typeof value === "boolean") return value === true;
  if (typeof value === "bigint") return value !== 0n;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyDict || value instanceof PySet) return value.entries.size > 0;
  if (value instanceof PyRange) return value.length > 0n;
  return true;
}
