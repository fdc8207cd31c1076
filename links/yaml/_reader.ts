import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { COLLECTION_TAGS, PAIRS_TAG, SCALAR_TAGS, TEXT_TAGS } from "./_schema.ts";
import type { Source } from "./_source.ts";

type Mapping = Record<string, unknown>;

interface MappingState {
  readonly mapping: Mapping;
  /** Keys that came by a merge: what the mapping says itself replaces them. */
  readonly merged: Set<string>;
}

/** Defines and never assigns: "__proto__" is a key like any other. */
function define(mapping: Mapping, key: string, value: unknown): void {
  Object.defineProperty(mapping, key, {
    configurable: true,
    enumerable: true,
    value,
    writable: true,
  });
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date) && !(value instanceof Uint8Array);
}

function isMergeKey(node: unknown): boolean {
  return isScalar(node) && node.type === "PLAIN" && !node.tag && node.value === "<<";
}

/** Keys are strings: an array's is its elements, joined. */
function toKey(value: unknown): string {
  if (Array.isArray(value)) return String(value.map(toKey));
  return isMapping(value) ? "[object Object]" : String(value);
}

function offsetOf(node: unknown): number {
  return isScalar(node) || isCollection(node) || isAlias(node) ? node.range?.[0] ?? 0 : 0;
}

/** Turns the nodes of one document into values; an alias gives the very value of its anchor. */
export class Reader {
  readonly #anchors = new Map<string, unknown>();
  readonly #source: Source;
  readonly #allowDuplicateKeys: boolean;

  constructor(source: Source, options: { allowDuplicateKeys: boolean }) {
    this.#source = source;
    this.#allowDuplicateKeys = options.allowDuplicateKeys;
  }

  /** Reads a node; where there is none, null. */
  read(node: Node | null): unknown {
    if (node === null) return null;
    if (isAlias(node)) {
      if (this.#anchors.has(node.source)) return this.#anchors.get(node.source);
      throw this.#source.createError(
        `Cannot read alias: no anchor "${node.source}"`,
        offsetOf(node),
      );
    }
    if (isScalar(node)) return this.#remember(node, this.#readScalar(node));
    if (!isCollection(node)) return null;
    const isMappingNode = isMap(node);
    this.#checkTag(node, COLLECTION_TAGS[isMappingNode ? "map" : "seq"] ?? []);
    return isMappingNode ? this.#readMapping(node as YAMLMap) : this.#readSequence(node as YAMLSeq);
  }

  #remember<T>(node: Scalar | YAMLMap | YAMLSeq, value: T): T {
    if (node.anchor) this.#anchors.set(node.anchor, value);
    return value;
  }

  #checkTag(node: Node, known: readonly string[]): void {
    if (!node.tag || node.tag === "!" || known.includes(node.tag)) return;
    throw this.#source.createError(`Cannot read node: unknown tag "${node.tag}"`, offsetOf(node));
  }

  #readScalar(node: Scalar): unknown {
    if (!node.tag) return node.value;
    const text = node.source ?? "";
    if (TEXT_TAGS.includes(node.tag)) return text;
    this.#checkTag(node, SCALAR_TAGS.map(({ tag }) => tag));
    const tag = SCALAR_TAGS.find(({ tag, test }) => tag === node.tag && test?.test(text));
    try {
      if (tag?.resolve) return tag.resolve(text, () => {}, {});
    } catch (cause) {
      if (!(cause instanceof DOMException)) throw cause;
    }
    throw this.#source.createError(
      `Cannot read "${text}" as "${node.tag}"`,
      offsetOf(node),
    );
  }

  #readSequence(node: YAMLSeq): unknown[] {
    const sequence: unknown[] = this.#remember(node, []);
    for (const item of node.items) sequence.push(this.#readItem(item));
    if (node.tag !== PAIRS_TAG) return sequence;
    return this.#remember(node, sequence.flatMap((item) => Object.entries(item as Mapping)));
  }

  /** In a flow sequence `a: 1` is a mapping of one key. */
  #readItem(item: unknown): unknown {
    if (!isPair(item)) return this.read(item as Node | null);
    const state = { mapping: {}, merged: new Set<string>() };
    this.#addPair(state, item as Pair<Node, Node>);
    return state.mapping;
  }

  #readMapping(node: YAMLMap): Mapping {
    const state = { mapping: this.#remember(node, {}), merged: new Set<string>() };
    for (const pair of node.items) this.#addPair(state, pair as Pair<Node, Node>);
    return state.mapping;
  }

  #addPair(state: MappingState, pair: Pair<Node, Node>): void {
    const { mapping, merged } = state;
    const key = toKey(this.read(pair.key));
    const value = this.read(pair.value);
    if (isMergeKey(pair.key)) {
      this.#merge(state, value, offsetOf(pair.key));
      return;
    }
    if (!this.#allowDuplicateKeys && !merged.has(key) && Object.hasOwn(mapping, key)) {
      throw this.#source.createError(
        `Cannot read mapping: duplicated key "${key}"`,
        offsetOf(pair.key),
      );
    }
    define(mapping, key, value);
    merged.delete(key);
  }

  /** Of several sources the first one that has a key gives its value. */
  #merge(state: MappingState, value: unknown, offset: number): void {
    for (const source of Array.isArray(value) ? value : [value]) {
      if (!isMapping(source)) {
        throw this.#source.createError(
          "Cannot merge into mapping: the source is no mapping",
          offset,
        );
      }
      for (const [key, entry] of Object.entries(source)) {
        if (Object.hasOwn(state.mapping, key)) continue;
        define(state.mapping, key, entry);
        state.merged.add(key);
      }
    }
  }
}
