import { ImportError } from "../import_error.ts";

/** One cell, and where it begins. */
export interface Cell {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

const QUOTED_REGEXP = /"((?:[^"]|"")*)"(?=,|$)/y;
const PLAIN_REGEXP = /([^",]*)(?=,|$)/y;

/** The rows of CSV (RFC 4180): a cell in quotes may hold commas, line breaks and doubled quotes. */
export function* readCsvRows(file: string, lines: Iterable<string>): Generator<readonly Cell[]> {
  let rows: string[] = [];
  let isOpen = false;
  let line = 0;
  for (const text of lines) {
    line++;
    rows.push(text);
    if (countQuotes(text) % 2 === 1) isOpen = !isOpen;
    if (isOpen) continue;
    yield splitRow(file, rows.join("\n").replace(/\r$/, ""), line - rows.length + 1);
    rows = [];
  }
  if (rows.length === 0) return;
  const place = { file, line: line - rows.length + 1, column: rows[0]!.lastIndexOf('"') + 1 };
  throw new ImportError("a quote is opened and never closed", place);
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

function splitRow(file: string, row: string, firstLine: number): Cell[] {
  const cells: Cell[] = [];
  let line = firstLine;
  let lineStart = 0;
  for (let offset = 0; offset <= row.length; offset++) {
    const place = { line, column: offset - lineStart + 1 };
    const isQuoted = row[offset] === '"';
    const pattern = isQuoted ? QUOTED_REGEXP : PLAIN_REGEXP;
    pattern.lastIndex = offset;
    const match = pattern.exec(row);
    if (match === null) {
      const problem = "a quote stands in the middle of a cell, expected the whole cell in quotes";
      throw new ImportError(problem, { file, ...place });
    }
    const text = match[1]!;
    cells.push({ text: isQuoted ? text.replaceAll('""', '"') : text, ...place });
    const breaks = isQuoted ? text.split("\n").length - 1 : 0;
    if (breaks > 0) lineStart = offset + match[0].lastIndexOf("\n") + 1;
    line += breaks;
    offset += match[0].length;
  }
  return cells;
}
