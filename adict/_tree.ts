import { nearestName } from "./nearest_name.ts";
import { NODE, Node, nodeOf, toPlain, type Tree } from "./_node.ts";
import { MissingKeyError } from "./missing_key_error.ts";
import { formatPath, type PathKey } from "./format_path.ts";

/** A mapping whose own keys are data. */
export type Data = Record<string, unknown>;

const MAX_DEPTH = 1000;

/** Names that runtimes, consoles and assertion libraries look up on any object. */
const PROBED_NAMES: ReadonlySet<string> = new Set([
  "then",
  "toJSON",
  "__proto__",
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

/** Whether the value is an object literal, or what a parser makes of one. */
export function isPlainObject(value: unknown): value is Data {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The bookkeeping of a mapping, and the handler of its proxy. */
export class DictNode extends Node implements ProxyHandler<Data> {
  /** The data. */
  readonly target: Data;
  readonly proxy: Data;
  /** The own keys that were read. */
  reads: Set<string> | undefined = undefined;
  /** Makes the value of a missing key. */
  fallback: (() => unknown) | undefined = undefined;
  #phantoms: Map<string, Node> | undefined = undefined;

  constructor(prototype: object, tree: Tree = { watcher: undefined }) {
    super(tree);
    this.target = Object.create(prototype);
    this.proxy = new Proxy(this.target, this);
  }

  get prototype(): object {
    return Object.getPrototypeOf(this.target);
  }

  *children(): Iterable<Node> {
    for (const key of Object.keys(this.target)) {
      const node = nodeOf(this.target[key]);
      if (node !== undefined) yield node;
    }
  }

  protected stepTo(child: Node): PathKey {
    return child.key;
  }

  protected adoptPhantom(child: Node): void {
    this.#phantoms?.delete(child.key);
    this.target[child.key] = child.proxy;
  }

  toPlain(): Data {
    const plain: Data = {};
    for (const key of Object.keys(this.target)) plain[key] = toPlain(this.target[key]);
    return plain;
  }

  get(target: Data, key: string | symbol, receiver: unknown): unknown {
    if (typeof key === "symbol") return key === NODE ? this : Reflect.get(target, key, receiver);
    if (!Object.hasOwn(target, key)) return this.#getAbsent(key, receiver);
    const watcher = this.tree.watcher;
    if (watcher === undefined) (this.reads ??= new Set()).add(key);
    else watcher.onRead?.([...this.path(), key]);
    return target[key];
  }

  set(target: Data, key: string | symbol, value: unknown, receiver: unknown): boolean {
    if (receiver !== this.proxy) return Reflect.set(target, key, value, receiver);
    this.put(key, value);
    this.emit("set", key as string, target[key as string]);
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

  setPrototypeOf(): boolean {
    throw new TypeError("Cannot set the prototype of a config: it is fixed");
  }

  preventExtensions(): boolean {
    throw new TypeError("Cannot freeze a config with Object.freeze(): use config.freeze()");
  }

  /** Writes a key without telling the watcher. */
  put(key: string | symbol, value: unknown, depth = 0): void {
    if (typeof key === "symbol") {
      throw new TypeError(`Cannot set ${String(key)}: it is a symbol, expected a string`);
    }
    if (key === "__proto__") {
      throw new TypeError(
        `Cannot set "${this.describe(key)}": the name is reserved, expected any other`,
      );
    }
    this.prepareWrite("set", key);
    const converted = convert(value, { parent: this, key, depth });
    if (converted === this.target[key]) {
      this.target[key] = converted;
      return;
    }
    nodeOf(this.target[key])?.detach();
    this.#phantoms?.delete(key);
    this.target[key] = converted;
  }

  /** Removes a key without telling the watcher. */
  remove(key: string): void {
    this.prepareWrite("delete", key);
    nodeOf(this.target[key])?.detach();
    delete this.target[key];
  }

  #getAbsent(key: string, receiver: unknown): unknown {
    if (key in this.target || PROBED_NAMES.has(key)) {
      return Reflect.get(this.target, key, receiver);
    }
    if (this.fallback === undefined || this.frozen) throw this.missing(key);
    const phantom = this.#phantoms?.get(key);
    if (phantom !== undefined) return phantom.proxy;
    const value = convert(this.fallback(), { parent: this, key, depth: 0 });
    const node = nodeOf(value);
    if (node === undefined) return value;
    node.phantom = true;
    (this.#phantoms ??= new Map()).set(key, node);
    return value;
  }

  /** The error for a key that is not there. */
  missing(key: string): MissingKeyError {
    const keys = Object.keys(this.target);
    const near = nearestName(key, keys);
    const suggestion = near === undefined ? undefined : this.describe(near);
    return new MissingKeyError(this.describe(key), { suggestion, keys });
  }
}

/** The bookkeeping of a list, and the handler of its proxy. */
export class ArrayNode extends Node implements ProxyHandler<unknown[]> {
  /** The data. */
  readonly target: unknown[] = [];
  readonly proxy: unknown[];
  readonly #prototype: object;

  constructor(prototype: object, tree: Tree) {
    super(tree);
    this.#prototype = prototype;
    this.proxy = new Proxy(this.target, this);
  }

  get prototype(): object {
    return this.#prototype;
  }

  *children(): Iterable<Node> {
    for (const value of this.target) {
      const node = nodeOf(value);
      if (node !== undefined) yield node;
    }
  }

  protected stepTo(child: Node): PathKey {
    const index = this.target.indexOf(child.proxy);
    // An element that is being made stands in no list yet: it will be the last.
    return index === -1 ? this.target.length : index;
  }

  protected adoptPhantom(): void {
    throw new TypeError("Cannot adopt an element: lists have no missing keys");
  }

  toPlain(): unknown[] {
    return this.target.map(toPlain);
  }

  get(target: unknown[], key: string | symbol): unknown {
    return key === NODE ? this : Reflect.get(target, key);
  }

  set(target: unknown[], key: string | symbol, value: unknown): boolean {
    if (key === "length") return this.#setLength(Number(value));
    const index = typeof key === "string" ? Number(key) : NaN;
    if (!Number.isInteger(index) || index < 0) {
      throw new TypeError(
        `Cannot set "${formatPath(this.path())}" at ${String(key)}: expected an index`,
      );
    }
    this.prepareWrite("set", index);
    const previous = target[index];
    target[index] = convert(value, { parent: this, key: "", depth: 0 });
    this.#release(previous);
    this.emit("set", index, target[index]);
    return true;
  }

  deleteProperty(target: unknown[], key: string | symbol): boolean {
    if (typeof key === "symbol" || !Object.hasOwn(target, key)) return true;
    this.prepareWrite("delete", Number(key));
    const previous = target[Number(key)];
    delete target[Number(key)];
    this.#release(previous);
    this.emit("delete", Number(key), undefined);
    return true;
  }

  defineProperty(target: unknown[], key: string | symbol, { value }: PropertyDescriptor): boolean {
    return this.set(target, key, value);
  }

  preventExtensions(): boolean {
    throw new TypeError("Cannot freeze a list with Object.freeze(): use config.freeze()");
  }

  #setLength(length: number): boolean {
    if (length === this.target.length) return true;
    this.prepareWrite("cut", length);
    const removed = this.target.slice(length);
    this.target.length = length;
    removed.forEach((value) => this.#release(value));
    this.emit("length", undefined, length);
    return true;
  }

  /** While a list is sorted or shifted, an element stands at two places for a moment. */
  #release(value: unknown): void {
    const node = nodeOf(value);
    if (node !== undefined && !this.target.includes(value)) node.detach();
  }
}

/** The node whose prototype new mappings get: any of a config has it. */
function prototypeOf(node: Node): object {
  return (node as DictNode | ArrayNode).prototype;
}

/** Where a converted value will stand. */
interface Place {
  parent: Node;
  key: string;
  depth: number;
}

/** Turns plain objects and lists into nodes at a place; other values are kept as they are. */
export function convert(value: unknown, place: Place): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { parent, key, depth } = place;
  if (depth > MAX_DEPTH) {
    throw new RangeError(
      `Cannot set "${key}": nested deeper than ${MAX_DEPTH} levels, or containing itself`,
    );
  }
  const existing = nodeOf(value);
  if (existing !== undefined) return move(existing, place);
  if (Array.isArray(value)) {
    const node = new ArrayNode(prototypeOf(parent), parent.tree);
    link(node, place);
    for (let i = 0; i < value.length; i++) {
      node.target.push(convert(value[i], { parent: node, key: "", depth: depth + 1 }));
    }
    return node.proxy;
  }
  if (!isPlainObject(value)) return value;
  const node = new DictNode(prototypeOf(parent), parent.tree);
  link(node, place);
  for (const name of Object.keys(value)) node.put(name, value[name], depth + 1);
  return node.proxy;
}

function link(node: Node, { parent, key }: Place): void {
  node.parent = parent;
  node.key = key;
}

/**
 * A root enters the tree as it is; a node that has a place elsewhere keeps it and sends a copy.
 * Within one list elements move freely, as sorting needs.
 */
function move(node: Node, place: Place): unknown {
  const { parent, key } = place;
  const stays = node.parent === parent && !node.phantom &&
    (parent instanceof ArrayNode || node.key === key);
  if (stays) return node.proxy;
  if (node.parent !== undefined || node.frozen || node.contains(parent)) {
    return convert(node.toPlain(), place);
  }
  link(node, place);
  node.enterTree(parent.tree);
  return node.proxy;
}
