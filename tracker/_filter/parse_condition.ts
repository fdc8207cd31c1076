import { fault, type Source, type Span } from "./fault.ts";
import { readTokens, type Token } from "./read_tokens.ts";
import type { Comparison, Condition, FieldName, Literal, Operand, TextOperator } from "./syntax.ts";

/** Each level is a few frames of the stack, and a level in SQLite's own parser, which has 1000. */
const MAX_DEPTH = 100;

/** How tightly an operator binds what is to its left: Pratt, "Top Down Operator Precedence", 1973. */
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "==": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

type Node = Condition | Operand;

/** Reads a whole expression. */
export function parseCondition(source: Source): Condition {
  const parser = new Parser(source, readTokens(source));
  return parser.readWhole();
}

class Parser {
  readonly #source: Source;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(source: Source, tokens: readonly Token[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  readWhole(): Condition {
    if (this.#isAtEnd()) {
      throw this.#fault(this.#next, "it is empty, expected a comparison such as config.lr < 0.1");
    }
    const condition = this.#readCondition(0);
    if (this.#isAtEnd()) return condition;
    const isClosing = this.#isSymbol(")");
    const expected = isClosing ? "there is no ( before it" : 'expected "and", "or" or the end';
    throw this.#fault(this.#next, expected);
  }

  get #next(): Token {
    return this.#tokens[this.#position]!;
  }

  #readCondition(power: number): Condition {
    return this.#toCondition(this.#read(power));
  }

  /** Reads what binds tighter than the power. */
  #read(power: number): Node {
    if (++this.#depth > MAX_DEPTH) {
      throw this.#fault(this.#next, `it is nested more than ${MAX_DEPTH} levels deep`);
    }
    let left = this.#readPrefix();
    while (this.#powerOfNext() > power) left = this.#readInfix(left);
    this.#depth--;
    return left;
  }

  #readPrefix(): Node {
    const token = this.#next;
    if (this.#takeKeyword("not")) {
      const term = this.#readCondition(NOT);
      return { kind: "not", term, start: token.start, end: term.end };
    }
    if (this.#isSymbol("(")) {
      this.#position++;
      const inner = this.#read(0);
      if (!this.#takeSymbol(")")) throw this.#unclosed(token);
      return inner;
    }
    return this.#readOperand();
  }

  #powerOfNext(): number {
    const token = this.#next;
    if (token.kind === "symbol") return Object.hasOwn(COMPARISONS, token.text) ? COMPARISON : 0;
    if (token.kind !== "keyword") return 0;
    if (token.text === "or") return OR;
    return token.text === "and" ? AND : COMPARISON;
  }

  #readInfix(left: Node): Node {
    const token = this.#next;
    if (this.#takeKeyword("and")) return this.#readChain("and", left, AND);
    if (this.#takeKeyword("or")) return this.#readChain("or", left, OR);
    const operand = this.#toOperand(left, token);
    const isNegated = this.#takeKeyword("not");
    if (isNegated && !["in", "contains", "like", "ilike"].some((word) => this.#isKeyword(word))) {
      throw this.#fault(this.#next, 'expected "in", "contains", "like" or "ilike" after "not"');
    }
    const condition = this.#readRelation(operand);
    const { start, end } = condition;
    return isNegated ? { kind: "not", term: condition, start, end } : condition;
  }

  /** Terms side by side in one node, so that a long chain is not a deep one. */
  #readChain(kind: "and" | "or", left: Node, power: number): Condition {
    const terms = [this.#toCondition(left), this.#readCondition(power)];
    while (this.#takeKeyword(kind)) terms.push(this.#readCondition(power));
    return { kind, terms, start: terms[0]!.start, end: terms.at(-1)!.end };
  }

  #readRelation(left: Operand): Condition {
    const token = this.#next;
    this.#position++;
    if (token.kind === "symbol") {
      return this.#compare(COMPARISONS[token.text]!, left, this.#readOperand());
    }
    const word = token.kind === "keyword" ? token.text : "";
    if (word === "is") return this.#readIs(left);
    if (word === "in") return this.#readIn(left);
    const right = this.#readOperand();
    const operator = word as TextOperator;
    return { kind: "text", operator, left, right, start: left.start, end: right.end };
  }

  #readIs(left: Operand): Condition {
    const operator = this.#takeKeyword("not") ? "!=" : "=";
    const right = this.#readOperand();
    if (right.kind === "literal" && right.value === null) {
      return this.#compare(operator, left, right);
    }
    throw this.#fault(right, 'expected null after "is"');
  }

  #compare(operator: Comparison, left: Operand, right: Operand): Condition {
    return { kind: "comparison", operator, left, right, start: left.start, end: right.end };
  }

  #readIn(item: Operand): Condition {
    const opening = this.#next;
    if (opening.kind === "field") {
      const list = this.#readOperand() as FieldName;
      return { kind: "in", item, list, start: item.start, end: list.end };
    }
    const closing = this.#isSymbol("(") ? ")" : "]";
    if (!this.#takeSymbol("(") && !this.#takeSymbol("[")) {
      throw this.#fault(opening, 'expected a list such as ("failed", "crashed"), or tags');
    }
    const list: Literal[] = [];
    while (!this.#isSymbol(closing)) {
      if (list.length > 0 && !this.#takeSymbol(",")) {
        if (this.#next.kind === "end") throw this.#unclosed(opening);
        throw this.#fault(this.#next, `expected a comma or ${closing}`);
      }
      // A comma before the closing bracket is fine
      if (!this.#isSymbol(closing)) list.push(this.#readLiteral(opening));
    }
    const { end } = this.#next;
    this.#position++;
    return { kind: "in", item, list, start: item.start, end };
  }

  #readLiteral(opening: Token): Literal {
    const token = this.#next;
    if (token.kind === "end") throw this.#unclosed(opening);
    const operand = this.#readOperand();
    if (operand.kind === "literal" && operand.value !== null) return operand;
    throw this.#fault(token, "expected a number or a text in quotes");
  }

  #readOperand(): Operand {
    const token = this.#next;
    if (token.kind === "literal" || token.kind === "field") {
      this.#position++;
      return token;
    }
    const found = token.kind === "end" ? "it ends here" : `"${token.text}" cannot stand here`;
    throw this.#fault(token, `${found}, expected a field, a number or a text in quotes`);
  }

  #toCondition(node: Node): Condition {
    if (node.kind === "field") {
      return { kind: "flag", field: node, start: node.start, end: node.end };
    }
    if (node.kind !== "literal") return node;
    const isText = typeof node.value === "string";
    const hint = isText ? ' (for a tag: "…" in tags)' : "";
    throw this.#fault(node, `a value alone is no condition, expected a comparison${hint}`);
  }

  #toOperand(node: Node, operator: Token): Operand {
    if (node.kind === "literal" || node.kind === "field") return node;
    const isChained = node.kind === "comparison" && operator.kind === "symbol";
    throw this.#fault(
      operator,
      isChained
        ? 'a comparison has two sides, expected "and" between two: 0 < config.lr and config.lr < 1'
        : 'what is before it is no value, expected "and", "or" or the end',
    );
  }

  #isAtEnd(): boolean {
    return this.#next.kind === "end";
  }

  #isSymbol(text: string): boolean {
    return this.#next.kind === "symbol" && this.#next.text === text;
  }

  #isKeyword(text: string): boolean {
    return this.#next.kind === "keyword" && this.#next.text === text;
  }

  #takeSymbol(text: string): boolean {
    const isThere = this.#isSymbol(text);
    if (isThere) this.#position++;
    return isThere;
  }

  #takeKeyword(text: string): boolean {
    const isThere = this.#isKeyword(text);
    if (isThere) this.#position++;
    return isThere;
  }

  #unclosed(opening: Token): Error {
    const text = opening.kind === "symbol" && opening.text === "[" ? "]" : ")";
    if (this.#isAtEnd()) return this.#fault(opening, `it is not closed, expected ${text}`);
    return this.#fault(this.#next, `expected "and", "or" or ${text}`);
  }

  #fault(span: Span, problem: string): Error {
    return fault(this.#source, span, problem);
  }
}
