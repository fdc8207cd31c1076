import type { SyntaxNode } from "@lezer/common";
import { plainArgument, readArguments, readParameters } from "./read_arguments.ts";
import { readNumber } from "./read_numbers.ts";
import { isOperation, readOperation } from "./read_operators.ts";
import { readStrings } from "./read_strings.ts";
import { childrenOf, type Reader, splitAt } from "./reader.ts";
import type {
  Clause,
  Comprehension,
  DictEntry,
  Expression,
  FunctionDefinition,
  Target,
} from "./syntax.ts";
import { toTarget } from "./to_target.ts";
import type { Value } from "./values.ts";

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["True", true],
  ["False", false],
  ["None", null],
]);
const COMPREHENSIONS: Readonly<Record<string, Comprehension["form"]>> = {
  ArrayComprehensionExpression: "list",
  SetComprehensionExpression: "set",
  DictionaryComprehensionExpression: "dict",
  ComprehensionExpression: "generator",
};
const COLLECTIONS: Readonly<Record<string, "list" | "tuple" | "set">> = {
  ArrayExpression: "list",
  TupleExpression: "tuple",
  SetExpression: "set",
};

/** Reads one expression. */
export function readExpression(node: SyntaxNode, reader: Reader): Expression {
  const place = reader.placeOf(node);
  if (isOperation(node)) return readOperation(node, reader, read);
  if (Object.hasOwn(COLLECTIONS, node.name)) {
    const items = readItems(childrenOf(node).slice(1, -1), reader);
    return { kind: COLLECTIONS[node.name]!, items, place };
  }
  if (Object.hasOwn(COMPREHENSIONS, node.name)) {
    return readComprehension(childrenOf(node).slice(1, -1), COMPREHENSIONS[node.name]!, reader);
  }
  switch (node.name) {
    case "VariableName":
      return { kind: "name", name: reader.textOf(node).normalize("NFKC"), place };
    case "Number":
      return { kind: "constant", value: readNumber(node, reader), place };
    case "Boolean":
    case "None":
      return { kind: "constant", value: CONSTANTS.get(reader.textOf(node))!, place };
    case "String":
    case "FormatString":
    case "ContinuedString":
      return readStrings(node, reader, read);
    case "ParenthesizedExpression":
      return readSequence(childrenOf(node).slice(1, -1), reader, node);
    case "DictionaryExpression":
      return { kind: "dict", entries: readEntries(childrenOf(node).slice(1, -1), reader), place };
    case "MemberExpression":
      return readMember(node, reader);
    case "CallExpression":
      return readCall(node, reader);
    case "LambdaExpression":
      return readLambda(node, reader);
    case "Ellipsis":
      return { kind: "unsupported", what: "...", place };
  }
  return { kind: "unsupported", what: describeNode(node.name), place };

  function read(child: SyntaxNode): Expression {
    return readExpression(child, reader);
  }
}

/** `AwaitExpression` for a person. */
export function describeNode(name: string): string {
  const words = name.replace(/(?:Expression|Statement|Definition)$/, "");
  return words.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

/** Reads nodes between commas: one value, or a tuple of several. */
export function readSequence(
  nodes: readonly SyntaxNode[],
  reader: Reader,
  around: { readonly from: number },
): Expression {
  const isTuple = nodes.some(({ name }) => name === ",");
  const items = readItems(nodes, reader);
  const place = items[0]?.place ?? reader.placeOf(around);
  if (isTuple) return { kind: "tuple", items, place };
  if (items.length === 1) return items[0]!;
  throw reader.refuse(around, "a value is missing", "one");
}

function readItems(nodes: readonly SyntaxNode[], reader: Reader): Expression[] {
  return splitAt(nodes, ",").map((part) => {
    const [first, second] = part;
    if (first?.name === "*" && second !== undefined && part.length === 2) {
      const value = readExpression(second, reader);
      return { kind: "starred", value, place: reader.placeOf(first) };
    }
    if (first !== undefined && part.length === 1) return readExpression(first, reader);
    throw reader.refuse(part[1] ?? nodes[0]!, "a comma is missing or too much", "valid Python");
  });
}

function readEntries(nodes: readonly SyntaxNode[], reader: Reader): DictEntry[] {
  return splitAt(nodes, ",").map((part) => {
    const [first, second, third] = part;
    if (first?.name === "**" && second !== undefined && part.length === 2) {
      return { key: undefined, value: readExpression(second, reader) };
    }
    if (third !== undefined && second!.name === ":" && part.length === 3) {
      return { key: readExpression(first!, reader), value: readExpression(third, reader) };
    }
    throw reader.refuse(first ?? nodes[0]!, "no entry of a dict", "key: value");
  });
}

function readMember(node: SyntaxNode, reader: Reader): Expression {
  const place = reader.placeOf(node);
  const [head, mark, ...rest] = childrenOf(node);
  const target = readExpression(head!, reader);
  if (mark!.name === ".") {
    return { kind: "attribute", target, name: reader.textOf(rest[0]!), place };
  }
  const inner = rest.slice(0, -1);
  const parts = splitAt(inner, ",");
  const items = parts.map((part) => readIndex(part, reader, mark!));
  const isTuple = inner.some(({ name }) => name === ",");
  if (!isTuple) return { kind: "subscript", target, index: items[0]!, place };
  const index: Expression = { kind: "tuple", items, place: reader.placeOf(mark!) };
  return { kind: "subscript", target, index, place };
}

function readIndex(
  nodes: readonly SyntaxNode[],
  reader: Reader,
  around: SyntaxNode,
): Expression {
  if (!nodes.some(({ name }) => name === ":")) return readSequence(nodes, reader, around);
  const bounds: (Expression | undefined)[] = [undefined];
  for (const node of nodes) {
    if (node.name === ":") bounds.push(undefined);
    else bounds[bounds.length - 1] = readExpression(node, reader);
  }
  while (bounds.length < 3) bounds.push(undefined);
  return { kind: "slice", bounds, place: reader.placeOf(nodes[0] ?? around) };
}

function readCall(node: SyntaxNode, reader: Reader): Expression {
  const [callee, list] = childrenOf(node) as [SyntaxNode, SyntaxNode];
  const inner = childrenOf(list).slice(1, -1);
  const args = inner.some(({ name }) => name === "for")
    ? [plainArgument(readComprehension(inner, "generator", reader))]
    : readArguments(inner, reader, (child) => readExpression(child, reader));
  return {
    kind: "call",
    callee: readExpression(callee, reader),
    args,
    place: reader.placeOf(node),
  };
}

function readComprehension(
  nodes: readonly SyntaxNode[],
  form: Comprehension["form"],
  reader: Reader,
): Expression {
  const start = nodes.findIndex(({ name }) => name === "for" || name === "async");
  const head = nodes.slice(0, start);
  const clauses: Clause[] = [];
  let tests: Expression[] = [];
  for (const [mark, part] of splitClauses(nodes.slice(start))) {
    if (mark.name === "for") {
      const at = part.findIndex(({ name }) => name === "in");
      const target = readTarget(part.slice(0, at), reader, mark);
      tests = [];
      clauses.push({ target, items: readSequence(part.slice(at + 1), reader, mark), tests });
    } else if (mark.name === "if") tests.push(readSequence(part, reader, mark));
    else throw reader.refuse(mark, `${mark.name} in a comprehension`, "for or if");
  }
  const place = reader.placeOf(head[0]!);
  const isPair = form === "dict";
  const key = isPair ? readExpression(head[0]!, reader) : undefined;
  const element = readSequence(isPair ? head.slice(2) : head, reader, nodes[0]!);
  return { kind: "comprehension", form, key, element, clauses, place };
}

function splitClauses(nodes: readonly SyntaxNode[]): [SyntaxNode, SyntaxNode[]][] {
  const clauses: [SyntaxNode, SyntaxNode[]][] = [];
  for (const node of nodes) {
    if (node.name === "for" || node.name === "if" || node.name === "async") {
      clauses.push([node, []]);
    } else clauses.at(-1)![1].push(node);
  }
  return clauses;
}

function readLambda(node: SyntaxNode, reader: Reader): Expression {
  const nodes = childrenOf(node);
  const parameters = nodes.find(({ name }) => name === "ParamList");
  const body = nodes.at(-1)!;
  const place = reader.placeOf(node);
  const value = readExpression(body, reader);
  const definition: FunctionDefinition = {
    name: "<lambda>",
    parameters: parameters === undefined
      ? []
      : readParameters(childrenOf(parameters), reader, (child) => readExpression(child, reader)),
    body: [{ kind: "return", value, place }],
  };
  return { kind: "lambda", definition, place };
}

/** Reads what is assigned to: one target, or several between commas. */
export function readTarget(
  nodes: readonly SyntaxNode[],
  reader: Reader,
  around: { readonly from: number },
): Target {
  return toTarget(readSequence(nodes, reader, around), reader);
}
