import { ByteWriter, startSha256 } from "./_byte_writer.ts";
import { writeContent, writeValue } from "./_value_encoding.ts";

const DIGEST_LENGTH = 32;

/** Stands in front of the digest of an object inside another one. */
const DIGEST_TAG = "R";
/** Stands in front of the number of an object that leads into a circle. */
const NUMBER_TAG = "C";

/** The content of an object, with a slot for each object in it. */
interface ValueNode {
  readonly bytes: Uint8Array;
  readonly slots: readonly number[];
  /** The object in each slot. */
  readonly children: readonly number[];
}

/** The objects that can be reached from a value. Without recursion: they may be nested deeply. */
class ValueGraph {
  readonly #writer = new ByteWriter();
  readonly #ids = new Map<object, number>();
  readonly #objects: object[] = [];
  readonly #nodes: (ValueNode | undefined)[] = [];
  /** Those that do not lead into a circle. */
  readonly #digests: (Uint8Array | undefined)[] = [];

  constructor(root: object) {
    this.#idOf(root);
    for (let id = 0; id < this.#objects.length; id++) this.#read(id);
    if (this.#digests[0] === undefined) this.#digestTrees();
  }

  /** SHA-256 of the root, hexadecimal. */
  hash(): string {
    const digest = this.#digests[0];
    return digest === undefined ? this.#hashCircle() : hexOf(digest);
  }

  #idOf(object: object): number {
    const known = this.#ids.get(object);
    if (known !== undefined) return known;
    const id = this.#objects.push(object) - 1;
    this.#ids.set(object, id);
    return id;
  }

  #read(id: number): void {
    const writer = this.#writer;
    const slots: number[] = [];
    const children: number[] = [];
    writer.clear();
    writeContent(this.#objects[id]!, writer, (child) => {
      slots.push(writer.length);
      children.push(this.#idOf(child));
      writer.tag(DIGEST_TAG);
      writer.skip(DIGEST_LENGTH);
    });
    if (slots.length === 0) this.#digests[id] = digestOf(writer.bytes);
    else this.#nodes[id] = { bytes: writer.bytes.slice(), slots, children };
  }

  /** From the leaves to the root; whatever leads into a circle is never reached. */
  #digestTrees(): void {
    const parents = this.#objects.map((): number[] => []);
    const missing = new Uint32Array(this.#objects.length);
    for (const [id, node] of this.#nodes.entries()) {
      for (const child of node?.children ?? []) parents[child]!.push(id);
      missing[id] = node?.children.length ?? 0;
    }
    const ready = [...this.#digests.keys()].filter((id) => this.#digests[id] !== undefined);
    for (let child = ready.pop(); child !== undefined; child = ready.pop()) {
      for (const parent of parents[child]!) {
        missing[parent]! -= 1;
        if (missing[parent] !== 0) continue;
        this.#digests[parent] = digestOf(this.#fill(this.#nodes[parent]!));
        ready.push(parent);
      }
    }
  }

  /** Puts digests into the slots; objects that lead into a circle become their number. */
  #fill({ bytes, slots, children }: ValueNode, numberOf?: (child: number) => number): Uint8Array {
    const view = new DataView(bytes.buffer);
    for (const [index, slot] of slots.entries()) {
      const child = children[index]!;
      const digest = this.#digests[child];
      if (digest !== undefined) {
        bytes.set(digest, slot + 1);
      } else {
        bytes[slot] = NUMBER_TAG.charCodeAt(0);
        view.setFloat64(slot + 1, numberOf?.(child) ?? 0);
      }
    }
    return bytes;
  }

  /**
   * Objects in circles are the same if nothing that can be read from one, however far it is
   * followed, differs from the other (they are bisimilar). One of each kind is kept; they are
   * numbered as they are met on the way from the root.
   */
  #hashCircle(): string {
    const ids = [...this.#objects.keys()].filter((id) => this.#digests[id] === undefined);
    const indexOf = new Map(ids.map((id, index) => [id, index]));
    const nodes = ids.map((id) => this.#nodes[id]!);
    const classOf = refinePartition(
      nodes.map((node) => hexOf(digestOf(this.#fill(node)))),
      nodes.map(({ children }) =>
        children.map((child) => indexOf.get(child)).filter((index) => index !== undefined)
      ),
    );
    const met: ValueNode[] = [nodes[0]!];
    const numbers = new Map([[classOf[0]!, 0]]);
    function numberOf(child: number): number {
      const index = indexOf.get(child)!;
      const kind = classOf[index]!;
      const number = numbers.get(kind) ?? met.push(nodes[index]!) - 1;
      numbers.set(kind, number);
      return number;
    }
    const hash = startSha256().update("circle");
    // The list grows on the way.
    for (const node of met) hash.update(digestOf(this.#fill(node, numberOf)));
    return hash.digest("hex");
  }
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return startSha256().update(bytes).digest();
}

function hexOf(digest: Uint8Array): string {
  return digest.toHex();
}

function hashPrimitive(value: unknown): string {
  const writer = new ByteWriter();
  writeValue(value, writer, () => {});
  return hexOf(digestOf(writer.bytes));
}

/**
 * The SHA-256, hexadecimal, of any value: equal for values that hold the same, however they share or
 * copy it, and different for any others. What holds the same is said at `writeContent`.
 */
export function hashValue(value: unknown): string {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject ? new ValueGraph(value).hash() : hashPrimitive(value);
}

/** The classes of nodes that are alike, split until all members of each lead to the same classes. */
class Partition {
  readonly classOf: Int32Array;
  readonly #children: readonly (readonly number[])[];
  readonly #parents: number[][];
  readonly #members: Set<number>[] = [];
  /** In each class the nodes of which a child has changed its class. */
  readonly #dirty: Set<number>[] = [];
  readonly #queue: number[] = [];

  constructor(labels: readonly string[], children: readonly (readonly number[])[]) {
    this.#children = children;
    this.#parents = labels.map(() => []);
    for (const [node, targets] of children.entries()) {
      for (const target of new Set(targets)) this.#parents[target]!.push(node);
    }
    this.classOf = new Int32Array(labels.length);
    for (const nodes of Map.groupBy(labels.keys(), (node) => labels[node]!).values()) {
      const number = this.#add(nodes);
      this.#dirty[number] = new Set(nodes);
      this.#queue.push(number);
    }
  }

  refine(): void {
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      this.#split(next);
    }
  }

  #add(nodes: readonly number[]): number {
    const number = this.#members.push(new Set(nodes)) - 1;
    this.#dirty.push(new Set());
    for (const node of nodes) this.classOf[node] = number;
    return number;
  }

  #signature(node: number): string {
    return this.#children[node]!.map((child) => this.classOf[child]).join();
  }

  /**
   * The largest part keeps the number of the class, so that a node is moved, and its parents looked
   * at again, at most log2(n) times (Hopcroft, "An n log n algorithm for minimizing states in a
   * finite automaton", 1971).
   */
  #split(number: number): void {
    const members = this.#members[number]!;
    const dirty = this.#dirty[number]!;
    this.#dirty[number] = new Set();
    if (members.size === 1 || dirty.size === 0) return;
    const parts = Map.groupBy(dirty, (node) => this.#signature(node));
    const clean = members.size - dirty.size;
    let cleanPart: number[] | undefined;
    if (clean > 0) {
      const signature = this.#signature(firstOutside(members, dirty));
      cleanPart = parts.get(signature) ?? [];
      parts.set(signature, cleanPart);
    }
    if (parts.size === 1) return;
    const sizeOf = (part: number[]) => part.length + (part === cleanPart ? clean : 0);
    const largest = [...parts.values()].reduce((a, b) => sizeOf(b) > sizeOf(a) ? b : a);
    const moved: number[] = [];
    for (const part of parts.values()) {
      if (part === largest) continue;
      const all = part === cleanPart ? part.concat(outside(members, dirty)) : part;
      this.#add(all);
      for (const node of all) moved.push(node);
    }
    for (const node of moved) members.delete(node);
    for (const node of moved) this.#markParents(node);
  }

  #markParents(node: number): void {
    for (const parent of this.#parents[node]!) {
      const number = this.classOf[parent]!;
      const dirty = this.#dirty[number]!;
      if (dirty.size === 0) this.#queue.push(number);
      dirty.add(parent);
    }
  }
}

function outside(nodes: ReadonlySet<number>, excluded: ReadonlySet<number>): number[] {
  return [...nodes].filter((node) => !excluded.has(node));
}

function firstOutside(nodes: ReadonlySet<number>, excluded: ReadonlySet<number>): number {
  for (const node of nodes) if (!excluded.has(node)) return node;
  throw new RangeError("Cannot find a node outside: there is none, expected one");
}

/**
 * Puts nodes of a graph into one class if they have one label, and the children of each are, in
 * order, of the same classes as those of the other.
 *
 * @param labels The label of every node.
 * @param children The nodes that every node leads to.
 * @returns The number of the class of every node.
 */
function refinePartition(
  labels: readonly string[],
  children: readonly (readonly number[])[],
): Int32Array {
  const partition = new Partition(labels, children);
  partition.refine();
  return partition.classOf;
}
