import type { Data } from "./_data.ts";
import type { Origin } from "./_origins.ts";
import { FrozenConfigError } from "./access_errors.ts";
import { formatPath, type PathKey } from "./dotted_path.ts";
import type { ConfigWatcher, ConfigWrite } from "./types.ts";

/** Reaches the bookkeeping behind a proxy; never leaves this module. */
export const NODE: unique symbol = Symbol("ato.node");

/** Where a converted value will stand. */
export interface Place {
  /** The mapping or list that gets the value. */
  parent: Node;
  /** The key there; empty in a list. */
  key: string;
  /** How many mappings and lists the value is in, where the caller knows. */
  depth?: number;
}

/** Copies a leaf that is an object. */
export type CopyLeaf = (leaf: object) => unknown;

/** What is known of a write besides its value. */
export type WriteDetails = Pick<
  ConfigWrite,
  "start" | "deleteCount" | "file" | "fileOf" | "locate"
>;

/** What all nodes of one config share. */
export interface Tree {
  /** Whoever follows the reads and writes. */
  watcher: ConfigWatcher | undefined;
  /** Turns plain objects and lists into nodes at a place; other values are kept as they are. */
  readonly convert: (value: unknown, place: Place) => unknown;
}

/**
 * The bookkeeping of one mapping or list of a config, and at once the handler of its proxy. The
 * proxy's target holds the data as ordinary own properties, so that `in`, spread, `Object.keys` and
 * the console see a plain object and every invariant of proxies holds by itself.
 *
 * Invariant: nodes form a tree. A node that has a parent enters another place as a copy.
 */
export abstract class Node {
  /** The mapping or list that this one is in. */
  parent: Node | undefined = undefined;
  /** The key in the parent, where that is a mapping. */
  key = "";
  /** Shared by all nodes from the root down. */
  tree: Tree;
  /** Whether writes are refused. */
  frozen = false;
  /** Whether the node stands for a missing key and has not entered its parent's data yet. */
  phantom = false;
  /** Where the content was loaded from. */
  origins: readonly Origin[] | undefined = undefined;
  /** The data. */
  abstract readonly target: Data | unknown[];
  /** What user code sees. */
  abstract readonly proxy: object;
  /** The prototype that new mappings get. */
  abstract readonly prototype: object;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  /** The step from this node to a child. */
  protected abstract stepTo(child: Node): PathKey;

  /** Makes a phantom child part of the data. */
  protected abstract adoptPhantom(child: Node): void;

  /** A copy in plain objects and lists; leaves that are objects are shared, or copied as is said. */
  abstract toPlain(copyLeaf?: CopyLeaf): unknown;

  /** The nodes directly below. */
  *children(): Iterable<Node> {
    for (const value of Object.values(this.target)) {
      const node = nodeOf(value);
      if (node !== undefined) yield node;
    }
  }

  /** The steps from the root to this node. */
  path(): PathKey[] {
    if (this.parent === undefined) return [];
    const path = this.parent.path();
    path.push(this.phantom ? this.key : this.parent.stepTo(this));
    return path;
  }

  /** The dotted path of a key in this node. */
  describe(key: PathKey): string {
    return formatPath([...this.path(), key]);
  }

  /** The number of nodes from the root to this one. */
  depth(): number {
    return 1 + (this.parent?.depth() ?? 0);
  }

  /** The number of nodes on the longest way down from this one. */
  height(): number {
    let height = 0;
    for (const child of this.children()) height = Math.max(height, child.height());
    return height + 1;
  }

  /** Refuses a write while frozen, and gives a phantom its place in the data. */
  prepareWrite(action: string, key: PathKey): void {
    if (this.isLocked()) throw new FrozenConfigError(action, this.describe(key));
    const phantom = this.#phantomAround();
    if (phantom !== undefined) phantom.#materialise();
  }

  /** Whether writes are refused here, or where a phantom would enter. */
  isLocked(): boolean {
    return this.frozen || (this.#phantomAround()?.parent?.isLocked() ?? false);
  }

  /** This node, or the one around it, that has not entered its parent's data yet. */
  #phantomAround(): Node | undefined {
    // deno-lint-ignore no-this-alias -- the way up begins here
    let node: Node | undefined = this;
    while (node !== undefined && !node.phantom) node = node.parent;
    return node;
  }

  /** Enters the parent's data, as do all phantoms above. */
  #materialise(): void {
    const parent = this.parent!;
    parent.prepareWrite("set", this.key);
    this.phantom = false;
    parent.adoptPhantom(this);
    this.emit("set", undefined, this.proxy);
  }

  /** Tells the watcher of a write at a key, or of one of the whole node. */
  emit(
    kind: ConfigWrite["kind"],
    key: PathKey | undefined,
    value: unknown,
    details?: WriteDetails,
  ): void {
    const watcher = this.tree.watcher;
    if (watcher?.onWrite === undefined) return;
    const path = this.path();
    if (key !== undefined) path.push(key);
    watcher.onWrite({ kind, path, value: toPlain(value), ...details });
  }

  /** Whether this node lies on the way from the root to another. */
  contains(other: Node): boolean {
    for (let node: Node | undefined = other; node !== undefined; node = node.parent) {
      if (node === this) return true;
    }
    return false;
  }

  /** Moves the node, with all below, into another tree. */
  enterTree(tree: Tree): void {
    this.tree = tree;
    for (const child of this.children()) child.enterTree(tree);
  }

  /** Cuts the node loose; it is the root of its own tree from now on. */
  detach(): void {
    this.parent = undefined;
    this.phantom = false;
    this.enterTree({ ...this.tree, watcher: undefined });
  }

  /** Freezes or defrosts the node and all below. */
  setFrozen(frozen: boolean): void {
    this.frozen = frozen;
    for (const child of this.children()) child.setFrozen(frozen);
  }

  setPrototypeOf(): boolean {
    throw new TypeError("Cannot set the prototype of a config or list of one: it is fixed");
  }

  preventExtensions(): boolean {
    throw new TypeError(
      "Cannot freeze a config or list of one with Object.freeze(): use config.freeze()",
    );
  }
}

/** The node behind a value, where the value is a mapping or list of a config. */
export function nodeOf(value: unknown): Node | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [NODE]?: Node })[NODE];
}

/** The value with every mapping and list of a config turned into a plain one. */
export function toPlain(value: unknown, copyLeaf?: CopyLeaf): unknown {
  if (typeof value !== "object" || value === null) return value;
  const node = nodeOf(value);
  if (node !== undefined) return node.toPlain(copyLeaf);
  return copyLeaf === undefined ? value : copyLeaf(value);
}
