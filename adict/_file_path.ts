import type { ChainedFormat, ConfigFormat } from "./_config_format.ts";
import { CHAINED_FORMATS, CONFIG_FORMATS } from "./_formats.ts";
import { ConfigFileError } from "./file_errors.ts";

/** What is being done to a file; the word in its messages. */
export type FileAction = "read" | "write";

/** A path taken apart, in the terms of this operating system. */
export interface SplitPath {
  /** Everything before the last separator; `.` where there is none. */
  readonly folder: string;
  /** Everything behind it. */
  readonly name: string;
}

/**
 * The path of a file, which may also be named by a `file:` URL, in an object or a string.
 *
 * @throws {ConfigFileError} If the URL is no `file:` URL.
 */
export function toFilePath(path: string | URL, action: FileAction): string {
  if (typeof path === "string" && !path.startsWith("file://")) return path;
  const url = new URL(path);
  if (url.protocol !== "file:") {
    throw new ConfigFileError(
      `Cannot ${action} "${url.href}": no local file, expected a path or a file: URL`,
      { path: url.href },
    );
  }
  const local = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? local.replace(/^\/(?=[A-Za-z]:)/, "") : local;
}

/** Splits at the last separator. */
export function splitPath(path: string): SplitPath {
  const separators = Deno.build.os === "windows" ? /[\\/]/g : /\//g;
  const end = [...path.matchAll(separators)].at(-1)?.index;
  if (end === undefined) return { folder: ".", name: path };
  return { folder: path.slice(0, end) || path.slice(0, 1), name: path.slice(end + 1) };
}

/** The path of a name in a folder; an absolute name stays. */
export function joinPath(folder: string, name: string): string {
  const isAbsolute = name.startsWith("/") ||
    (Deno.build.os === "windows" && /^(?:[A-Za-z]:|\\)/.test(name));
  if (isAbsolute || folder === ".") return name;
  return /[\\/]$/.test(folder) ? folder + name : `${folder}/${name}`;
}

/** The extension of a file's name, as it stands there, where it names a format in any case. */
export function knownExtension(file: string): string | undefined {
  const extension = extensionOf(file);
  const name = extension.toLowerCase();
  const isKnown = Object.hasOwn(CONFIG_FORMATS, name) || Object.hasOwn(CHAINED_FORMATS, name);
  return isKnown ? extension : undefined;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot) : "";
}

/** The format of a file that builds on others; undefined where the extension names no such one. */
export function chainedFormatOf(path: string): ChainedFormat | undefined {
  const extension = extensionOf(splitPath(path).name).toLowerCase();
  return Object.hasOwn(CHAINED_FORMATS, extension) ? CHAINED_FORMATS[extension] : undefined;
}

/**
 * The format that the extension of a path names, whatever its case.
 *
 * @throws {ConfigFileError} If the extension is not known.
 */
export function formatOf(path: string, action: FileAction): ConfigFormat {
  const extension = extensionOf(splitPath(path).name).toLowerCase();
  if (Object.hasOwn(CONFIG_FORMATS, extension)) return CONFIG_FORMATS[extension]!;
  const state = extension === ""
    ? "no extension"
    : Object.hasOwn(CHAINED_FORMATS, extension)
    ? `${extension} is only read`
    : `the extension ${extension} is not known`;
  const chained = action === "read" ? Object.keys(CHAINED_FORMATS) : [];
  const known = [...Object.keys(CONFIG_FORMATS), ...chained].join(", ");
  throw new ConfigFileError(`Cannot ${action} "${path}": ${state}, expected one of ${known}`, {
    path,
  });
}
