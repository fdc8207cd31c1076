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
export function refinePartition(
  labels: readonly string[],
  children: readonly (readonly number[])[],
): Int32Array {
  const partition = new Partition(labels, children);
  partition.refine();
  return partition.classOf;
}
