import { formatOf, toFilePath } from "../_file_path.ts";
import type { Source } from "../_parsed_data.ts";
import type { Locator } from "../_places.ts";
import { type PlacedValue, placeOf, type TextPlace } from "../_text_place.ts";
import { writeWarning } from "../_write_warning.ts";
import { ConfigFileError, ConfigSyntaxError } from "../file_errors.ts";
import type { MmConfigOptions } from "../mm_config_options.ts";
import { nearestName } from "../nearest_name.ts";
import { loadClassic } from "./classic.ts";
import { Fault } from "./fault.ts";
import { keyOf } from "./keys.ts";
import { loadLazy } from "./lazy.ts";
import { type Chain, Loader } from "./loader.ts";
import { normalisePath, splitExtension } from "./path_module.ts";
import { type Place, SourceFile } from "./source.ts";
import { type PlainConfig, toPlain } from "./to_plain.ts";
import type { PyDict } from "./values.ts";

const OPTIONS: readonly (keyof MmConfigOptions)[] = ["searchPaths", "root", "onWarning"];
const EXTENSIONS = [".py", ".json", ".yaml", ".yml"];
/** What mmengine keeps for itself. */
const RESERVED = ["filename", "text", "pretty_text", "env_variables"];

/** What an OpenMMLab config holds. */
export interface MmConfigFile extends Source {
  readonly value: Record<string, unknown>;
  readonly locate: Locator;
}

/**
 * Loads a config of OpenMMLab with its bases.
 *
 * @throws {ConfigFileError} If the file cannot be read.
 * @throws {ConfigSyntaxError} If it, or one of its bases, is not understood; at the place.
 */
export async function loadMmConfig(
  path: string | URL,
  options: MmConfigOptions = {},
): Promise<MmConfigFile> {
  checkOptions(options);
  const file = toPosix(path);
  const extension = splitExtension(file)[1];
  if (!EXTENSIONS.includes(extension)) {
    throw new ConfigFileError(
      `Cannot read "${file}": no config of OpenMMLab, expected one of ${EXTENSIONS.join(", ")}`,
      { path: file },
    );
  }
  const { searchPaths = {}, root, onWarning = writeWarning } = options;
  const folders = Object.entries(searchPaths)
    .map(([name, folder]): [string, string] => [name, toPosix(folder)]);
  const loader = new Loader({
    path: file,
    root: root === undefined ? undefined : toPosix(root),
    searchPaths: new Map(folders),
    onWarning,
    loadAny,
  });
  try {
    const config = await loadAny(loader, file, [file]);
    return await finish(config, file, loader);
  } catch (error) {
    if (error instanceof Fault) throw await toSyntaxError(error, file);
    throw error;
  }
}

/** A path as Python's `os.path` has it. */
function toPosix(path: string | URL): string {
  const file = toFilePath(path, "read");
  return normalisePath(Deno.build.os === "windows" ? file.replaceAll("\\", "/") : file);
}

function checkOptions(options: MmConfigOptions): void {
  const unknown = Object.keys(options).find((name) => !OPTIONS.some((known) => known === name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, OPTIONS);
  throw new TypeError(
    `Cannot load a config with the option "${unknown}": it is not known, expected one of ${
      OPTIONS.join(", ")
    }${near === undefined ? "" : `; did you mean "${near}"?`}`,
  );
}

/** Loads in the style that the file is written in. */
async function loadAny(loader: Loader, path: string, chain: Chain): Promise<PyDict> {
  const isPython = path.endsWith(".py");
  if (isPython && (await loader.store.readClassic(path)).style === "lazy") {
    const { dict, imported } = await loadLazy(loader, path, chain);
    for (const name of imported) dict.entries.delete(keyOf(name, loader.budget));
    return dict;
  }
  return await loadClassic(loader, path, chain);
}

async function finish(dict: PyDict, file: string, loader: Loader): Promise<MmConfigFile> {
  const source = new SourceFile(file, "");
  const config = await loader.run(() => {
    const reserved = RESERVED.map((name) => dict.entries.get(name)).find((entry) => entry);
    if (reserved !== undefined) {
      const name = String(reserved.key);
      throw new Fault(`the key "${name}" is mmengine's own`, "another name", reserved.place);
    }
    return toPlain(dict, { source, offset: 0 }, loader.budget);
  });
  return { value: config.value, text: "", path: file, locate: makeLocator(config, file) };
}

function makeLocator(config: PlainConfig, file: string): Locator {
  const trees = new Map<SourceFile, Promise<PlacedValue | undefined>>();
  return async (path) => {
    const place = config.placeOf(path);
    if (place === undefined) return undefined;
    const found = await toTextPlace(place, trees);
    return place.source.path === file ? found : { ...found, file: place.source.path };
  };
}

type Trees = Map<SourceFile, Promise<PlacedValue | undefined>>;

async function toTextPlace(place: Place, trees: Trees): Promise<TextPlace> {
  const { source, keys } = place;
  if (keys === undefined) return source.locate(place.offset);
  if (!trees.has(source)) trees.set(source, locateData(source));
  let value = await trees.get(source)!;
  for (const key of keys) value = value?.child(key);
  return placeOf(source.text, value?.offset ?? 0);
}

/** A place is an extra: where the second parser is stricter than the first, there is none. */
async function locateData({ path, text }: SourceFile): Promise<PlacedValue | undefined> {
  try {
    return await formatOf(path, "read").locate(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

async function toSyntaxError(fault: Fault, file: string): Promise<ConfigSyntaxError> {
  const { message, expected, place = { source: new SourceFile(file, ""), offset: 0 } } = fault;
  const { path, text } = place.source;
  const { line, column } = await toTextPlace(place, new Map());
  return new ConfigSyntaxError(message, { text, path, line, column, expected });
}
