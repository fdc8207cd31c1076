import type { ConfigFile } from "./_config_format.ts";
import { copyData } from "./_data.ts";
import type { DictNode } from "./_dict_node.ts";
import { makeLocator } from "./_locator.ts";
import { FrozenConfigError } from "./frozen_config_error.ts";

/** Puts the content of a file in the place of what is there. */
export function replaceContent(
  dict: DictNode,
  path: string | URL,
  file: ConfigFile & { readonly value: object },
): void {
  const data = copyData(file.value, `load "${path}"`);
  checkLoad(dict, path);
  dict.prepareWrite("load", String(path));
  for (const key of Object.keys(dict.target)) dict.remove(key);
  for (const key of Object.keys(data)) dict.put(key, data[key]);
  const { locate = makeLocator({ text: file.text, path: file.path }) } = file;
  dict.emit("set", undefined, data, { file: String(path), locate });
}

/** Refuses to load into a frozen config, before the file is read and once more after. */
export function checkLoad(dict: DictNode, path: string | URL): void {
  if (dict.isLocked()) throw new FrozenConfigError("load", String(path));
}
