import { unicodeWidth } from "@std/cli/unicode-width";
import { formatFile, formatPosition } from "./_journal.ts";
import type { Reason, Writer } from "./types.ts";

const MAX_VALUE_WIDTH = 40;
/** What `JSON.stringify` leaves as it is. */
const UNESCAPED_REGEXP = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const NORMAL = 0;
const BOLD = 1;
const DIM = 2;
/** Control characters, C0 and C1, line ends of any kind, and what turns the direction of a text. */
const CONTROL_REGEXP = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const CONTROL_IN_LINES_REGEXP = /(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text of a program with what a terminal would act on written as JSON and JavaScript do. */
export function escapeControls(text: string): string {
  return text.replaceAll(
    UNESCAPED_REGEXP,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value on one line. */
export function formatValue(value: unknown): string {
  const whole = typeof value === "string"
    ? JSON.stringify(value)
    : Deno.inspect(value, { compact: true, breakLength: Infinity, depth: 20 });
  const text = printable(escapeControls(whole));
  return text.length <= MAX_VALUE_WIDTH ? text : `${text.slice(0, MAX_VALUE_WIDTH - 1)}…`;
}

/** Who wrote, in a few words. */
export function describeWriter(writer: Writer): string {
  const { kind, phase, priority, argument } = writer;
  const name = printable(writer.name);
  if (kind === "argument") return `argument ${argument!.index}: ${name}`;
  if (kind === "literal") return `assigned: ${name}`;
  if (kind === "sample") return `sampled by ${name}`;
  if (kind === "config") return "the scope's own config";
  if (kind === "flag") return phase === "flags" ? name : `flag ${name}`;
  if (kind === "schema") return "the schema";
  const rank = priority === 0 ? "" : `, priority ${priority}`;
  return kind === "view" ? `${phase} view ${name}${rank}` : `lazy block${rank}`;
}

function describePlace({ position, file, reads }: Reason): string {
  const parts = [];
  if (file !== undefined) parts.push(`from ${formatFilePlace(file)}`);
  if (position !== undefined) parts.push(formatPosition(position));
  if (reads !== undefined) parts.push(`after reading ${reads.join(", ")}`);
  return printable(parts.join(", "));
}

/** A place in a config file: `configs/base.yaml:3:1`. */
export function formatFilePlace({ path, line, column }: NonNullable<Reason["file"]>): string {
  const place = line === undefined ? "" : `:${line}:${column}`;
  return printable(formatFile(path)) + place;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - unicodeWidth(text)));
}

/** A table without rules: as wide as its cells, two spaces between them. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => unicodeWidth(row[i]!))));
  return rows.map((row) => row.map((cell, i) => pad(cell, widths[i]!)).join("  ").trimEnd());
}

function paint(text: string, code: number, isColoured: boolean): string {
  return isColoured && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text;
}

/** The history of each leaf for a person: the value it has, then who wrote what, oldest first. */
export function formatReasons(
  reasons: ReadonlyMap<string, readonly Reason[]>,
  isColoured = false,
): string {
  const blocks = [...reasons].map(([path, history]) => {
    const last = history.at(-1)!;
    const title = last.removed ? `${path} is not set` : `${path} = ${formatValue(last.after)}`;
    const rows = history.map((reason) => [
      `  ${reason.removed ? "removed" : formatValue(reason.after)}`,
      describeWriter(reason.writer),
      describePlace(reason),
    ]);
    const lines = alignColumns(rows).map((line, i) =>
      paint(line, i === rows.length - 1 ? NORMAL : DIM, isColoured)
    );
    return [paint(title, BOLD, isColoured), ...lines].join("\n");
  });
  return blocks.length === 0 ? "The config is empty" : blocks.join("\n\n");
}

/** Replaces what a terminal would act on, so that a text stays one line of itself. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL_REGEXP, "�");
}

/** The same of a text of several lines. */
export function printableLines(text: string): string {
  return text.replaceAll(CONTROL_IN_LINES_REGEXP, "�");
}
