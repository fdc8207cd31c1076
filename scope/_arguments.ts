import type {
  FlagItem,
  Item,
  ParsedArguments,
  Span,
  Vocabulary,
  WriteItem,
} from "./_argument_items.ts";
import { LiteralError, LiteralReader } from "./_literal.ts";

export type * from "./_argument_items.ts";

// Letters, digits, _ and $ of any script: all but the rest of ASCII and white space. (The classes
// \p{L} and \p{N} would take longer to compile than a whole command line to read.)
const KEY_CHAR = String.raw`[^\x00-\x23\x25-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]`;
// What is in quotes may hold spaces and brackets. The lookaheads leave one reading of each bracket:
// with several a long key would take for ever.
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const KEY_INDEX = String.raw`\[(?:${QUOTED}|(?!${QUOTED}\])[^\]\s]*)\]`;
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
  const removal = matchAt(REMOVAL_REGEXP, text, start);
  const end = removal ? start + removal[0].length : endOfWord(text, start);
  const word = text.slice(start, end);
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

/** Whether an argument can be the value of a flag in front of it: negative numbers can. */
function canBeValue(arg: string | undefined): arg is string {
  return arg !== undefined && (!arg.startsWith("-") || arg === "-" || /^-\.?\d/.test(arg));
}

/** Whether an argument has no other meaning than to be the value of an unknown flag. */
function isOnlyValue(arg: string, { isKnownWord }: Vocabulary): boolean {
  return !isKnownWord(arg) && matchAt(ASSIGNMENT_REGEXP, arg, 0) === null &&
    matchAt(REMOVAL_REGEXP, arg, 0) === null;
}

/**
 * Reads an argument that is a flag: it and its value stay as the shell passed them, whatever is in
 * them.
 */
function readFlag(
  { args, offsets }: ParsedArguments,
  start: number,
  vocabulary: Vocabulary,
): FlagItem | undefined {
  const i = countUpTo(offsets, start) - 1;
  const text = args[i]!;
  if (offsets[i] !== start || !text.startsWith("-") || text.length === 1) return undefined;
  const next = args[i + 1];
  const takesNext = vocabulary.takesNext(text, next);
  if (takesNext === undefined && /\s/.test(text)) return undefined;
  const takes = canBeValue(next) &&
    (takesNext ?? (!text.includes("=") && text !== "--" && isOnlyValue(next, vocabulary)));
  if (!takes) return { kind: "flag", text, start, end: start + text.length };
  return { kind: "flag", text, value: next, start, end: offsets[i + 1]! + next.length };
}

/** The offset of each argument in the joined text. */
function argumentOffsets(args: readonly string[]): number[] {
  let offset = 0;
  return args.map((arg) => {
    const start = offset;
    offset += arg.length + 1;
    return start;
  });
}

/** The number of offsets, which ascend, that are at most a given one. */
function countUpTo(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number, from 1, of the argument at an offset, and where it begins. */
export function locateArgument(
  { offsets }: ParsedArguments,
  offset: number,
): { index: number; start: number } {
  const index = countUpTo(offsets, offset);
  return { index, start: offsets[index - 1]! };
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
function rejoinTexts(parsed: ParsedArguments, { isKnownWord }: Vocabulary): Item[] {
  const { args, joined, items, offsets } = parsed;
  const rejoined: Item[] = [];
  let next = 0;
  offsets.forEach((start, i) => {
    const end = start + args[i]!.length;
    while (next < items.length && items[next]!.start < start) rejoined.push(items[next++]!);
    const inside: Item[] = [];
    while (next < items.length && items[next]!.end <= end) inside.push(items[next++]!);
    const [first, ...rest] = inside;
    if (first?.kind === "assign" && isSpacedText(first, rest, isKnownWord)) {
      const valueSpan = { start: first.valueSpan.start, end };
      const value = joined.slice(valueSpan.start, end);
      rejoined.push({ ...first, value, valueSpan, end, text: joined.slice(first.start, end) });
    } else for (const item of inside) rejoined.push(item);
  });
  return rejoined.concat(items.slice(next));
}

/**
 * Where reading goes on after a mistake: at the next argument; after a bracket or text that is not
 * closed, which would have swallowed that too, at the next assignment.
 */
function recover(parsed: ParsedArguments, start: number, error: LiteralError): number {
  const { joined, offsets } = parsed;
  const reached = error.isUnclosed ? start : Math.max(start, error.start);
  let next = countUpTo(offsets, reached);
  while (
    error.isUnclosed && next < offsets.length &&
    matchAt(ASSIGNMENT_REGEXP, joined, offsets[next]!) === null
  ) next++;
  return next < offsets.length ? offsets[next]! - 1 : joined.length;
}

/** Where the value stands that a space keeps from its key, as in `lr= 0.1`. */
function findSpacedValue(
  { joined }: ParsedArguments,
  { start }: LiteralError,
  vocabulary: Vocabulary,
): Span | undefined {
  if (joined[start] !== " ") return undefined;
  const end = endOfWord(joined, start + 1);
  const word = joined.slice(start + 1, end);
  if (word === "" || word.startsWith("-") || !isOnlyValue(word, vocabulary)) return undefined;
  return { start: start + 1, end };
}

function addProblem(
  parsed: ParsedArguments,
  start: number,
  error: LiteralError,
  vocabulary: Vocabulary,
): number {
  const { joined, problems } = parsed;
  const value = findSpacedValue(parsed, error, vocabulary);
  if (value === undefined) {
    const end = recover(parsed, start, error);
    const place = { start: error.start, end: error.end };
    problems.push({ message: error.message, item: { start, end }, place });
    return end;
  }
  const item = { start, end: value.end };
  const meant = joined.slice(start, error.start) + joined.slice(value.start, value.end);
  problems.push({ message: `there is a space, expected ${meant} without it`, item, place: item });
  return value.end;
}

const ALL_WORDS: Vocabulary = { isKnownWord: () => true, takesNext: () => undefined };

/**
 * Joins the arguments and reads them again, so that lists and `%…%` texts with spaces need no
 * quotes for the shell. Mistakes are collected: one does not hide the next.
 *
 * @param args The arguments, as in `Deno.args`.
 * @param vocabulary What has a meaning; by default every word names a view.
 */
export function parseArguments(
  args: readonly string[],
  vocabulary: Vocabulary = ALL_WORDS,
): ParsedArguments {
  const joined = args.join(" ");
  const offsets = argumentOffsets(args);
  const parsed: ParsedArguments = { args, joined, offsets, items: [], problems: [] };
  let position = 0;
  while (true) {
    while (position < joined.length && /\s/.test(joined[position]!)) position++;
    if (position >= joined.length) break;
    try {
      const item = readFlag(parsed, position, vocabulary) ?? readItem(joined, position);
      parsed.items.push(item);
      position = item.end;
    } catch (error) {
      if (!(error instanceof LiteralError)) throw error;
      position = addProblem(parsed, position, error, vocabulary);
    }
  }
  parsed.items = rejoinTexts(parsed, vocabulary);
  return parsed;
}
