import { ADict } from "../adict/adict.ts";
import { formatPath, parsePath, type PathKey } from "../adict/dotted_path.ts";
import { nearestName } from "../adict/nearest_name.ts";
import type { Problem, Span, WriteItem } from "./_arguments.ts";
import { isMapping, toPlainConfig, toPlainValue } from "./_plain.ts";
import type { Checks } from "./_validation.ts";
import type { Writer } from "./types.ts";

/** What arguments are checked against. */
export interface ArgumentContext {
  /** Whether only known keys may be set, to values of the type they have. */
  strict: boolean;
  /** What the config is checked against in the end: a strict one may get the keys that this names. */
  checks: Checks;
  /** The writer that an argument is. */
  writerOf(item: WriteItem): Writer;
}

const get = ADict.prototype.get as (path: string) => unknown;
const has = ADict.prototype.has as (path: string) => boolean;
const set = ADict.prototype.set as (path: string, value: unknown) => void;
const remove = ADict.prototype.delete as (path: string) => boolean;

/** Every dotted path of a plain config, branches included. */
export function listPaths(value: unknown, path: readonly PathKey[] = []): string[] {
  if (!isMapping(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const place = [...path, key];
    return [formatPath(place), ...listPaths(value[key], place)];
  });
}

/** Whether a path is a key or lies below it. */
export function isAtOrBelow(path: string, key: string): boolean {
  return path === key || (path.startsWith(key) && [".", "["].includes(path[key.length]!));
}

/** @param scope The scope's name, where it leads. */
function adviseNearest(config: ADict, key: string, scope?: string): string {
  const near = nearestName(key, listPaths(toPlainConfig(config)));
  if (near === undefined) return "";
  const meant = scope === undefined ? near : formatPath([scope, ...parsePath(near)]);
  return `, did you mean "${meant}"?`;
}

/**
 * Refuses a key that a strict config does not have.
 *
 * @throws {RangeError} If it does not.
 */
export function assertKnown(config: ADict, path: string): void {
  if (has.call(config, path)) return;
  throw new RangeError(
    `Cannot set "${path}": the scope is strict and no view sets this key${
      adviseNearest(config, path)
    }`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "bigint") return "number";
  return typeof value === "object" ? "mapping" : typeof value;
}

/** What keeps a value from standing where another one does: other keys, other types, at any depth. */
function findMismatch(
  value: unknown,
  previous: unknown,
  path: readonly PathKey[],
): string | undefined {
  if (previous === null || previous === undefined) return undefined;
  if (kindOf(value) !== kindOf(previous)) {
    const place = path.length === 0 ? "" : ` in ${formatPath(path)}`;
    return `received a ${kindOf(value)}, expected a ${kindOf(previous)}${place}`;
  }
  if (Array.isArray(value) && Array.isArray(previous)) {
    return findItemMismatch(value, previous, path);
  }
  if (!isMapping(value) || !isMapping(previous)) return undefined;
  for (const key of Object.keys(value)) {
    const place = [...path, key];
    if (!Object.hasOwn(previous, key)) {
      const near = nearestName(key, Object.keys(previous));
      const advice = near === undefined ? "" : `, did you mean "${near}"?`;
      return `no view sets the key ${formatPath(place)}${advice}`;
    }
    const mismatch = findMismatch(value[key], previous[key], place);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

/** The items of a list may be of the kinds that are there already; of mappings, the keys are free. */
function findItemMismatch(
  list: readonly unknown[],
  previous: readonly unknown[],
  path: readonly PathKey[],
): string | undefined {
  const kinds = [...new Set(previous.map(kindOf))];
  if (kinds.length === 0 || kinds.includes("null")) return undefined;
  const index = list.findIndex((item) => !kinds.includes(kindOf(item)));
  if (index === -1) return undefined;
  const place = formatPath([...path, index]);
  return `received a ${kindOf(list[index])}, expected a ${kinds.join(" or ")} in ${place}`;
}

/** How one argument is written. */
export interface ApplyOptions {
  /** Whether only known keys may be set, to values of the type they have. */
  strict: boolean;
  /** Whether a key may be set that nothing has set. */
  isDeclared: boolean;
  /**
   * Whether mistakes name the nearest key.
   *
   * @default {true}
   */
  advises?: boolean;
}

/** Writes one argument into a config; what is wrong with it is returned. */
export function applyArgument(
  config: ADict,
  item: WriteItem,
  { strict, isDeclared, advises = true }: ApplyOptions,
): Problem[] {
  function advise(): string {
    return advises ? adviseNearest(config, item.key, item.scope) : "";
  }
  function fail(message: string, place: Span = item.keySpan): Problem[] {
    return [{ message, item, place }];
  }
  const { key, value, kind } = item;
  try {
    parsePath(key);
    const isKnown = has.call(config, key);
    if (!isKnown && kind === "remove") {
      return fail(`no such key to remove${advise()}`);
    }
    if (!isKnown && strict && !isDeclared) {
      const message = `the scope is strict and no view sets this key${advise()}`;
      return [{ message, item, place: item.keySpan, unknownKey: key }];
    }
    if (kind === "remove") {
      remove.call(config, key);
      return [];
    }
    const previous = isKnown ? get.call(config, key) : undefined;
    if (kind === "append" && isKnown && !Array.isArray(previous)) {
      return fail(`only a list can be appended to, this is a ${kindOf(previous)}`);
    }
    const next = kind === "append" && !Array.isArray(value) ? [value] : value;
    const mismatch = strict ? findMismatch(next, toPlainValue(previous), []) : undefined;
    if (mismatch !== undefined) return fail(`the scope is strict: ${mismatch}`, item.valueSpan);
    if (kind === "append" && isKnown) {
      for (const element of next as unknown[]) (previous as unknown[]).push(element);
    } else set.call(config, key, next);
    return [];
  } catch (error) {
    // A path that leads nowhere, an index out of range, a reserved name.
    return fail((error as Error).message);
  }
}
