import type { ConfigFile } from "./_config_format.ts";
import { copyData, type Data } from "./_data.ts";
import { openConfigFile, toMapping } from "./_files.ts";
import { loadOpenMmLab } from "./_load_openmmlab.ts";
import { type Locator, makeLocator } from "./_locator.ts";
import type { MmConfigOptions } from "./mm_config_options.ts";
import type { PathKey } from "./format_path.ts";

/** A mapping that was loaded, and where it comes from. */
export interface LoadedData {
  readonly data: Data;
  /** The file, as the caller named it. */
  readonly file: string;
  /** Gives the place of what lies at a path within the data. */
  readonly locate: Locator;
}

function locatorOf({ text, path, locate = makeLocator({ text, path }) }: ConfigFile): Locator {
  return locate;
}

/** A mapping from a file; without content, or with comments alone, it is empty. */
export async function loadMapping(path: string | URL, action: string): Promise<LoadedData> {
  const opened = await openConfigFile(path);
  const data = copyData(toMapping(opened.value, path), `${action} "${path}"`);
  return { data, file: String(path), locate: locatorOf(opened) };
}

/** The same of a config of OpenMMLab. */
export async function loadMmMapping(
  path: string | URL,
  options: MmConfigOptions,
): Promise<LoadedData> {
  const { value, locate } = await loadOpenMmLab(path, options);
  return { data: copyData(value, `load "${path}"`), file: String(path), locate };
}

/** The same of a file that may hold a list of mappings. */
export async function loadMappings(path: string | URL): Promise<LoadedData | LoadedData[]> {
  const opened = await openConfigFile(path);
  const { value: content } = opened;
  const file = String(path);
  const locate = locatorOf(opened);
  if (!Array.isArray(content)) {
    return { data: copyData(toMapping(content, path), `load "${path}"`), file, locate };
  }
  return content.map((element, index): LoadedData => ({
    data: copyData(toMapping(element, path, index), `load item ${index} of "${path}"`),
    file,
    locate: (steps: readonly PathKey[]) => locate([index, ...steps]),
  }));
}
