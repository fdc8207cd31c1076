import { isThere, requireAt, setAt, stepsOf } from "./_access.ts";
import type { Data } from "./_data.ts";
import type { DictNode } from "./_dict_node.ts";
import { toFileError } from "./_file_fault.ts";
import { joinPath, knownExtension, toFilePath } from "./_file_path.ts";
import { loadMapping } from "./_files.ts";
import { mergeInto } from "./_merge.ts";
import type { Origin } from "./_origins.ts";
import { writeWarning } from "./_write_warning.ts";
import { type MissingKey, MissingKeyError, MissingKeysError } from "./access_errors.ts";
import { printable } from "./dotted_path.ts";
import { ConfigFileError } from "./file_errors.ts";
import { nearestName } from "./nearest_name.ts";

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
const MAX_LISTED_NAMES = 8;
/** What could lead out of the root on some system: `..`, a drive, a separator, nothing at all. */
const UNSAFE_REGEXP = /^(?:\.{0,2}|[A-Za-z]:.*)$|[\\\0]/;

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

/** One file that a hierarchy asks for: the base config, or an option of a group. */
interface HierarchyPart {
  /** The folders from the root, which are also the keys that the content goes under. */
  readonly group: readonly string[];
  /** The file without its extension; folders may stand before it. */
  readonly name: string;
}

/** What the search for a part found: the file, or the sentence that says why there is none. */
export type FoundPart = { readonly file: string } | { readonly missing: string };

/**
 * The steps of a name with slashes.
 *
 * @throws {ConfigFileError} If it could lead out of the root.
 */
function splitSteps(name: string, root: string): string[] {
  const steps = name.split("/");
  if (!steps.some((step) => UNSAFE_REGEXP.test(step))) return steps;
  throw new ConfigFileError(
    `Cannot read ${JSON.stringify(name)} of "${root}": no name of a file or folder in it, ` +
      "expected one without .., \\ and empty steps",
    { path: joinPath(root, "") + name },
  );
}

/**
 * Looks for the one file of a part, with any extension that is known.
 *
 * @throws {ConfigFileError} If there are several such files, or the folder cannot be read.
 */
async function findPart(root: string, part: HierarchyPart): Promise<FoundPart> {
  const steps = splitSteps(part.name, root);
  const name = steps.pop()!;
  const folder = [...part.group, ...steps].reduce(joinPath, root);
  const files = await configFilesIn(folder);
  if (files === undefined) return { missing: await describeNoFolder(root, part) };
  const found = files.filter((file) => file === name || stemOf(file) === name);
  if (found.length === 1) return { file: joinPath(folder, found[0]!) };
  const path = joinPath(folder, name);
  if (found.length === 0) {
    const stems = [...new Set(files.map(stemOf))];
    const what = part.group.length === 0 ? "file" : `option of "${part.group.join("/")}"`;
    return { missing: `Cannot read "${path}": no such ${what}${describeNames(name, stems)}` };
  }
  const names = found.map((file) => `"${file}"`).join(" and ");
  throw new ConfigFileError(`Cannot read "${path}": it may be ${names}, expected one of them`, {
    path,
  });
}

function stemOf(file: string): string {
  return file.slice(0, -knownExtension(file)!.length);
}

/** The config files directly in a folder, sorted; undefined where there is no such folder. */
async function configFilesIn(folder: string): Promise<string[] | undefined> {
  const entries = await entriesOf(folder);
  return entries
    ?.filter(({ name, isDirectory }) => !isDirectory && knownExtension(name) !== undefined)
    .map(({ name }) => name);
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[] | undefined> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.sort((left, right) => left.name < right.name ? -1 : 1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw await toFileError(error, { action: "read", path: folder });
  }
}

/** Names the first folder on the way that is not there. */
async function describeNoFolder(root: string, { group, name }: HierarchyPart): Promise<string> {
  let folder = root;
  for (const step of [...group, ...splitSteps(name, root).slice(0, -1)]) {
    const entries = await entriesOf(folder);
    if (entries === undefined) break;
    const inner = joinPath(folder, step);
    const folders = entries.filter(({ isFile }) => !isFile).map(({ name }) => name);
    if (!folders.includes(step)) {
      return `Cannot read "${inner}": no such folder${describeNames(step, folders)}`;
    }
    folder = inner;
  }
  return `Cannot read "${folder}": no such folder, expected one that exists`;
}

function describeNames(name: string, names: readonly string[]): string {
  if (names.length === 0) return ", there are none at all";
  const near = nearestName(name, names);
  const listed = names.slice(0, MAX_LISTED_NAMES).map((other) => `"${printable(other)}"`).join(
    ", ",
  );
  const more = names.length > MAX_LISTED_NAMES ? ", …" : "";
  const advice = near === undefined ? "" : `; did you mean "${printable(near)}"?`;
  return `, expected one of ${listed}${more}${advice}`;
}
