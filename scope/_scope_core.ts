import { ADict } from "../adict/mod.ts";
import { parseArguments, type Problem, type WriteItem } from "./_arguments.ts";
import type { ArgumentContext } from "./_apply_argument.ts";
import { type AssignedLiteral, Composition, type LazyBlock } from "./_composition.ts";
import type { FlagValues } from "./_flags.ts";
import type { Entry } from "./_journal.ts";
import { captureStack, formatPosition, positionIn, type Stack } from "./_position.ts";
import { makeView, readObserveArguments, type ViewRecord } from "./_view.ts";
import { planViews, type ViewPlan } from "./_view_plan.ts";
import type { Checks, Finding } from "./_validation.ts";
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
  problems: readonly Problem[];
  findings: readonly Finding[];
}

/** What another parser has read, and what it has left. */
export interface MergedFlags {
  values: FlagValues;
  /** The arguments left for the scope; undefined for all that are no flags. */
  rest: readonly string[] | undefined;
}

const NO_ARGUMENTS: ScopeArguments = {
  views: [],
  items: [],
  flags: { defaults: {}, given: {} },
  writerOf: ({ text }) => ({ kind: "literal", name: text, phase: "arguments" }),
};

/** What a scope knows: its views, manuals and assigned literals. */
export class ScopeCore {
  readonly name: string;
  readonly views: Map<string, ViewRecord> = new Map();
  /** The texts of the manual by key. */
  manuals: ADict = ADict.auto();
  readonly #base: Record<string, unknown>;
  /** The flags that the scope takes, if any. */
  readonly flagOptions: FlagOptions | undefined;
  /** What to do about overrides that were never read. */
  readonly unread: UnreadPolicy;
  /** Receives warnings. */
  readonly onWarning: ((message: string) => void) | undefined;
  /** What another parser has read. */
  mergedFlags: MergedFlags | undefined = undefined;
  readonly #strict: boolean;
  readonly #positions: boolean;
  readonly #checks: Checks;
  #assignedViews: string[] = [];
  #literals: readonly AssignedLiteral[] = [];
  #running: Composition | undefined = undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #lazyBlocks: LazyBlock[] = [];

  constructor(options: ScopeOptions<object>) {
    assertUnreadPolicy(options.unread);
    this.name = options.name ?? "config";
    this.flagOptions = options.flags;
    this.unread = options.unread ?? "warn";
    this.onWarning = options.onWarning;
    this.#base = new ADict(options.config ?? {}).toObject() as Record<string, unknown>;
    this.#strict = options.strict ?? false;
    this.#positions = options.positions ?? false;
    this.#checks = { schema: options.schema, required: options.required ?? [] };
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
    if (this.#running === undefined) this.#lazyBlocks.push(block);
    else this.#running.addLazyBlock(block);
  }

  /** Names views and writes values as the command line does, below it. */
  assign(literals: readonly Literal[]): void {
    for (const literal of literals) {
      if (typeof literal !== "string") {
        const data = new ADict(literal).toObject() as Record<string, unknown>;
        this.#literals = [...this.#literals, { data }];
      } else if (this.views.has(literal)) this.#assignedViews.push(literal);
      else this.#literals = [...this.#literals, ...parseLiteral(literal)];
    }
  }

  /** Forgets what was assigned and merged. */
  reset(): void {
    this.mergedFlags = undefined;
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

  /** Merges a config; one at a time, so that a lazy block knows to which it belongs. */
  compose(
    args: ScopeArguments = NO_ARGUMENTS,
    options: { samples?: Record<string, unknown>; sampledBy?: string; positions?: boolean } = {},
  ): Promise<Composed> {
    const result = this.#queue.then(() => this.#composeNow(args, options));
    this.#queue = result.catch(() => {});
    return result;
  }

  async #composeNow(
    { views, items, flags, writerOf }: ScopeArguments,
    { samples = {}, sampledBy = "", positions = this.#positions }: {
      samples?: Record<string, unknown>;
      sampledBy?: string;
      positions?: boolean;
    },
  ): Promise<Composed> {
    const composition = new Composition(positions);
    for (const block of this.#lazyBlocks) composition.addLazyBlock(block);
    const sources = {
      flags: joinFlags(flags, this.mergedFlags),
      base: this.#base,
      literals: this.#literals,
      items,
      samples,
      sampledBy,
    };
    const context: ArgumentContext = { strict: this.#strict, writerOf };
    this.#running = composition;
    try {
      await composition.run(this.plan(views), sources, context);
      if (composition.problems.length === 0) await composition.check(this.#checks);
    } finally {
      this.#running = undefined;
    }
    const { config, journal, problems, findings } = composition;
    return { config, entries: journal.entries, problems, findings };
  }
}

/** Flags of the scope's own, then those of another parser. */
function joinFlags(own: FlagValues, merged: MergedFlags | undefined): FlagValues {
  if (merged === undefined) return own;
  const { defaults, given } = merged.values;
  return { defaults: { ...own.defaults, ...defaults }, given: { ...own.given, ...given } };
}

function assertUnreadPolicy(policy: unknown): void {
  if (policy === undefined || policy === "warn" || policy === "error" || policy === "ignore") {
    return;
  }
  throw new TypeError(
    `Cannot make a scope: unread is ${Deno.inspect(policy)}, expected "warn", "error" or "ignore"`,
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
