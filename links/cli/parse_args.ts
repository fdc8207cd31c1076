import { type Flag, readFlag, toNumber } from "./_flag.ts";
import { isDeclared, type Names, readNames } from "./_names.ts";
import { type ArgumentRecord, hasValue, setValue } from "./_record.ts";

/** How {@linkcode parseArgs} reads its arguments. */
export interface ParseOptions {
  /** Puts what follows `--` under that key and not among the positional arguments. */
  "--"?: boolean;
  /** Other names of a flag. */
  alias?: Partial<Record<string, string | readonly string[]>>;
  /** Flags that take no value, false unless given; true makes every `--name` one. */
  boolean?: boolean | string | readonly string[];
  /** Flags whose values are gathered in an array; of others the last value counts. */
  collect?: string | readonly string[];
  /** Values of flags that are not given. */
  default?: Record<string, unknown>;
  /** Flags that `--no-` turns off. */
  negatable?: string | readonly string[];
  /** Leaves everything from the first positional argument on unread. */
  stopEarly?: boolean;
  /** Flags whose value stays text. */
  string?: string | readonly string[];
  /** Called for each undeclared flag and positional argument; false leaves it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} returns: flags by name, and the positional arguments. */
export type Args = Record<string, unknown> & {
  /** The positional arguments. */
  _: (string | number)[];
};

/** The flags of one argument: of a cluster of letters each one. */
function splitCluster(arg: string): string[] {
  return /^-[A-Za-z]{2,}$/.test(arg) ? Array.from(arg.slice(1), (letter) => `-${letter}`) : [arg];
}

function isFlag(arg: string): boolean {
  return arg.startsWith("-") && arg !== "-";
}

/** Whether a flag may take the next argument; a lone dash only goes with a letter. */
function mayBeValue(next: string | undefined, flag: string): next is string {
  if (!next || isFlag(next)) return false;
  return next !== "-" || !flag.startsWith("--");
}

class Parser {
  readonly args: ArgumentRecord & { _: unknown[] } = { _: [] };
  readonly #names: Names;
  readonly #options: ParseOptions;

  constructor(options: ParseOptions) {
    this.#options = options;
    this.#names = readNames(options);
  }

  parse(args: readonly string[]): void {
    for (let index = 0; index < args.length; index++) {
      const arg = args[index] ?? "";
      if (isFlag(arg)) {
        if (this.#addFlag(arg, args[index + 1])) index++;
        continue;
      }
      this.#addPositional(arg);
      if (this.#options.stopEarly) {
        this.args._.push(...args.slice(index + 1));
        return;
      }
    }
  }

  addDefaults(): void {
    const { booleans, strings, collected, aliases } = this.#names;
    for (const [key, value] of Object.entries(this.#options.default ?? {})) {
      if (hasValue(this.args, key)) continue;
      for (const name of [key, ...aliases.get(key) ?? []]) setValue(this.args, name, { value });
    }
    for (const name of booleans) this.#setIfAbsent(name, collected.has(name) ? [] : false);
    for (const name of strings) if (collected.has(name)) this.#setIfAbsent(name, []);
  }

  /** Returns whether the next argument was the flag's value. */
  #addFlag(arg: string, next: string | undefined): boolean {
    const negated = /^--no-([^=]+)$/.exec(arg)?.[1];
    if (negated !== undefined && this.#names.negatable.has(negated)) {
      this.#set(negated, { arg, value: false, isCollectable: false });
      return false;
    }
    const flags = splitCluster(arg);
    const last = flags.pop() ?? arg;
    for (const flag of flags) this.#setAll(readFlag(flag, undefined, this.#names), arg);
    const result = readFlag(last, mayBeValue(next, last) ? next : undefined, this.#names);
    this.#setAll(result, arg);
    return result.tookNext;
  }

  #addPositional(arg: string): void {
    if (this.#options.unknown?.(arg) === false) return;
    this.args._.push(toNumber(arg, this.#names.strings.has("_")));
  }

  #setAll(flag: Flag, arg: string): void {
    for (const [key, value] of flag.entries) this.#set(key, { arg, value, isCollectable: true });
  }

  #set(key: string, options: { arg: string; value: unknown; isCollectable: boolean }): void {
    const { arg, value, isCollectable } = options;
    const isUnknown = !isDeclared(this.#names, { key, arg });
    if (isUnknown && this.#options.unknown?.(arg, key, value) === false) return;
    const typed = toNumber(value, this.#names.strings.has(key));
    const isCollected = isCollectable && this.#names.collected.has(key);
    for (const name of [key, ...this.#names.aliases.get(key) ?? []]) {
      setValue(this.args, name, { value: typed, isCollected });
    }
  }

  #setIfAbsent(key: string, value: unknown): void {
    if (!hasValue(this.args, key)) setValue(this.args, key, { value });
  }
}

/** Reads command line arguments into flags and positional arguments. */
export function parseArgs(
  args: readonly string[],
  options: ParseOptions & { "--": true },
): Args & { "--": string[] };
/** Reads command line arguments into flags and positional arguments. */
export function parseArgs(args: readonly string[], options?: ParseOptions): Args;
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const parser = new Parser(options);
  const rest = args.slice(end + 1);
  parser.parse(args.slice(0, end));
  parser.addDefaults();
  if (options["--"]) parser.args["--"] = rest;
  else parser.args._.push(...rest);
  return parser.args as Args;
}
