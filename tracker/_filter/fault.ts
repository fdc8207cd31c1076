import { unicodeWidth } from "@std/cli/unicode-width";
import { nearestName } from "../../adict/mod.ts";
import { FilterError } from "../filter_error.ts";

const MAX_SHOWN = 72;
const MAX_NAMES = 14;
const INDENT = "  ";

/** A stretch of an expression, in UTF-16 units; `end` is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text that is read, and what it is called in a message. */
export interface Source {
  readonly text: string;
  /** "filter" or "order". */
  readonly subject: string;
}

/** The error for a stretch of the expression. */
export function fault(source: Source, { start, end }: Span, problem: string): FilterError {
  const { text: expression, subject } = source;
  const message = `Cannot read the ${subject}: ${problem}\n\n${showPlace(expression, start, end)}`;
  return new FilterError(message, { expression, problem, start, end });
}

/** What follows the name of something that does not exist: the nearest name, or those there are. */
export function suggest(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  if (nearest !== undefined) return `, did you mean "${nearest}"?`;
  const more = candidates.length > MAX_NAMES ? ` and ${candidates.length - MAX_NAMES} more` : "";
  return `, expected one of ${candidates.slice(0, MAX_NAMES).join(", ")}${more}`;
}

/** The expression with carets under the place; of a long one, the part around it. */
function showPlace(expression: string, start: number, end: number): string {
  const from = start < MAX_SHOWN ? 0 : start - MAX_SHOWN / 2;
  const lead = from > 0 ? "…" : "";
  const tail = from + MAX_SHOWN < expression.length ? "…" : "";
  const shown = printable(expression.slice(from, from + MAX_SHOWN));
  const before = unicodeWidth(lead + printable(expression.slice(from, start)));
  const marked = printable(expression.slice(start, Math.min(end, from + MAX_SHOWN)));
  const carets = "^".repeat(Math.max(1, unicodeWidth(marked)));
  return [INDENT + lead + shown + tail, INDENT + " ".repeat(before) + carets].join("\n");
}

/** Replaces what a terminal would act on. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, "\ufffd");
}
