import { ADict } from "../adict/adict.ts";
import { formatPath } from "../adict/dotted_path.ts";
import type { ArgumentContext } from "./_apply_argument.ts";
import { parseArguments, type Problem, type WriteItem } from "./_arguments.ts";
import { type AssignedLiteral, Composition, type Failure, type LazyBlock } from "./_composition.ts";
import type { FlagValues } from "./_flags.ts";
import type { FurtherReads } from "./_further_reads.ts";
import { captureStack, type Entry, formatPosition, positionIn, type Stack } from "./_journal.ts";
import { copyConfig, isMapping, toPlainConfig } from "./_plain.ts";
import { RunningMerges } from "./_running_merges.ts";
import type { Checks, Finding } from "./_validation.ts";
import {
  makeView,
  planViews,
  readObserveArguments,
  type ViewPlan,
  type ViewRecord,
} from "./_view.ts";
import type { FlagOptions, Literal, ScopeOptions, UnreadPolicy, Writer } from "./types.ts";

/** What one command line says to one scope. */
export interface ScopeArguments {
  views: readonly string[];
  items: readonly WriteItem[];
  flags: FlagValues;
  writerOf(item: WriteItem): Writer;
}

/** A merged config, with what led to it. */
export interface Composed {
  config: ADict;
  entries: readonly Entry[];
  /** What each lazy view and block has read. */
  lateReads: readonly (readonly string[])[];
  problems: readonly Problem[];
  findings: readonly Finding[];
  /** What could not run, where a config was asked for that goes without. */
  failures: readonly Failure[];
}

/** What another parser has read, and what it has left. */
export interface MergedFlags {
  parsed: Record<string, unknown>;
  defaults: Record<string, unknown>;
  /** The arguments left for the scope; undefined for all that are no flags. */
  rest: readonly string[] | undefined;
}

/** What an empty command line says. */
export const NO_ARGUMENTS: ScopeArguments = {
  views: [],
  items: [],
  flags: { defaults: {}, given: [] },
  writerOf: ({ text }) => ({ kind: "literal", name: text, phase: "arguments" }),
};

/** What a scope knows: its views, manuals and assigned literals. */
export class ScopeCore {
  static readonly #ofScopes: WeakMap<object, ScopeCore> = new WeakMap();

  /** The core of a scope. */
  static of(scope: object): ScopeCore {
    return ScopeCore.#ofScopes.get(scope)!;
  }

  readonly name: string;
  readonly views: Map<string, ViewRecord> = new Map();
  /** The texts of the manual by dotted path. */
  readonly manuals: Map<string, unknown> = new Map();
  /** The config that was resolved last, with what led to it. */
  composed: Composed | undefined = undefined;
  /** What the command line of that config said. */
  lastArguments: ScopeArguments = NO_ARGUMENTS;
  /** Configs that the program has composed by itself for that command line, as far as they are kept. */
  furtherConfigs: Composed[] = [];
  /** What searches have read of further configs for that command line. */
  furtherReads: FurtherReads | undefined = undefined;
  /** Whether the command line may only set keys that are known. */
  readonly strict: boolean;
  /** What a config is checked against. */
  readonly checks: Checks;
  readonly #base: Record<string, unknown>;
  /** The flags that the scope takes, if any. */
  readonly flagOptions: FlagOptions | undefined;
  /** What to do about overrides that were never read. */
  readonly unread: UnreadPolicy;
  /** Receives warnings. */
  readonly onWarning: ((message: string) => void) | undefined;
  /** What another parser has read. */
  mergedFlags: MergedFlags | undefined = undefined;
  readonly #positions: boolean;
  #assignedViews: string[] = [];
  #literals: readonly AssignedLiteral[] = [];
  readonly #running: RunningMerges<Composition> = new RunningMerges();
  #lazyBlocks: LazyBlock[] = [];

  constructor(options: ScopeOptions<object>, scope: object = {}) {
    ScopeCore.#ofScopes.set(scope, this);
    assertUnreadPolicy(options.unread);
    assertScopeName(options.name ?? "config");
    this.name = options.name ?? "config";
    this.flagOptions = options.flags;
    this.unread = options.unread ?? "warn";
    this.onWarning = options.onWarning;
    this.#base = copyConfig(options.config ?? {});
    this.strict = options.strict ?? false;
    this.#positions = options.positions ?? false;
    this.checks = { schema: options.schema, required: options.required ?? [] };
  }

  /** Adds a view. */
  observe(args: readonly unknown[]): void {
    const { options, body } = readObserveArguments(args);
    const view = makeView(options, body, captureStack());
    const existing = this.views.get(view.name);
    if (existing !== undefined) {
      throw new TypeError(
        `Cannot observe "${view.name}": the name is taken${describePlace(existing.stack)}`,
      );
    }
    this.views.set(view.name, view);
  }

  /** Puts a block off: in a view until after this command line, else after every one. */
  lazy(run: LazyBlock["run"], priority: number): void {
    const block = { run, priority, stack: captureStack() };
    const composition = this.#running.current();
    if (composition === undefined) this.#lazyBlocks.push(block);
    else composition.addLazyBlock(block);
  }

  /** Whether a view is being run, or awaits something. */
  get isInView(): boolean {
    return this.#running.isInView();
  }

  /** Adds texts for the manual: by dotted path, or written by a function into a mapping. */
  document(docs: Record<string, unknown> | ((docs: ADict) => unknown)): void {
    if (typeof docs !== "function") return this.#addManuals(docs, []);
    const written = ADict.auto();
    docs(written);
    this.#addManuals(toPlainConfig(written), []);
  }

  #addManuals(docs: Record<string, unknown>, path: readonly string[]): void {
    for (const key of Object.keys(docs)) {
      const value = docs[key];
      // A dotted path may stand in place of a key.
      const place = path.length === 0 ? [...key.split(".")] : [...path, key];
      if (isMapping(value)) this.#addManuals(value, place);
      else this.manuals.set(formatPath(place), value);
    }
  }

  /** Names views and writes values as the command line does, below it. */
  assign(literals: readonly Literal[]): void {
    for (const literal of literals) {
      if (typeof literal !== "string") {
        this.#literals = [...this.#literals, { data: copyConfig(literal) }];
      } else if (this.views.has(literal)) this.#assignedViews.push(literal);
      else this.#literals = [...this.#literals, ...parseLiteral(literal)];
    }
  }

  /** Forgets what was assigned and merged. */
  reset(): void {
    this.mergedFlags = undefined;
    this.composed = undefined;
    this.furtherReads = undefined;
    this.furtherConfigs = [];
    this.lastArguments = NO_ARGUMENTS;
    this.#assignedViews = [];
    this.#literals = [];
  }

  /** The views that apply for those named. */
  plan(named: readonly string[] = []): ViewPlan {
    return planViews(this.views, [...this.#assignedViews, ...named]);
  }

  /** The plan with every view of the scope in it. */
  planAll(): ViewPlan {
    return this.plan([...this.views.keys()]);
  }

  /** Merges a config. */
  async compose(
    { views, items, flags, writerOf }: ScopeArguments = this.lastArguments,
    { samples = {}, sampledBy = "", positions = this.#positions, lenient = false }: {
      samples?: Record<string, unknown>;
      sampledBy?: string;
      positions?: boolean;
      lenient?: boolean;
    } = {},
  ): Promise<Composed> {
    const composition = new Composition(this.#running, { positions, lenient });
    for (const block of this.#lazyBlocks) composition.addLazyBlock(block);
    const sources = {
      flags: await joinFlags(flags, this.mergedFlags),
      base: this.#base,
      literals: this.#literals,
      items,
      samples,
      sampledBy,
    };
    const context: ArgumentContext = { strict: this.strict, checks: this.checks, writerOf };
    using _running = this.#running.begin(composition);
    await composition.run(this.plan(views), sources, context);
    await composition.check(this.checks);
    if (positions) await composition.journal.locate();
    const { config, journal, problems, findings, failures } = composition;
    const { entries, lateReads } = journal;
    return { config, entries, lateReads, problems, findings, failures };
  }
}

/** Flags of the scope's own, then those of another parser. */
async function joinFlags(own: FlagValues, merged: MergedFlags | undefined): Promise<FlagValues> {
  if (merged === undefined) return own;
  const { splitFlags } = await import("./_flags.ts");
  const { defaults, given } = splitFlags(merged.parsed, merged.defaults);
  return { defaults: { ...own.defaults, ...defaults }, given: [...own.given, ...given] };
}

function assertUnreadPolicy(policy: unknown): void {
  if (policy === undefined || policy === "warn" || policy === "error" || policy === "ignore") {
    return;
  }
  throw new TypeError(
    `Cannot make a scope: unread is ${Deno.inspect(policy)}, expected "warn", "error" or "ignore"`,
  );
}

function assertScopeName(name: string): void {
  if (typeof name === "string" && /^[^\s.=~+%'"()[\]{}]+$/.test(name)) return;
  throw new TypeError(
    `Cannot make a scope named ${Deno.inspect(name)}: a command line could not name it, expected ` +
      "a word without spaces, dots, brackets, quotes, =, ~, + or %",
  );
}

function describePlace(stack: Stack): string {
  const position = positionIn(stack);
  return position === undefined ? "" : ` by the view at ${formatPosition(position)}`;
}

/** One `key=value` that the program assigns. */
function parseLiteral(literal: string): AssignedLiteral[] {
  const { items, problems } = parseArguments([literal]);
  const fault = problems[0]?.message;
  if (fault !== undefined) throw new SyntaxError(`Cannot assign "${literal}": ${fault}`);
  return items.map((item) => {
    if (item.kind === "word" || item.kind === "flag") {
      throw new RangeError(
        `Cannot assign "${item.text}": no view has this name, expected a view, key=value or an object`,
      );
    }
    return { item };
  });
}
