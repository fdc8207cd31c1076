import type { ConfigFile } from "./_config_format.ts";
import { copyData, type Data, describeKind, isPlainObject } from "./_data.ts";
import { followLinks, statLink, toFileError } from "./_file_fault.ts";
import { chainedFormatOf, formatOf, joinPath, splitPath, toFilePath } from "./_file_path.ts";
import { decodeUtf8, readStableFile } from "./_file_text.ts";
import { loadOpenMmLab } from "./_formats.ts";
import { normaliseParsed, type Source } from "./_parsed_data.ts";
import { type Locator, makeLocator } from "./_places.ts";
import type { PathKey } from "./dotted_path.ts";
import { ConfigFileError } from "./file_errors.ts";
import type { MmConfigOptions } from "./mm_config_options.ts";

const OWNER_WRITE = 0o200;
const OWNER_ONLY = 0o600;
const PERMISSION_BITS = 0o777;

/**
 * Reads a config file; the extension names the format.
 *
 * @throws {ConfigFileError} If the file cannot be read or its extension is not known.
 * @throws {ConfigSyntaxError} If it is not UTF-8 or not of its format.
 */
async function openConfigFile(path: string | URL): Promise<ConfigFile> {
  const file = toFilePath(path, "read");
  const chained = chainedFormatOf(file);
  if (chained !== undefined) return await chained.open(file);
  const format = formatOf(file, "read");
  const text = decodeUtf8(await readBytes(file), file);
  const source: Source = { text, path: file };
  return { ...source, value: normaliseParsed(await format.parse(text, file), source) };
}

/**
 * What a file holds, which has to be a mapping; one without content, or of comments alone, holds an
 * empty one.
 *
 * @param item The number of the item, where it is one of a list.
 * @throws {ConfigFileError} If it holds anything else.
 */
function toMapping(value: unknown, path: string | URL, item?: number): Data {
  const content = value ?? {};
  if (isPlainObject(content)) return content;
  const subject = item === undefined ? `"${path}"` : `item ${item} of "${path}"`;
  const state = Array.isArray(content)
    ? `it holds a list of ${content.length}`
    : `it holds ${describeKind(content)}`;
  throw new ConfigFileError(
    `Cannot use ${subject} as a config: ${state}, expected a mapping of keys to values`,
    { path: String(path) },
  );
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readStableFile(path);
  } catch (error) {
    throw await toFileError(error, { action: "read", path });
  }
}

/**
 * Writes a value to a file in the format that the extension names, in one step: whoever reads the
 * path sees the old content or the new, also after a crash. Folders on the way are made, a
 * symbolic link is written through, and the permission bits of an older file stay.
 *
 * @throws {ConfigFileError} If the file cannot be written; an older one is then as it was.
 * @throws {TypeError} If the format cannot hold the value, before anything is touched.
 */
export async function writeConfigFile(path: string | URL, value: unknown): Promise<void> {
  const file = toFilePath(path, "write");
  const bytes = new TextEncoder().encode(await formatOf(file, "write").stringify(value));
  try {
    const target = await followLinks(file);
    const old = await statLink(target);
    if (old !== undefined) assertReplaceable(old, file);
    await Deno.mkdir(splitPath(target).folder, { recursive: true });
    await replaceFile(target, bytes, old);
  } catch (error) {
    throw await toFileError(error, { action: "write", path: file });
  }
}

function assertReplaceable(old: Deno.FileInfo, path: string): void {
  const isReadOnly = old.mode !== null && (old.mode & OWNER_WRITE) === 0;
  if (old.isFile && !isReadOnly) return;
  const state = old.isDirectory
    ? "a folder, expected a file"
    : isReadOnly
    ? "the file is read-only, expected one that may be written"
    : "no regular file, expected one";
  throw new ConfigFileError(`Cannot write "${path}": ${state}`, { path });
}

/** Puts new content in the place of a file through a temporary one beside it. */
async function replaceFile(
  target: string,
  bytes: Uint8Array,
  old: Deno.FileInfo | undefined,
): Promise<void> {
  const { folder, name } = splitPath(target);
  // Cut, so that a name of the greatest length still leaves room.
  const temporary = joinPath(folder, `.${name.slice(0, 32)}.${crypto.randomUUID()}.tmp`);
  try {
    const mode = old?.mode ?? undefined;
    // From the first byte on nobody may read it who could not read the old one.
    await writeDurably(temporary, bytes, mode === undefined ? undefined : OWNER_ONLY);
    if (mode !== undefined) await Deno.chmod(temporary, mode & PERMISSION_BITS);
    await Deno.rename(temporary, target);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
}

async function writeDurably(
  path: string,
  bytes: Uint8Array,
  mode: number | undefined,
): Promise<void> {
  const options = { write: true, createNew: true };
  using file = await Deno.open(path, mode === undefined ? options : { ...options, mode });
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
  await file.sync();
}

/** Removes what is left of a failed write, whose own error is the one to report. */
async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

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
