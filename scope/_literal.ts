const MAX_DEPTH = 100;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["0", "\0"],
]);
const CLOSERS: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };
const INTEGER_REGEXP = /^[-+]?(?:0|[1-9](?:_?\d)*)$/;
const RADIX_REGEXP = /^([-+]?)(0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/;
const FLOAT_REGEXP =
  /^[-+]?(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][-+]?\d(?:_?\d)*)?$/;
const ZERO_LED_INTEGER_REGEXP = /^[-+]?0[\d_]+$/;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["True", true],
  ["true", true],
  ["False", false],
  ["false", false],
  ["None", null],
  ["null", null],
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["nan", NaN],
  ["NaN", NaN],
]);

/** A place in the command line where reading stopped, and why. */
export class LiteralError extends SyntaxError {
  /** Offset of the first character of the place. */
  readonly start: number;
  /** Offset after its last character. */
  readonly end: number;
  /** Whether the end of the line came before that of a text or bracket. */
  readonly isUnclosed: boolean;

  constructor(message: string, start: number, end: number = start + 1, isUnclosed = false) {
    super(message);
    this.start = start;
    this.end = end;
    this.isUnclosed = isUnclosed;
  }
}

/** Reads values out of a command line, from an offset on. */
export class LiteralReader {
  /** Offset of the next character. */
  position: number;
  readonly #text: string;
  #depth = 0;

  constructor(text: string, position: number) {
    this.#text = text;
    this.position = position;
  }

  /**
   * Reads one value, up to white space or the end.
   *
   * @throws {LiteralError} If there is none.
   */
  read(): unknown {
    const start = this.position;
    if (this.#atEnd() || this.#atSpace()) {
      throw new LiteralError("there is no value, expected one (%% is the empty text)", start);
    }
    const value = this.#readValue("");
    if (!this.#atEnd() && !this.#atSpace()) {
      const end = this.#endOfWord();
      throw new LiteralError(
        "this follows a complete value, expected a space (a text with brackets or quotes goes in %…%)",
        this.position,
        end,
      );
    }
    return value;
  }

  #readValue(closer: string): unknown {
    const char = this.#text[this.position]!;
    if (char === "%") return this.#readQuoted("%");
    if (char === '"' || char === "'") return this.#readQuoted(char);
    if (char in CLOSERS) return this.#readBracket(char);
    return closer === "" ? this.#readTopWord() : readWord(this.#readNestedWord(closer, false));
  }

  #readTopWord(): unknown {
    const start = this.position;
    this.position = this.#endOfWord();
    return readWord(this.#text.slice(start, this.position));
  }

  /** A text between marks; only quotes know escapes besides that of the mark. */
  #readQuoted(mark: string): string {
    const start = this.position;
    let value = "";
    for (this.position++; !this.#atEnd(); this.position++) {
      const char = this.#text[this.position]!;
      if (char === mark) {
        this.position++;
        return value;
      }
      const next = this.#text[this.position + 1];
      if (char !== "\\" || next === undefined || (mark === "%" && next !== "%")) {
        value += char;
        continue;
      }
      this.position++;
      value += mark === "%" ? next : this.#readEscape(next);
    }
    throw notClosed("text", start, `${mark} at its end`);
  }

  #readEscape(char: string): string {
    if (char !== "u" && char !== "x") return ESCAPES.get(char) ?? char;
    const length = char === "u" ? 4 : 2;
    const digits = this.#text.slice(this.position + 1, this.position + 1 + length);
    if (!/^[\da-fA-F]+$/.test(digits) || digits.length < length) {
      throw new LiteralError(
        `the escape is not complete, expected ${length} hexadecimal digits`,
        this.position - 1,
        this.position + 1,
      );
    }
    this.position += length;
    return String.fromCharCode(parseInt(digits, 16));
  }

  #readBracket(opener: string): unknown {
    const start = this.position++;
    if (++this.#depth > MAX_DEPTH) {
      throw new LiteralError(`nested too deeply, expected at most ${MAX_DEPTH} levels`, start);
    }
    const closer = CLOSERS[opener]!;
    const value = opener === "{" ? this.#readMapping(start) : this.#readList(start, closer);
    this.#depth--;
    return value;
  }

  #readList(start: number, closer: string): unknown {
    const list: unknown[] = [];
    let commas = 0;
    while (!this.#skipCloser(start, closer)) {
      list.push(this.#readValue(closer));
      if (this.#skipComma(start, closer)) commas++;
    }
    // As in Python, parentheses make a tuple only with a comma.
    return closer === ")" && list.length === 1 && commas === 0 ? list[0] : list;
  }

  #readMapping(start: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (!this.#skipCloser(start, "}")) {
      const keyStart = this.position;
      const char = this.#text[keyStart]!;
      const key = char === "%" || char === '"' || char === "'"
        ? this.#readQuoted(char)
        : this.#readNestedWord("}", true);
      if (key === "__proto__") {
        throw new LiteralError("the key __proto__ is reserved", keyStart, this.position);
      }
      this.#skipSpace();
      if (this.#text[this.position] !== ":") {
        throw new LiteralError("the key has no value, expected :", keyStart, this.position);
      }
      this.position++;
      this.#skipSpace();
      if (this.#atEnd()) throw notClosed("bracket", start, "}");
      entries.push([key, this.#readValue("}")]);
      this.#skipComma(start, "}");
    }
    return Object.fromEntries(entries);
  }

  /** A word inside brackets; brackets inside it must pair. */
  #readNestedWord(closer: string, isKey: boolean): string {
    const start = this.position;
    const open: string[] = [];
    for (; !this.#atEnd() && !this.#atSpace(); this.position++) {
      const char = this.#text[this.position]!;
      if (open.length === 0 && (char === "," || char === closer || (isKey && char === ":"))) break;
      if (char in CLOSERS) open.push(CLOSERS[char]!);
      else if (char === open.at(-1)) open.pop();
      else if (open.length === 0 && "])}".includes(char)) break;
    }
    if (this.position === start) {
      throw new LiteralError(`there is no value, expected one or ${closer}`, start);
    }
    return this.#text.slice(start, this.position);
  }

  #skipCloser(start: number, closer: string): boolean {
    this.#skipSpace();
    if (this.#atEnd()) throw notClosed("bracket", start, closer);
    if (this.#text[this.position] !== closer) return false;
    this.position++;
    return true;
  }

  #skipComma(start: number, closer: string): boolean {
    this.#skipSpace();
    const char = this.#text[this.position];
    if (char === undefined) throw notClosed("bracket", start, closer);
    if (char === closer) return false;
    if (char !== ",") {
      throw new LiteralError(`a comma is missing, expected , or ${closer}`, this.position);
    }
    this.position++;
    return true;
  }

  #skipSpace(): void {
    while (this.#atSpace()) this.position++;
  }

  #endOfWord(): number {
    let end = this.position;
    while (end < this.#text.length && !/\s/.test(this.#text[end]!)) end++;
    return end;
  }

  #atEnd(): boolean {
    return this.position >= this.#text.length;
  }

  #atSpace(): boolean {
    const char = this.#text[this.position];
    return char !== undefined && /\s/.test(char);
  }
}

function notClosed(subject: "text" | "bracket", start: number, expected: string): LiteralError {
  const message = `the ${subject} is not closed, expected ${expected}`;
  return new LiteralError(message, start, start + 1, true);
}

/** A whole number, as a bigint where a number could not hold it exactly. */
function toInteger(digits: string, sign: string): number | bigint {
  const value = BigInt(digits.replaceAll("_", "")) * (sign === "-" ? -1n : 1n);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number || 0 : value;
}

/** The value that a word without quotes stands for: a number, a constant, else the word itself. */
function readWord(word: string): unknown {
  if (WORDS.has(word)) return WORDS.get(word);
  if (INTEGER_REGEXP.test(word)) return toInteger(word.replace(/^[-+]/, ""), word[0]!);
  const radix = RADIX_REGEXP.exec(word);
  if (radix) return toInteger(radix[2]!, radix[1]!);
  if (FLOAT_REGEXP.test(word) && !ZERO_LED_INTEGER_REGEXP.test(word)) {
    return Number(word.replaceAll("_", ""));
  }
  return word;
}
