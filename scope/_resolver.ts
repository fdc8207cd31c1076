import { reportMistakes } from "../adict/mod.ts";
import type { Problem } from "./_arguments.ts";
import { CommandExit } from "./command_exit.ts";
import { CommandLineError } from "./command_line_error.ts";
import type { Entry } from "./_journal.ts";
import { InvalidConfigError } from "./invalid_config_error.ts";
import { writeLine } from "./_write_line.ts";
import { type Routed, Router } from "./_routing.ts";
import type { Composed, ScopeArguments, ScopeCore } from "./_scope_core.ts";

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
  #lastArguments: ScopeArguments[] | undefined = undefined;
  #isReported = false;

  constructor(cores: readonly ScopeCore[], isNamespaced: boolean) {
    this.#cores = cores;
    this.#isNamespaced = isNamespaced;
  }

  /**
   * The configs for the arguments; without any, for those of the program: once, and a command or a
   * mistake on that command line ends the program.
   */
  resolve(args?: readonly string[]): Promise<Resolved[]> {
    if (args !== undefined) {
      const resolved = this.#resolve(args);
      this.#resolved = resolved.catch((error) => {
        this.#resolved = undefined;
        throw error;
      });
      return this.#resolved;
    }
    this.#resolved ??= this.#resolveProgram();
    return this.#resolved;
  }

  /** What the last command line said to each scope. */
  lastArguments(): readonly ScopeArguments[] | undefined {
    return this.#lastArguments;
  }

  /** Says, once, which overrides of the last command line nobody has read. */
  async reportUnread(): Promise<void> {
    const resolved = await this.#resolved;
    if (resolved === undefined || this.#isReported) return;
    this.#isReported = true;
    if (resolved.every(({ composed }) => composed.entries.every(isNoArgument))) return;
    const { reportUnread } = await import("./_unread.ts");
    reportUnread(resolved);
  }

  /**
   * Passes configs on that are as they must be.
   *
   * @throws {InvalidConfigError} If one is not.
   */
  async assertValid(resolved: readonly Resolved[]): Promise<void> {
    if (resolved.every(({ composed }) => composed.findings.length === 0)) return;
    const { describeFindings } = await import("./_describe_findings.ts");
    throw describeFindings(resolved);
  }

  /** Forgets the configs. */
  reset(): void {
    this.#isReported = false;
    this.#resolved = undefined;
    this.#lastArguments = undefined;
  }

  async #resolveProgram(): Promise<Resolved[]> {
    reportMistakes();
    try {
      return await this.#resolve(this.#programArguments());
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

  async #resolve(args: readonly string[]): Promise<Resolved[]> {
    this.#isReported = false;
    const routed = new Router(this.#cores, this.#isNamespaced).route(args);
    await this.#readFlags(routed);
    const positions = routed.command?.name === "explain";
    if (routed.problems.length === 0) await this.#runEarlyCommand(routed);
    const resolved = await this.#compose(routed, positions);
    const problems = [...routed.problems, ...resolved.flatMap(({ composed }) => composed.problems)];
    if (problems.length > 0) await this.#fail(routed, problems);
    if (resolved.some(({ composed }) => composed.findings.length > 0)) {
      const { describeFindings } = await import("./_describe_findings.ts");
      const error = describeFindings(resolved, routed.parsed);
      // Who asks where a value comes from is answered also where the value is wrong.
      if (routed.command?.name !== "explain") throw error;
    }
    if (routed.command !== undefined) await this.#runCommand(routed, resolved);
    this.#lastArguments = routed.perScope;
    return resolved;
  }

  async #readFlags(routed: Routed): Promise<void> {
    for (const [i, core] of this.#cores.entries()) {
      if (core.flagOptions === undefined) continue;
      const { readFlags } = await import("./_flags.ts");
      routed.perScope[i]!.flags = await readFlags(core.flagOptions, routed.flags[i]!);
    }
  }

  async #compose(routed: Routed, positions: boolean): Promise<Resolved[]> {
    const resolved: Resolved[] = [];
    for (const [i, core] of this.#cores.entries()) {
      try {
        const options = positions ? { positions } : {};
        const composed = await core.compose(routed.perScope[i], options);
        resolved.push({ core, composed });
      } catch (error) {
        // A view may stumble over what was wrong on the command line: that is said first.
        if (routed.problems.length > 0) await this.#fail(routed, routed.problems);
        throw error;
      }
    }
    return resolved;
  }

  async #fail(routed: Routed, problems: readonly Problem[]): Promise<never> {
    const { describeProblems } = await import("./_describe_problems.ts");
    throw describeProblems(routed.parsed, problems);
  }

  /** Commands that need no config: they work also where a view fails. */
  async #runEarlyCommand({ command }: Routed): Promise<void> {
    if (command?.name !== "manual") return;
    const { formatManual } = await import("./_manual.ts");
    throw new CommandExit("manual", formatManual(this.#cores));
  }

  async #runCommand({ command, parsed }: Routed, resolved: readonly Resolved[]): Promise<void> {
    const { runCommand } = await import("./_commands.ts");
    throw new CommandExit(
      command!.name,
      await runCommand(command!, { resolved, parsed, isNamespaced: this.#isNamespaced }),
    );
  }
}

function isNoArgument({ writer }: Entry): boolean {
  return writer.argument === undefined;
}
