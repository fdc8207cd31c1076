import { nearestName } from "../adict/nearest_name.ts";
import type { FlagItem } from "./_arguments.ts";
import type { FlagOptions } from "./types.ts";

/** A flag as it was given. */
export interface GivenFlag {
  /** The name that the config knows it by. */
  name: string;
  /** What it says by itself, for any parser: `--name`, `--no-name` or `--name=value`. */
  text: string;
  /** The argument that it comes from. */
  item: FlagItem;
}

/** What one argument says of flags. */
export interface FlagReading {
  flags: { name: string; text: string }[];
  /** Whether the last of them wants the next argument as its value. */
  takesNext: boolean;
}

/** A flag for a person. */
export interface FlagDescription {
  name: string;
  /** All notations: `--[no-]cache`, `-c`. */
  notations: string[];
  isBoolean: boolean;
  isCollected: boolean;
  initial: unknown;
}

const FLAG_REGEXP = /^(--?)(no-)?([^=]+)(=.*)?$/s;

function namesIn(list: boolean | string | readonly string[] | undefined): readonly string[] {
  if (list === undefined || typeof list === "boolean") return [];
  return typeof list === "string" ? [list] : list;
}

function notationOf(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** Which flags there are, and what they are called. */
export class FlagNames {
  readonly #options: FlagOptions;
  readonly #names: Set<string>;
  readonly #canonical: Map<string, string> = new Map();
  readonly #booleans: Set<string>;
  readonly #negatable: Set<string>;

  constructor(options: FlagOptions) {
    this.#options = options;
    const { boolean, string, collect, negatable, default: defaults = {}, alias = {} } = options;
    const declared = [
      ...[boolean, string, collect, negatable].flatMap(namesIn),
      ...Object.keys(defaults),
    ];
    for (const [key, others] of Object.entries(alias)) {
      const group = [key, ...namesIn(others)];
      // An alias goes either way: the name is the one that the flag is declared with.
      const name = group.find((member) => declared.includes(member)) ?? key;
      for (const other of group) if (other !== name) this.#canonical.set(other, name);
    }
    const canonical = (name: string) => this.canonical(name);
    this.#names = new Set([...declared, ...Object.keys(alias)].map(canonical));
    this.#booleans = new Set(namesIn(boolean).map(canonical));
    this.#negatable = new Set(namesIn(negatable).map(canonical));
  }

  /** What an argument says; undefined if it names a flag that is not there. */
  read(arg: string, next?: string): FlagReading | undefined {
    const match = FLAG_REGEXP.exec(arg);
    if (match === null) return undefined;
    const [, dashes, no = "", rest = "", value = ""] = match;
    const negated = no === "" ? undefined : this.#resolve(rest);
    if (negated !== undefined && this.#negatable.has(negated)) {
      const negatable = namesIn(this.#options.negatable).includes(negated) ? negated : rest;
      return { flags: [{ name: negated, text: `--no-${negatable}` }], takesNext: false };
    }
    const name = this.#resolve(no + rest);
    if (name === undefined) return dashes === "-" ? this.#readLetters(arg, next) : undefined;
    const takesNext = value === "" && this.#takesNext(name, next);
    return { flags: [{ name, text: `--${name}${value}` }], takesNext };
  }

  /** The nearest flag to one that is not there. */
  nearest(arg: string): string | undefined {
    const name = FLAG_REGEXP.exec(arg)?.[3] ?? "";
    const near = nearestName(name, [...this.#names, ...this.#canonical.keys()]);
    return near === undefined ? undefined : notationOf(near);
  }

  /** The one name under which the config knows a flag; also at the head of a dotted path. */
  canonical(name: string): string {
    const [root = "", ...rest] = name.split(".");
    const canonical = this.#canonical.get(name) ?? this.#canonical.get(root);
    if (canonical === undefined) return name;
    return this.#canonical.has(name) ? canonical : [canonical, ...rest].join(".");
  }

  /** All flags, in the order in which they are declared. */
  describe(): FlagDescription[] {
    const { collect, default: defaults = {} } = this.#options;
    return [...this.#names].map((name) => {
      const others = [...this.#canonical].filter(([, own]) => own === name);
      const no = this.#negatable.has(name) ? `--[no-]${name}` : notationOf(name);
      return {
        name,
        notations: [no, ...others.map(([other]) => notationOf(other))],
        isBoolean: this.#isBoolean(name) || this.#negatable.has(name),
        isCollected: namesIn(collect).some((other) => this.canonical(other) === name),
        initial: Object.hasOwn(defaults, name) ? defaults[name] : undefined,
      };
    });
  }

  #resolve(name: string): string | undefined {
    const canonical = this.canonical(name);
    if (this.#names.has(canonical)) return canonical;
    // `--model.depth 3` sets a key inside a flag that is a mapping.
    const [root = ""] = canonical.split(".");
    return root !== canonical && this.#names.has(root) ? canonical : undefined;
  }

  #isBoolean(name: string): boolean {
    return this.#options.boolean === true || this.#booleans.has(name);
  }

  /** A boolean flag takes no value but a word that says which. */
  #takesNext(name: string, next: string | undefined): boolean {
    return !this.#isBoolean(name) || next === "true" || next === "false";
  }

  /** `-n3`, `-n=3`, `-vn 3`: letters, perhaps with the value of the last behind it. */
  #readLetters(arg: string, next: string | undefined): FlagReading | undefined {
    const flags: FlagReading["flags"] = [];
    let last = "";
    for (let i = 1; i < arg.length; i++) {
      const name = this.#resolve(arg[i]!);
      if (name === undefined) return undefined;
      last = name;
      const rest = arg.slice(i + 1);
      if (/^[^A-Za-z]/.test(rest)) {
        flags.push({ name, text: `--${name}=${rest.replace(/^=/, "")}` });
        return { flags, takesNext: false };
      }
      flags.push({ name, text: `--${name}` });
    }
    return { flags, takesNext: this.#takesNext(last, next) };
  }
}
