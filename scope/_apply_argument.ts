import { ADict, nearestName, parsePath } from "../adict/mod.ts";
import type { Problem, WriteItem } from "./_arguments.ts";
import { isMapping } from "./_plain.ts";
import type { Writer } from "./types.ts";

/** What arguments are checked against. */
export interface ArgumentContext {
  /** Whether only known keys may be set, to values of the type they have. */
  strict: boolean;
  /** The writer that an argument is. */
  writerOf(item: WriteItem): Writer;
}

const get = ADict.prototype.get as (path: string) => unknown;
const has = ADict.prototype.has as (path: string) => boolean;
const set = ADict.prototype.set as (path: string, value: unknown) => void;
const remove = ADict.prototype.delete as (path: string) => boolean;

/** Every dotted path of the config, branches included. */
export function listPaths(value: unknown, prefix = ""): string[] {
  if (!isMapping(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    return [path, ...listPaths(value[key], path)];
  });
}

function nearestPath(config: ADict, key: string): string {
  const near = nearestName(key, listPaths(ADict.prototype.toObject.call(config)));
  return near === undefined ? "" : `, did you mean "${near}"?`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "bigint") return "number";
  return typeof value === "object" ? "mapping" : typeof value;
}

/** Writes one argument into a config; what is wrong with it is returned. */
export function applyArgument(
  config: ADict,
  item: WriteItem,
  context: ArgumentContext,
): Problem[] {
  function problem(message: string, place = item.keySpan): Problem[] {
    return [{ message, item, place }];
  }
  const { key, value } = item;
  try {
    parsePath(key);
    const isKnown = has.call(config, key);
    if (item.kind === "remove") {
      if (isKnown) remove.call(config, key);
      return isKnown ? [] : problem(`no such key to remove${nearestPath(config, key)}`);
    }
    if (context.strict && !isKnown) {
      return problem(`the scope is strict and no view sets this key${nearestPath(config, key)}`);
    }
    const previous = isKnown ? get.call(config, key) : undefined;
    if (item.kind === "append") return append(config, item, previous) ?? [];
    if (context.strict && isKnown && previous !== null && kindOf(previous) !== kindOf(value)) {
      return problem(
        `the scope is strict: received a ${kindOf(value)}, expected a ${kindOf(previous)}`,
        item.valueSpan,
      );
    }
    set.call(config, key, value);
    return [];
  } catch (error) {
    // A path that leads nowhere, an index out of range, a reserved name.
    return problem((error as Error).message);
  }
}

function append(config: ADict, item: WriteItem, previous: unknown): Problem[] | undefined {
  const { key, value } = item;
  if (previous !== undefined && !Array.isArray(previous)) {
    const message = `only a list can be appended to, this is a ${kindOf(previous)}`;
    return [{ message, item, place: item.keySpan }];
  }
  const added = Array.isArray(value) ? value : [value];
  if (previous === undefined) set.call(config, key, added);
  else previous.push(...added);
  return undefined;
}
