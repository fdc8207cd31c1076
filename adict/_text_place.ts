import { type PathKey, printable } from "./dotted_path.ts";

const LINE_END_REGEXP = /\r\n|\n|\r/g;
const WIDE_REGEXP =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const MARK_REGEXP = /\p{Mark}/u;
const CONTEXT_BEFORE = 60;
const MAX_SHOWN = 100;

/** A place in a text, counted from 1; the column counts UTF-16 units, as editors do. */
export interface TextPlace {
  /** The line. */
  readonly line: number;
  /** The column. */
  readonly column: number;
}

/** The place of a character that is given by its offset. */
export function placeOf(text: string, offset: number): TextPlace {
  let line = 1;
  let start = 0;
  for (const match of text.matchAll(LINE_END_REGEXP)) {
    const next = match.index + match[0].length;
    if (next > offset) break;
    line++;
    start = next;
  }
  return { line, column: offset - start + 1 };
}

/** The offsets at which the lines of a text start. */
export function findLineStarts(text: string): number[] {
  return [
    0,
    ...Array.from(text.matchAll(LINE_END_REGEXP), ({ 0: end, index }) => index + end.length),
  ];
}

/** The place of an offset, by the last line that starts at or before it. */
export function placeAmong(lineStarts: readonly number[], offset: number): TextPlace {
  let [first, end] = [0, lineStarts.length];
  while (end - first > 1) {
    const middle = (first + end) >>> 1;
    if (lineStarts[middle]! <= offset) first = middle;
    else end = middle;
  }
  return { line: first + 1, column: offset - lineStarts[first]! + 1 };
}

/** The line of a place, cut to what fits on a screen, and below it a caret under the place. */
export function showPlace(text: string, { line, column }: TextPlace): string {
  const whole = lineOf(text, line);
  const offset = Math.min(column - 1, whole.length);
  const start = whole.length <= MAX_SHOWN ? 0 : Math.max(0, offset - CONTEXT_BEFORE);
  const end = Math.min(whole.length, start + MAX_SHOWN);
  const before = (start > 0 ? "…" : "") + printable(whole.slice(start, offset));
  const after = printable(whole.slice(offset, end)) + (end < whole.length ? "…" : "");
  return `${before}${after}\n${blankOf(before)}^`;
}

function lineOf(text: string, line: number): string {
  let start = 0;
  let left = line;
  for (const match of text.matchAll(LINE_END_REGEXP)) {
    left--;
    if (left === 0) return text.slice(start, match.index);
    start = match.index + match[0].length;
  }
  return left === 1 ? text.slice(start) : "";
}

/** White space as wide as the text in a terminal; a tab stays one, whatever its width. */
function blankOf(text: string): string {
  let blank = "";
  for (const char of text) {
    if (char === "\t") blank += "\t";
    else if (WIDE_REGEXP.test(char)) blank += "  ";
    else if (!MARK_REGEXP.test(char)) blank += " ";
  }
  return blank;
}

/** A value of a text, and where it stands. */
export interface PlacedValue {
  /** The offset of the key; of an element of a list, the element; of the whole text, 0. */
  readonly offset: number;
  /** What is written there, where that is a scalar without quotes and the format needs it. */
  readonly source?: string;
  /** The member or element of this value; undefined where it has no such one. */
  child(key: PathKey): PlacedValue | undefined;
}

/** A placed value whose members and elements are added one by one. */
export class PlaceNode implements PlacedValue {
  offset: number;
  source?: string;
  readonly #children: Map<PathKey, PlaceNode> = new Map();

  constructor(offset: number) {
    this.offset = offset;
  }

  child(key: PathKey): PlaceNode | undefined {
    return this.#children.get(key);
  }

  /** The first value with that key, at any depth. */
  find(key: PathKey): PlaceNode | undefined {
    for (const [name, child] of this.#children) {
      const found = name === key ? child : child.find(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Adds a member or element, in the place of an older one. */
  add(key: PathKey, offset: number): PlaceNode {
    const child = new PlaceNode(offset);
    this.#children.set(key, child);
    return child;
  }

  /** The member or element that is there, or a new one. */
  reach(key: PathKey, offset: number): PlaceNode {
    return this.#children.get(key) ?? this.add(key, offset);
  }
}
