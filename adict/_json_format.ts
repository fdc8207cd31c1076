import type { ConfigFormat } from "./_config_format.ts";
import type { Source } from "./_parsed_data.ts";
import { refuseSmallBigint, toPlainData } from "./_plain_data.ts";
import { endOfQuoted } from "./_scalar_text.ts";
import { PlaceNode, placeOf } from "./_text_place.ts";
import { ConfigSyntaxError } from "./file_errors.ts";
import { findJsonFault } from "./json_fault.ts";

const TOKEN_REGEXP = /["{}[\],]|[^\s"{}[\],:]+/g;

/** JSON, indented by two spaces. */
export const JSON_FORMAT: ConfigFormat = {
  parse: (text, path) => parseJson(text, { text, path }),
  stringify: (value) => `${stringifyJson(value, 2)}\n`,
  locate: locateJson,
};

/** A JSON value on each line; always a list, one of a single line if the value is none. */
export const JSONL_FORMAT: ConfigFormat = {
  parse: parseJsonLines,
  stringify: stringifyJsonLines,
  locate: locateJsonLines,
};

function parseJsonLines(text: string, path: string): unknown[] {
  const values: unknown[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^[ \t]*$/.test(line)) continue;
    values.push(parseJson(line, { text, path }, index));
  }
  return values;
}

/** Parses JSON that starts at a line of the source, which is counted from 0. */
function parseJson(json: string, source: Source, startLine = 0): unknown {
  // Before JSON.parse, which has no places for its errors and takes the last of two equal keys.
  const fault = findJsonFault(json);
  if (fault !== undefined) {
    const { message, expected } = fault;
    const { line, column } = placeOf(json, fault.offset);
    const place = { line: startLine + line, column };
    throw new ConfigSyntaxError(message, { ...source, ...place, expected });
  }
  let isTooLarge = false;
  function keepNumber(key: string, value: unknown, context?: { source?: string }): unknown {
    const kept = keepWholeNumber(key, value, context);
    isTooLarge ||= kept === Infinity || kept === -Infinity;
    return kept;
  }
  try {
    const value = JSON.parse(json, keepNumber);
    if (!isTooLarge) return value;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const place = { line: startLine + 1, column: 1 };
    const options = { ...source, ...place, expected: "fewer levels", cause };
    throw new ConfigSyntaxError("nested too deeply", options);
  }
  const { line, column } = placeOf(json, findTooLarge(json));
  const place = { line: startLine + line, column };
  const state = "a number that is too large";
  throw new ConfigSyntaxError(state, { ...source, ...place, expected: "one up to 1.8e308" });
}

/** Where the first number of a JSON text stands that would become infinite. */
function findTooLarge(json: string): number {
  const tokens = new RegExp(TOKEN_REGEXP);
  for (let match = tokens.exec(json); match !== null; match = tokens.exec(json)) {
    if (match[0] === '"') tokens.lastIndex = endOfQuoted(json, match.index);
    // Of digits alone a bigint is made.
    else if (/[.eE]/.test(match[0]) && Math.abs(Number(match[0])) === Infinity) return match.index;
  }
  return 0;
}

/** A whole number that a double cannot hold becomes a bigint instead of another number. */
function keepWholeNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  // A number in its own shortest digits stands for itself.
  return /^-?\d+$/.test(source) && String(value) !== source ? BigInt(source) : value;
}

function stringifyJsonLines(value: unknown): string {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  // As a whole first, so that a message names the path from the top.
  toPlainData(value, { format: "JSON", refuse: refuseInJson });
  return values.map((element) => `${stringifyJson(element)}\n`).join("");
}

function stringifyJson(value: unknown, indent?: number): string {
  const data = toPlainData(value, { format: "JSON", refuse: refuseInJson });
  return JSON.stringify(data, writeNumber, indent);
}

function refuseInJson(leaf: unknown): string | undefined {
  if (typeof leaf === "number") return Number.isFinite(leaf) ? undefined : "a finite number";
  if (typeof leaf === "bigint") return refuseSmallBigint(leaf);
  if (leaf instanceof Date) return "a string: date.toISOString()";
  return leaf instanceof Uint8Array ? "an array of numbers: Array.from(bytes)" : undefined;
}

/** `JSON.stringify` writes `-0` as `0`, and no bigints. */
function writeNumber(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return rawJson(String(value));
  return Object.is(value, -0) ? rawJson("-0") : value;
}

function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}

/** A mapping or list that is open. */
interface Open {
  readonly node: PlaceNode;
  /** The index of the next element; undefined in a mapping. */
  index: number | undefined;
  /** The key of the next value; undefined where the next string is a key. */
  key: { name: string; offset: number } | undefined;
}

/** Where the values of a JSON text stand. */
function locateJson(text: string): PlaceNode {
  return scan(text, new PlaceNode(0));
}

/** Where the values of a text stand that has one JSON value on each line. */
function locateJsonLines(text: string): PlaceNode {
  const root = new PlaceNode(0);
  let start = 0;
  let index = 0;
  for (const line of text.split("\n")) {
    const indent = line.search(/[^ \t\r]/);
    if (indent !== -1) scan(line, root.add(index++, start + indent), start);
    start += line.length + 1;
  }
  return root;
}

/** Adds what is in one JSON value to its node. Needs valid JSON, and no recursion. */
function scan(json: string, root: PlaceNode, start = 0): PlaceNode {
  const open: Open[] = [];
  const tokens = new RegExp(TOKEN_REGEXP);
  for (let match = tokens.exec(json); match !== null; match = tokens.exec(json)) {
    const [token] = match;
    const around = open.at(-1);
    if (token === '"') {
      tokens.lastIndex = endOfQuoted(json, match.index);
      if (around !== undefined && around.index === undefined && around.key === undefined) {
        const name: string = JSON.parse(json.slice(match.index, tokens.lastIndex));
        around.key = { name, offset: start + match.index };
        continue;
      }
    }
    if (token === "}" || token === "]") open.pop();
    else if (token === ",") advance(around!);
    else {
      const node = addValue(around, start + match.index) ?? root;
      if (token === "{") open.push({ node, index: undefined, key: undefined });
      if (token === "[") open.push({ node, index: 0, key: undefined });
    }
  }
  return root;
}

function advance(around: Open): void {
  if (around.index !== undefined) around.index++;
  around.key = undefined;
}

function addValue(around: Open | undefined, offset: number): PlaceNode | undefined {
  if (around?.index !== undefined) return around.node.add(around.index, offset);
  return around && around.node.add(around.key!.name, around.key!.offset);
}
