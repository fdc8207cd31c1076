import type { PlacedValue } from "./_placed_value.ts";
import type { PathKey } from "./format_path.ts";

/** What a text contains that has a whole number beyond ±(2^53 - 1). */
const LONG_NUMBER_REGEXP = /\d[\d_]{15}|0[xob][\da-f_]{14}/i;
const WHOLE_REGEXP = /^([-+]?)(0x[\da-f]+|0o?[0-7]+|0b[01]+|\d+)$/i;

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
  locate: (text: string) => Promise<PlacedValue>,
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
