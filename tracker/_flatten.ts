import { formatPath } from "../adict/mod.ts";

/**
 * The leaves of a config by dotted path, in order. Arrays are leaves, and so are empty mappings: a
 * difference in a list reads best as the two lists. A key that holds a dot, a bracket or a quote is
 * written as in `model["a.b"].depth`, so that no two keys share a path.
 */
export function flattenConfig(config: object): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  addLeaves(leaves, [], config);
  return leaves;
}

function addLeaves(leaves: Map<string, unknown>, prefix: string[], mapping: object): void {
  for (const [key, value] of Object.entries(mapping)) {
    const path = [...prefix, key];
    if (isBranch(value)) addLeaves(leaves, path, value);
    else leaves.set(formatPath(path), value);
  }
}

function isBranch(value: unknown): value is object {
  return isMapping(value) && Object.keys(value).length > 0;
}

/**
 * Whether a config stores the fields of a value: plain objects, and instances of a class that is
 * not built in. Lists and built-in kinds (Date, Map, RegExp, Error) are values of their own.
 */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.prototype.toString.call(value) === "[object Object]";
}
