import type { SyntaxNode } from "@lezer/common";
import { childrenOf, type Reader } from "./reader.ts";
import type { Expression, Replacement } from "./syntax.ts";

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\n": "",
};
const ESCAPE_REGEXP =
  /\\(?:(\r\n|[\n\\'"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([xuUN]))/g;

/** Reads string literals that stand side by side, which are one. */
export function readStrings(
  node: SyntaxNode,
  reader: Reader,
  readExpression: (node: SyntaxNode) => Expression,
): Expression {
  const literals = node.name === "ContinuedString" ? childrenOf(node) : [node];
  const parts = literals.flatMap((literal) =>
    literal.name === "FormatString"
      ? readFormat(literal, reader, readExpression)
      : [readLiteral(literal, reader)]
  );
  const place = reader.placeOf(node);
  if (parts.every((part) => typeof part === "string")) {
    return { kind: "constant", value: parts.join(""), place };
  }
  return { kind: "text", parts, place };
}

interface Quoted {
  readonly isRaw: boolean;
  /** Where the text between the quotes starts and ends. */
  readonly start: number;
  readonly end: number;
}

function openString(node: SyntaxNode, reader: Reader): Quoted {
  const [, prefix, quote] = /^([a-zA-Z]*)("""|'''|"|')/.exec(reader.textOf(node))!;
  if (/b/i.test(prefix!)) throw reader.refuse(node, "bytes", "a text");
  const start = node.from + prefix!.length + quote!.length;
  return { isRaw: /r/i.test(prefix!), start, end: node.to - quote!.length };
}

function readLiteral(node: SyntaxNode, reader: Reader): string {
  const { isRaw, start, end } = openString(node, reader);
  return decode(start, end, isRaw, reader);
}

function decode(from: number, to: number, isRaw: boolean, reader: Reader): string {
  const text = reader.textOf({ from, to }).replace(/\r\n?/g, "\n");
  if (isRaw || !text.includes("\\")) return text;
  return text.replace(ESCAPE_REGEXP, (_escape, simple, octal, hex, short, long, bad, index) => {
    if (simple !== undefined) return SIMPLE_ESCAPES[simple]!;
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    const code = parseInt(hex ?? short ?? long ?? "", 16);
    if (bad === undefined && code <= 0x10ffff) return String.fromCodePoint(code);
    throw reader.refuse({ from: from + index }, "an escape that is none", "one such as \\u00e9");
  });
}

function readFormat(
  node: SyntaxNode,
  reader: Reader,
  readExpression: (node: SyntaxNode) => Expression,
): (string | Replacement)[] {
  const { isRaw, start, end } = openString(node, reader);
  return readParts(node, { isRaw, start, end }, reader, readExpression);
}

function readParts(
  node: SyntaxNode,
  { isRaw, start, end }: Quoted,
  reader: Reader,
  readExpression: (node: SyntaxNode) => Expression,
): (string | Replacement)[] {
  const parts: (string | Replacement)[] = [];
  let position = start;
  for (const child of childrenOf(node)) {
    if (child.name !== "FormatReplacement") continue;
    literal(child.from);
    parts.push(readReplacement(child, reader, readExpression, isRaw));
    position = child.to;
  }
  literal(end);
  return parts;

  function literal(to: number): void {
    if (to <= position) return;
    const text = decode(position, to, isRaw, reader);
    parts.push(text.replaceAll("{{", "{").replaceAll("}}", "}"));
  }
}

function readReplacement(
  node: SyntaxNode,
  reader: Reader,
  readExpression: (node: SyntaxNode) => Expression,
  isRaw: boolean,
): Replacement {
  const inner = childrenOf(node).filter(({ name }) => name !== "{" && name !== "}");
  const [value, ...rest] = inner;
  if (value === undefined || rest.some(({ name }) => !name.startsWith("Format"))) {
    throw reader.refuse(node, "a field of a text that is no single value", "one value");
  }
  const named = (name: string): SyntaxNode | undefined => rest.find((child) => child.name === name);
  const [conversion, spec, selfDoc] = ["FormatConversion", "FormatSpec", "FormatSelfDoc"].map(
    named,
  );
  return {
    value: readExpression(value),
    conversion: conversion === undefined ? "" : reader.textOf(conversion).slice(1),
    format: spec === undefined
      ? []
      : readParts(spec, { isRaw, start: spec.from + 1, end: spec.to }, reader, readExpression),
    label: selfDoc === undefined ? "" : reader.textOf({ from: node.from + 1, to: selfDoc.to }),
  };
}
