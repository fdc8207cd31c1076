import { parseArgs } from "@std/cli/parse-args";
import { nearestName } from "../adict/mod.ts";
import { type Command, type Flag, flagsOf } from "./_command.ts";
import { UsageError } from "./_usage_error.ts";

/** What was typed after the name of a command, read. */
export interface ParsedArguments {
  readonly args: readonly string[];
  readonly flags: ReadonlyMap<string, string | true>;
}

/** Reads the arguments of a command; throws where one is not known or lacks its value. */
export function parseInvocation(
  name: string,
  command: Command,
  args: readonly string[],
): ParsedArguments {
  const kinds = flagsOf(command);
  const entries = Object.entries(kinds);
  const { own, program } = command.startsProgram
    ? splitProgram(args, entries)
    : { own: args, program: [] };
  const parsed = parseArgs([...own], {
    string: ["_", ...entries.filter(([, { value }]) => value !== undefined).map(([flag]) => flag)],
    boolean: entries.filter(([, { value }]) => value === undefined).map(([flag]) => flag),
    alias: Object.fromEntries(
      entries.flatMap(([flag, { alias }]) => alias === undefined ? [] : [[alias, flag]]),
    ),
    unknown: (arg, key) => {
      if (key !== undefined) throw unknownFlag(name, arg, Object.keys(kinds));
    },
  });
  const flags = new Map<string, string | true>();
  for (const [flag, { value }] of entries) {
    const given = parsed[flag];
    if (given === undefined || given === false) continue;
    if (value !== undefined && given === "") {
      throw new UsageError(`--${flag} has no value, expected --${flag} ${value}`);
    }
    flags.set(flag, value === undefined ? true : String(given));
  }
  return { args: [...parsed._.map(String), ...program], flags };
}

/**
 * Tells what is the command's from the program that it starts. Flags of the command that have a value may
 * stand behind the program too; whatever stands behind `--` is the program's.
 */
function splitProgram(
  args: readonly string[],
  kinds: readonly (readonly [name: string, flag: Flag])[],
): { own: readonly string[]; program: readonly string[] } {
  const begin = findArgument(args, kinds);
  const [own, program] = [args.slice(0, begin), args.slice(begin, begin + 1)];
  for (let i = begin + 1; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return { own, program: [...program, ...args.slice(i + 1)] };
    const isOwn = kinds.some(([name, { value }]) =>
      value !== undefined && arg.replace(/=.*$/s, "") === `--${name}`
    );
    if (!isOwn) program.push(arg);
    else if (arg.includes("=")) own.push(arg);
    else own.push(...args.slice(i, ++i + 1));
  }
  return { own, program };
}

/** Where the first argument stands that is no flag, or the value of one. */
function findArgument(
  args: readonly string[],
  kinds: readonly (readonly [name: string, flag: Flag])[],
): number {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith("-")) return i;
    const kind = kinds.find(([name, { alias }]) => arg === `--${name}` || arg === `-${alias}`);
    if (kind?.[1].value !== undefined) i++;
  }
  return args.length;
}

/** Throws where there are too few or too many arguments. */
export function checkCount(name: string, command: Command, args: readonly string[]): void {
  const { min, max } = command.count;
  if (args.length >= min && args.length <= max) return;
  const surplus = args[max];
  const state = surplus === undefined
    ? "an argument is missing"
    : `"${surplus}" is one argument too many`;
  throw new UsageError(`${state}, expected: ${[name, command.args].join(" ").trimEnd()}`);
}

function unknownFlag(name: string, arg: string, known: readonly string[]): UsageError {
  const flag = arg.replace(/^-+/, "").replace(/=.*$/s, "");
  const nearest = nearestName(flag, known);
  const hint = nearest === undefined
    ? `expected ${known.map((other) => `--${other}`).join(", ")}`
    : `did you mean --${nearest}?`;
  return new UsageError(`"${name}" has no flag ${arg.replace(/=.*$/s, "")}, ${hint}`);
}
