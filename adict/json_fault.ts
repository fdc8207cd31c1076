import { TextFault } from "./_scalar_text.ts";

/** What the scanner waits for; after a comma a list or mapping must not end. */
type Wanted = "value" | "element" | "key" | "member" | "colon" | "comma";

const EXPECTED: Readonly<Record<Exclude<Wanted, "comma">, string>> = {
  value: "a value",
  element: 'a value or "]"',
  key: "a key in double quotes",
  member: 'a key in double quotes or "}"',
  colon: '":"',
};

const BLANKS_REGEXP = /[ \t\n\r]*/y;
const SCALAR_REGEXP = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const WORD_REGEXP = /[\p{Letter}\p{Number}_$]{1,32}/uy;
const ESCAPE_REGEXP = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/**
 * The first mistake in a text that is no JSON, or a key that stands twice in its mapping.
 * Undefined for JSON. Takes time linear in the text and no recursion.
 */
export function findJsonFault(text: string): TextFault | undefined {
  return new FaultFinder(text).find();
}

class FaultFinder {
  readonly #text: string;
  /** The brackets that are open. */
  readonly #open: string[] = [];
  /** The keys of each mapping that is open; a list has none. */
  readonly #keys: Set<string>[] = [];
  #wanted: Wanted = "value";
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  find(): TextFault | undefined {
    while (true) {
      this.#offset = matchEnd(BLANKS_REGEXP, this.#text, this.#offset);
      const char = this.#text[this.#offset];
      const isComplete = this.#wanted === "comma" && this.#open.length === 0;
      if (char === undefined && isComplete) return undefined;
      const fault = this.#step(char);
      if (fault !== undefined) return fault;
    }
  }

  #step(char: string | undefined): TextFault | undefined {
    const wanted = this.#wanted;
    if (this.#mayClose() && char === this.#closing()) return this.#leave();
    if (wanted === "comma" || wanted === "colon") return this.#readSeparator(char);
    const isKey = wanted === "key" || wanted === "member";
    if (char === '"') return this.#readString(isKey ? "colon" : "comma");
    if (isKey) return this.#unexpected();
    return char === "{" || char === "[" ? this.#enter(char) : this.#readScalar();
  }

  #mayClose(): boolean {
    return this.#open.length > 0 && ["comma", "element", "member"].includes(this.#wanted);
  }

  #closing(): string {
    return this.#open.at(-1) === "[" ? "]" : "}";
  }

  #enter(bracket: "{" | "["): undefined {
    this.#open.push(bracket);
    this.#keys.push(new Set());
    this.#advance(bracket === "{" ? "member" : "element");
  }

  #leave(): undefined {
    this.#open.pop();
    this.#keys.pop();
    this.#advance("comma");
  }

  #advance(wanted: Wanted, end: number = this.#offset + 1): undefined {
    this.#offset = end;
    this.#wanted = wanted;
  }

  #readSeparator(char: string | undefined): TextFault | undefined {
    if (this.#wanted === "colon") return char === ":" ? this.#advance("value") : this.#unexpected();
    if (char !== "," || this.#open.length === 0) return this.#unexpected();
    return this.#advance(this.#closing() === "}" ? "key" : "value");
  }

  #readString(wanted: Wanted): TextFault | undefined {
    const end = scanString(this.#text, this.#offset);
    if (typeof end !== "number") return end;
    return this.#addKey(wanted, end) ?? this.#advance(wanted, end);
  }

  /** Keeps the key that ends here; says if the mapping has it already. */
  #addKey(wanted: Wanted, end: number): TextFault | undefined {
    if (wanted !== "colon") return undefined;
    const key: string = JSON.parse(this.#text.slice(this.#offset, end));
    const keys = this.#keys.at(-1)!;
    if (keys.has(key)) {
      return new TextFault(`the key ${JSON.stringify(key)} stands twice`, this.#offset, "it once");
    }
    keys.add(key);
    return undefined;
  }

  #readScalar(): TextFault | undefined {
    const end = matchEnd(SCALAR_REGEXP, this.#text, this.#offset);
    return end > this.#offset ? this.#advance("comma", end) : this.#unexpected();
  }

  #unexpected(): TextFault {
    const expected = this.#wanted === "comma"
      ? this.#open.length === 0 ? "the end of the text" : `"," or "${this.#closing()}"`
      : EXPECTED[this.#wanted];
    return new TextFault(describeFound(this.#text, this.#offset), this.#offset, expected);
  }
}

/** The end of what a sticky expression matches at an offset; the offset itself if it does not. */
function matchEnd(regexp: RegExp, text: string, offset: number): number {
  regexp.lastIndex = offset;
  return offset + (regexp.exec(text)?.[0].length ?? 0);
}

/** The offset behind the closing quote, or what is wrong before it. */
function scanString(text: string, start: number): number | TextFault {
  for (let offset = start + 1; offset < text.length; offset++) {
    const char = text[offset]!;
    if (char === '"') return offset + 1;
    if (char === "\\") {
      const end = matchEnd(ESCAPE_REGEXP, text, offset);
      if (end === offset) return badEscape(text, offset);
      offset = end - 1;
    } else if (char < " ") {
      const state = char === "\n" || char === "\r" ? "a line break" : "a control character";
      return new TextFault(`${state} in a string`, offset, "a closing double quote or an escape");
    }
  }
  return new TextFault("the text ends inside a string", text.length, "a closing double quote");
}

function badEscape(text: string, offset: number): TextFault {
  const shown = JSON.stringify(text.slice(offset, offset + 2));
  return new TextFault(
    `no such escape ${shown}`,
    offset,
    String.raw`one of \" \\ \/ \b \f \n \r \t \uXXXX`,
  );
}

function describeFound(text: string, offset: number): string {
  if (offset >= text.length) return "the text ends";
  if (text.startsWith("//", offset) || text.startsWith("/*", offset)) {
    return "a comment, which JSON does not have";
  }
  const end = matchEnd(WORD_REGEXP, text, offset);
  const found = end > offset
    ? text.slice(offset, end)
    : String.fromCodePoint(text.codePointAt(offset)!);
  return `unexpected ${JSON.stringify(found)}`;
}
