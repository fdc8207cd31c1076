import { unicodeWidth } from "@std/cli/unicode-width";
import { type Colour, paint } from "./_colour.ts";
import { printable } from "./_format.ts";
import type { Terminal } from "./_terminal.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Where the column may be cut when the window is narrow: the columns it keeps. */
  readonly minWidth?: number;
}

/** A cell, with a colour or not. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

const GAP = 2;
const MIN_WIDTH = 8;

/**
 * The lines of a table that fits the window. Where it does not fit, wide columns are cut, those that
 * may be, and then the last columns are left out; a line below says how many.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  terminal: Terminal,
): string {
  const titles = columns.map(({ title }) => printable(title));
  const texts = rows.map((row) => row.map((cell) => printable(textOf(cell))));
  const natural = titles.map((title, i) =>
    Math.max(unicodeWidth(title), ...texts.map((row) => unicodeWidth(row[i] ?? "")))
  );
  const widths = fit(natural, columns, terminal.columns);
  const header = widths.map((width, i) =>
    paint(pad(cut(titles[i]!, width), width, columns[i]!.align), "dim", terminal)
  );
  const lines = rows.map((row, r) =>
    widths.map((width, i) => {
      const text = pad(cut(texts[r]![i] ?? "", width), width, columns[i]!.align);
      const cell = row[i];
      return typeof cell === "object" ? paint(text, cell.colour, terminal) : text;
    })
  );
  const table = [header, ...lines].map((cells) => trimEnd(cells.join(" ".repeat(GAP))));
  const dropped = titles.slice(widths.length);
  const note = dropped.length === 0
    ? []
    : [cut(`(no room for: ${dropped.join(", ")})`, terminal.columns)];
  return [...table, ...note].map((line) => `${line}\n`).join("");
}

/** The widths of the columns that fit. */
function fit(natural: readonly number[], columns: readonly Column[], room: number): number[] {
  const widths = [...natural];
  while (total(widths) > room) {
    const widest = widestOf(widths, columns);
    if (widest !== undefined) {
      const { minWidth = MIN_WIDTH } = columns[widest]!;
      widths[widest] = Math.max(minWidth, widths[widest]! - (total(widths) - room));
    } else if (widths.length > 1) {
      // Anew without the last column, so that no column is cut for one that is left out
      return fit(natural.slice(0, -1), columns, room);
    } else {
      return [Math.max(1, room)];
    }
  }
  return widths;
}

/** The widest column that may still be cut. */
function widestOf(widths: readonly number[], columns: readonly Column[]): number | undefined {
  let widest: number | undefined;
  widths.forEach((width, i) => {
    const { minWidth } = columns[i]!;
    if (minWidth === undefined || width <= minWidth) return;
    if (widest === undefined || width > widths[widest]!) widest = i;
  });
  return widest;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - unicodeWidth(text)));
  return align === "right" ? blanks + text : text + blanks;
}

/** The text in at most so many columns, with an ellipsis where it is cut. */
export function cut(text: string, width: number): string {
  if (unicodeWidth(text) <= width) return text;
  let kept = "";
  let taken = 0;
  for (const character of text) {
    taken += unicodeWidth(character);
    if (taken > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Without blanks at the end, also before the code that ends a colour. */
function trimEnd(line: string): string {
  // deno-lint-ignore no-control-regex -- colours are escape sequences
  return line.replace(/ +(\x1b\[0m)?$/, "$1").trimEnd();
}
