import { nearestName } from "../adict/mod.ts";
import { type Command, COMMON_FLAGS } from "./_command.ts";
import { COMMANDS } from "./_command_table.ts";
import { findDatabase } from "./_find_database.ts";
import { formatCommandHelp, formatHelp } from "./_help.ts";
import { checkCount, parseInvocation } from "./_parse_invocation.ts";
import { ClosedOutputError, openTerminal, OutputError, type Terminal } from "./_terminal.ts";
import { UsageError } from "./_usage_error.ts";

/**
 * Runs one command of the terminal program, and prints what it has to say. Mistakes are printed as
 * one message, without a stack trace.
 *
 * @param args the command and its arguments
 * @returns the exit code: 0, or 2 for a mistake on the command line, 1 for any other
 *
 * @example Ask for help
 * ```ts
 * import { runCommandLine } from "@ato/core/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await runCommandLine(["--help"]), 0);
 * ```
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  try {
    return await run(args, terminal);
  } catch (error) {
    return report(error, terminal);
  }
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    return await help(rest[0], terminal);
  }
  const command = await findCommand(name);
  const parsed = parseInvocation(name, command, rest);
  if (parsed.flags.has("help")) {
    terminal.write(formatCommandHelp(name, command));
    return 0;
  }
  checkCount(name, command, parsed.args);
  const given = parsed.flags.get("db");
  const databasePath = await findDatabase(given === true ? undefined : given, {
    mayBeMade: command.database !== undefined && command.database !== "required",
  });
  const code = await command.run({
    ...parsed,
    terminal,
    databasePath,
    config: { experiment: { sql: { db_path: databasePath } } },
    isJson: parsed.flags.has("json"),
  });
  return code ?? 0;
}

async function help(name: string | undefined, terminal: Terminal): Promise<number> {
  if (name === undefined) {
    terminal.write(formatHelp([...COMMANDS].map(([name, { summary }]) => [name, summary])));
    return 0;
  }
  terminal.write(formatCommandHelp(name, await findCommand(name)));
  return 0;
}

async function findCommand(name: string): Promise<Command> {
  const entry = COMMANDS.get(name);
  if (entry !== undefined) return await entry.load();
  if (name.startsWith("-")) throw earlyFlag(name);
  const known = [...COMMANDS.keys()];
  const nearest = nearestName(name, known);
  const hint = nearest === undefined
    ? `expected one of ${known.join(", ")}`
    : `did you mean "${nearest}"?`;
  throw new UsageError(`there is no command "${name}", ${hint}`);
}

function earlyFlag(arg: string): UsageError {
  const flag = arg.replace(/=.*$/s, "");
  const isKnown = Object.entries(COMMON_FLAGS).some(([name, { alias }]) =>
    flag === `--${name}` || flag === `-${alias}`
  );
  const state = isKnown ? `${flag} stands before the command` : `there is no flag "${flag}"`;
  return new UsageError(`${state}, the command comes first: runs --db PATH`);
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof ClosedOutputError) return 0;
  const isMistake = error instanceof Error && "exitCode" in error;
  if (isMistake) {
    printError(error.message, terminal);
    return Number(error.exitCode);
  }
  if (error instanceof Deno.errors.NotCapable) {
    printError(error.message, terminal);
    return 1;
  }
  throw error;
}

function printError(message: string, terminal: Terminal): void {
  try {
    terminal.writeError(`error: ${message}\n`);
  } catch (error) {
    if (!(error instanceof ClosedOutputError || error instanceof OutputError)) throw error;
  }
}
