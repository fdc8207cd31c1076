import { MAX_DEPTH } from "./_data.ts";
import { type PlacedValue, placeOf } from "./_text_place.ts";
import type { PathKey } from "./dotted_path.ts";
import { ConfigSyntaxError } from "./file_errors.ts";

/** Aliases may repeat what is written once, but not so often that memory ends. */
const MAX_NODES = 1_000_000;
/** What becomes of a mapping that is the key of another, as in `{{ template }}`. */
const MAPPING_KEY = String({});
const MAPPING_KEY_REGEXP = /\{\s*\{|\?\s+[-{]/;
/** What a text contains that has a whole number beyond ±(2^53 - 1). */
const LONG_NUMBER_REGEXP = /\d[\d_]{15}|0[xob][\da-f_]{14}/i;
const WHOLE_REGEXP = /^([-+]?)(0x[\da-f]+|0o?[0-7]+|0b[01]+|\d+)$/i;

/** The text that a value was parsed from. */
export interface Source {
  /** The text. */
  readonly text: string;
  /** Its file. */
  readonly path: string;
}

interface Copy {
  readonly value: unknown;
  /** The number of nodes when every alias is written out. */
  readonly nodes: number;
}

/**
 * What a parser made, in plain objects, arrays, leaves and dates. What occurs twice by an alias is
 * one object afterwards as well.
 *
 * @throws {ConfigSyntaxError} If the value has the key `__proto__` or a mapping as a key, is too deep,
 * contains itself or grows out of all proportion through aliases.
 */
export function normaliseParsed(value: unknown, source: Source): unknown {
  const copies = new Map<object, Copy | undefined>();

  function copy(node: unknown, depth: number): Copy {
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) {
      return { value: node, nodes: 1 };
    }
    if (node instanceof Date) return { value: new Date(node.getTime()), nodes: 1 };
    if (copies.has(node)) return copies.get(node) ?? refuse("an alias to what is around it");
    if (depth === MAX_DEPTH) return refuse(`nested deeper than ${MAX_DEPTH} levels`);
    // Marks the node as being worked on.
    copies.set(node, undefined);
    const done = copyContainer(node, depth);
    copies.set(node, done);
    return done;
  }

  function copyContainer(node: object, depth: number): Copy {
    const result: Record<string, unknown> | unknown[] = Array.isArray(node) ? [] : {};
    let nodes = 1;
    for (const [key, child] of Object.entries(node)) {
      if (key === "__proto__") return refuse('the key "__proto__"', source.text.indexOf(key));
      if (key === MAPPING_KEY && !source.text.includes(key)) {
        return refuse("a mapping as a key", source.text.search(MAPPING_KEY_REGEXP));
      }
      const done = copy(child, depth + 1);
      nodes += done.nodes;
      if (Array.isArray(result)) result.push(done.value);
      else result[key] = done.value;
    }
    if (nodes > MAX_NODES + source.text.length) return refuse(`aliases that make ${nodes} values`);
    return { value: result, nodes };
  }

  function refuse(state: string, offset = 0): never {
    const { text, path } = source;
    const place = placeOf(text, Math.max(0, offset));
    throw new ConfigSyntaxError(state, { text, path, ...place, expected: "plain data" });
  }

  return copy(value, 0).value;
}

/**
 * Puts the exact bigint in the place of every whole number that a parser has rounded because a double
 * cannot hold it. Changes the parsed data, which nobody else has yet.
 *
 * @param parsed What the parser made of the text.
 * @param text The text.
 * @param locate Says where its values stand, and what is written there.
 */
export async function restoreWholeNumbers(
  parsed: unknown,
  text: string,
  locate: (text: string) => PlacedValue | Promise<PlacedValue>,
): Promise<void> {
  if (!LONG_NUMBER_REGEXP.test(text) || !holdsLargeNumber(parsed, new Set())) return;
  restoreIn(parsed, await locate(text), new Set());
}

function isLarge(value: unknown): value is number {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Spares the parsing for places where the long digits are those of a fraction or a text. */
function holdsLargeNumber(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== "object" || value === null) return isLarge(value);
  if (seen.has(value) || value instanceof Uint8Array) return false;
  seen.add(value);
  return Object.values(value).some((child) => holdsLargeNumber(child, seen));
}

function restoreIn(container: unknown, place: PlacedValue, seen: Set<object>): void {
  if (typeof container !== "object" || container === null || seen.has(container)) return;
  if (container instanceof Uint8Array) return;
  seen.add(container);
  for (const [name, value] of Object.entries(container)) {
    const key: PathKey = Array.isArray(container) ? Number(name) : name;
    const child = place.child(key);
    if (child === undefined) continue;
    const exact = isLarge(value) ? readWhole(child.source ?? "") : undefined;
    // Digits that a number prints by itself stand for that number.
    const isRounded = exact !== undefined && Number(exact) === value &&
      String(exact) !== String(value);
    if (isRounded) Reflect.set(container, key, exact);
    else restoreIn(value, child, seen);
  }
}

function readWhole(source: string): bigint | undefined {
  const match = WHOLE_REGEXP.exec(source.replaceAll("_", ""));
  if (match === null) return undefined;
  const [, sign, digits] = match as unknown as [string, string, string];
  // YAML 1.1 writes an octal number with a zero alone in front.
  const magnitude = BigInt(digits.replace(/^0(?=[0-7]+$)/, "0o").toLowerCase());
  return sign === "-" ? -magnitude : magnitude;
}
