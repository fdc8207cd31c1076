import { unicodeWidth } from "@std/cli/unicode-width";
import { formatFile, formatPosition } from "./_position.ts";
import type { Reason, Writer } from "./types.ts";

const MAX_VALUE_WIDTH = 40;
const NORMAL = 0;
const BOLD = 1;
const DIM = 2;

/** A value on one line. */
export function formatValue(value: unknown): string {
  const text = typeof value === "string"
    ? JSON.stringify(value)
    : Deno.inspect(value, { compact: true, breakLength: Infinity, depth: 20 });
  return text.length <= MAX_VALUE_WIDTH ? text : `${text.slice(0, MAX_VALUE_WIDTH - 1)}…`;
}

/** Who wrote, in a few words. */
export function describeWriter({ kind, name, phase, priority, argument }: Writer): string {
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
  return parts.join(", ");
}

/** A place in a config file: `configs/base.yaml:3:1`. */
export function formatFilePlace({ path, line, column }: NonNullable<Reason["file"]>): string {
  const place = line === undefined ? "" : `:${line}:${column}`;
  return formatFile(path) + place;
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
