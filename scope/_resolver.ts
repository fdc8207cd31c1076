import { reportMistakes } from "../adict/mod.ts";
import type { Problem } from "./_arguments.ts";
import { CommandExit } from "./command_exit.ts";
import { CommandLineError } from "./command_line_error.ts";
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

  /** Forgets the configs. */
  reset(): void {
    this.#resolved = undefined;
    this.#lastArguments = undefined;
  }

  async #resolveProgram(): Promise<Resolved[]> {
    reportMistakes();
    try {
      return await this.#resolve(Deno.args);
    } catch (error) {
      if (error instanceof CommandExit) writeLine(Deno.stdout, error.output);
      else if (error instanceof CommandLineError) writeLine(Deno.stderr, error.message);
      else throw error;
      Deno.exit(error.exitCode);
    }
  }

  async #resolve(args: readonly string[]): Promise<Resolved[]> {
    const routed = new Router(this.#cores, this.#isNamespaced).route(args);
    const positions = routed.command?.name === "explain";
    if (routed.problems.length === 0) await this.#runEarlyCommand(routed);
    const resolved = await this.#compose(routed, positions);
    const problems = [...routed.problems, ...resolved.flatMap(({ composed }) => composed.problems)];
    if (problems.length > 0) await this.#fail(routed, problems);
    if (routed.command !== undefined) await this.#runCommand(routed, resolved);
    this.#lastArguments = routed.perScope;
    return resolved;
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

function writeLine(stream: { writeSync(data: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let written = 0; written < bytes.length;) {
    written += stream.writeSync(bytes.subarray(written));
  }
}
