import type { SyntaxNode } from "@lezer/common";
import { type Reader, splitAt } from "./reader.ts";
import type { Argument, Expression, Parameter } from "./syntax.ts";

/** Reads one expression; a parameter, so that this file does not import what imports it. */
type Read = (node: SyntaxNode) => Expression;

/** An argument by position. */
export function plainArgument(value: Expression): Argument {
  return { kind: "plain", name: "", value, place: value.place };
}

/** Reads the arguments of a call. */
export function readArguments(
  nodes: readonly SyntaxNode[],
  reader: Reader,
  read: Read,
): Argument[] {
  let isNamed = false;
  return splitAt(nodes, ",").map((part) => {
    const [first, second, third] = part;
    if (first === undefined) throw reader.refuse(nodes[0]!, "an argument is missing", "one");
    const place = reader.placeOf(first);
    if (first.name === "VariableName" && second?.name === "AssignOp" && third !== undefined) {
      isNamed = true;
      const value = read(third);
      return { kind: "keyword", name: reader.textOf(first), value, place };
    }
    if ((first.name === "*" || first.name === "**") && second !== undefined) {
      const kind = first.name === "*" ? "unpack" : "unpack keywords";
      isNamed ||= kind === "unpack keywords";
      return { kind, name: "", value: read(second), place };
    }
    if (part.length > 1) throw reader.refuse(second!, "no argument", "one such as name=value");
    if (isNamed) {
      throw reader.refuse(first, "an argument without a name behind named ones", "a name");
    }
    return plainArgument(read(first));
  });
}

/** Reads the parameters of a function, without what their types are said to be. */
export function readParameters(
  nodes: readonly SyntaxNode[],
  reader: Reader,
  read: Read,
): Parameter[] {
  const parameters: Parameter[] = [];
  let isKeywordOnly = false;
  const inner = nodes.filter(({ name }) => !"( ) TypeDef /".split(" ").includes(name));
  for (const part of splitAt(inner, ",")) {
    const star = part[0]?.name === "*" || part[0]?.name === "**" ? part[0].name : undefined;
    const name = part[star === undefined ? 0 : 1];
    if (star === "*") isKeywordOnly = true;
    if (name === undefined) continue;
    const value = part[2];
    parameters.push({
      name: reader.textOf(name),
      kind: star === "*" ? "rest" : star === "**" ? "keywords" : "plain",
      isKeywordOnly,
      fallback: star === undefined && value !== undefined ? read(value) : undefined,
    });
  }
  return parameters;
}
