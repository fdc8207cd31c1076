import { type Data, isPlainObject } from "./_data.ts";
import { DictNode } from "./_dict_node.ts";
import type { LoadedData } from "./_files.ts";
import { nodeOf } from "./_node.ts";
import { describeOrigins, originsBelow, type OriginsOf } from "./_origins.ts";
import { FrozenConfigError } from "./access_errors.ts";

/** The mapping at an own key, where data would be merged instead of written. */
function mergedAt(dict: DictNode, key: string, value: unknown): DictNode | undefined {
  if (!isPlainObject(value) || !Object.hasOwn(dict.target, key)) return undefined;
  const existing = nodeOf(dict.target[key]);
  return existing instanceof DictNode ? existing : undefined;
}

/** Merges plain data into a mapping, mappings into mappings: all of it or, if refused, nothing. */
export function mergeInto(dict: DictNode, data: Data, origins?: OriginsOf): void {
  if (Object.keys(data).length === 0) return;
  checkWrites(dict, data);
  mergeAll(dict, data);
  dict.emit("merge", undefined, data, origins && describeOrigins(origins, data));
}

function mergeAll(dict: DictNode, data: Data): void {
  for (const key of Object.keys(data)) {
    const value = data[key];
    const existing = mergedAt(dict, key, value);
    if (existing === undefined) dict.put(key, value);
    else mergeAll(existing, value as Data);
  }
}

/** Refuses where a frozen mapping would be written into. */
function checkWrites(dict: DictNode, data: Data): void {
  for (const key of Object.keys(data)) {
    const existing = mergedAt(dict, key, data[key]);
    if (existing === undefined) dict.prepareWrite("set", key);
    else checkWrites(existing, data[key] as Data);
  }
}

/** Writes those keys of the data that the mapping lacks. */
export function mergeMissing(
  dict: DictNode,
  data: Data,
  { recursive, origins }: { recursive: boolean; origins: OriginsOf | undefined },
): void {
  for (const key of Object.keys(data)) {
    const value = data[key];
    const below = originsBelow(origins, key);
    if (!Object.hasOwn(dict.target, key)) {
      dict.write(key, value, below);
      continue;
    }
    const existing = recursive ? mergedAt(dict, key, value) : undefined;
    if (existing === undefined) continue;
    mergeMissing(existing, value as Data, { recursive, origins: below });
  }
}

/** Puts what was loaded in the place of what is there. */
export function replaceContent(
  dict: DictNode,
  path: string | URL,
  { data, ...origin }: LoadedData,
): void {
  checkLoad(dict, path);
  dict.prepareWrite("load", String(path));
  const replaced = dict.toPlain();
  for (const key of Object.keys(dict.target)) dict.remove(key);
  for (const key of Object.keys(data)) dict.put(key, data[key]);
  dict.origins = [{ path: [], data, replaced, ...origin }];
  dict.emit("set", undefined, data, origin);
}

/** Refuses to load into a frozen config, before the file is read and once more after. */
export function checkLoad(dict: DictNode, path: string | URL): void {
  if (dict.isLocked()) throw new FrozenConfigError("load", String(path));
}
