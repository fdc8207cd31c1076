import { nearestName } from "../adict/nearest_name.ts";
import type { FlagOptions } from "./types.ts";

/** Flags as they were given: the arguments, and the names that they set. */
export interface GivenFlags {
  args: string[];
  names: Set<string>;
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
