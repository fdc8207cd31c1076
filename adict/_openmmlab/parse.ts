import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { readBody } from "./read_statements.ts";
import { Reader } from "./reader.ts";
import { scanPython } from "./scan.ts";
import type { SourceFile } from "./source.ts";
import type { Body } from "./syntax.ts";

const MAX_DEPTH = 600;
/** Characters that count as one step of evaluation: parsing them takes about as long. */
const CHARACTERS_PER_STEP = 4;

/**
 * The statements of a Python text.
 *
 * @param text The file's text, its templates replaced.
 * @throws {Fault} If it is no Python, at the first place that is none.
 */
export function parsePython(source: SourceFile, text: string, budget: Budget): Body {
  budget.spend(Math.ceil(text.length / CHARACTERS_PER_STEP));
  const tree = parser.parse(scanPython(source, text));
  checkTree(tree, source, text);
  return readBody(tree.topNode, new Reader(source, text));
}

function checkTree(tree: Tree, source: SourceFile, text: string): void {
  const cursor = tree.cursor();
  let depth = 0;
  while (true) {
    const { type, from: offset } = cursor;
    if (type.isError) throw refuse(cursor.node, source, text);
    if (depth > MAX_DEPTH) {
      throw new Fault(`nested deeper than ${MAX_DEPTH} levels`, "fewer levels", { source, offset });
    }
    if (cursor.firstChild()) depth++;
    else {
      while (!cursor.nextSibling()) {
        if (!cursor.parent()) return;
        depth--;
      }
    }
  }
}

/** Says what an error of the tolerant parser is about. */
function refuse(node: SyntaxNode, source: SourceFile, text: string): Fault {
  const found = text.slice(node.from, node.to) ||
    /^[ \t]*(\w+|[^\s\w]|)/.exec(text.slice(node.from, node.from + 100))?.[1] || "";
  const gap = node.from === node.to ? /^[ \t]*/.exec(text.slice(node.from))![0].length : 0;
  const offset = node.from + gap;
  if (node.parent?.name.includes("String")) {
    return new Fault("a string is not closed", "its closing quote", {
      source,
      offset: node.parent.from,
    });
  }
  const state = found.trim() === ""
    ? "the line ends too early"
    : `${JSON.stringify(found)} stands here`;
  return new Fault(state, "valid Python", { source, offset });
}
