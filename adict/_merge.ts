import { nodeOf } from "./_node.ts";
import { type Data, DictNode, isPlainObject } from "./_tree.ts";

/** Merges data into a mapping, mappings into mappings, without telling the watcher. */
export function mergeInto(dict: DictNode, data: Data): void {
  for (const key of Object.keys(data)) {
    const value = data[key];
    const existing = Object.hasOwn(dict.target, key) ? nodeOf(dict.target[key]) : undefined;
    if (existing instanceof DictNode && isPlainObject(value)) mergeInto(existing, value);
    else dict.put(key, value);
  }
}

/** Writes those keys of the data that the mapping lacks. */
export function mergeMissing(dict: DictNode, data: Data, recursive: boolean): void {
  for (const key of Object.keys(data)) {
    const value = data[key];
    if (!Object.hasOwn(dict.target, key)) {
      Reflect.set(dict.proxy, key, value, dict.proxy);
      continue;
    }
    const existing = nodeOf(dict.target[key]);
    if (recursive && existing instanceof DictNode && isPlainObject(value)) {
      mergeMissing(existing, value, recursive);
    }
  }
}
