import { watchMistake } from "./_mistake_watch.ts";
import type { Node } from "./_node.ts";
import { type PathKey, printable } from "./dotted_path.ts";
import { nearestName } from "./nearest_name.ts";

const MAX_LISTED_KEYS = 8;
/** A search goes no further: an error has to be cheap even in a large config. */
const MAX_SEARCHED_NODES = 1000;
/** Shorter names are near to too much. */
const MIN_METHOD_LENGTH = 4;

/** Options of {@linkcode MissingKeyError}. */
export interface MissingKeyErrorOptions {
  /** The nearest path that exists, or the call of a method such as `freeze()`. */
  suggestion?: string | undefined;
  /** The keys that exist beside the missing one. */
  keys?: readonly string[];
  /** The file that `load()` has put in the place of what had the key. */
  replacedBy?: string | undefined;
}

function describeAlternatives(options: MissingKeyErrorOptions): string {
  const { suggestion, keys = [], replacedBy } = options;
  if (replacedBy !== undefined) {
    const file = printable(JSON.stringify(replacedBy));
    return `: load(${file}) has replaced the config that had it, ` +
      `expected update(await ADict.fromFile(${file})) to keep it`;
  }
  if (suggestion !== undefined) return `, did you mean "${printable(suggestion)}"?`;
  if (keys.length === 0) return ", there are no keys at all";
  const listed = keys.slice(0, MAX_LISTED_KEYS).map((key) => `"${printable(key)}"`).join(", ");
  return `, expected one of ${listed}${keys.length > MAX_LISTED_KEYS ? ", …" : ""}`;
}

/**
 * A read of a key that is not there.
 *
 * @example Usage
 * ```ts
 * import { ADict, MissingKeyError } from "@ato/core/adict";
 * import { assertThrows } from "@std/assert";
 *
 * const config = new ADict({ model: { backbone: "resnet50" } });
 * assertThrows(
 *   () => (config.model as ADict).bakcbone,
 *   MissingKeyError,
 *   'Cannot read "model.bakcbone": no such key, did you mean "model.backbone"?',
 * );
 * ```
 */
export class MissingKeyError extends ReferenceError {
  /** The dotted path that was read. */
  readonly path: string;
  /** The nearest path that exists, or the call of a method, where one is near. */
  readonly suggestion: string | undefined;
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for a path. */
  constructor(path: string, options: MissingKeyErrorOptions = {}) {
    super(`Cannot read "${printable(path)}": no such key${describeAlternatives(options)}`);
    watchMistake(this);
    this.name = "MissingKeyError";
    this.path = path;
    this.suggestion = options.suggestion;
  }
}

/**
 * A write to a frozen config.
 *
 * @example Usage
 * ```ts
 * import { ADict, FrozenConfigError } from "@ato/core/adict";
 * import { assertThrows } from "@std/assert";
 *
 * const config = new ADict({ lr: 0.1 }).freeze();
 * assertThrows(() => config.lr = 0.2, FrozenConfigError, 'Cannot set "lr"');
 * ```
 */
export class FrozenConfigError extends TypeError {
  /** The dotted path of the write. */
  readonly path: string;
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for an action, such as `set`, at a path. */
  constructor(action: string, path: string) {
    super(
      `Cannot ${action} "${
        printable(path)
      }": the config is frozen, expected one that is not: defrost() it`,
    );
    watchMistake(this);
    this.name = "FrozenConfigError";
    this.path = path;
  }
}

/** The error for a key that a mapping lacks. */
export function missingKeyError(node: Node, key: string): MissingKeyError {
  const keys = Object.keys(node.target);
  const near = nearestName(key, keys);
  const suggestion = near === undefined
    ? findElsewhere(node, key) ?? nearestMethod(node, key)
    : node.describe(near);
  const replacedBy = findReplacement(node, key);
  return new MissingKeyError(node.describe(key), { suggestion, keys, replacedBy });
}

/** The file that was loaded in the place of a config that had the key. */
function findReplacement(node: Node, key: string): string | undefined {
  const path = [...node.path(), key];
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) {
    const below = path.slice(at.path().length);
    const origin = at.origins?.find(({ replaced }) => holds(replaced, below));
    if (origin !== undefined) return origin.file;
  }
  return undefined;
}

function holds(data: unknown, path: readonly PathKey[]): boolean {
  let value = data;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<PathKey, unknown>)[key];
  }
  return true;
}

/** The path of the same key in another mapping of the config, the one nearest to the root. */
function findElsewhere(node: Node, key: string): string | undefined {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  const queue = [root];
  for (const found of queue) {
    if (!Array.isArray(found.target) && Object.hasOwn(found.target, key)) {
      return found.describe(key);
    }
    for (const child of found.children()) {
      if (queue.length === MAX_SEARCHED_NODES) break;
      queue.push(child);
    }
  }
  return undefined;
}

/** The call of a method that has nearly that name. */
function nearestMethod(node: Node, key: string): string | undefined {
  if (key.length < MIN_METHOD_LENGTH) return undefined;
  const names: string[] = [];
  let prototype = node.prototype;
  while (prototype !== Object.prototype && prototype !== null) {
    names.push(...Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor"));
    prototype = Object.getPrototypeOf(prototype);
  }
  const near = nearestName(key, names.filter((name) => !Object.hasOwn(node.target, name)));
  return near === undefined ? undefined : `${node.describe(near)}()`;
}

/** A key that has to be there and is not. */
export interface MissingKey {
  /** Its dotted path. */
  path: string;
  /** The nearest path that exists, where one is near. */
  suggestion: string | undefined;
}

/**
 * Keys that a config has to have and lacks, all of them at once.
 *
 * @example Usage
 * ```ts
 * import { ADict, MissingKeysError } from "@ato/core/adict";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const root = await Deno.makeTempDir();
 * await new ADict({ model: { backbone: "vit" } }).dump(`${root}/config.yaml`);
 * const error = await assertRejects(
 *   () => ADict.composeHierarchy({ root, required: ["model.bakcbone", "data.path"] }),
 *   MissingKeysError,
 * );
 * assertEquals(error.keys, [
 *   { path: "model.bakcbone", suggestion: "model.backbone" },
 *   { path: "data.path", suggestion: undefined },
 * ]);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export class MissingKeysError extends ReferenceError {
  /** What is missing, in the order in which it was asked for. */
  readonly keys: readonly MissingKey[];
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for what was being done with which config, such as `compose "configs"`. */
  constructor(action: string, keys: readonly MissingKey[]) {
    const state = keys.length === 1 ? "a required key is" : `${keys.length} required keys are`;
    const lines = keys.map(({ path, suggestion }) =>
      `\n  ${path}${suggestion === undefined ? "" : `, did you mean "${suggestion}"?`}`
    );
    super(`Cannot ${action}: ${state} missing${lines.join("")}`);
    watchMistake(this);
    this.name = "MissingKeysError";
    this.keys = keys;
  }
}
