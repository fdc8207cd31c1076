import { formatPath, parsePath } from "../adict/dotted_path.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { isAtOrBelow, listPaths } from "./_apply_argument.ts";
import { locateArgument, type ParsedArguments } from "./_arguments.ts";
import { type CommandContext, operandError, wholeConfig } from "./_command_context.ts";
import { escapeControls, formatReasons } from "./_format_reasons.ts";
import { reasonsFor } from "./_reasons.ts";
import type { Command, Operand } from "./_routed.ts";
import type { Reason } from "./types.ts";

type Histories = ReadonlyMap<string, Reason[]>;

/** Marks around a text that the shell has passed on. */
const MARKED_REGEXP = /^(["'%])(.*)\1$/s;

/**
 * The histories of the keys that the command names, else of every value that is set.
 *
 * @throws {CommandLineError} If there is no such key.
 */
export function explain({ operands }: Command, context: CommandContext): string {
  const reasons = allReasons(context);
  const keys = operands.filter(({ text }) => !text.startsWith("--"));
  const shown = new Map<string, Reason[]>();
  for (const key of joinOperands(keys, context.parsed, reasons)) {
    const found = findReasons(key.text, reasons);
    if (found.length === 0) {
      throw operandError(context, key, describeUnknownKey(key.text, wholeConfig(context)));
    }
    for (const [path, history] of found) shown.set(path, history);
  }
  const chosen = keys.length > 0
    ? shown
    : new Map([...reasons].filter(([, history]) => !history.at(-1)!.removed));
  if (operands.some(({ text }) => text === "--json")) return toJson(chosen);
  return formatReasons(chosen, context.isColoured);
}

/** The history of every leaf; with several scopes under their names. */
function allReasons({ resolved, isNamespaced }: CommandContext): Histories {
  const all = new Map<string, Reason[]>();
  for (const { core, composed } of resolved) {
    for (const [path, reasons] of reasonsFor(composed.entries)) {
      all.set(isNamespaced ? formatPath([core.name, ...parsePath(path)]) : path, reasons);
    }
  }
  return all;
}

/**
 * The keys that are meant: an argument with spaces, which the shell has passed as one, is one key
 * where there is such a key.
 */
function joinOperands(
  words: readonly Operand[],
  parsed: ParsedArguments,
  reasons: Histories,
): Operand[] {
  const keys: Operand[] = [];
  for (let next = 0; next < words.length;) {
    const { index, start } = locateArgument(parsed, words[next]!.start);
    const text = parsed.args[index - 1]!;
    const end = start + text.length;
    const count = words.slice(next).filter((word) => word.end <= end).length;
    const isKey = count > 1 && findReasons(text, reasons).length > 0;
    keys.push(isKey ? { text, start, end } : words[next]!);
    next += isKey ? count : 1;
  }
  return keys;
}

/** The histories at and below a key, however it is written. */
function findReasons(text: string, reasons: Histories): [path: string, history: Reason[]][] {
  for (const key of readingsOf(text, reasons)) {
    const found = [...reasons].filter(([path, history]) =>
      isAtOrBelow(path, key) || isItemOf(key, path, history)
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a key leads into a list: an item has the history of the list. */
function isItemOf(key: string, path: string, history: readonly Reason[]): boolean {
  return key.startsWith(`${path}[`) &&
    history.some(({ before, after }) => Array.isArray(before) || Array.isArray(after));
}

/** What a key may mean: a path as it is shown or read, its keys with dots between them, one key. */
function* readingsOf(text: string, reasons: Histories): Generator<string> {
  yield text;
  try {
    yield formatPath(parsePath(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const inner = MARKED_REGEXP.exec(text)?.[2] ?? text;
  yield inner;
  for (const path of reasons.keys()) {
    const keys = parsePath(path);
    for (let depth = 1; depth <= keys.length; depth++) {
      const above = keys.slice(0, depth);
      if (above.join(".") === inner) yield formatPath(above);
    }
  }
}

function describeUnknownKey(key: string, config: Record<string, unknown>): string {
  const near = nearestName(key, listPaths(config));
  return `the config has no such key${near === undefined ? "" : `, did you mean "${near}"?`}`;
}

function toJson(reasons: Histories): string {
  return escapeControls(JSON.stringify(Object.fromEntries(reasons), writeExactly, 2));
}

/** What JSON has no notation for, as text. */
function writeExactly(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}`;
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
