import { Fault } from "./fault.ts";
import { type Arguments, Callable, Named, type Slot, typeName, type Value } from "./values.ts";
import { nearestName } from "../nearest_name.ts";

/** Arguments by position, at no place of their own. */
export function positional(...values: readonly Value[]): Arguments {
  return { positional: values.map((value) => ({ value, place: undefined })), keywords: new Map() };
}

/**
 * The arguments of a call in the order of the parameters, `undefined` where an optional one is not
 * given. A parameter is optional where its name ends with a question mark.
 *
 * @throws {Fault} If one is missing, twice or too much.
 */
export function bind(
  name: string,
  { positional, keywords }: Arguments,
  ...parameters: readonly string[]
): (Value | undefined)[] {
  const names = parameters.map((parameter) => parameter.replace("?", ""));
  if (positional.length > names.length) {
    throw new Fault(
      `${name}() with ${positional.length} arguments`,
      names.length === 0 ? "none" : `at most ${names.length}`,
    );
  }
  for (const keyword of keywords.keys()) {
    if (names.indexOf(keyword) >= positional.length) continue;
    const near = nearestName(keyword, names);
    const state = names.includes(keyword) ? "twice" : "which it does not know";
    const advice = near === undefined || near === keyword ? "" : `; did you mean "${near}"?`;
    throw new Fault(`${name}() with ${keyword} ${state}`, `its own arguments, once${advice}`);
  }
  return names.map((parameter, i) => {
    const slot = positional[i] ?? keywords.get(parameter);
    if (slot !== undefined || parameters[i]!.endsWith("?")) return slot?.value;
    throw new Fault(`${name}() without ${parameter}`, "that argument as well");
  });
}

/** Calls a value. */
export function callValue(callee: Value, args: Arguments): Value {
  if (callee instanceof Callable) return callee.call(args);
  if (callee instanceof Named) {
    throw new Fault(
      `${callee.path ?? callee.text} is called, which is known by name only`,
      "data: nothing that is imported or a class runs here",
    );
  }
  throw new Fault(`a ${typeName(callee)} is called`, "a function");
}

/** A text among the arguments. */
export function asText(value: Value | undefined, what: string): string {
  if (typeof value === "string") return value;
  throw new Fault(`${what} is a ${typeName(value ?? null)}`, "a text");
}

/** A whole number among the arguments, no larger than an index can be. */
export function asCount(value: Value | undefined, what: string): number {
  if (typeof value === "bigint" || typeof value === "boolean") {
    return Math.max(-(2 ** 53), Math.min(2 ** 53, Number(value)));
  }
  throw new Fault(`${what} is a ${typeName(value ?? null)}`, "a whole number");
}

/** A slot that nobody wrote at a place of its own. */
export function slotOf(value: Value): Slot {
  return { value, place: undefined };
}
