import { MAX_DEPTH } from "./_max_depth.ts";
import { TextFault } from "./_text_fault.ts";

/** A mapping or list that is being filled. */
type Container = Record<string, unknown> | unknown[];

/** A line of XYZ text that has been taken apart. */
export interface XyzItem {
  /** The key, or the index in a list. */
  readonly key: string | number;
  /** Spaces before the key. */
  readonly indent: number;
  /** The value; undefined where indented lines are to follow. */
  readonly value: unknown;
}

interface Block {
  readonly indent: number;
  readonly container: Container;
  /** The key or index of the item that was added last. */
  key: string | number;
}

/**
 * Builds the value of an XYZ text, line by line and without recursion.
 *
 * Invariant: the open blocks are indented ever deeper; an item without a value waits for the block
 * below it, which the next item opens.
 */
export class XyzBuilder {
  readonly #blocks: Block[] = [];
  #waiting: XyzItem | undefined;

  /** Whether the item before has no value yet. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** The value so far; an empty mapping if there were no items. */
  get result(): Container {
    return this.#blocks[0]?.container ?? {};
  }

  /** The steps to the item that was added last. */
  get path(): (string | number)[] {
    return this.#blocks.map(({ key }) => key);
  }

  /** Whether nothing waits, or an item indented so far gives it its value. */
  fits(indent: number): boolean {
    return this.#waiting === undefined || indent > this.#waiting.indent;
  }

  /**
   * Adds the item of the next line.
   *
   * @throws {TextFault} If the item does not fit behind those before.
   */
  add(item: XyzItem): void {
    const container = this.#enterBlock(item);
    if (Array.isArray(container)) addElement(container, item);
    else addMember(container, item);
    this.#blocks.at(-1)!.key = item.key;
    this.#waiting = item.value === undefined ? item : undefined;
  }

  #enterBlock({ key, indent }: XyzItem): Container {
    if (this.#blocks.length === 0 || this.#waiting !== undefined) return this.#open(key, indent);
    const innermost = this.#blocks.at(-1)!.indent;
    while (this.#blocks.at(-1)!.indent > indent && this.#blocks.length > 1) this.#blocks.pop();
    const block = this.#blocks.at(-1)!;
    if (block.indent === indent) return block.container;
    const state = indent > innermost
      ? "indented below a line that has a value"
      : "indented unlike any line above";
    throw new TextFault(state, 0, `${block.indent} spaces instead of ${indent}`);
  }

  #open(key: string | number, indent: number): Container {
    if (this.#blocks.length === 0 && indent > 0) {
      throw new TextFault("the first line is indented", 0, "no indentation");
    }
    if (this.#blocks.length === MAX_DEPTH) {
      throw new TextFault(`nested deeper than ${MAX_DEPTH} levels`, 0, "fewer levels");
    }
    const container: Container = typeof key === "number" ? [] : {};
    const outer = this.#blocks.at(-1)?.container;
    if (Array.isArray(outer)) outer[outer.length - 1] = container;
    else if (outer !== undefined) outer[this.#waiting!.key] = container;
    this.#blocks.push({ indent, container, key });
    return container;
  }
}

function addElement(list: unknown[], { key, value }: XyzItem): void {
  if (key !== list.length) {
    const found = typeof key === "number" ? `the index ${key}` : `the key "${key}" in a list`;
    throw new TextFault(found, 0, `the index ${list.length}`);
  }
  list.push(value);
}

function addMember(mapping: Record<string, unknown>, { key, value }: XyzItem): void {
  if (typeof key === "number") {
    throw new TextFault(`the index ${key} in a mapping`, 0, "a key");
  }
  if (key === "__proto__") {
    throw new TextFault('the key "__proto__"', 0, "a key that cannot change prototypes");
  }
  if (Object.hasOwn(mapping, key)) {
    throw new TextFault(`the key "${key}" for the second time`, 0, "each key once");
  }
  mapping[key] = value;
}
