import { type CopyLeaf, NODE, Node, nodeOf, toPlain, type Tree } from "./_node.ts";
import { formatPath, type PathKey } from "./dotted_path.ts";

type Method = (...args: unknown[]) => unknown;

/** The largest index that an array has. */
const MAX_INDEX = 2 ** 32 - 2;

/** The methods that change elements, each of which is one write to whoever follows the config. */
const CHANGING: ReadonlyMap<string | symbol, Method> = new Map(
  (["fill", "pop", "push"] as const).map((name) => [
    name,
    asChange(Array.prototype[name] as Method),
  ]),
);

/** Those during which an element may stand at two places. */
const REARRANGING: ReadonlyMap<string | symbol, Method> = new Map(
  (["copyWithin", "reverse", "shift", "sort", "splice", "unshift"] as const).map((name) => [
    name,
    asChange(Array.prototype[name] as Method, { rearranges: true }),
  ]),
);

function asChange(method: Method, { rearranges = false }: { rearranges?: boolean } = {}): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const node = nodeOf(this);
    if (!(node instanceof ListNode)) return Reflect.apply(method, this, args);
    const work = () => Reflect.apply(method, this, args);
    return node.changeAtOnce(rearranges ? () => node.rearrange(work) : work);
  };
}

/** Stands for an element that is not there. */
const HOLE = Symbol("hole");

/** What a method has met that is one write: the length, and the elements that it has changed. */
interface Change {
  readonly length: number;
  readonly replaced: Map<number, unknown>;
}

function indexOf(key: string | symbol): number | undefined {
  const index = typeof key === "string" ? Number(key) : NaN;
  const isIndex = Number.isInteger(index) && index >= 0 && index <= MAX_INDEX &&
    String(index) === key;
  return isIndex ? index : undefined;
}

/** The bookkeeping of a list, and the handler of its proxy. */
export class ListNode extends Node implements ProxyHandler<unknown[]> {
  readonly target: unknown[] = [];
  readonly proxy: unknown[];
  readonly prototype: object;
  /** The elements that gave up a place while the list is rearranged. */
  #displaced: Set<Node> | undefined = undefined;
  /** The change that is going on, of those that are one write. */
  #change: Change | undefined = undefined;

  constructor(prototype: object, tree: Tree) {
    super(tree);
    this.prototype = prototype;
    this.proxy = new Proxy(this.target, this);
  }

  protected stepTo(child: Node): PathKey {
    const index = this.target.indexOf(child.proxy);
    // An element that is being made stands in no list yet: it will be the last.
    return index === -1 ? this.target.length : index;
  }

  protected adoptPhantom(): void {
    throw new TypeError("Cannot adopt an element: lists have no missing keys");
  }

  toPlain(copyLeaf?: CopyLeaf): unknown[] {
    return this.target.map((value) => toPlain(value, copyLeaf));
  }

  get(target: unknown[], key: string | symbol, receiver: unknown): unknown {
    if (key === NODE) return this;
    if (Object.hasOwn(target, key)) return target[key as unknown as number];
    return REARRANGING.get(key) ?? CHANGING.get(key) ?? Reflect.get(target, key, receiver);
  }

  set(target: unknown[], key: string | symbol, value: unknown, receiver: unknown): boolean {
    if (receiver !== this.proxy) return Reflect.set(target, key, value, receiver);
    if (key === "length") return this.#setLength(value);
    const index = indexOf(key);
    if (index === undefined) {
      throw new TypeError(
        `Cannot set "${formatPath(this.path())}" at "${String(key)}": expected an index`,
      );
    }
    const previous = this.#at(index);
    this.put(index, value);
    this.#keep(index, previous);
    this.#tell("set", index, target[index]);
    return true;
  }

  deleteProperty(target: unknown[], key: string | symbol): boolean {
    const index = indexOf(key);
    if (index === undefined || !Object.hasOwn(target, index)) {
      return Reflect.deleteProperty(target, key);
    }
    this.prepareWrite("delete", index);
    const previous = target[index];
    this.#keep(index, previous);
    delete target[index];
    this.#release(previous);
    this.#tell("delete", index, undefined);
    return true;
  }

  defineProperty(target: unknown[], key: string | symbol, descriptor: PropertyDescriptor): boolean {
    if ("value" in descriptor) return this.set(target, key, descriptor.value, this.proxy);
    throw new TypeError(`Cannot define "${String(key)}": it is an accessor, expected a value`);
  }

  /** Writes an element without telling the watcher. */
  put(index: number, value: unknown): void {
    this.prepareWrite("set", index);
    const previous = this.target[index];
    const isMoved = this.#displaced !== undefined && nodeOf(value)?.parent === this;
    if (value === previous && Object.hasOwn(this.target, index)) return;
    this.target[index] = isMoved ? value : this.tree.convert(value, { parent: this, key: "" });
    this.#release(previous);
  }

  /** Does work in which elements move; they stay themselves, and none stays at two places. */
  rearrange<T>(work: () => T): T {
    if (this.#displaced !== undefined) return work();
    const displaced = this.#displaced = new Set();
    try {
      return work();
    } finally {
      this.#displaced = undefined;
      const present = new Set<Node>();
      this.target.forEach((value, index) => {
        const node = nodeOf(value);
        if (node !== undefined && present.has(node)) {
          this.target[index] = this.tree.convert(value, { parent: this, key: "" });
        } else if (node !== undefined) present.add(node);
      });
      for (const node of displaced) if (!present.has(node)) node.detach();
    }
  }

  /** Does work whose changes the watcher is told as one, also where it ends half way. */
  changeAtOnce<T>(work: () => T): T {
    if (this.#change !== undefined || this.tree.watcher?.onWrite === undefined) return work();
    const change = { length: this.target.length, replaced: new Map<number, unknown>() };
    this.#change = change;
    try {
      return work();
    } finally {
      this.#change = undefined;
      if (change.replaced.size > 0) this.#emitSplice(change);
    }
  }

  /** Remembers an element that changes. */
  #keep(index: number, previous: unknown): void {
    const replaced = this.#change?.replaced;
    if (replaced !== undefined && !replaced.has(index)) replaced.set(index, previous);
  }

  #at(index: number): unknown {
    return index in this.target ? this.target[index] : HOLE;
  }

  #tell(kind: "set" | "delete" | "length", index: number | undefined, value: unknown): void {
    if (this.#change === undefined) this.emit(kind, index, value);
  }

  /** Tells of the part in which the list differs from what it was. */
  #emitSplice({ length: before, replaced }: Change): void {
    const after = this.target.length;
    const shared = Math.min(before, after);
    const isKept = (index: number, now: number) =>
      Object.is(replaced.has(index) ? replaced.get(index) : this.#at(index), this.#at(now));
    let start = shared;
    for (const index of replaced.keys()) start = Math.min(start, index);
    while (start < shared && isKept(start, start)) start++;
    let end = 0;
    while (end < shared - start && isKept(before - 1 - end, after - 1 - end)) end++;
    const value = this.target.slice(start, after - end).map((item) => toPlain(item));
    this.emit("splice", undefined, value, { start, deleteCount: before - end - start });
  }

  #setLength(value: unknown): boolean {
    const length = Number(value);
    if (length === this.target.length) return true;
    this.prepareWrite("cut", length);
    const removed = this.target.slice(length);
    for (let index = length; index < this.target.length; index++) {
      this.#keep(index, this.#at(index));
    }
    this.target.length = length;
    for (const element of removed) this.#release(element);
    this.#tell("length", undefined, length);
    return true;
  }

  #release(value: unknown): void {
    const node = nodeOf(value);
    if (node === undefined) return;
    if (this.#displaced === undefined) node.detach();
    else this.#displaced.add(node);
  }
}
