import type { SourcePosition } from "./types.ts";

const FRAME_REGEXP =
  /(?:^at |^at async | \()((?:file|https?|data|blob|node|ext):.+):(\d+):(\d+)\)?$/;
const MODULES = ["adict", "scope", "tracker", "hyperopt", "cli"];
const MAX_FRAMES = 16;

/** A stack that is only written out when somebody asks for the position in it. */
export interface Stack {
  stack?: string;
}

/** Keeps the present stack. */
export function captureStack(): Stack {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const holder: Stack = {};
  Error.captureStackTrace(holder, captureStack);
  Error.stackTraceLimit = limit;
  return holder;
}

/** What this package's own modules begin with, as stacks show them: decoded. */
function moduleFolders(): string[] {
  const root = decodeURIComponent(new URL("../", import.meta.url).href);
  return MODULES.map((name) => `${root}${name}/`);
}

/** The innermost place in a stack that is not inside this package. */
export function positionIn({ stack = "" }: Stack): SourcePosition | undefined {
  const folders = moduleFolders();
  for (const line of stack.split("\n")) {
    const match = FRAME_REGEXP.exec(line.trim());
    if (match === null) continue;
    const [, file, lineNumber, column] = match as unknown as [string, string, string, string];
    if (file.startsWith("ext:") || file.startsWith("node:")) continue;
    if (folders.some((folder) => file.startsWith(folder))) continue;
    return { file, line: Number(lineNumber), column: Number(column) };
  }
  return undefined;
}

/** A file for a person: relative to the working directory, or its name where that is not known. */
export function formatFile(file: string): string {
  if (!file.startsWith("file://")) return file;
  const path = file.slice("file://".length);
  if (Deno.permissions.querySync({ name: "read" }).state !== "granted") {
    return path.slice(path.lastIndexOf("/") + 1);
  }
  const folder = `${Deno.cwd()}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

/** A position for a person: `train.ts:12:3`. */
export function formatPosition({ file, line, column }: SourcePosition): string {
  return `${formatFile(file)}:${line}:${column}`;
}
