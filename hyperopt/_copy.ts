import { ADict } from "../adict/mod.ts";

/**
 * A deep copy of configs, plain objects and lists, in plain objects, so that no two trials share
 * one. Anything else, such as a function or a date, is kept as it is. Nothing of a config counts as
 * read.
 */
export function copyPlain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyPlain) as T;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof ADict) return ADict.prototype.toJSON.call(value) as T;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, copyPlain(item)]),
  ) as T;
}
