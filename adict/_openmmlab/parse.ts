import type { Tree } from "@lezer/common";
import type { LRParser } from "@lezer/lr";
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

/** What parsing takes. */
export interface ParseOptions {
  /** A parser that ends at the first mistake. */
  readonly parser: LRParser;
  readonly budget: Budget;
}

/**
 * The statements of a Python text.
 *
 * @param source The file.
 * @param text The file's text, its templates replaced.
 * @throws {Fault} If it is no Python, at the first place that is none.
 */
export function parsePython(
  source: SourceFile,
  text: string,
  { parser, budget }: ParseOptions,
): Body {
  budget.spend(Math.ceil(text.length / CHARACTERS_PER_STEP));
  const scanned = scanPython(source, text);
  const tree = parseStrictly(scanned, source, parser);
  checkDepth(tree, source);
  try {
    return readBody(tree.topNode, new Reader(source, text));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Fault("nested too deeply", "fewer levels", { source, offset: 0 });
  }
}

function parseStrictly(text: string, source: SourceFile, parser: LRParser): Tree {
  try {
    return parser.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = Number(/\d+$/.exec(error.message)?.[0] ?? 0);
    throw refuse(text, at, source);
  }
}

/** Says what stands where the parser cannot go on. */
function refuse(text: string, at: number, source: SourceFile): Fault {
  const [gap] = /^[ \t]*/.exec(text.slice(at, at + 1000))!;
  const offset = at + gap.length;
  const [found] = /^(?:[\p{L}\p{N}_]{1,40}|[^\s\p{L}\p{N}_]?)/u.exec(
    text.slice(offset, offset + 100),
  )!;
  const state = found === "" ? "the line ends too early" : `${JSON.stringify(found)} stands here`;
  return new Fault(state, "valid Python", { source, offset });
}

function checkDepth(tree: Tree, source: SourceFile): void {
  const cursor = tree.cursor();
  let depth = 0;
  while (true) {
    if (depth > MAX_DEPTH) {
      const place = { source, offset: cursor.from };
      throw new Fault(`nested deeper than ${MAX_DEPTH} levels`, "fewer levels", place);
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
