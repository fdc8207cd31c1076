import { ADict, nearestName } from "../adict/mod.ts";
import { isBranch } from "./_plain.ts";
import type { FlagOptions } from "./types.ts";

/** Flags as they were given: the arguments, and the names that they set. */
export interface GivenFlags {
  args: string[];
  names: Set<string>;
}

/** What flags make of a config. */
export interface FlagValues {
  /** Values of flags that have a default, below all views. */
  defaults: Record<string, unknown>;
  /** Values of the flags that were given, above all views, by dotted path. */
  given: Record<string, unknown>;
}

const FLAG_REGEXP = /^(--?)(no-)?([^=]+)(=.*)?$/s;

function namesIn(list: boolean | string | readonly string[] | undefined): readonly string[] {
  if (list === undefined || typeof list === "boolean") return [];
  return typeof list === "string" ? [list] : list;
}

/** Which flags there are, and what they are called. */
export class FlagNames {
  readonly #options: FlagOptions;
  readonly #names: Set<string>;
  readonly #canonical: Map<string, string> = new Map();

  constructor(options: FlagOptions) {
    this.#options = options;
    const { boolean, string, collect, negatable, default: defaults = {}, alias = {} } = options;
    this.#names = new Set([
      ...[boolean, string, collect, negatable].flatMap(namesIn),
      ...Object.keys(defaults),
      ...Object.keys(alias),
    ]);
    for (const [name, others] of Object.entries(alias)) {
      for (const other of namesIn(others)) this.#canonical.set(other, name);
    }
  }

  /** The name of a flag that an argument gives, and whether the next argument is its value. */
  read(arg: string): { name: string; takesNext: boolean } | undefined {
    const match = FLAG_REGEXP.exec(arg);
    if (match === null) return undefined;
    const [, dashes, no, rest = "", value] = match;
    const negated = namesIn(this.#options.negatable).includes(rest);
    if (no !== undefined && negated) return { name: this.#resolve(rest)!, takesNext: false };
    const name = this.#resolve((no ?? "") + rest) ?? this.#readLetters(dashes!, (no ?? "") + rest);
    if (name === undefined) return undefined;
    const isBoolean = this.#options.boolean === true ||
      namesIn(this.#options.boolean).some((other) => this.#resolve(other) === name);
    return { name, takesNext: value === undefined && !isBoolean };
  }

  /** The nearest flag to one that is not there. */
  nearest(arg: string): string | undefined {
    const name = FLAG_REGEXP.exec(arg)?.[3] ?? "";
    const near = nearestName(name, [...this.#names, ...this.#canonical.keys()]);
    return near === undefined ? undefined : `--${near}`;
  }

  /** The one name under which the config knows a flag. */
  canonical(name: string): string {
    return this.#canonical.get(name) ?? name;
  }

  #resolve(name: string): string | undefined {
    const canonical = this.canonical(name);
    if (this.#names.has(canonical)) return canonical;
    // `--model.depth 3` sets a key inside a flag that is a mapping.
    const [root = ""] = name.split(".");
    return root !== name && this.#names.has(this.canonical(root)) ? name : undefined;
  }

  /** `-n3` and `-n`: a letter, perhaps with its value behind it. */
  #readLetters(dashes: string, rest: string): string | undefined {
    return dashes === "-" ? this.#resolve(rest[0] ?? "") : undefined;
  }
}

function leavesOf(value: unknown, path: string, leaves: Record<string, unknown>): void {
  if (!isBranch(value)) {
    leaves[path] = value;
    return;
  }
  for (const key of Object.keys(value)) leavesOf(value[key], `${path}.${key}`, leaves);
}

/** Reads flags as `@std/cli` does. */
export async function readFlags(options: FlagOptions, given: GivenFlags): Promise<FlagValues> {
  const { parseArgs } = await import("@std/cli/parse-args");
  const names = new FlagNames(options);
  const [values, defaults] = [given.args, []].map((args) => {
    const { _: _rest, ...flags } = parseArgs(args, options as Record<string, unknown>);
    const named = Object.entries(flags).filter(([name]) => names.canonical(name) === name);
    return Object.fromEntries(named) as Record<string, unknown>;
  }) as [Record<string, unknown>, Record<string, unknown>];
  const leaves: Record<string, unknown> = {};
  const config = new ADict(values);
  for (const name of given.names) {
    leavesOf(ADict.prototype.toObject.call(new ADict({ v: config.get(name) })).v, name, leaves);
  }
  return { defaults, given: leaves };
}

/** What another parser's result makes of a config: what differs from its defaults was given. */
export function splitFlags(
  parsed: Record<string, unknown>,
  defaults: Record<string, unknown>,
): FlagValues {
  const { _: _rest, ...values } = new ADict(parsed).toObject() as Record<string, unknown>;
  const given = new ADict(defaults).diff(values).filter(({ kind }) => kind !== "removed");
  return {
    defaults: new ADict(defaults).toObject() as Record<string, unknown>,
    given: Object.fromEntries(given.map(({ path, after }) => [path, after])),
  };
}
