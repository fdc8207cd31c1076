import minimist from "minimist";
import type { Names } from "./_names.ts";

/** What one argument, with the next one if it took that, sets. */
export interface Flag {
  /** Keys, dotted where nested, and their values. */
  readonly entries: readonly (readonly [key: string, value: unknown])[];
  /** Whether the next argument was the value. */
  readonly tookNext: boolean;
}

/** Keeps `--no-name` from being read as a negation, which is only for negatable names. */
const GUARD = "no\0-";

/** minimist sets each declared boolean to its default: this one tells that it was not given. */
const ABSENT = "\0absent";

/** Keeps text that reads as a number from becoming one: `unknown` is told what was typed. */
const RAW = "\0raw:";

function isNumeric(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function guardName(text: string): string {
  return text.replace(/^(--)?no-/, `$1${GUARD}`);
}

function guardValue(text: string): string {
  return isNumeric(text) ? `${RAW}${text}` : text;
}

function guardArgument(arg: string): string {
  return guardName(arg).replace(
    /^(--[^=]+=|-[A-Za-z]=?)([^]+)$/,
    (_, head: string, value: string) => head + guardValue(value),
  );
}

/** Whether an argument may set a flag of that name. */
function isNamedBy(arg: string, name: string): boolean {
  if (!arg.startsWith("--")) return name.length === 1 && arg.includes(name);
  return arg === `--${name}` || arg.startsWith(`--${name}=`);
}

function flatten(value: unknown, path: readonly string[]): [string, unknown][] {
  if (value === ABSENT) return [];
  // Of a dotted boolean minimist makes an array: its default first, then what was given.
  if (Array.isArray(value)) return value.flatMap((entry) => flatten(entry, path));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, entry]) => flatten(entry, [...path, key]));
  }
  const raw = typeof value === "string" ? value.replace(RAW, "") : value;
  return [[path.join(".").replace(GUARD, "no-"), raw]];
}

/** Text that reads as a number is one, unless the flag is declared as text. */
export function toNumber(value: unknown, isText: boolean): unknown {
  return typeof value === "string" && !isText && isNumeric(value) ? Number(value) : value;
}

/** Reads one flag; `next` is the argument after it, if that may be its value. */
export function readFlag(arg: string, next: string | undefined, names: Names): Flag {
  const booleans = [...names.booleans].filter((name) => isNamedBy(arg, name)).map(guardName);
  const values = next === undefined ? [] : [guardValue(next)];
  const { _: rest, ...flags } = minimist([guardArgument(arg), ...values], {
    boolean: names.allBooleans || booleans,
    default: Object.fromEntries(booleans.map((name) => [name, ABSENT])),
    string: ["_", ...names.strings].map(guardName),
  });
  return { entries: flatten(flags, []), tookNext: next !== undefined && rest.length === 0 };
}
