import { LiteralError, LiteralReader } from "./_literal.ts";

/** Where a part of the command line stands: offsets into the joined arguments. */
export interface Span {
  start: number;
  end: number;
}

/** One mistake on the command line. */
export interface Problem {
  /** What is wrong, and what was expected. */
  message: string;
  /** The whole argument. */
  item: Span;
  /** The part of it that is wrong. */
  place: Span;
}

/** A name that stands alone: a view, a command, or the key after a command. */
export interface WordItem extends Span {
  kind: "word";
  text: string;
}

/** `--name` or `--name=value`; its meaning depends on the scope. */
export interface FlagItem extends Span {
  kind: "flag";
  text: string;
}

/** `key=value`, `key+=value` or `~key`. */
export interface WriteItem extends Span {
  kind: "assign" | "append" | "remove";
  text: string;
  key: string;
  keySpan: Span;
  value: unknown;
  valueSpan: Span;
}

/** One token of a command line. */
export type Item = WordItem | FlagItem | WriteItem;

/** The command line as it was given, joined, and as it was understood. */
export interface ParsedArguments {
  args: readonly string[];
  joined: string;
  items: Item[];
  problems: Problem[];
}

// Letters, digits, _ and $ of any script: all but the rest of ASCII and white space. (The classes
// \p{L} and \p{N} would take longer to compile than a whole command line to read.)
const KEY_CHAR = String.raw`[^\x00-\x23\x25-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]`;
const KEY_INDEX = String.raw`\[[^\]\s]*\]`;
const KEY_PATTERN = `(?:${KEY_CHAR}|${KEY_INDEX})(?:${KEY_CHAR}|[.-]|${KEY_INDEX})*`;
const ASSIGNMENT_REGEXP = new RegExp(String.raw`(${KEY_PATTERN})(\+?=)`, "y");
const REMOVAL_REGEXP = new RegExp(String.raw`~(${KEY_PATTERN})(?!\S)`, "y");
const WORD_REGEXP = /\S*/y;

/** Matches a sticky expression at an offset. */
function matchAt(regexp: RegExp, text: string, offset: number): RegExpExecArray | null {
  regexp.lastIndex = offset;
  return regexp.exec(text);
}

/** The end of the word at an offset. */
function endOfWord(text: string, start: number): number {
  return start + matchAt(WORD_REGEXP, text, start)![0].length;
}

/** Reads one `key=value` at an offset. */
function readAssignment(text: string, start: number, match: RegExpExecArray): WriteItem {
  const [whole, key, operator] = match as unknown as [string, string, string];
  const valueStart = start + whole.length;
  const reader = new LiteralReader(text, valueStart);
  const value = reader.read();
  const end = reader.position;
  return {
    kind: operator === "=" ? "assign" : "append",
    text: text.slice(start, end),
    key,
    keySpan: { start, end: start + key.length },
    value,
    valueSpan: { start: valueStart, end },
    start,
    end,
  };
}

function readItem(text: string, start: number): Item {
  const assignment = matchAt(ASSIGNMENT_REGEXP, text, start);
  if (assignment) return readAssignment(text, start, assignment);
  const end = endOfWord(text, start);
  const word = text.slice(start, end);
  const removal = matchAt(REMOVAL_REGEXP, text, start);
  if (removal) {
    const span = { start: start + 1, end };
    return {
      kind: "remove",
      text: word,
      key: removal[1]!,
      keySpan: span,
      value: undefined,
      valueSpan: span,
      start,
      end,
    };
  }
  return { kind: word.startsWith("-") ? "flag" : "word", text: word, start, end };
}

/** The offset of each argument in the joined text. */
export function argumentOffsets(args: readonly string[]): number[] {
  let offset = 0;
  return args.map((arg) => {
    const start = offset;
    offset += arg.length + 1;
    return start;
  });
}

/** Whether the shell passed a text with spaces as the value of one argument. */
function isSpacedText(first: Item, rest: Item[], isKnownWord: (word: string) => boolean): boolean {
  if (first.kind !== "assign" || rest.length === 0) return false;
  // What stands in marks or brackets ended where it was closed.
  if (typeof first.value !== "string" || !first.text.endsWith(first.value)) return false;
  return rest.some((item) => item.kind === "word" && !isKnownWord(item.text));
}

/**
 * Makes one item of an argument such as `prompt=Elsa is doing magic`, which the shell passed as one:
 * unless all that follows its first word is understood by itself.
 */
function rejoinTexts(parsed: ParsedArguments, isKnownWord: (word: string) => boolean): Item[] {
  const { args, joined, items } = parsed;
  const rejoined: Item[] = [];
  let next = 0;
  argumentOffsets(args).forEach((start, i) => {
    const end = start + args[i]!.length;
    while (next < items.length && items[next]!.start < start) rejoined.push(items[next++]!);
    const inside: Item[] = [];
    while (next < items.length && items[next]!.end <= end) inside.push(items[next++]!);
    const [first, ...rest] = inside;
    if (first?.kind === "assign" && isSpacedText(first, rest, isKnownWord)) {
      const valueSpan = { start: first.valueSpan.start, end };
      const value = joined.slice(valueSpan.start, end);
      rejoined.push({ ...first, value, valueSpan, end, text: joined.slice(first.start, end) });
    } else rejoined.push(...inside);
  });
  rejoined.push(...items.slice(next));
  return rejoined;
}

/**
 * Where reading goes on after a mistake: at the next argument; after a bracket or text that is not
 * closed, which would have swallowed that too, at the next assignment.
 */
function recover(parsed: ParsedArguments, start: number, error: LiteralError): number {
  const { args, joined } = parsed;
  const reached = error.isUnclosed ? start : Math.max(start, error.start);
  const next = argumentOffsets(args).find((offset) =>
    offset > reached &&
    (!error.isUnclosed || matchAt(ASSIGNMENT_REGEXP, joined, offset) !== null)
  );
  return next === undefined ? joined.length : next - 1;
}

/**
 * Joins the arguments and reads them again, so that lists and `%…%` texts with spaces need no
 * quotes for the shell. Mistakes are collected: one does not hide the next.
 *
 * @param args The arguments, as in `Deno.args`.
 * @param isKnownWord Whether a word that stands alone names a view or command.
 */
export function parseArguments(
  args: readonly string[],
  isKnownWord: (word: string) => boolean = () => true,
): ParsedArguments {
  const joined = args.join(" ");
  const parsed: ParsedArguments = { args, joined, items: [], problems: [] };
  let position = 0;
  while (true) {
    while (position < joined.length && /\s/.test(joined[position]!)) position++;
    if (position >= joined.length) break;
    try {
      const item = readItem(joined, position);
      parsed.items.push(item);
      position = item.end;
    } catch (error) {
      if (!(error instanceof LiteralError)) throw error;
      const end = recover(parsed, position, error);
      const { message, start } = error;
      parsed.problems.push({
        message,
        item: { start: position, end },
        place: { start, end: error.end },
      });
      position = end;
    }
  }
  parsed.items = rejoinTexts(parsed, isKnownWord);
  return parsed;
}
