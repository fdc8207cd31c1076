import { Document, visit } from "yaml";
import { OLD_BOOLEAN_TAG, SCALAR_TAGS } from "./_schema.ts";

/** Options of {@linkcode stringify}. */
export type StringifyOptions = {
  /** Spaces of one level, 2 by default. */
  indent?: number;
  /** The width at which text is folded, 80 by default; -1 never folds. */
  lineWidth?: number;
  /** Leaves out what YAML has no form for; by default it is an error. */
  skipInvalid?: boolean;
  /** Sorts the keys, by default in ascending order of their characters. */
  sortKeys?: boolean | ((a: string, b: string, depth: number) => number);
  /** Writes an object that occurs again as a reference to its first place; true by default. */
  useAnchors?: boolean;
};

const INVALID = Symbol("invalid");

/** What a YAML text may not hold as it is, besides line breaks and tabs. */
const NON_PRINTABLE_REGEXP =
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ufeff\ufffe\uffff]/u;

/** Lines that begin with white space, which the npm package loses where a line is nothing else. */
const INDENTED_LINES_REGEXP = /\n[ \t]|^[ \t][^]*\n/u;

function needsQuotes(text: string): boolean {
  return NON_PRINTABLE_REGEXP.test(text) || INDENTED_LINES_REGEXP.test(text);
}

function escape(char: string): string {
  return `\\u${char.codePointAt(0)!.toString(16).padStart(4, "0")}`;
}

/** Copies data, its own enumerable keys only, so that `toJSON` and the like have no say. */
class Copier {
  readonly #copies = new Map<object, unknown>();
  readonly #options: StringifyOptions;

  constructor(options: StringifyOptions) {
    this.#options = options;
  }

  copy(value: unknown, depth: number): unknown {
    if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value;
    if (typeof value === "object") return this.#copyObject(value, depth);
    if (this.#options.skipInvalid) return INVALID;
    throw new TypeError(`Cannot stringify ${typeof value}`);
  }

  #copyObject(value: object, depth: number): unknown {
    if (value instanceof Date || value instanceof Uint8Array) return value;
    if (this.#copies.has(value)) return this.#copies.get(value);
    if (Array.isArray(value)) return this.#copyArray(value, depth);
    const copy: Record<string, unknown> = Object.create(null);
    this.#copies.set(value, copy);
    for (const key of this.#sort(Object.keys(value), depth)) {
      const entry = this.copy(Reflect.get(value, key), depth + 1);
      if (entry !== INVALID) copy[key] = entry;
    }
    return copy;
  }

  #copyArray(value: unknown[], depth: number): unknown[] {
    const copy: unknown[] = [];
    this.#copies.set(value, copy);
    for (const element of value) {
      const entry = this.copy(element, depth + 1);
      if (entry !== INVALID) copy.push(entry);
    }
    return copy;
  }

  #sort(keys: string[], depth: number): string[] {
    const { sortKeys } = this.#options;
    if (!sortKeys) return keys;
    return typeof sortKeys === "function"
      ? keys.sort((a, b) => sortKeys(a, b, depth))
      : keys.sort();
  }
}

/**
 * Writes data as a YAML text.
 *
 * @throws {TypeError} On what YAML has no form for: undefined, functions, symbols, bigints.
 */
export function stringify(data: unknown, options: StringifyOptions = {}): string {
  const copy = new Copier(options).copy(data, 0);
  if (copy === INVALID) return "";
  const document = new Document(copy, {
    aliasDuplicateObjects: options.useAnchors ?? true,
    anchorPrefix: "ref_",
    compat: [OLD_BOOLEAN_TAG],
    customTags: [...SCALAR_TAGS],
    schema: "failsafe",
  });
  visit(document, {
    Scalar(_key, scalar) {
      if (typeof scalar.value === "string" && needsQuotes(scalar.value)) {
        scalar.type = "QUOTE_DOUBLE";
      }
    },
  });
  const text = document.toString({
    // The original cannot read a block of text that nothing indents.
    blockQuote: typeof copy !== "string",
    indent: options.indent ?? 2,
    lineWidth: options.lineWidth ?? 80,
    singleQuote: true,
  });
  return text.replaceAll(new RegExp(NON_PRINTABLE_REGEXP, "gu"), escape);
}
