import type { Budget } from "./budget.ts";
import { LIST_METHODS, SET_METHODS, TUPLE_METHODS } from "./collection_methods.ts";
import { toConfigValue } from "./config_dict.ts";
import { CONFIG_METHODS, DICT_METHODS } from "./dict_methods.ts";
import { Fault } from "./fault.ts";
import { deleteItem } from "./items.ts";
import { getEntry, putEntry } from "./keys.ts";
import { formatTemplate } from "./template_format.ts";
import { type Method, TEXT_METHODS } from "./text_methods.ts";
import {
  Callable,
  Named,
  PyDict,
  PyList,
  PyModule,
  PySet,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from "./values.ts";
import { nearestName } from "../nearest_name.ts";

/** `target.name`. */
export function attributeOf(target: Value, name: string, budget: Budget): Value {
  // A method goes over the whole text, whatever comes of it.
  if (typeof target === "string") budget.spendText(target.length);
  const method = methodOf(target, name);
  if (method !== undefined) return new Callable(name, (args) => method(target, args, budget));
  if (target instanceof PyDict && target.isConfig) {
    const entry = getEntry(target, name, budget);
    if (entry !== undefined) return entry.value;
  }
  if (target instanceof PyModule || target instanceof Callable) {
    const member = target.members.get(name);
    if (member !== undefined) return member;
  }
  if (target instanceof PyModule && !name.startsWith("__")) {
    const isMistyped = nearestName(name, target.members.keys()) !== undefined;
    if (!isMistyped) return new Named(`${target.name}.${name}`, `${target.name}.${name}`);
  }
  if (target instanceof Named && target.path !== undefined && !name.startsWith("__")) {
    const path = `${target.path}.${name}`;
    return new Named(path, path);
  }
  return refuse(target, name);
}

function methodOf(target: Value, name: string): Method<Value> | undefined {
  if (typeof target === "string" && name === "format") {
    return (_self, args, budget) => formatTemplate(target, args, budget, attributeOf);
  }
  return methodsOf(target)?.get(name) ??
    (target instanceof PyDict && target.isConfig
      ? CONFIG_METHODS.get(name) as Method<Value> | undefined
      : undefined);
}

function methodsOf(target: Value): ReadonlyMap<string, Method<Value>> | undefined {
  const methods = typeof target === "string"
    ? TEXT_METHODS
    : target instanceof PyDict
    ? DICT_METHODS
    : target instanceof PyList
    ? LIST_METHODS
    : target instanceof PyTuple
    ? TUPLE_METHODS
    : target instanceof PySet
    ? SET_METHODS
    : undefined;
  return methods as ReadonlyMap<string, Method<Value>> | undefined;
}

function refuse(target: Value, name: string): never {
  const names = target instanceof PyDict && target.isConfig
    ? Array.from(target.entries.values(), ({ key }) => key).filter((key) => typeof key === "string")
    : target instanceof PyModule
    ? [...target.members.keys()]
    : [...methodsOf(target)?.keys() ?? []];
  const near = nearestName(name, names);
  const advice = near === undefined ? "" : `; did you mean "${near}"?`;
  const what = target instanceof PyModule ? `the module ${target.name}` : `a ${typeName(target)}`;
  throw new Fault(`${what} has no attribute ${name} here`, `one that configs use${advice}`);
}

/** `target.name = value`, which sets a key of a config. */
export function setAttribute(target: Value, name: string, slot: Slot, budget: Budget): void {
  if (!(target instanceof PyDict)) {
    throw new Fault(`the attribute ${name} of a ${typeName(target)} is set`, "an item of a dict");
  }
  if (!target.isConfig) {
    throw new Fault(
      `the attribute ${name} of a dict is set`,
      `an item: […]["${name}"] = …; only what comes from a base has its keys as attributes`,
    );
  }
  if (methodOf(target, name) !== undefined) {
    throw new Fault(`the method ${name} is set`, `the key: […]["${name}"] = …`);
  }
  const value = toConfigValue(slot.value, budget);
  putEntry(target, name, { value, place: slot.place }, budget);
}

/** `del target.name`. */
export function deleteAttribute(target: Value, name: string, budget: Budget): void {
  if (target instanceof PyDict && target.isConfig) deleteItem(target, name, budget);
  else throw new Fault(`an attribute of a ${typeName(target)} is deleted`, "an item of a dict");
}
