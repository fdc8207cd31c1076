import type { SyntaxNode } from "@lezer/common";
import { describeNode, readExpression, readSequence, readTarget } from "./read_expressions.ts";
import { readParameters } from "./read_arguments.ts";
import { childrenOf, type Reader, splitAt } from "./reader.ts";
import type { Alias, Body, FunctionDefinition, Statement, Target } from "./syntax.ts";

const MAX_BRANCHES = 200;

/** Reads the statements of a module or of a block. */
export function readBody(node: SyntaxNode, reader: Reader): Body {
  return childrenOf(node).flatMap((child) => {
    if (child.name === ":") return [];
    if (node.name === "Script" && !reader.isAtMargin(child)) {
      throw reader.refuse(child, "a line with indentation", "no indentation here");
    }
    if (child.name !== "StatementGroup") return [readStatement(child, reader)];
    const inner = childrenOf(child).filter(({ name }) => name !== ";");
    return inner.map((one) => readStatement(one, reader));
  });
}

function readStatement(node: SyntaxNode, reader: Reader): Statement {
  const place = reader.placeOf(node);
  const nodes = childrenOf(node);
  switch (node.name) {
    case "AssignStatement":
      return readAssignment(node, nodes, reader);
    case "UpdateStatement": {
      const at = nodes.findIndex(({ name }) => name === "UpdateOp");
      const target = readTarget(nodes.slice(0, at), reader, node);
      const operator = reader.textOf(nodes[at]!).slice(0, -1);
      return {
        kind: "augmented",
        target,
        operator,
        value: readSequence(nodes.slice(at + 1), reader, node),
        place,
      };
    }
    case "ExpressionStatement":
      return { kind: "expression", value: readSequence(nodes, reader, node), place };
    case "ReturnStatement": {
      const value = nodes.length === 1 ? undefined : readSequence(nodes.slice(1), reader, node);
      return { kind: "return", value, place };
    }
    case "DeleteStatement": {
      const target = readTarget(nodes.slice(1), reader, node);
      return { kind: "delete", targets: [target], place };
    }
    case "IfStatement":
      return readIf(nodes, reader);
    case "WhileStatement": {
      const [body, otherwise] = readBodies(nodes, reader);
      const test = readSequence(headOf(nodes), reader, node);
      return { kind: "while", test, body: body!, otherwise: otherwise ?? [], place };
    }
    case "ForStatement":
      return readFor(node, nodes, reader);
    case "ImportStatement":
      return nodes[0]!.name === "from" ? readImportFrom(node, nodes, reader) : {
        kind: "import",
        names: splitAt(nodes.slice(1), ",").map((part) => readAlias(part, reader)),
        place,
      };
    case "WithStatement":
      return readWith(node, nodes, reader);
    case "FunctionDefinition":
      return readFunction(node, nodes, reader);
    case "ClassDefinition":
      return { kind: "class", name: reader.textOf(nodes[1]!), place };
    case "AssertStatement":
      return {
        kind: "assert",
        test: readSequence(splitAt(nodes.slice(1), ",")[0]!, reader, node),
        place,
      };
    case "ScopeStatement":
      if (nodes[0]!.name !== "global") break;
      return {
        kind: "global",
        names: splitAt(nodes.slice(1), ",").map(([name]) => reader.textOf(name!)),
        place,
      };
    case "PassStatement":
      return { kind: "pass", place };
    case "BreakStatement":
      return { kind: "break", place };
    case "ContinueStatement":
      return { kind: "continue", place };
  }
  return { kind: "unsupported", what: describeNode(node.name), place };
}

function readAssignment(
  node: SyntaxNode,
  nodes: readonly SyntaxNode[],
  reader: Reader,
): Statement {
  const place = reader.placeOf(node);
  const typed = nodes.find(({ name }) => name === "TypeDef");
  const parts = splitAt(nodes.filter((child) => child !== typed), "AssignOp");
  const value = parts.pop()!;
  if (typed !== undefined && parts.length === 0) return { kind: "pass", place };
  if (parts.length === 0) throw reader.refuse(node, "a value is missing", "one");
  const targets: Target[] = parts.map((part) => readTarget(part, reader, node));
  return { kind: "assign", targets, value: readSequence(value, reader, node), place };
}

/** What stands between the first word of a statement and its block. */
function headOf(nodes: readonly SyntaxNode[]): SyntaxNode[] {
  return nodes.slice(1, nodes.findIndex(({ name }) => name === "Body"));
}

function readBodies(nodes: readonly SyntaxNode[], reader: Reader): Body[] {
  return nodes.filter(({ name }) => name === "Body").map((body) => readBody(body, reader));
}

/** `if … elif … else`; an `elif` is an `if` in the `else` of the one before. */
function readIf(nodes: readonly SyntaxNode[], reader: Reader): Statement {
  const words = nodes.flatMap(({ name }, i) => "if elif else".split(" ").includes(name) ? [i] : []);
  if (words.length > MAX_BRANCHES) {
    throw reader.refuse(
      nodes[words[MAX_BRANCHES]!]!,
      `more than ${MAX_BRANCHES} branches`,
      "fewer",
    );
  }
  let otherwise: Body = [];
  for (const [i, start] of [...words.entries()].reverse()) {
    const branch = nodes.slice(start, words[i + 1]);
    const body = readBody(branch.at(-1)!, reader);
    if (branch[0]!.name === "else") otherwise = body;
    else {
      const test = readSequence(branch.slice(1, -1), reader, branch[0]!);
      otherwise = [{ kind: "if", test, body, otherwise, place: reader.placeOf(branch[0]!) }];
    }
  }
  return otherwise[0]!;
}

function readFor(node: SyntaxNode, nodes: readonly SyntaxNode[], reader: Reader): Statement {
  const place = reader.placeOf(node);
  if (nodes[0]!.name !== "for") return { kind: "unsupported", what: "async for", place };
  const head = headOf(nodes);
  const at = head.findIndex(({ name }) => name === "in");
  const [body, otherwise] = readBodies(nodes, reader);
  return {
    kind: "for",
    target: readTarget(head.slice(0, at), reader, node),
    items: readSequence(head.slice(at + 1), reader, node),
    body: body!,
    otherwise: otherwise ?? [],
    place,
  };
}

function readWith(node: SyntaxNode, nodes: readonly SyntaxNode[], reader: Reader): Statement {
  const place = reader.placeOf(node);
  const head = headOf(nodes);
  if (nodes[0]!.name !== "with" || head.length !== 1) {
    return { kind: "unsupported", what: "with of anything but read_base()", place };
  }
  const [body] = readBodies(nodes, reader);
  return { kind: "with", context: readExpression(head[0]!, reader), body: body!, place };
}

function readFunction(node: SyntaxNode, nodes: readonly SyntaxNode[], reader: Reader): Statement {
  const place = reader.placeOf(node);
  if (nodes[0]!.name !== "def") return { kind: "unsupported", what: "an async function", place };
  const [body] = readBodies(nodes, reader);
  const parameters = nodes.find(({ name }) => name === "ParamList")!;
  const definition: FunctionDefinition = {
    name: reader.textOf(nodes[1]!),
    parameters: readParameters(
      childrenOf(parameters),
      reader,
      (child) => readExpression(child, reader),
    ),
    body: body!,
  };
  return { kind: "function", definition, place };
}

function readAlias(nodes: readonly SyntaxNode[], reader: Reader): Alias {
  const at = nodes.findIndex(({ name }) => name === "as");
  const path = at < 0 ? nodes : nodes.slice(0, at);
  return {
    name: path.map((part) => reader.textOf(part)).join(""),
    alias: at < 0 ? undefined : reader.textOf(nodes[at + 1]!),
    place: reader.placeOf(nodes[at < 0 ? 0 : at + 1]!),
  };
}

function readImportFrom(
  node: SyntaxNode,
  nodes: readonly SyntaxNode[],
  reader: Reader,
): Statement {
  const at = nodes.findIndex(({ name }) => name === "import");
  const path = nodes.slice(1, at).map((part) => reader.textOf(part)).join("");
  const level = /^\.*/.exec(path)![0].length;
  const inner = nodes.slice(at + 1).filter(({ name }) => name !== "(" && name !== ")");
  const names = splitAt(inner, ",").map((part) => readAlias(part, reader));
  return {
    kind: "import from",
    module: path.slice(level),
    level,
    names,
    place: reader.placeOf(node),
  };
}
