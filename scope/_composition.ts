import { ADict } from "../adict/adict.ts";
import type { Problem, WriteItem } from "./_arguments.ts";
import { applyArgument, type ArgumentContext, assertKnown } from "./_apply_argument.ts";
import type { FlagValues } from "./_flags.ts";
import { Journal } from "./_journal.ts";
import type { Stack } from "./_position.ts";
import { byPriority, type ViewPlan } from "./_view_plan.ts";
import type { Checks, Finding } from "./_validation.ts";
import type { ViewRecord } from "./_view.ts";
import type { Phase } from "./types.ts";

const MAX_LAZY = 10_000;

/** A block that a view put off until after the command line. */
export interface LazyBlock {
  priority: number;
  // deno-lint-ignore no-explicit-any -- a block writes a config of any shape
  run: (config: any) => unknown;
  stack: Stack;
}

/** Values that the program assigned: a mapping to merge, or what an argument would say. */
export type AssignedLiteral = { data: Record<string, unknown> } | { item: WriteItem };

/** What a config is merged from, besides its views. */
export interface Sources {
  /** Values of flags, below everything and above all views. */
  flags: FlagValues;
  /** What the config starts from. */
  base: Record<string, unknown>;
  /** Writes that the program assigned, below those of the command line. */
  literals: readonly AssignedLiteral[];
  /** Writes of the command line. */
  items: readonly WriteItem[];
  /** Sampled values by dotted path, above the command line. */
  samples: Record<string, unknown>;
  /** Who sampled them. */
  sampledBy: string;
}

/** One merge of all sources into a config. */
export class Composition {
  /** The config as it grows. */
  readonly config: ADict = new ADict();
  /** Who wrote what. */
  readonly journal: Journal;
  /** What was wrong on the command line. */
  readonly problems: Problem[] = [];
  /** What was wrong with the config in the end. */
  findings: Finding[] = [];
  /** Whose views these are. */
  readonly owner: object;
  readonly #blocks: LazyBlock[] = [];

  static #entered: Composition | undefined = undefined;

  constructor(owner: object, keepPositions: boolean) {
    this.owner = owner;
    this.journal = new Journal(keepPositions);
  }

  /** The merge whose view runs at this very moment: known up to the first `await` of the view. */
  static get entered(): Composition | undefined {
    return Composition.#entered;
  }

  /** Puts a block off until after the command line. */
  addLazyBlock(block: LazyBlock): void {
    this.#blocks.push(block);
  }

  /** Merges everything, in the order that the phases say. */
  async run(plan: ViewPlan, sources: Sources, context: ArgumentContext): Promise<void> {
    using _following = this.journal.follow(this.config);
    this.journal.begin({ kind: "flag", name: "defaults of flags", phase: "flags" });
    if (Object.keys(sources.flags.defaults).length > 0) this.#merge(sources.flags.defaults);
    this.journal.begin({ kind: "config", name: "config", phase: "config" });
    if (Object.keys(sources.base).length > 0) this.#merge(sources.base);
    for (const view of plan.defaults) await this.#applyView(view, "default");
    for (const view of plan.named) await this.#applyView(view, "named");
    this.#applyArguments(sources, context);
    this.#applySamples(sources, context);
    await this.#applyLazy(plan.lazy);
  }

  /** Runs what was put off by priority, also what is put off meanwhile. */
  async #applyLazy(views: readonly ViewRecord[]): Promise<void> {
    let waiting: (ViewRecord | LazyBlock)[] = [...views];
    for (let count = 0;; count++) {
      waiting = byPriority([...waiting, ...this.#blocks.splice(0)]);
      const next = waiting.shift();
      if (next === undefined) return;
      if (count === MAX_LAZY) {
        throw new RangeError(
          `Cannot finish the config: more than ${MAX_LAZY} lazy blocks, expected them to end`,
        );
      }
      if ("run" in next) await this.#applyBlock(next);
      else await this.#applyView(next, "lazy");
    }
  }

  #enter<R>(run: () => R): R {
    const outer = Composition.#entered;
    Composition.#entered = this;
    try {
      return run();
    } finally {
      Composition.#entered = outer;
    }
  }

  /** Checks what was merged; what a schema converts is written like all else. */
  async check(checks: Checks): Promise<void> {
    if (checks.schema === undefined && checks.required.length === 0) return;
    const { validate } = await import("./_validation.ts");
    using _following = this.journal.follow(this.config);
    this.journal.begin({ kind: "schema", name: "schema", phase: "schema" });
    this.findings = await validate(this.config, checks);
  }

  #merge(data: Record<string, unknown>): void {
    ADict.prototype.update.call(this.config, data, { recursive: true });
  }

  async #applyView({ name, priority, body, stack }: ViewRecord, phase: Phase): Promise<void> {
    const writer = { kind: "view", name, phase, priority } as const;
    const isCode = typeof body === "function";
    this.journal.begin(writer, { origin: stack, isCode });
    if (isCode) await this.#enter(() => body(this.config));
    else this.#merge(body);
  }

  async #applyBlock({ priority, run, stack }: LazyBlock): Promise<void> {
    const writer = { kind: "lazy block", name: "lazy", phase: "lazy", priority } as const;
    this.journal.begin(writer, { origin: stack, isCode: true });
    await this.#enter(() => run(this.config));
  }

  #applyArguments({ literals, items, flags }: Sources, context: ArgumentContext): void {
    for (const literal of literals) {
      const name = "item" in literal ? literal.item.text : "assigned values";
      this.journal.begin({ kind: "literal", name, phase: "arguments" });
      if ("data" in literal) this.#merge(literal.data);
      else this.#assign(literal.item, context);
    }
    for (const path of Object.keys(flags.given)) {
      this.journal.begin({ kind: "flag", name: `--${path}`, phase: "arguments" });
      ADict.prototype.set.call(this.config, path, flags.given[path]);
    }
    for (const item of items) {
      this.journal.begin(context.writerOf(item));
      this.problems.push(...applyArgument(this.config, item, context));
    }
  }

  #assign(item: WriteItem, context: ArgumentContext): void {
    const [problem] = applyArgument(this.config, item, context);
    if (problem !== undefined) {
      throw new RangeError(`Cannot assign "${item.text}": ${problem.message}`);
    }
  }

  #applySamples({ samples, sampledBy }: Sources, { strict }: ArgumentContext): void {
    this.journal.begin({ kind: "sample", name: sampledBy, phase: "samples" });
    for (const path of Object.keys(samples)) {
      if (strict && !path.startsWith("__")) assertKnown(this.config, path);
      ADict.prototype.set.call(this.config, path, samples[path]);
    }
  }
}
