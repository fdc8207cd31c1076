import { ADict } from "../adict/adict.ts";
import { formatPath, parsePath, type PathKey } from "../adict/dotted_path.ts";
import type { Problem, WriteItem } from "./_arguments.ts";
import { FlagNames, type GivenFlag } from "./_flag_names.ts";
import { copyConfig, isBranch, isMapping, isSame, toPlainValue } from "./_plain.ts";
import type { FlagOptions } from "./types.ts";

/** What flags make of a config. */
export interface FlagValues {
  /** Values of flags that have a default, below all views. */
  defaults: Record<string, unknown>;
  /** Values of the flags that were given, above all views, lists as a whole. */
  given: readonly FlagWrite[];
}

/** The value of a flag that was given, as an argument that writes it. */
export interface FlagWrite extends WriteItem {
  kind: "assign";
  /** Whether another parser has read it: then nobody knows where it stands. */
  isForeign?: boolean;
}

/** The leaves of a value by path; a list is one, and so is an empty mapping. */
function leavesOf(value: unknown, path: readonly PathKey[]): [path: PathKey[], value: unknown][] {
  if (value === undefined) return [];
  if (!isBranch(value)) return [[[...path], value]];
  return Object.keys(value).flatMap((key) => leavesOf(value[key], [...path, key]));
}

/** A flag that another parser reports as undefined was neither given nor has it a default. */
function dropUndefined(value: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.keys(value).filter((key) => value[key] !== undefined).map(
    (key): [string, unknown] => {
      const inner = value[key];
      return [key, isMapping(inner) ? dropUndefined(inner) : inner];
    },
  );
  return Object.fromEntries(entries);
}

/** The first flag that cannot be read after those before it, and why. */
function findFault(
  given: readonly GivenFlag[],
  parse: (flags: readonly GivenFlag[]) => unknown,
): Problem {
  for (let count = 1;; count++) {
    const { item, name } = given[count - 1]!;
    try {
      parse(given.slice(0, count));
    } catch {
      const [root] = name.split(".");
      const message = `the flag --${root} has a value that is no mapping, expected no key in it`;
      return { message, item, place: item };
    }
  }
}

/** Reads flags as `@std/cli` does. */
export async function readFlags(
  options: FlagOptions,
  given: readonly GivenFlag[],
): Promise<{ values: FlagValues; problems: Problem[] }> {
  const { parseArgs } = await import("@std/cli/parse-args");
  const names = new FlagNames(options);
  function parse(flags: readonly GivenFlag[]): Record<string, unknown> {
    const args = flags.map(({ text }) => text);
    const { _: _rest, ...values } = parseArgs(args, options as Record<string, unknown>);
    const named = Object.entries(values).filter(([name]) => names.canonical(name) === name);
    return dropUndefined(Object.fromEntries(named));
  }
  const defaults = parse([]);
  let config: ADict;
  try {
    config = new ADict(parse(given));
  } catch {
    return { values: { defaults, given: [] }, problems: [findFault(given, parse)] };
  }
  const items = new Map(given.map(({ name, item }) => [name, item]));
  const writes: FlagWrite[] = [];
  const problems: Problem[] = [];
  for (const [name, item] of items) {
    if (!config.has(name)) {
      const message = "the value of the flag is no mapping, expected no key in it";
      problems.push({ message, item, place: item });
      continue;
    }
    // Else a number would become true without a word.
    if (typeof defaults[name] === "number" && config.get(name) === true) {
      problems.push({ message: "the flag has no value, expected a number", item, place: item });
      continue;
    }
    const span = { start: item.start, end: item.end };
    for (const [path, value] of leavesOf(toPlainValue(config.get(name)), parsePath(name))) {
      const key = formatPath(path);
      writes.push({
        kind: "assign",
        text: item.text,
        key,
        value,
        keySpan: span,
        valueSpan: span,
        ...span,
      });
    }
  }
  return { values: { defaults, given: writes }, problems };
}

const NOWHERE = { start: 0, end: 0 };

/** What another parser's result makes of a config: what differs from its defaults was given. */
export function splitFlags(
  parsed: Record<string, unknown>,
  defaults: Record<string, unknown>,
): FlagValues {
  const { _: _rest, ...values } = copyConfig(parsed);
  const initial = dropUndefined(copyConfig(defaults));
  const before = new Map(
    leavesOf(initial, []).map(([path, value]) => [formatPath(path), value]),
  );
  const given = leavesOf(dropUndefined(values), []).filter(([path, value]) => {
    const place = formatPath(path);
    return path.length > 0 && !(before.has(place) && isSame(before.get(place), value));
  });
  return {
    defaults: initial,
    given: given.map(([path, value]): FlagWrite => {
      const key = formatPath(path);
      const text = `--${key}`;
      return {
        kind: "assign",
        text,
        key,
        value,
        keySpan: NOWHERE,
        valueSpan: NOWHERE,
        ...NOWHERE,
        isForeign: true,
      };
    }),
  };
}
