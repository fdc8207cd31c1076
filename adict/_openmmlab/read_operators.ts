import type { SyntaxNode } from "@lezer/common";
import { childrenOf, type Reader } from "./reader.ts";
import type { Place } from "./source.ts";
import type { Expression } from "./syntax.ts";

/** Operands and operators in the order in which they are written. */
type Part = { readonly operand: Expression; readonly place: Place } | {
  readonly operator: string;
  readonly place: Place;
};

const OPERATIONS = new Set(["BinaryExpression", "UnaryExpression", "ConditionalExpression"]);
const OPERATORS = new Set([
  ..."ArithOp BitOp CompareOp and or not in is if else".split(" "),
]);
/** From the loosest to the tightest, below comparisons. */
const LEVELS: readonly (readonly string[])[] = [
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "//", "%", "@"],
];
const COMPARISONS = new Set("== != <> < <= > >= in is".split(" "));

/** Whether a node is operands with operators. */
export function isOperation(node: SyntaxNode): boolean {
  return OPERATIONS.has(node.name);
}

/**
 * Reads operands with operators by the precedence of Python's grammar. The parser's own tree has
 * `not a and b` as `not (a and b)` and `^` as tight as `&`, hence only its order is used.
 */
export function readOperation(
  node: SyntaxNode,
  reader: Reader,
  readOperand: (node: SyntaxNode) => Expression,
): Expression {
  const parts: Part[] = [];
  flatten(node);
  let next = 0;
  const result = ternary();
  if (next < parts.length) throw refuse();
  return result;

  function flatten(operation: SyntaxNode): void {
    for (const child of childrenOf(operation)) {
      const place = reader.placeOf(child);
      if (isOperation(child)) flatten(child);
      else if (OPERATORS.has(child.name)) parts.push({ operator: reader.textOf(child), place });
      else parts.push({ operand: readOperand(child), place });
    }
  }

  function refuse(): Error {
    const place = parts[next]?.place ?? reader.placeOf({ from: node.to });
    return reader.refuse({ from: place.offset }, "an operator or operand too much", "valid Python");
  }

  function peek(ahead = 0): string | undefined {
    const part = parts[next + ahead];
    return part !== undefined && "operator" in part ? part.operator : undefined;
  }

  function take(operator: string): boolean {
    if (peek() !== operator) return false;
    next++;
    return true;
  }

  function ternary(): Expression {
    const then = either();
    if (!take("if")) return then;
    const test = either();
    if (!take("else")) throw refuse();
    return { kind: "conditional", test, then, otherwise: ternary(), place: then.place };
  }

  function either(): Expression {
    let left = both();
    while (take("or")) {
      left = { kind: "binary", operator: "or", left, right: both(), place: left.place };
    }
    return left;
  }

  function both(): Expression {
    let left = negation();
    while (take("and")) {
      left = { kind: "binary", operator: "and", left, right: negation(), place: left.place };
    }
    return left;
  }

  function negation(): Expression {
    const place = parts[next]?.place;
    if (!take("not")) return comparison();
    return { kind: "unary", operator: "not", operand: negation(), place: place! };
  }

  function comparison(): Expression {
    const left = level(0);
    const rest: { operator: string; right: Expression }[] = [];
    while (true) {
      const operator = comparisonOperator();
      if (operator === undefined) break;
      rest.push({ operator, right: level(0) });
    }
    return rest.length === 0 ? left : { kind: "compare", left, rest, place: left.place };
  }

  function comparisonOperator(): string | undefined {
    const operator = peek();
    if (operator === "not" && peek(1) === "in") {
      next += 2;
      return "not in";
    }
    if (operator === undefined || !COMPARISONS.has(operator)) return undefined;
    next++;
    return operator === "is" && take("not") ? "is not" : operator;
  }

  function level(depth: number): Expression {
    const operators = LEVELS[depth];
    if (operators === undefined) return factor();
    let left = level(depth + 1);
    for (let operator = peek(); operators.includes(operator!); operator = peek()) {
      next++;
      left = {
        kind: "binary",
        operator: operator!,
        left,
        right: level(depth + 1),
        place: left.place,
      };
    }
    return left;
  }

  function factor(): Expression {
    const operator = peek();
    if (operator !== "-" && operator !== "+" && operator !== "~") return power();
    const { place } = parts[next++]!;
    return { kind: "unary", operator, operand: factor(), place };
  }

  function power(): Expression {
    const part = parts[next];
    if (part === undefined || "operator" in part) throw refuse();
    next++;
    if (!take("**")) return part.operand;
    const { operand: left, place } = part;
    return { kind: "binary", operator: "**", left, right: factor(), place };
  }
}
