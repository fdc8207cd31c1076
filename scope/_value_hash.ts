import { ByteWriter, startSha256 } from "./_byte_writer.ts";
import { refinePartition } from "./_partition.ts";
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
