import { ADict } from "../adict/adict.ts";
import { copyLeaves } from "../adict/copy_leaves.ts";
import { parsePath } from "../adict/dotted_path.ts";
import { MissingKeyError } from "../adict/access_errors.ts";
import {
  applyArgument,
  type ArgumentContext,
  assertKnown,
  isAtOrBelow,
} from "./_apply_argument.ts";
import type { Problem, WriteItem } from "./_arguments.ts";
import type { FlagValues } from "./_flags.ts";
import { formatPosition, Journal, positionIn, type Stack } from "./_journal.ts";
import { nameLazyWriters } from "./_name_lazy_writers.ts";
import { holdsFixedLeaves, toPlainConfig } from "./_plain.ts";
import type { RunningMerges } from "./_running_merges.ts";
import type { Checks, Finding } from "./_validation.ts";
import { byPriority, type ViewPlan, type ViewRecord } from "./_view.ts";
import type { Phase } from "./types.ts";

const MAX_LAZY = 10_000;
/** From so many mistakes on there is no advice, and no schema is asked whether there is one more. */
const MAX_PROBLEMS = 100;

/** A block that a view put off until after the command line. */
export interface LazyBlock {
  priority: number;
  // deno-lint-ignore no-explicit-any -- a block writes a config of any shape
  run: (config: any) => unknown;
  stack: Stack;
}

/** A view, a block or a schema that could not run. */
export interface Failure {
  /** What it is. */
  source: string;
  error: unknown;
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
  /** What could not run, where that ends nothing. */
  readonly failures: Failure[] = [];
  readonly #blocks: LazyBlock[] = [];
  /** The arguments that have removed a key. */
  readonly #removals: WriteItem[] = [];
  readonly #isLenient: boolean;
  /** Keys that a search writes besides its parameters. */
  #ownSamples: readonly string[] = [];
  readonly #running: RunningMerges<Composition>;

  /** Begins a merge of a scope, given those of it that are under way. */
  constructor(
    running: RunningMerges<Composition>,
    { positions, lenient }: { positions: boolean; lenient: boolean },
  ) {
    this.#running = running;
    this.#isLenient = lenient;
    this.journal = new Journal(positions);
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
    await this.#applyArguments(sources, context);
    await this.#applySamples(sources, context);
    try {
      await this.#applyLazy(plan.lazy);
    } catch (error) {
      // It may have stumbled over what was wrong on the command line: that is said first.
      if (this.problems.length === 0) throw error;
    }
    if (this.problems.length > 0) {
      nameLazyWriters(this.problems, { config: this.config, entries: this.journal.entries });
    }
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

  /** Checks what was merged; what a schema converts is written like all else. */
  async check(checks: Checks): Promise<void> {
    if (checks.schema === undefined && checks.required.length === 0) return;
    const { validate } = await import("./_validation.ts");
    using _following = this.journal.follow(this.config);
    this.journal.begin({ kind: "schema", name: "schema", phase: "schema" });
    try {
      this.findings = await validate(this.config, checks, this.#ownSamples);
    } catch (error) {
      // A schema's own code may stumble over what was wrong on the command line.
      if (this.problems.length === 0) this.#fail("the schema", error);
    }
  }

  #merge(data: Record<string, unknown>): void {
    // The next merge has to find it as it is, whatever a view does to a date in this one.
    const isFixed = holdsFixedLeaves(data);
    this.journal.sharesValues = isFixed;
    const own = isFixed ? data : copyLeaves(data);
    ADict.prototype.update.call(this.config, own, { recursive: true });
  }

  async #applyView({ name, priority, body, stack }: ViewRecord, phase: Phase): Promise<void> {
    const writer = { kind: "view", name, phase, priority } as const;
    const isCode = typeof body === "function";
    this.journal.begin(writer, { origin: stack, isCode });
    try {
      if (isCode) await this.#running.enter(this, () => body(this.config));
      else this.#merge(body);
    } catch (error) {
      this.#fail(`the view ${name}`, error);
    }
  }

  #fail(source: string, error: unknown): void {
    if (this.#isLenient) this.failures.push({ source, error });
    else if (!this.#blameRemoval(source, error)) throw error;
  }

  /** Where an argument has removed what is read, that argument is the mistake. */
  #blameRemoval(source: string, error: unknown): boolean {
    if (!(error instanceof MissingKeyError)) return false;
    const item = this.#removals.find(({ key }) => isAtOrBelow(error.path, key));
    if (item === undefined) return false;
    const position = positionIn(error);
    const place = position === undefined ? "" : ` (${formatPosition(position)})`;
    const message =
      `${source} reads "${error.path}"${place}, which this removes, expected it to stay`;
    this.problems.push({ message, item, place: item.keySpan });
    return true;
  }

  async #applyBlock({ priority, run, stack }: LazyBlock): Promise<void> {
    const writer = { kind: "lazy block", name: "lazy", phase: "lazy", priority } as const;
    this.journal.begin(writer, { origin: stack, isCode: true });
    try {
      await this.#running.enter(this, () => run(this.config));
    } catch (error) {
      this.#fail("a lazy block", error);
    }
  }

  async #applyArguments(
    { literals, items, flags }: Sources,
    context: ArgumentContext,
  ): Promise<void> {
    for (const literal of literals) {
      const name = "item" in literal ? literal.item.text : "assigned values";
      this.journal.begin({ kind: "literal", name, phase: "arguments" });
      if ("data" in literal) this.#merge(literal.data);
      else await this.#assign(literal.item, context);
    }
    for (const item of flags.given) {
      const name = `--${item.key}`;
      this.journal.begin({ kind: "flag", name, phase: "arguments" });
      // A flag that is declared may set its key; one inside a mapping has to be there.
      const isDeclared = item.isForeign === true || parsePath(item.key).length === 1;
      const problems = applyArgument(this.config, item, { strict: context.strict, isDeclared });
      for (const problem of problems) {
        this.problems.push(item.isForeign ? { ...problem, foreignFlag: name } : problem);
      }
    }
    for (const item of items) {
      this.journal.begin(context.writerOf(item));
      const { strict } = context;
      const isDeclared = this.#isUnknown(item.key, context) &&
        await this.#declares(item.key, context);
      const advises = this.problems.length < MAX_PROBLEMS;
      const problems = applyArgument(this.config, item, { strict, isDeclared, advises });
      if (item.kind === "remove" && problems.length === 0) this.#removals.push(item);
      this.problems.push(...problems);
    }
  }

  /** Whether a strict config would refuse a key. */
  #isUnknown(path: string, { strict }: ArgumentContext): boolean {
    return strict && !ADict.prototype.has.call(this.config, path);
  }

  /** Whether a key that nothing sets is one that is required, or that the schema declares. */
  async #declares(path: string, { checks }: ArgumentContext): Promise<boolean> {
    if (checks.schema === undefined && checks.required.length === 0) return false;
    if (this.problems.length >= MAX_PROBLEMS) return false;
    const { declaresKey } = await import("./_validation.ts");
    return await declaresKey(path, toPlainConfig(this.config), checks);
  }

  async #assign(item: WriteItem, context: ArgumentContext): Promise<void> {
    const { strict } = context;
    const isDeclared = this.#isUnknown(item.key, context) &&
      await this.#declares(item.key, context);
    const [problem] = applyArgument(this.config, item, { strict, isDeclared });
    if (problem !== undefined) {
      throw new RangeError(`Cannot assign "${item.text}": ${problem.message}`);
    }
  }

  async #applySamples({ samples, sampledBy }: Sources, context: ArgumentContext): Promise<void> {
    this.journal.begin({ kind: "sample", name: sampledBy, phase: "samples" });
    this.#ownSamples = Object.keys(samples).filter((path) => path.startsWith("__"));
    for (const path of Object.keys(samples)) {
      const isUnknown = !path.startsWith("__") && this.#isUnknown(path, context);
      if (isUnknown && !await this.#declares(path, context)) assertKnown(this.config, path);
      ADict.prototype.set.call(this.config, path, copyLeaves(samples[path]));
    }
  }
}
