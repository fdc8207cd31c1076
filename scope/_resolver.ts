import { ADict } from "../adict/adict.ts";
import { formatPath } from "../adict/dotted_path.ts";
import { reportMistakes } from "../adict/report_mistakes.ts";
import type { Problem } from "./_arguments.ts";
import type { FlagNames } from "./_flag_names.ts";
import { withoutBranches } from "./_reasons.ts";
import type { Routed } from "./_routed.ts";
import { Router } from "./_routing.ts";
import type { Composed, ScopeCore } from "./_scope_core.ts";
import { CommandExit, CommandLineError, InvalidConfigError } from "./errors.ts";

/** Commands that say what they can where a view fails. */
const LENIENT_COMMANDS: readonly string[] = ["help", "completion"];
/** Commands for which the config need not be as it must be. */
const TOLERANT_COMMANDS: readonly string[] = [...LENIENT_COMMANDS, "explain"];

/** What a tracker reads of a config by itself. */
const TRACKER_KEYS: readonly string[] = [
  "experiment.project_name",
  "experiment.sql.db_path",
  "experiment.sql.driver",
];

/** So many further configs are looked at; where there are more, nobody knows what was read. */
export const MAX_FURTHER = 16;

/** One scope with what was made of it. */
export interface Resolved {
  core: ScopeCore;
  composed: Composed;
}

/** Turns a command line into the configs of some scopes, or into what a command prints. */
export class Resolver {
  readonly #cores: readonly ScopeCore[];
  readonly #isNamespaced: boolean;
  #resolved: Promise<Resolved[]> | undefined = undefined;
  #isReported = false;
  /** How many calls were made outside of views, and which of those that are over was the last. */
  #calls = 0;
  #lastCall = 0;
  /** How many injected functions run that say at their end what was never read. */
  #reporting = 0;

  constructor(cores: readonly ScopeCore[], isNamespaced: boolean) {
    this.#cores = cores;
    this.#isNamespaced = isNamespaced;
  }

  /**
   * The configs for the arguments; without any, for those of the program: once, and a command or a
   * mistake on that command line ends the program.
   */
  resolve(args?: readonly string[]): Promise<Resolved[]> {
    if (args === undefined) return this.#resolved ??= this.#resolveProgram();
    const before = this.#resolved;
    const resolved = this.#resolve(args);
    this.#resolved = resolved;
    return resolved.catch((error) => {
      // What was resolved before stays, unless a later call has taken its place.
      if (this.#resolved === resolved) this.#resolved = before;
      throw error;
    });
  }

  /** Whether it was said which overrides of the last command line nobody has read. */
  get isReported(): boolean {
    return this.#isReported;
  }

  /** Runs an injected function; then says, once, which overrides nobody has read. */
  async reportAfter<R>(run: () => R | Promise<R>): Promise<R> {
    this.#reporting++;
    let result: R;
    try {
      result = await run();
    } finally {
      this.#reporting--;
    }
    const resolved = await this.findUnreported();
    if (resolved === undefined) return result;
    this.#isReported = true;
    if (resolved.every(hasReadArguments)) return result;
    const { reportUnread } = await import("./_unread.ts");
    reportUnread(resolved);
    return result;
  }

  /** What was resolved last, unless its overrides were reported, or are left to what still runs. */
  async findUnreported(): Promise<readonly Resolved[] | undefined> {
    const resolved = await this.#resolved;
    if (resolved === undefined || this.#isReported || this.#reporting > 0) return undefined;
    const isFollowed = resolved.some(({ core }) => core.furtherReads?.isFollowed);
    return isFollowed ? undefined : resolved;
  }

  /**
   * Passes configs on that are as they must be.
   *
   * @throws {InvalidConfigError} If one is not.
   */
  async assertValid(resolved: readonly Resolved[]): Promise<void> {
    if (resolved.every(({ composed }) => composed.findings.length === 0)) return;
    const { describeFindings } = await import("./_describe_mistakes.ts");
    throw describeFindings(resolved);
  }

  /** Forgets the configs. */
  reset(): void {
    this.#isReported = false;
    this.#resolved = undefined;
  }

  async #resolveProgram(): Promise<Resolved[]> {
    reportMistakes();
    try {
      return await this.#resolve(this.#programArguments(), { isProgram: true });
    } catch (error) {
      if (error instanceof CommandExit) writeLine(Deno.stdout, error.output);
      else if (error instanceof CommandLineError) writeLine(Deno.stderr, `error: ${error.message}`);
      else if (error instanceof InvalidConfigError) {
        writeLine(Deno.stderr, `error: ${error.message}`);
      } else throw error;
      Deno.exit(error.exitCode);
    }
  }

  /** What another parser has left of the command line, else all of it. */
  #programArguments(): readonly string[] {
    return this.#cores.find(({ mergedFlags }) => mergedFlags?.rest)?.mergedFlags?.rest ?? Deno.args;
  }

  async #resolve(
    args: readonly string[],
    { isProgram = false }: { isProgram?: boolean } = {},
  ): Promise<Resolved[]> {
    this.#isReported = false;
    const call = this.#cores.some(({ isInView }) => isInView) ? undefined : ++this.#calls;
    const router = new Router(this.#cores, this.#isNamespaced, await this.#flagNames());
    const routed = router.route(args);
    await this.#readFlags(routed);
    if (routed.problems.length === 0) await this.#runEarlyCommand(routed);
    const resolved = await this.#compose(routed);
    const problems = [...routed.problems, ...resolved.flatMap(({ composed }) => composed.problems)];
    if (problems.length > 0) await this.#fail(routed, problems, resolved);
    const hasFindings = resolved.some(({ composed }) => composed.findings.length > 0);
    // Who asks what there is, or where a value comes from, is answered also where a value is wrong.
    if (hasFindings && !TOLERANT_COMMANDS.includes(routed.command?.name ?? "")) {
      const { describeFindings } = await import("./_describe_mistakes.ts");
      throw describeFindings(resolved, routed.parsed);
    }
    if (routed.command !== undefined) await this.#runCommand(routed, resolved, isProgram);
    // Of several at once the last call counts, as it does of one after the other.
    if (call !== undefined && call < this.#lastCall) return resolved;
    this.#lastCall = call ?? this.#lastCall;
    for (const [i, { core, composed }] of resolved.entries()) {
      core.composed = composed;
      core.furtherReads = undefined;
      core.furtherConfigs = [];
      core.lastArguments = routed.perScope[i]!;
    }
    return resolved;
  }

  async #flagNames(): Promise<Map<ScopeCore, FlagNames>> {
    const names = new Map<ScopeCore, FlagNames>();
    for (const core of this.#cores) {
      if (core.flagOptions === undefined) continue;
      const { FlagNames } = await import("./_flag_names.ts");
      names.set(core, new FlagNames(core.flagOptions));
    }
    return names;
  }

  async #readFlags(routed: Routed): Promise<void> {
    for (const [core, given] of routed.flags) {
      const { readFlags } = await import("./_flags.ts");
      const args = routed.perScope[this.#cores.indexOf(core)]!;
      const { values, problems } = await readFlags(core.flagOptions!, given);
      args.flags = values;
      routed.problems.push(...problems);
    }
  }

  async #compose(routed: Routed): Promise<Resolved[]> {
    const name = routed.command?.name ?? "";
    const options = {
      ...(name === "explain" ? { positions: true } : {}),
      lenient: LENIENT_COMMANDS.includes(name),
    };
    const resolved: Resolved[] = [];
    for (const [i, core] of this.#cores.entries()) {
      try {
        resolved.push({ core, composed: await core.compose(routed.perScope[i], options) });
      } catch (error) {
        // A view may stumble over what was wrong on the command line: that is said first.
        if (routed.problems.length > 0) await this.#fail(routed, routed.problems);
        throw error;
      }
    }
    return resolved;
  }

  async #fail(
    routed: Routed,
    problems: readonly Problem[],
    resolved: readonly Resolved[] = [],
  ): Promise<never> {
    const { describeMistakes } = await import("./_describe_mistakes.ts");
    throw describeMistakes(routed.parsed, problems, resolved);
  }

  /** Commands that need no config: they work also where a view fails. */
  async #runEarlyCommand({ command }: Routed): Promise<void> {
    if (command?.name !== "manual") return;
    const { formatManual } = await import("./_help.ts");
    throw new CommandExit("manual", formatManual(this.#cores));
  }

  async #runCommand(
    { command, parsed }: Routed,
    resolved: readonly Resolved[],
    isProgram: boolean,
  ): Promise<void> {
    const { runCommand } = await import("./_commands.ts");
    const isTerminal = isProgram && Deno.stdout.isTerminal();
    const context = {
      resolved,
      parsed,
      isNamespaced: this.#isNamespaced,
      isTerminal,
      isColoured: isTerminal && !Deno.noColor,
    };
    throw new CommandExit(command!.name, await runCommand(command!, context));
  }
}

/** Takes that a further config was composed: some are kept, since what is read of them counts too. */
export function addFurther(
  { core, composed }: Resolved,
  { isFollowed }: { isFollowed: boolean },
): void {
  if (isFollowed) core.furtherReads?.addLate(composed.lateReads);
  else if (core.furtherConfigs.length <= MAX_FURTHER) core.furtherConfigs.push(composed);
}

/** Whether every override was surely read: the usual case, decided without loading more. */
function hasReadArguments({ composed }: Resolved): boolean {
  const overrides = composed.entries.filter(({ writer }) => writer.argument !== undefined);
  if (overrides.length === 0) return true;
  const accessed = ADict.prototype.accessedKeys.call(composed.config);
  if (isUsedWhole(accessed)) return true;
  const read = new Set([...accessed, ...composed.lateReads.flatMap(withoutBranches)]);
  return overrides.every(({ write }) => read.has(formatPath(write.path)));
}

/**
 * Whether a program reads no key by its name: then it uses the config as a whole, prints it, or passes
 * it on. What a tracker reads says nothing of the rest.
 */
export function isUsedWhole(accessed: readonly string[]): boolean {
  return accessed.every((path) => TRACKER_KEYS.includes(path));
}

/**
 * Writes a line to standard output or error, all of it. That the reader of a pipe has gone, as
 * `head` does, is no error.
 */
export function writeLine(stream: { writeSync(data: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  try {
    for (let written = 0; written < bytes.length;) {
      written += stream.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
