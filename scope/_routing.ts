import { formatPath, parsePath } from "../adict/dotted_path.ts";
import { nearestName } from "../adict/nearest_name.ts";
import {
  type FlagItem,
  type Item,
  locateArgument,
  parseArguments,
  type ParsedArguments,
  type Problem,
  type Span,
  type WordItem,
  type WriteItem,
} from "./_arguments.ts";
import type { FlagNames, GivenFlag } from "./_flag_names.ts";
import { copyConfig, holdsText } from "./_plain.ts";
import type { Operand, Routed } from "./_routed.ts";
import type { ScopeArguments, ScopeCore } from "./_scope_core.ts";
import { COMMANDS } from "./_view.ts";
import type { Writer } from "./types.ts";

/** The formats of the command `print`. */
export const FORMATS: readonly string[] = ["json", "yaml", "toml", "xyz"];
/** Commands whose operands are words. */
const COMMANDS_OF_WORDS: readonly string[] = ["explain", "completion"];
const HELP_FLAGS: readonly string[] = ["--help", "-h"];
const COMMAND_FLAGS: Readonly<Record<string, readonly string[]>> = {
  explain: ["--json"],
  print: ["--format", "--json", "--yaml", "--toml", "--xyz"],
};

/** Sorts the items of a command line out among scopes; with several, keys lead with a scope's name. */
export class Router {
  readonly #cores: readonly ScopeCore[];
  readonly #isNamespaced: boolean;
  #command: { name: string; operands: Operand[] } | undefined = undefined;
  #problems: Problem[] = [];
  readonly #views: Map<ScopeCore, string[]> = new Map();
  readonly #writes: Map<ScopeCore, WriteItem[]> = new Map();
  readonly #flags: Map<ScopeCore, { names: FlagNames; given: GivenFlag[] }> = new Map();

  /** Takes the names of the flags of those scopes that have any. */
  constructor(
    cores: readonly ScopeCore[],
    isNamespaced: boolean,
    flagNames: ReadonlyMap<ScopeCore, FlagNames>,
  ) {
    this.#cores = cores;
    this.#isNamespaced = isNamespaced;
    for (const core of cores) {
      this.#views.set(core, []);
      this.#writes.set(core, []);
    }
    for (const [core, names] of flagNames) this.#flags.set(core, { names, given: [] });
  }

  /** Reads a command line. */
  route(args: readonly string[]): Routed {
    const parsed = parseArguments(args, {
      isKnownWord: (word) => COMMANDS.includes(word) || this.#findViews(word).length > 0,
      takesNext: (flag, next) => this.#takesNext(flag, next),
    });
    this.#problems = [...parsed.problems];
    const { items } = parsed;
    for (let next = 0; next < items.length;) {
      const spaced = this.#refuseSpaces(items, next);
      if (spaced === 0) this.#routeItem(items[next]!);
      next += Math.max(1, spaced);
    }
    const perScope = this.#cores.map((core): ScopeArguments => ({
      views: this.#views.get(core)!,
      items: this.#writes.get(core)!,
      flags: { defaults: {}, given: [] },
      writerOf: (item) => writerOf(item, parsed),
    }));
    const flags = new Map([...this.#flags].map(([core, { given }]) => [core, given]));
    return { parsed, command: this.#command, perScope, flags, problems: this.#problems };
  }

  #routeItem(item: Item): void {
    if (item.kind === "flag") this.#routeFlag(item);
    else if (item.kind === "word") this.#routeWord(item);
    else this.#routeWrite(item);
  }

  /** Refuses `lr = 0.1` and `lr =0.1`, and says of how many items it is made; 0 for anything else. */
  #refuseSpaces(items: readonly Item[], first: number): number {
    const [key, operator, value] = items.slice(first, first + 3);
    if (key?.kind !== "word" || operator?.kind !== "word") return 0;
    if (!/^\+?=/.test(operator.text)) return 0;
    const isWhole = !/^\+?=$/.test(operator.text) || value?.kind !== "word";
    const last = isWhole ? operator : value;
    const meant = key.text + operator.text +
      (isWhole ? "" : value.text.replace(/^[[({%'"].*/, "…"));
    const place = { start: key.start, end: last.end };
    this.#fail(place, `an assignment has no spaces around its sign, expected ${meant}`);
    return isWhole ? 2 : 3;
  }

  /** Whether a flag of a scope, a command or another parser takes the next argument. */
  #takesNext(flag: string, next: string | undefined): boolean | undefined {
    const readings = [...this.#flags.values()].flatMap(({ names }) => names.read(flag, next) ?? []);
    if (readings.length > 0) return readings.some(({ takesNext }) => takesNext);
    if (HELP_FLAGS.includes(flag)) return false;
    if (Object.values(COMMAND_FLAGS).flat().includes(flag)) return flag === "--format";
    const foreign = this.#cores.flatMap(({ mergedFlags }) => mergedFlags ?? []);
    if (foreign.length === 0) return undefined;
    return foreign.some(({ parsed: { _: _rest, ...values } }) =>
      next !== undefined && holdsText(copyConfig(values), next)
    );
  }

  #routeFlag(item: FlagItem): void {
    const name = item.text.split("=", 1)[0]!;
    if (HELP_FLAGS.includes(item.text)) {
      this.#command ??= { name: "help", operands: [] };
      return;
    }
    const known = this.#command === undefined ? [] : COMMAND_FLAGS[this.#command.name] ?? [];
    if (this.#command !== undefined && known.includes(name)) {
      const text = item.value === undefined ? item.text : `${item.text}=${item.value}`;
      this.#command.operands.push({ text, start: item.start, end: item.end });
      return;
    }
    if (this.#takeFlag(item) || this.#cores.some(({ mergedFlags }) => mergedFlags)) return;
    this.#fail(item, this.#describeUnknownFlag(item, known));
  }

  /** Hands a flag to the scopes that know it. */
  #takeFlag(item: FlagItem): boolean {
    let isKnown = false;
    for (const { names, given } of this.#flags.values()) {
      const reading = names.read(item.text, item.value);
      if (reading === undefined) continue;
      isKnown = true;
      const last = reading.flags.length - 1;
      for (const [i, { name, text }] of reading.flags.entries()) {
        const takes = i === last && reading.takesNext && item.value !== undefined;
        given.push({ name, text: takes ? `${text}=${item.value}` : text, item });
      }
    }
    return isKnown;
  }

  #describeUnknownFlag({ text, value }: FlagItem, ofCommand: readonly string[]): string {
    if (text === "--") return "nothing has to end the flags here, expected the rest without --";
    if (/^-\.?\d/.test(text)) return `a number alone sets nothing, expected key=${text}`;
    const near = nearestName(text, ofCommand) ?? this.#nearestFlag(text);
    if (near !== undefined) return `no such flag, did you mean ${near}?`;
    const [, name, own] = /^--?([\w.][\w.-]*)(=.*)?$/s.exec(text) ?? [];
    if (name === undefined) return "no such flag";
    const given = value === undefined ? "=True" : /\s/.test(value) ? `=%${value}%` : `=${value}`;
    return `no such flag, did you mean ${name.replaceAll("-", "_")}${own ?? given}?`;
  }

  #nearestFlag(text: string): string | undefined {
    for (const { names } of this.#flags.values()) {
      const near = names.nearest(text);
      if (near !== undefined) return near;
    }
    return undefined;
  }

  #routeWord(item: WordItem): void {
    const command = this.#command;
    if (command !== undefined && COMMANDS_OF_WORDS.includes(command.name)) {
      command.operands.push(item);
      return;
    }
    const found = this.#findViews(item.text);
    if (found.length === 1) this.#views.get(found[0]!.core)!.push(found[0]!.view);
    else if (found.length > 1) {
      const names = found.map(({ core, view }) => `${core.name}.${view}`).join(" or ");
      this.#fail(item, `several scopes have a view of this name, expected ${names}`);
    } else if (COMMANDS.includes(item.text)) {
      if (command === undefined) {
        this.#command = { name: item.text, operands: [] };
      } else this.#fail(item, `the command line has a command already, ${command.name}`);
    } else if (command?.name === "print" && FORMATS.includes(item.text)) {
      this.#fail(item, `the format is the value of a flag, expected --format ${item.text}`);
    } else this.#fail(item, this.#describeUnknownWord(item.text));
  }

  #describeUnknownWord(word: string): string {
    const names = this.#listViews();
    const near = nearestName(word, [...names, ...COMMANDS]);
    if (near !== undefined) {
      const kind = names.includes(near) ? "view" : "view or command";
      return `no ${kind} has this name, did you mean "${near}"?`;
    }
    const expected = names.length === 0 ? "key=value" : `key=value or one of ${names.join(", ")}`;
    return `no view has this name, expected ${expected}`;
  }

  #routeWrite(item: WriteItem): void {
    if (!this.#isNamespaced) {
      this.#writes.get(this.#cores[0]!)!.push(item);
      return;
    }
    try {
      const [name = "", ...rest] = parsePath(item.key);
      const core = this.#cores.find((candidate) => candidate.name === name);
      if (core !== undefined && rest.length > 0 && typeof rest[0] !== "number") {
        this.#writes.get(core)!.push({ ...item, key: formatPath(rest), scope: core.name });
      } else this.#fail(item, this.#describeNoKey(item.key, String(name), core), item.keySpan);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#fail(item, error.message, item.keySpan);
    }
  }

  #describeNoKey(key: string, name: string, core: ScopeCore | undefined): string {
    if (core !== undefined) return `a scope is no value, expected a key in it: ${name}.key`;
    const names = this.#cores.map((candidate) => candidate.name);
    const near = nearestName(name, names);
    if (near !== undefined) return `the key names no scope, did you mean "${near}"?`;
    const expected = names.map((scope) => `${scope}.${key}`);
    return `the key names no scope, expected ${expected.join(" or ")}`;
  }

  /** The views that a word can mean; a scope's name may lead. */
  #findViews(word: string): { core: ScopeCore; view: string }[] {
    return this.#cores.flatMap((core) => {
      if (core.views.has(word)) return [{ core, view: word }];
      const prefix = `${core.name}.`;
      const view = word.startsWith(prefix) ? word.slice(prefix.length) : "";
      return this.#isNamespaced && core.views.has(view) ? [{ core, view }] : [];
    });
  }

  #listViews(): string[] {
    return this.#cores.flatMap((core) =>
      [...core.views.keys()].map((view) => this.#isNamespaced ? `${core.name}.${view}` : view)
    );
  }

  #fail(item: Span, message: string, place: Span = item): void {
    this.#problems.push({ message, item, place });
  }
}

function writerOf(item: WriteItem, parsed: ParsedArguments): Writer {
  const { index, start } = locateArgument(parsed, item.start);
  const argument = { index, start: item.start - start, end: item.end - start };
  return { kind: "argument", name: item.text, phase: "arguments", argument };
}
