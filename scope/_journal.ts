import { copyLeaves } from "../adict/copy_leaves.ts";
import { formatPath, type PathKey } from "../adict/dotted_path.ts";
import type { ConfigWatcher, ConfigWrite } from "../adict/types.ts";
import { watch } from "../adict/watch.ts";
import { clonePlain, listLeaves, mergePlain, type Plain } from "./_plain.ts";
import type { SourcePosition, Writer } from "./types.ts";

const FRAME_REGEXP =
  /(?:^at |^at async | \()((?:file|https?|data|blob|node|ext):.+):(\d+):(\d+)\)?$/;
const MODULES = ["adict", "scope", "tracker", "hyperopt", "cli"];
const MAX_FRAMES = 16;

/** One write with who did it. */
export interface Entry {
  writer: Writer;
  write: ConfigWrite;
  /** The stack of the write, where positions are kept. */
  stack: Stack | undefined;
  /** The stack of the view's registration. */
  origin: Stack | undefined;
  /** What the writer reads, in order, each path once. */
  reads: readonly string[];
  /** How much of that it had read by then. */
  readCount: number;
  /** For a loaded file: where in it each leaf stands, by the leaf's path; filled when asked for. */
  places?: Map<string, { line: number; column: number; file?: string }>;
}

/** Everything that was written to a config, in order; replaying it rebuilds the config. */
export class Journal implements ConfigWatcher {
  /** The writes, oldest first. */
  readonly entries: Entry[] = [];
  /** What each lazy view and block has read, in order, each path once. */
  readonly lateReads: string[][] = [];
  /** Whether what the present writer writes cannot be changed in place. */
  sharesValues = false;
  readonly #keepPositions: boolean;
  #writer: Writer = { kind: "config", name: "config", phase: "config" };
  #origin: Stack | undefined = undefined;
  #isCode = false;
  #reads: Set<string> = new Set();
  #readList: string[] = [];

  constructor(keepPositions: boolean) {
    this.#keepPositions = keepPositions;
  }

  /** From now on writes are this writer's; its origin is where it was made known, if it is code. */
  begin(
    writer: Writer,
    { origin, isCode = false }: { origin?: Stack; isCode?: boolean } = {},
  ): void {
    this.#writer = writer;
    this.#origin = origin;
    this.#isCode = isCode;
    this.sharesValues = false;
    this.#reads = new Set();
    this.#readList = [];
    if (writer.phase === "lazy") this.lateReads.push(this.#readList);
  }

  onWrite(write: ConfigWrite): void {
    const origin = this.#origin;
    const stack = this.#keepPositions && this.#isCode ? captureStack() : undefined;
    const reads = this.#readList;
    // What the config holds may be changed in place later on.
    const value = this.sharesValues ? write.value : copyLeaves(write.value);
    this.entries.push({
      writer: this.#writer,
      write: value === write.value ? write : { ...write, value },
      stack,
      origin,
      reads,
      readCount: reads.length,
    });
  }

  onRead(path: readonly PathKey[]): void {
    if (this.#writer.phase !== "lazy") return;
    const place = formatPath(path);
    if (this.#reads.has(place)) return;
    this.#reads.add(place);
    this.#readList.push(place);
  }

  /** It counts as read, but is no reason for anything. */
  onTake(path: readonly PathKey[]): void {
    if (this.#writer.phase === "lazy") this.lateReads.push([formatPath(path)]);
  }

  /** Finds the place of every leaf in the files that were loaded. */
  async locate(): Promise<void> {
    for (const entry of this.entries) {
      const { locate, path, value } = entry.write;
      if (locate === undefined) continue;
      entry.places = new Map();
      for (const leaf of listLeaves(value)) {
        const place = await locate(leaf);
        if (place !== undefined) entry.places.set(formatPath([...path, ...leaf]), place);
      }
    }
  }

  /** Follows a config until disposed. */
  follow(config: object): Disposable {
    return watch(config, this);
  }
}

/** The plain config that a journal's writes make. */
export function replay(entries: readonly Entry[]): Record<string, unknown> {
  const root: Plain = { config: {} };
  for (const { write } of entries) applyWrite(root, write);
  return root.config as Record<string, unknown>;
}

/** Does one write again, to the `config` in a root that is as it was before the write. */
export function applyWrite(root: Plain, write: ConfigWrite): void {
  const { kind, path, value } = write;
  const fullPath: PathKey[] = ["config", ...path];
  const holder = holderAt(root, fullPath.slice(0, -1));
  const key = fullPath.at(-1)!;
  if (kind === "set") holder[key] = clonePlain(value);
  else if (kind === "delete") delete holder[key];
  else if (kind === "length") (holder[key] as unknown[]).length = Number(value);
  else if (kind === "splice") applySplice(holder[key] as unknown[], write);
  else mergePlain(holderAt(holder, [key]), value as Plain);
}

/** Without `Array.prototype.splice`, which would fill holes and takes no more items than arguments. */
function applySplice(list: unknown[], { value, start = 0, deleteCount = 0 }: ConfigWrite): void {
  const items = clonePlain(value) as unknown[];
  const rest = list.slice(start + deleteCount);
  list.length = start;
  for (const part of [items, rest]) {
    const { length } = list;
    part.forEach((item, index) => list[length + index] = item);
    list.length = length + part.length;
  }
}

/** The holder at a path; a mapping that appeared as it was written into left no write of its own. */
function holderAt(root: Plain, path: readonly PathKey[]): Plain {
  let holder = root;
  for (const key of path) {
    if (!Object.hasOwn(holder, key)) holder[key] = {};
    holder = holder[key] as Plain;
  }
  return holder;
}

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
