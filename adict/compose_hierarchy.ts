import { isThere, requireAt, setAt, stepsOf } from "./_access.ts";
import type { Data } from "./_data.ts";
import type { DictNode } from "./_dict_node.ts";
import { toFilePath } from "./_file_path.ts";
import { findPart, type HierarchyPart, splitSteps } from "./_hierarchy_files.ts";
import { loadMapping } from "./_loaded_data.ts";
import { mergeInto } from "./_merge.ts";
import type { Origin } from "./_origins.ts";
import { writeWarning } from "./_write_warning.ts";
import { ConfigFileError } from "./config_file_error.ts";
import { MissingKeyError } from "./missing_key_error.ts";
import { nearestName } from "./nearest_name.ts";
import { type MissingKey, MissingKeysError } from "./missing_keys_error.ts";

/** Options of `ADict.composeHierarchy()`. */
export interface ComposeHierarchyOptions {
  /** The folder of the base config, with one folder in it for each group of options. */
  root: string | URL;
  /**
   * The name of the base config in the root, whose extension may be left out.
   *
   * @default {"config"}
   */
  configFilename?: string;
  /**
   * For each group the option that is taken, or several, which are merged in that order. The option
   * `resnet50` of the group `model` is the file `model/resnet50` with any known extension, and its
   * content goes under the key `model`; that of the group `model/head` under `model.head`.
   */
  select?: Readonly<Record<string, string | readonly string[]>>;
  /** Values that are set at dotted paths, over what the files say. */
  overrides?: Readonly<Record<string, unknown>>;
  /** Dotted paths at which there has to be a value in the end. */
  required?: readonly string[];
  /**
   * What happens where the base config or an option is not there: an error, or a warning, and the
   * rest is composed without it.
   *
   * @default {"error"}
   */
  onMissing?: "error" | "warn";
  /** Receives warnings, one sentence each; by default they are lines on standard error. */
  onWarning?: (message: string) => void;
  /** Receives the path of each file that is used, in the order in which they are merged. */
  onFile?: (path: string) => void;
}

const OPTION_NAMES: readonly string[] = [
  "root",
  "configFilename",
  "select",
  "overrides",
  "required",
  "onMissing",
  "onWarning",
  "onFile",
] satisfies (keyof ComposeHierarchyOptions)[];

/**
 * Merges a base config, options of groups and overrides into a mapping, in that order.
 *
 * @throws {ConfigFileError} If files are missing, all of them at once, cannot be read or hold no
 * mapping.
 * @throws {ConfigSyntaxError} If a file cannot be parsed.
 * @throws {MissingKeysError} If required keys are missing, all of them at once.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 */
export async function composeHierarchy(
  dict: DictNode,
  options: ComposeHierarchyOptions,
): Promise<void> {
  checkOptionNames(options);
  const { configFilename = "config", select = {}, overrides = {}, required = [] } = options;
  const root = toFilePath(options.root, "read");
  const origins: Origin[] = [];
  const parts = [{ group: [], name: configFilename }, ...selectedParts(select, root)];
  for (const { file, group } of await findFiles(root, parts, options)) {
    options.onFile?.(file);
    const { data, locate } = await loadMapping(file, "compose");
    mergeInto(dict, group.reduceRight<Data>((inner, key) => ({ [key]: inner }), data));
    origins.push({ path: group, data, file, locate });
  }
  for (const [path, value] of Object.entries(overrides)) {
    setAt(dict, path, value);
    origins.push({ path: stepsOf(dict, path), data: value });
  }
  dict.origins = origins;
  const missing = required.filter((path) => !isThere(dict, path));
  if (missing.length === 0) return;
  throw new MissingKeysError(`compose "${root}"`, missing.map((path) => toMissing(dict, path)));
}

function checkOptionNames(options: ComposeHierarchyOptions): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue;
    const near = nearestName(name, OPTION_NAMES);
    const expected = near === undefined ? `one of ${OPTION_NAMES.join(", ")}` : `"${near}"`;
    throw new TypeError(`Cannot compose with "${name}": no such option, expected ${expected}`);
  }
}

function selectedParts(
  select: NonNullable<ComposeHierarchyOptions["select"]>,
  root: string,
): HierarchyPart[] {
  return Object.entries(select).flatMap(([name, chosen]) => {
    const group = splitSteps(name, root);
    const options: readonly unknown[] = Array.isArray(chosen) ? chosen : [chosen];
    return options.map((option) => {
      if (typeof option === "string") return { group, name: option };
      throw new TypeError(
        `Cannot select an option of "${name}": received ${String(option)}, expected its name`,
      );
    });
  });
}

async function findFiles(
  root: string,
  parts: readonly HierarchyPart[],
  { onMissing = "error", onWarning = writeWarning }: ComposeHierarchyOptions,
): Promise<{ file: string; group: readonly string[] }[]> {
  if (onMissing !== "error" && onMissing !== "warn") {
    throw new TypeError(`Cannot use onMissing "${onMissing}": expected "error" or "warn"`);
  }
  const files: { file: string; group: readonly string[] }[] = [];
  const missing: string[] = [];
  for (const part of parts) {
    const found = await findPart(root, part);
    if ("file" in found) files.push({ file: found.file, group: part.group });
    else missing.push(found.missing);
  }
  if (onMissing === "warn") missing.forEach((message) => onWarning(message));
  else if (missing.length > 0) throw new ConfigFileError(missing.join("\n"), { path: root });
  return files;
}

function toMissing(dict: DictNode, path: string): MissingKey {
  try {
    requireAt(dict, path);
  } catch (error) {
    if (!(error instanceof MissingKeyError)) throw error;
    return { path, suggestion: error.suggestion };
  }
  throw new RangeError(`Cannot miss "${path}": it is there`);
}
