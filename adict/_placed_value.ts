import type { PathKey } from "./format_path.ts";

/** A value of a text, and where it stands. */
export interface PlacedValue {
  /** The offset of the key; of an element of a list, the element; of the whole text, 0. */
  readonly offset: number;
  /** What is written there, where that is a scalar without quotes and the format needs it. */
  readonly source?: string;
  /** The member or element of this value; undefined where it has no such one. */
  child(key: PathKey): PlacedValue | undefined;
}

/** A placed value whose members and elements are added one by one. */
export class PlaceNode implements PlacedValue {
  offset: number;
  source?: string;
  readonly #children: Map<PathKey, PlaceNode> = new Map();

  constructor(offset: number) {
    this.offset = offset;
  }

  child(key: PathKey): PlaceNode | undefined {
    return this.#children.get(key);
  }

  /** The first value with that key, at any depth. */
  find(key: PathKey): PlaceNode | undefined {
    for (const [name, child] of this.#children) {
      const found = name === key ? child : child.find(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Adds a member or element, in the place of an older one. */
  add(key: PathKey, offset: number): PlaceNode {
    const child = new PlaceNode(offset);
    this.#children.set(key, child);
    return child;
  }

  /** The member or element that is there, or a new one. */
  reach(key: PathKey, offset: number): PlaceNode {
    return this.#children.get(key) ?? this.add(key, offset);
  }
}
