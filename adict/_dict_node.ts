import { checkKey, type Data, depthError, isPlainObject, MAX_DEPTH } from "./_data.ts";
import { ListNode } from "./_list_node.ts";
import { type CopyLeaf, NODE, Node, nodeOf, type Place, toPlain, type Tree } from "./_node.ts";
import { describeOrigins, findOrigins, type OriginsOf } from "./_origins.ts";
import { missingKeyError } from "./access_errors.ts";
import type { PathKey } from "./dotted_path.ts";

/** Names that runtimes, consoles and assertion libraries look up on any object. */
const PROBED_NAMES: ReadonlySet<string> = new Set([
  "then",
  "toJSON",
  "inspect",
  "nodeType",
  "tagName",
  "asymmetricMatch",
  "toAsymmetricMatcher",
  "_isMockFunction",
  "$$typeof",
  "@@__IMMUTABLE_ITERABLE__@@",
  "@@__IMMUTABLE_RECORD__@@",
]);

/** Methods that hand the content on as it is: what becomes of it then, no config sees. */
const WHOLE_NAMES: ReadonlySet<string> = new Set(["toJSON", "toXyz", "dump", "clone", "diff"]);

/** What reading a missing key gives. */
export interface Fallback {
  /** Makes the value; undefined where the read throws whatever an outer mapping says. */
  readonly make: (() => unknown) | undefined;
  /** Whether it holds for the mappings below as well. */
  readonly deep: boolean;
}

/** The bookkeeping of a mapping, and the handler of its proxy. */
export class DictNode extends Node implements ProxyHandler<Data> {
  readonly target: Data;
  readonly proxy: Data;
  /** The own keys that were read. */
  reads: Set<string> | undefined = undefined;
  /** Whether user code has taken all of it by a method that reads no key; this library calls the prototype's. */
  isTaken = false;
  #fallback: Fallback | undefined = undefined;
  /** The nodes that stand for missing keys: reading one twice gives the same. */
  readonly #phantoms: Map<string, Node> = new Map();

  constructor(prototype: object, tree: Tree) {
    super(tree);
    this.target = Object.create(prototype);
    this.proxy = new Proxy(this.target, this);
  }

  get prototype(): object {
    return Object.getPrototypeOf(this.target);
  }

  /** What reading a missing key gives here. */
  get fallback(): Fallback | undefined {
    if (this.#fallback !== undefined) return this.#fallback;
    for (let node = this.parent; node !== undefined; node = node.parent) {
      if (node instanceof DictNode && node.#fallback?.deep) return node.#fallback;
    }
    return undefined;
  }

  set fallback(fallback: Fallback | undefined) {
    for (const key of this.#phantoms.keys()) this.#dropPhantom(key);
    this.#fallback = fallback;
  }

  protected stepTo(child: Node): PathKey {
    return child.key;
  }

  protected adoptPhantom(child: Node): void {
    this.#phantoms.delete(child.key);
    this.target[child.key] = child.proxy;
    if (child.tree !== this.tree) child.enterTree(this.tree);
  }

  toPlain(copyLeaf?: CopyLeaf): Data {
    const plain: Data = {};
    for (const key of Object.keys(this.target)) plain[key] = toPlain(this.target[key], copyLeaf);
    return plain;
  }

  get(target: Data, key: string | symbol, receiver: unknown): unknown {
    if (typeof key === "symbol") return key === NODE ? this : Reflect.get(target, key, receiver);
    if (!Object.hasOwn(target, key)) return this.#getAbsent(key, receiver);
    this.#noteRead(key);
    return target[key];
  }

  /** Whether a key is there is part of what it says: who asks has read it. */
  has(target: Data, key: string | symbol): boolean {
    if (typeof key === "string" && Object.hasOwn(target, key)) this.#noteRead(key);
    return key in target;
  }

  #noteTaken(): void {
    const watcher = this.tree.watcher;
    if (watcher === undefined) this.isTaken = true;
    else watcher.onTake?.(this.path());
  }

  #noteRead(key: string): void {
    const watcher = this.tree.watcher;
    if (watcher === undefined) (this.reads ??= new Set()).add(key);
    else watcher.onRead?.([...this.path(), key]);
  }

  set(target: Data, key: string | symbol, value: unknown, receiver: unknown): boolean {
    if (receiver !== this.proxy) return Reflect.set(target, key, value, receiver);
    if (typeof key === "symbol") {
      throw new TypeError(`Cannot set ${String(key)}: it is a symbol, expected a string`);
    }
    this.write(key, value);
    return true;
  }

  deleteProperty(target: Data, key: string | symbol): boolean {
    if (typeof key === "symbol" || !Object.hasOwn(target, key)) return true;
    this.remove(key);
    this.emit("delete", key, undefined);
    return true;
  }

  defineProperty(_target: Data, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    if ("value" in descriptor) return this.set(this.target, key, descriptor.value, this.proxy);
    throw new TypeError(`Cannot define "${String(key)}": it is an accessor, expected a value`);
  }

  /** Writes a key, and tells the watcher what is known of where the value comes from. */
  write(key: string, value: unknown, origins: OriginsOf | undefined = findOrigins(value)): void {
    this.put(key, value);
    const written = this.target[key];
    const details = origins && this.tree.watcher && describeOrigins(origins, toPlain(written));
    this.emit("set", key, written, details);
  }

  /** Writes a key without telling the watcher. */
  put(key: string, value: unknown, depth?: number): void {
    checkKey(key, () => this.describe(key));
    this.prepareWrite("set", key);
    const previous = Object.hasOwn(this.target, key) ? this.target[key] : undefined;
    const place = { parent: this, key };
    const converted = this.tree.convert(value, depth === undefined ? place : { ...place, depth });
    this.target[key] = converted;
    if (converted !== previous) nodeOf(previous)?.detach();
    if (this.#phantoms.size > 0) this.#dropPhantom(key);
  }

  /** Removes a key without telling the watcher. */
  remove(key: string): void {
    this.prepareWrite("delete", key);
    nodeOf(this.target[key])?.detach();
    delete this.target[key];
  }

  #getAbsent(key: string, receiver: unknown): unknown {
    // Where runtimes have it, it would hand out the prototype, for anyone to write into.
    if (key === "__proto__") return undefined;
    if (key in this.target || PROBED_NAMES.has(key)) {
      if (WHOLE_NAMES.has(key)) this.#noteTaken();
      return Reflect.get(this.target, key, receiver);
    }
    const make = this.isLocked() ? undefined : this.fallback?.make;
    if (make === undefined) throw missingKeyError(this, key);
    return this.#phantoms.get(key)?.proxy ?? this.#makePhantom(key, make());
  }

  #makePhantom(key: string, value: unknown): unknown {
    // A copy: what was given has its own life, and the phantom may never enter the data.
    const converted = this.tree.convert(toPlain(value), { parent: this, key });
    const node = nodeOf(converted);
    if (node === undefined) return converted;
    node.phantom = true;
    this.#phantoms.set(key, node);
    return converted;
  }

  #dropPhantom(key: string): void {
    this.#phantoms.get(key)?.detach();
    this.#phantoms.delete(key);
  }
}

/** A root with the given content. */
export function makeRoot(prototype: object, entries: Iterable<[string, unknown]> = []): DictNode {
  const root = new DictNode(prototype, { watcher: undefined, convert });
  for (const [key, value] of entries) root.put(key, value);
  return root;
}

/** Turns plain objects and lists into nodes at a place; other values are kept as they are. */
function convert(value: unknown, place: Place): unknown {
  if (typeof value !== "object" || value === null) return value;
  const existing = nodeOf(value);
  if (existing !== undefined) return move(existing, place);
  if (Array.isArray(value)) return convertList(value, place);
  return isPlainObject(value) ? convertMapping(value, place) : value;
}

function convertList(list: readonly unknown[], place: Place): unknown {
  const depth = depthAt(place);
  const node = link(new ListNode(place.parent.prototype, place.parent.tree), place);
  list.forEach((value, index) => {
    node.target[index] = convert(value, { parent: node, key: "", depth });
  });
  // Where the list ends with holes.
  node.target.length = list.length;
  return node.proxy;
}

function convertMapping(data: Data, place: Place): unknown {
  const depth = depthAt(place);
  const node = link(new DictNode(place.parent.prototype, place.parent.tree), place);
  for (const key of Object.keys(data)) node.put(key, data[key], depth);
  return node.proxy;
}

/** How many nodes there are from the root to one made at a place. */
function depthAt({ parent, key, depth = parent.depth() }: Place): number {
  if (depth >= MAX_DEPTH) throw depthError(`set "${key}"`);
  return depth + 1;
}

function link<N extends Node>(node: N, { parent, key }: Place): N {
  node.parent = parent;
  node.key = key;
  return node;
}

/** A root enters the tree as it is; a node that has a place elsewhere keeps it and sends a copy. */
function move(node: Node, place: Place): unknown {
  const { parent, key, depth = parent.depth() } = place;
  const isThere = node.parent === parent && !node.phantom && parent instanceof DictNode &&
    node.key === key;
  if (isThere) return node.proxy;
  // A root that somebody follows has to stay one.
  const hasPlace = node.parent !== undefined || node.tree.watcher !== undefined;
  if (hasPlace || node.frozen || node.contains(parent)) return convert(node.toPlain(), place);
  if (depth + node.height() > MAX_DEPTH) throw depthError(`set "${key}"`);
  link(node, place).enterTree(parent.tree);
  return node.proxy;
}
