import type { DictNode } from "./_dict_node.ts";
import type { LoadedData } from "./_loaded_data.ts";
import { FrozenConfigError } from "./frozen_config_error.ts";

/** Puts what was loaded in the place of what is there. */
export function replaceContent(
  dict: DictNode,
  path: string | URL,
  { data, ...origin }: LoadedData,
): void {
  checkLoad(dict, path);
  dict.prepareWrite("load", String(path));
  for (const key of Object.keys(dict.target)) dict.remove(key);
  for (const key of Object.keys(data)) dict.put(key, data[key]);
  dict.origins = [{ path: [], data, ...origin }];
  dict.emit("set", undefined, data, origin);
}

/** Refuses to load into a frozen config, before the file is read and once more after. */
export function checkLoad(dict: DictNode, path: string | URL): void {
  if (dict.isLocked()) throw new FrozenConfigError("load", String(path));
}
