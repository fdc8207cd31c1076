import { type FileAction, joinPath, splitPath } from "./_file_path.ts";
import { printable } from "./dotted_path.ts";
import { ConfigFileError } from "./file_errors.ts";
import { nearestName } from "./nearest_name.ts";

/** What went wrong with which file. */
export interface FileFault {
  /** What was being done. */
  readonly action: FileAction;
  /** The file, as the caller named it. */
  readonly path: string;
}

/** What the codes of the operating system mean to who runs the program. */
const STATES: Readonly<Record<string, string>> = {
  EACCES: "the system denies access, expected a path that this user may use",
  EBUSY: "another program uses it, expected a free file",
  EDQUOT: "the disk quota is used up, expected free space",
  EFBIG: "too large for the file system or the limits of this process, expected a smaller file",
  EISDIR: "a folder, expected a file",
  ELOOP: "the links lead in a circle, expected a file at their end",
  EMFILE: "too many open files, expected fewer",
  ENAMETOOLONG: "the name is too long, expected a shorter one",
  ENOSPC: "no space left on the device, expected free space",
  ENOTDIR: "a part of the path is a file, expected folders",
  EEXIST: "a part of the path is a file, expected folders",
  EPERM: "the system does not permit it, expected a path that this user may use",
  EROFS: "the file system is read-only, expected one that can be written",
};

/** An error of the system as a sentence; any other error stays what it is. */
export async function toFileError(cause: unknown, fault: FileFault): Promise<unknown> {
  if (!(cause instanceof Error) || cause instanceof ConfigFileError) return cause;
  const { action, path } = fault;
  const state = await describeCause(cause, fault);
  if (state === undefined) return cause;
  return new ConfigFileError(`Cannot ${action} "${path}": ${state}`, { path, cause });
}

async function describeCause(cause: Error, fault: FileFault): Promise<string | undefined> {
  const code = (cause as { code?: unknown }).code;
  if (cause instanceof Deno.errors.NotCapable) return describeDenied(cause, fault);
  if (cause instanceof Deno.errors.NotFound) {
    if (fault.action === "read") return await describeMissing(fault.path);
    return "its folder cannot hold it, expected another folder";
  }
  if (typeof code === "string") return STATES[code] ?? `${cause.message}, expected a usable file`;
  return undefined;
}

/** Deno's own message ends with the flag that would have allowed it. */
function describeDenied(cause: Error, { action, path }: FileFault): string {
  const flag = /--allow-[a-z]+/.exec(cause.message)?.[0] ?? `--allow-${action}`;
  const target = action === "read" ? path : splitPath(path).folder;
  return `the program has no permission, expected it to run with ${flag}=${target}`;
}

async function describeMissing(path: string): Promise<string> {
  const { folder, name } = splitPath(path);
  const near = nearestName(name, await namesIn(folder));
  if (near === undefined) return "no such file, expected one that exists";
  const suggestion = path.slice(0, path.length - name.length) + near;
  return `no such file, did you mean "${printable(suggestion)}"?`;
}

/** The names in a folder; none where it cannot be listed without a question to the user. */
async function namesIn(folder: string): Promise<string[]> {
  if (Deno.permissions.querySync({ name: "read", path: folder }).state !== "granted") return [];
  try {
    return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  } catch (error) {
    // A folder that is missing or closed has no names to offer; the file itself is already reported.
    if (error instanceof Error) return [];
    throw error;
  }
}

/**
 * The file at the end of a chain of symbolic links; the path itself where it is no link.
 *
 * @throws {ConfigFileError} If the links lead in a circle.
 */
export async function followLinks(path: string): Promise<string> {
  const seen = new Set<string>();
  let target = path;
  while (!seen.has(target)) {
    seen.add(target);
    const info = await statLink(target);
    if (!info?.isSymlink) return target;
    target = joinPath(splitPath(target).folder, await Deno.readLink(target));
  }
  throw new ConfigFileError(`Cannot write "${path}": ${STATES.ELOOP}`, { path });
}

/** What is known about a path, a link not followed; undefined where there is nothing. */
export async function statLink(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
