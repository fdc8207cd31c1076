import { ADict } from "../adict/adict.ts";
import { copyLeaves } from "../adict/copy_leaves.ts";
import type { PathKey } from "../adict/dotted_path.ts";

/** A mapping or list of a plain config. */
export type Plain = Record<PathKey, unknown>;

const fixed: WeakMap<object, boolean> = new WeakMap();

/** Whether the value is a mapping with keys, of which the leaves count and not itself. */
export function isBranch(value: unknown): value is Record<string, unknown> {
  return isMapping(value) && Object.keys(value).length > 0;
}

/** Whether the value is an object literal, or what a parser makes of one. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A deep copy of plain data; instances of classes of the user's are shared. */
export function clonePlain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(clonePlain);
  if (!isMapping(value)) return copyLeaves(value);
  const clone: Record<string, unknown> = {};
  for (const key of Object.keys(value)) clone[key] = clonePlain(value[key]);
  return clone;
}

/** Merges mappings into mappings, recursively; the source is copied. */
export function mergePlain(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const key of Object.keys(source)) {
    const existing = Object.hasOwn(target, key) ? target[key] : undefined;
    const value = source[key];
    if (isMapping(existing) && isMapping(value)) mergePlain(existing, value);
    else target[key] = clonePlain(value);
  }
}

/**
 * Whether no leaf can be changed in place; known of data that was asked about before, which stays as
 * it is.
 */
export function holdsFixedLeaves(data: Record<string, unknown>): boolean {
  let isFixed = fixed.get(data);
  if (isFixed === undefined) fixed.set(data, isFixed = copyLeaves(data) === data);
  return isFixed;
}

/** A copy of a config in plain objects and lists, whatever its keys are; it does not count as reading. */
export function toPlainConfig(config: object): Record<string, unknown> {
  return ADict.prototype.toJSON.call(config);
}

/** The same of any value, such as a part of a config. */
export function toPlainValue(value: unknown): unknown {
  return new ADict({ value }).toObject().value;
}

/** Whether two values are the same, through and through. */
export function isSame(left: unknown, right: unknown): boolean {
  return new ADict({ value: left }).diff({ value: right }).length === 0;
}

/** A deep copy, its leaves too, of an object that is no config yet, in plain objects and lists. */
export function copyConfig(config: object): Record<string, unknown> {
  return copyLeaves(toPlainConfig(new ADict(config)));
}

/** The paths of the leaves of a value; a list counts as one, and so does an empty mapping. */
export function listLeaves(value: unknown, path: readonly string[] = []): string[][] {
  if (!isBranch(value)) return [[...path]];
  return Object.keys(value).flatMap((key) => listLeaves(value[key], [...path, key]));
}

/** Whether a value, or any within it, may be written like this. */
export function holdsText(value: unknown, text: string): boolean {
  if (typeof value === "number" && text.trim() !== "") return Object.is(Number(text), value);
  if (typeof value !== "object" || value === null) return String(value) === text;
  return Object.values(value).some((inner) => holdsText(inner, text));
}
