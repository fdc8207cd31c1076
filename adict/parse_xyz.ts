import { MAX_DEPTH } from "./_data.ts";
import { readXyzScalar, TextFault } from "./_scalar_text.ts";
import { ConfigSyntaxError } from "./file_errors.ts";
import { DEFAULT_XYZ_MARKS, readXyzEntry, readXyzHeader, type XyzMarks } from "./stringify_xyz.ts";

/** Options of {@linkcode parseXyz}. */
export interface ParseXyzOptions {
  /** The file that the text came from, for messages. */
  path?: string;
}

/**
 * Reads XYZ text: a key or index on each line, nesting by indentation.
 *
 * A value is `None`, `True`, `False`, a number (also `nan`, `inf`, `1_000`, `0x1f`), a bigint
 * (`10n`, or an integer that a number cannot hold), a date as `Date.prototype.toISOString` writes
 * it, `{}`, `[]`, a string in double quotes escaped as in JSON, or a bare string. The other usual
 * spellings `null`, `true` and `false` are read as well. Text without a line is an empty mapping.
 *
 * @example Usage
 * ```ts
 * import { parseXyz } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const text = `
 * lr: 1e-3
 * model:
 *   backbone: resnet50
 *   layers:
 *     0) 64
 *     1) 128
 * `;
 * assertEquals(parseXyz(text), { lr: 0.001, model: { backbone: "resnet50", layers: [64, 128] } });
 * ```
 *
 * @param text The text, with a header line if its marks are not the default ones.
 * @param options Options.
 * @returns An object or an array.
 * @throws {ConfigSyntaxError} If the text is not XYZ, repeats a key or has the key `__proto__`.
 */
export function parseXyz(
  text: string,
  options: ParseXyzOptions = {},
): Record<string, unknown> | unknown[] {
  return readXyz(text, { path: options.path });
}

/** Options of {@linkcode readXyz}. */
export interface ReadXyzOptions {
  /** The file that the text came from, for messages. */
  readonly path?: string | undefined;
  /** Called for each item with the steps to it and the offset of its key or index. */
  readonly onItem?: (path: readonly (string | number)[], offset: number) => void;
}

interface Line {
  /** The line without its indentation. */
  readonly body: string;
  /** Spaces before it. */
  readonly indent: number;
  /** Counted from 1. */
  readonly number: number;
  /** The offset of the body. */
  readonly offset: number;
}

/**
 * The value of an XYZ text.
 *
 * @throws {ConfigSyntaxError} If the text is not XYZ, repeats a key or has the key `__proto__`.
 */
export function readXyz(
  text: string,
  { path, onItem }: ReadXyzOptions,
): Record<string, unknown> | unknown[] {
  const content = text.replace(/^\ufeff/, "");
  let line: Line = { body: "", indent: 0, number: 1, offset: 0 };
  try {
    const [first = ""] = content.split(/\r?\n/, 1);
    const announced = readXyzHeader(first);
    const marks = announced ?? DEFAULT_XYZ_MARKS;
    const start = announced === undefined ? 0 : first.length;
    const whole = content.slice(start);
    if (/^\s*(?:\{\}|\[\])\s*$/.test(whole)) return whole.trim() === "[]" ? [] : {};
    const builder = new XyzBuilder();
    for (const next of toLines(content, start)) {
      // A tab has no width to compare; readItem() refuses it.
      if (!next.body.startsWith("\t") && !builder.fits(next.indent)) break;
      line = next;
      const { keyOffset, ...item } = readItem(line, marks);
      builder.add(item);
      onItem?.(builder.path, line.offset + keyOffset);
    }
    if (builder.isWaiting) {
      const end = line.body.trimEnd().length;
      throw new TextFault("no value", end, "a value or indented lines below");
    }
    return builder.result;
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    throw new ConfigSyntaxError(error.message, {
      text: content,
      line: line.number,
      column: line.indent + error.offset + 1,
      expected: error.expected,
      path,
    });
  }
}

/** The lines from an offset on that are not blank. */
function* toLines(text: string, start: number): Generator<Line> {
  const parts = text.slice(start).split(/(\r?\n)/);
  let offset = start;
  // Every second part is a line break.
  for (const [index, line] of parts.entries()) {
    const body = line.replace(/^ +/, "");
    const indent = line.length - body.length;
    if (index % 2 === 0 && !/^[ \t]*$/.test(body)) {
      yield { body, indent, number: index / 2 + 1, offset: offset + indent };
    }
    offset += line.length;
  }
}

function readItem(
  { body, indent }: Line,
  marks: XyzMarks,
): XyzItem & { readonly keyOffset: number } {
  if (body.startsWith("\t")) throw new TextFault("a tab in the indentation", 0, "spaces");
  const { key, keyOffset, valueOffset } = readXyzEntry(body, marks);
  if (valueOffset === undefined) return { key, keyOffset, indent, value: undefined };
  try {
    const value = readXyzScalar(body.slice(valueOffset).trimEnd());
    return { key, keyOffset, indent, value };
  } catch (error) {
    throw error instanceof TextFault ? error.shifted(valueOffset) : error;
  }
}

/** A mapping or list that is being filled. */
type Container = Record<string, unknown> | unknown[];

/** A line of XYZ text that has been taken apart. */
interface XyzItem {
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
class XyzBuilder {
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
