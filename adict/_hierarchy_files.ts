import { toFileError } from "./_file_fault.ts";
import { joinPath, knownExtension } from "./_file_path.ts";
import { ConfigFileError } from "./config_file_error.ts";
import { printable } from "./_key_text.ts";
import { nearestName } from "./nearest_name.ts";

const MAX_LISTED_NAMES = 8;
/** What could lead out of the root on some system: `..`, a drive, a separator, nothing at all. */
const UNSAFE_REGEXP = /^(?:\.{0,2}|[A-Za-z]:.*)$|[\\\0]/;

/** One file that a hierarchy asks for: the base config, or an option of a group. */
export interface HierarchyPart {
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
export function splitSteps(name: string, root: string): string[] {
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
export async function findPart(root: string, part: HierarchyPart): Promise<FoundPart> {
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
