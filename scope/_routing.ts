import { nearestName } from "../adict/nearest_name.ts";
import {
  argumentOffsets,
  type FlagItem,
  type Item,
  parseArguments,
  type ParsedArguments,
  type Problem,
  type Span,
  type WordItem,
  type WriteItem,
} from "./_arguments.ts";
import type { FlagNames, GivenFlags } from "./_flag_names.ts";
import type { ScopeArguments, ScopeCore } from "./_scope_core.ts";
import { COMMANDS } from "./_view.ts";
import type { Writer } from "./types.ts";

/** What a command line asks for besides a config. */
export interface Command {
  name: string;
  /** The words and flags after it. */
  operands: readonly Operand[];
}

/** A word or flag after a command, and where it stands. */
export interface Operand extends Span {
  text: string;
}

/** A command line, sorted out among scopes. */
export interface Routed {
  parsed: ParsedArguments;
  command: Command | undefined;
  /** What it says to each scope, in the order of the scopes; flags are still to be read. */
  perScope: ScopeArguments[];
  /** The flags given to each scope that has any. */
  flags: Map<ScopeCore, GivenFlags>;
  problems: Problem[];
}

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
  #command: { name: string; operands: Operand[]; awaitsValue: boolean } | undefined = undefined;
  #problems: Problem[] = [];
  readonly #views: Map<ScopeCore, string[]> = new Map();
  readonly #writes: Map<ScopeCore, WriteItem[]> = new Map();
  readonly #flags: Map<ScopeCore, { names: FlagNames; given: GivenFlags }> = new Map();
  #awaitsFlagValue: GivenFlags[] = [];

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
    for (const [core, names] of flagNames) {
      this.#flags.set(core, { names, given: { args: [], names: new Set() } });
    }
  }

  /** Reads a command line. */
  route(args: readonly string[]): Routed {
    const parsed = parseArguments(
      args,
      (word) => COMMANDS.includes(word) || this.#findViews(word).length > 0,
    );
    this.#problems = [...parsed.problems];
    for (const item of parsed.items) this.#routeItem(item);
    const perScope = this.#cores.map((core): ScopeArguments => ({
      views: this.#views.get(core)!,
      items: this.#writes.get(core)!,
      flags: { defaults: {}, given: {} },
      writerOf: (item) => writerOf(item, parsed),
    }));
    const flags = new Map([...this.#flags].map(([core, { given }]) => [core, given]));
    return { parsed, command: this.#command, perScope, flags, problems: this.#problems };
  }

  #routeItem(item: Item): void {
    if (this.#awaitsFlagValue.length > 0) {
      const waiting = this.#awaitsFlagValue;
      this.#awaitsFlagValue = [];
      if (item.kind !== "flag" || /^-\d/.test(item.text)) {
        for (const given of waiting) given.args.push(item.text);
        return;
      }
    }
    if (item.kind === "flag") this.#routeFlag(item);
    else if (item.kind === "word") this.#routeWord(item);
    else this.#routeWrite(item);
  }

  #routeFlag(item: FlagItem): void {
    const name = item.text.split("=", 1)[0]!;
    if (HELP_FLAGS.includes(item.text)) {
      this.#command ??= { name: "help", operands: [], awaitsValue: false };
      return;
    }
    const known = this.#command === undefined ? [] : COMMAND_FLAGS[this.#command.name] ?? [];
    if (this.#command !== undefined && known.includes(name)) {
      this.#command.operands.push(item);
      this.#command.awaitsValue = item.text === "--format";
      return;
    }
    if (this.#takeFlag(item) || this.#cores.some(({ mergedFlags }) => mergedFlags)) return;
    this.#fail(item, `no such flag${this.#adviseFlag(item.text)}`);
  }

  /** Hands a flag to the scopes that know it. */
  #takeFlag({ text }: FlagItem): boolean {
    let isKnown = false;
    for (const { names, given } of this.#flags.values()) {
      const flag = names.read(text);
      if (flag === undefined) continue;
      isKnown = true;
      given.args.push(text);
      given.names.add(flag.name);
      if (flag.takesNext) this.#awaitsFlagValue.push(given);
    }
    return isKnown;
  }

  #adviseFlag(text: string): string {
    for (const { names } of this.#flags.values()) {
      const near = names.nearest(text);
      if (near !== undefined) return `, did you mean ${near}?`;
    }
    const hint = /^--?([\w.]+)(=.*)?$/s.exec(text);
    return hint === null ? "" : `, did you mean ${hint[1]}${hint[2] ?? "=True"}?`;
  }

  #routeWord(item: WordItem): void {
    const command = this.#command;
    if (command?.awaitsValue) {
      command.operands.push({ ...item, text: `${command.operands.pop()!.text}=${item.text}` });
      command.awaitsValue = false;
      return;
    }
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
        this.#command = { name: item.text, operands: [], awaitsValue: false };
      } else this.#fail(item, `the command line has a command already, ${command.name}`);
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
    const [name = "", ...rest] = item.key.split(".");
    const core = this.#cores.find((candidate) => candidate.name === name);
    if (core !== undefined && rest.length > 0) {
      this.#writes.get(core)!.push({ ...item, key: rest.join(".") });
      return;
    }
    const names = this.#cores.map((candidate) => candidate.name);
    const near = core === undefined ? nearestName(name, names) : undefined;
    const expected = names.map((scope) => `${scope}.${core === undefined ? item.key : "key"}`);
    const advice = near === undefined
      ? `, expected ${expected.join(" or ")}`
      : `, did you mean "${near}"?`;
    this.#fail(item, `the key names no scope${advice}`, item.keySpan);
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

  #fail(item: Item, message: string, place: Problem["place"] = item): void {
    this.#problems.push({ message, item, place });
  }
}

/** The number, from 1, of the argument at an offset, and where it begins. */
export function locateArgument(
  parsed: ParsedArguments,
  offset: number,
): { index: number; start: number } {
  const offsets = argumentOffsets(parsed.args);
  const last = offsets.findLastIndex((start) => start <= offset);
  return { index: last + 1, start: offsets[last]! };
}

function writerOf(item: WriteItem, parsed: ParsedArguments): Writer {
  const { index, start } = locateArgument(parsed, item.start);
  const argument = { index, start: item.start - start, end: item.end - start };
  return { kind: "argument", name: item.text, phase: "arguments", argument };
}
