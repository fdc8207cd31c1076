import { fault, type Source, type Span } from "./fault.ts";
import type { Key, LiteralValue } from "./syntax.ts";

/** A word of the language, in lower case. */
export type Keyword = "and" | "or" | "not" | "in" | "is" | "contains" | "like" | "ilike";

/** One token. */
export type Token =
  | Span & { readonly kind: "keyword" | "symbol"; readonly text: string }
  | Span & { readonly kind: "literal"; readonly value: LiteralValue }
  | Span & { readonly kind: "field"; readonly keys: readonly Key[] }
  | Span & { readonly kind: "end" };

/** An expression is typed by a person; the limit keeps the SQL of it within SQLite's limits. */
const MAX_LENGTH = 10_000;

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>(
  ["and", "or", "not", "in", "is", "contains", "like", "ilike"],
);
const CONSTANTS: Readonly<Record<string, LiteralValue>> = {
  true: true,
  false: false,
  null: null,
  none: null,
  inf: Infinity,
  infinity: Infinity,
};
const SYMBOLS = ["==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "[", "]"];
const FOREIGN: Readonly<Record<string, string>> = {
  "&": 'expected "and"',
  "|": 'expected "or"',
  "!": 'expected "not", or "!="',
  "~": 'expected "like" or "contains"',
  "%": "expected a text in quotes",
  "$": 'expected a field such as config.lr (odd keys in quotes: config."a b")',
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

const NUMBER_REGEXP =
  /[+-]?(?:inf(?:inity)?(?![\w.])|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?)/iy;
const SPACE_REGEXP = /\s+/y;
const NAME_REGEXP = /[\p{L}_][\p{L}\p{M}\p{N}_/:@-]*/uy;
const KEY_REGEXP = /[\p{L}\p{M}\p{N}_/:@-]+/uy;

/** Splits an expression into tokens; the last one is its end. */
export function readTokens(source: Source): Token[] {
  const { text } = source;
  if (text.length > MAX_LENGTH) {
    const problem = `it has ${text.length} characters, expected at most ${MAX_LENGTH}`;
    throw fault(source, { start: 0, end: 1 }, problem);
  }
  return new Lexer(source).readAll();
}

class Lexer {
  readonly #source: Source;
  readonly #text: string;
  #offset = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  readAll(): Token[] {
    const tokens: Token[] = [];
    while (true) {
      this.#match(SPACE_REGEXP);
      const start = this.#offset;
      if (start === this.#text.length) return [...tokens, { kind: "end", start, end: start }];
      tokens.push(this.#readToken(start));
    }
  }

  #readToken(start: number): Token {
    const character = this.#text[start]!;
    if (character === '"' || character === "'") {
      const value = this.#readQuoted();
      return { kind: "literal", value, ...this.#span(start) };
    }
    if (character === "`") return this.#readField(start);
    const number = this.#match(NUMBER_REGEXP);
    if (number !== undefined) return this.#checkNumber(number, start);
    const symbol = SYMBOLS.find((symbol) => this.#text.startsWith(symbol, start));
    if (symbol !== undefined) {
      this.#offset += symbol.length;
      return { kind: "symbol", text: symbol, ...this.#span(start) };
    }
    return this.#readField(start);
  }

  #checkNumber(text: string, start: number): Token {
    const tail = this.#match(KEY_REGEXP);
    const value = toNumber(text.replaceAll("_", ""));
    if (tail === undefined && !Object.is(value, NaN)) {
      return { kind: "literal", value, ...this.#span(start) };
    }
    const written = this.#text.slice(start, this.#offset);
    throw fault(
      this.#source,
      this.#span(start),
      `"${written}" is no number, expected one such as 0.5 or 1e-3, or a text in quotes`,
    );
  }

  /** A field, a keyword or a constant. */
  #readField(start: number): Token {
    const first = this.#readKey(NAME_REGEXP);
    if (first === undefined) throw this.#foreign(start);
    const isQuoted = this.#text[start] === "`";
    const word = first.name.toLowerCase();
    const isField = isQuoted || this.#text[this.#offset] === ".";
    if (!isField && KEYWORDS.has(word)) {
      return { kind: "keyword", text: word, ...this.#span(start) };
    }
    if (!isField && Object.hasOwn(CONSTANTS, word)) {
      return { kind: "literal", value: CONSTANTS[word]!, ...this.#span(start) };
    }
    if (!isField && word === "nan") {
      const problem = 'nothing equals NaN, expected "= null" (NaN counts as missing)';
      throw fault(this.#source, this.#span(start), problem);
    }
    const keys = [first];
    while (this.#text[this.#offset] === "." || this.#text.startsWith('["', this.#offset)) {
      keys.push(this.#readNextKey());
    }
    return { kind: "field", keys, ...this.#span(start) };
  }

  #readNextKey(): Key {
    const isBracket = this.#text[this.#offset] === "[";
    const opening = this.#offset++;
    const key = this.#readKey(KEY_REGEXP);
    if (key === undefined) {
      const place = { start: this.#offset, end: this.#offset + 1 };
      throw fault(this.#source, place, "expected a key, in quotes where it is not a plain word");
    }
    if (!isBracket) return key;
    if (this.#text[this.#offset] !== "]") {
      throw fault(
        this.#source,
        { start: opening, end: opening + 1 },
        "it is not closed, expected ]",
      );
    }
    this.#offset++;
    return key;
  }

  #readKey(plain: RegExp): Key | undefined {
    const start = this.#offset;
    const isQuoted = /["'`]/.test(this.#text[start] ?? "");
    const name = isQuoted ? this.#readQuoted() : this.#match(plain);
    return name === undefined ? undefined : { name, ...this.#span(start) };
  }

  #readQuoted(): string {
    const start = this.#offset;
    const quote = this.#text[start]!;
    let value = "";
    for (let i = start + 1; i < this.#text.length; i++) {
      const character = this.#text[i]!;
      if (character === "\0") {
        throw fault(this.#source, { start: i, end: i + 1 }, "no text of a run holds NUL");
      }
      if (character === "\\") {
        value += readEscape(this.#text[++i] ?? "");
      } else if (character !== quote) {
        value += character;
      } else if (this.#text[i + 1] === quote) {
        value += this.#text[i++];
      } else {
        this.#offset = i + 1;
        return value.toWellFormed();
      }
    }
    const place = { start, end: start + 1 };
    throw fault(this.#source, place, `the text is not closed, expected another ${quote}`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text)?.[0];
    this.#offset += found?.length ?? 0;
    return found;
  }

  #span(start: number): Span {
    return { start, end: this.#offset };
  }

  #foreign(start: number): Error {
    const character = String.fromCodePoint(this.#text.codePointAt(start)!);
    const place = { start, end: start + character.length };
    const hint = Object.hasOwn(FOREIGN, character)
      ? FOREIGN[character]
      : "expected a field, a number or a text in quotes";
    const shown = /\p{C}/u.test(character) ? "a control character" : `"${character}"`;
    return fault(this.#source, place, `${shown} has no meaning here, ${hint}`);
  }
}

/** A whole number of 64 bits is exact, as SQLite compares them; one beyond that is a double. */
function toNumber(text: string): number | bigint {
  const value = Number(text.replace(/inf(inity)?/i, "Infinity"));
  if (Number.isSafeInteger(value) || !/^[+-]?\d+$/.test(text)) return value;
  const exact = BigInt(text.replace(/^\+/, ""));
  return BigInt.asIntN(64, exact) === exact ? exact : value;
}

/** `\%` and `\_` keep the backslash, for the patterns of `like`. */
function readEscape(character: string): string {
  if (character === "%" || character === "_") return `\\${character}`;
  return Object.hasOwn(ESCAPES, character) ? ESCAPES[character]! : character;
}
