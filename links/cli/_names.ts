import type { ParseOptions } from "./parse_args.ts";

/** The declared names, each list with the aliases of its members. */
export interface Names {
  /** Every name of an alias, with its other names. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Whether `--name` without a value is a boolean whatever the name. */
  readonly allBooleans: boolean;
  /** Flags that take no value. */
  readonly booleans: ReadonlySet<string>;
  /** Flags whose value stays text. */
  readonly strings: ReadonlySet<string>;
  /** Flags whose values are gathered in an array. */
  readonly collected: ReadonlySet<string>;
  /** Flags that `--no-` turns off. */
  readonly negatable: ReadonlySet<string>;
}

type NameList = boolean | string | readonly string[] | undefined;

function toAliases(alias: ParseOptions["alias"] = {}): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const [key, value] of Object.entries(alias)) {
    if (value === undefined) throw new TypeError("Alias value must be defined");
    const group = [key, ...[value].flat()];
    for (const name of group) aliases.set(name, group.filter((other) => other !== name));
  }
  return aliases;
}

function toNames(list: NameList, aliases: ReadonlyMap<string, readonly string[]>): Set<string> {
  if (typeof list === "boolean" || list === undefined) return new Set();
  const names = [list].flat().filter((name) => name !== "");
  return new Set(names.flatMap((name) => [name, ...aliases.get(name) ?? []]));
}

/** Reads the declarations out of the options. */
export function readNames(options: ParseOptions): Names {
  const aliases = toAliases(options.alias);
  return {
    aliases,
    allBooleans: options.boolean === true,
    booleans: toNames(options.boolean, aliases),
    strings: toNames(options.string, aliases),
    collected: toNames(options.collect, aliases),
    negatable: toNames(options.negatable, aliases),
  };
}

/** Whether the options speak of a flag at all. */
export function isDeclared(names: Names, flag: { key: string; arg: string }): boolean {
  const { key, arg } = flag;
  return names.booleans.has(key) || names.strings.has(key) || names.collected.has(key) ||
    names.aliases.has(key) || (names.allBooleans && /^--[^=]+$/.test(arg));
}
