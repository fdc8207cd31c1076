import { type ConfigWatcher, type ConfigWrite, type PathKey, watch } from "../adict/mod.ts";
import { clonePlain, mergePlain, type Plain } from "./_plain.ts";
import { captureStack, type Stack } from "./_position.ts";
import type { Writer } from "./types.ts";

/** One write with who did it. */
export interface Entry {
  writer: Writer;
  write: ConfigWrite;
  /** The stack of the write, where positions are kept. */
  stack: Stack | undefined;
  /** The stack of the view's registration. */
  origin: Stack | undefined;
  /** What the writer had read by then. */
  reads: readonly (readonly PathKey[])[];
}

/** Everything that was written to a config, in order; replaying it rebuilds the config. */
export class Journal implements ConfigWatcher {
  /** The writes, oldest first. */
  readonly entries: Entry[] = [];
  readonly #keepPositions: boolean;
  #writer: Writer = { kind: "config", name: "config", phase: "config" };
  #origin: Stack | undefined = undefined;
  #reads: (readonly PathKey[])[] = [];

  constructor(keepPositions: boolean) {
    this.#keepPositions = keepPositions;
  }

  /** From now on writes are this writer's; its origin is where it was made known. */
  begin(writer: Writer, origin?: Stack): void {
    this.#writer = writer;
    this.#origin = origin;
    this.#reads = [];
  }

  onWrite(write: ConfigWrite): void {
    const origin = this.#origin;
    const stack = this.#keepPositions && origin !== undefined ? captureStack() : undefined;
    this.entries.push({ writer: this.#writer, write, stack, origin, reads: [...this.#reads] });
  }

  onRead(path: readonly PathKey[]): void {
    if (this.#writer.phase === "lazy") this.#reads.push(path);
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
export function applyWrite(root: Plain, { kind, path, value }: ConfigWrite): void {
  const fullPath: PathKey[] = ["config", ...path];
  const holder = holderAt(root, fullPath.slice(0, -1));
  const key = fullPath.at(-1)!;
  if (kind === "set") holder[key] = clonePlain(value);
  else if (kind === "delete") delete holder[key];
  else if (kind === "length") (holder[key] as unknown[]).length = Number(value);
  else mergePlain((holder[key] ??= {}) as Plain, value as Plain);
}

/** The holder at a path; a mapping that appeared as it was written into left no write of its own. */
function holderAt(root: Plain, path: readonly PathKey[]): Plain {
  let holder = root;
  for (const key of path) holder = (holder[key] ??= {}) as Plain;
  return holder;
}
