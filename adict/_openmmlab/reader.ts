import type { SyntaxNode } from "@lezer/common";
import { Fault } from "./fault.ts";
import type { Place, SourceFile } from "./source.ts";

/** The text behind a tree of nodes, and the places in it. */
export class Reader {
  readonly source: SourceFile;
  readonly #text: string;

  constructor(source: SourceFile, text: string) {
    this.source = source;
    this.#text = text;
  }

  /** The text of a node. */
  textOf(node: { readonly from: number; readonly to: number }): string {
    return this.#text.slice(node.from, node.to);
  }

  /** The place at which a node starts. */
  placeOf(node: { readonly from: number }): Place {
    return { source: this.source, offset: node.from };
  }

  /** Whether a node is the first of its line, without indentation. */
  isAtMargin({ from }: SyntaxNode): boolean {
    return from === 0 || /[\n\r]/.test(this.#text[from - 1]!);
  }

  /** The mistake that a node is. */
  refuse(node: { readonly from: number }, state: string, expected: string): Fault {
    return new Fault(state, expected, this.placeOf(node));
  }
}

/** The children of a node without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== "Comment") children.push(child);
  }
  return children;
}

/** Splits nodes at separators of a name; what follows a last separator is left out where empty. */
export function splitAt(nodes: readonly SyntaxNode[], separator: string): SyntaxNode[][] {
  const parts: SyntaxNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === separator) parts.push([]);
    else parts.at(-1)!.push(node);
  }
  if (parts.at(-1)!.length === 0) parts.pop();
  return parts;
}
