import { findLineStarts, placeAmong, type TextPlace } from "../_text_place.ts";
import type { PathKey } from "../dotted_path.ts";

/** A stretch of a text that a template was replaced by. */
export interface Replacement {
  /** Where it starts in the text that was parsed. */
  readonly start: number;
  /** Where it ends there. */
  readonly end: number;
  /** Where the template starts in the file. */
  readonly from: number;
  /** Where the template ends in the file. */
  readonly to: number;
}

/** A file of a chain of configs. */
export class SourceFile {
  /** The path, as the chain reached it. */
  readonly path: string;
  /** What the file holds. */
  readonly text: string;
  readonly #replacements: readonly Replacement[];
  #lineStarts: readonly number[] | undefined;

  constructor(path: string, text: string, replacements: readonly Replacement[] = []) {
    this.path = path;
    this.text = text;
    this.#replacements = replacements;
  }

  /** The offset in the file of an offset in the text that was parsed. */
  originOf(offset: number): number {
    let shift = 0;
    for (const { start, end, from, to } of this.#replacements) {
      if (offset < start) break;
      if (offset < end) return from;
      shift = to - end;
    }
    return offset + shift;
  }

  /** The place in the file of an offset in the text that was parsed. */
  locate(offset: number): TextPlace {
    this.#lineStarts ??= findLineStarts(this.text);
    return placeAmong(this.#lineStarts, this.originOf(offset));
  }
}

/** Where something stands: an offset in the text that was parsed, or keys in a file of data. */
export interface Place {
  /** The file. */
  readonly source: SourceFile;
  /** The offset; 0 in a file of data. */
  readonly offset: number;
  /** The keys in a file of data. */
  readonly keys?: readonly PathKey[];
}
