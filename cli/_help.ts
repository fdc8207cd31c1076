import { unicodeWidth } from "@std/cli/unicode-width";
import { type Command, type Flag, flagsOf } from "./_command.ts";

/** How the program is started, in its help. */
export const PROGRAM = "deno run -A jsr:@ato/core/cli";

const HEADER = `Shows and manages runs.

Usage: ${PROGRAM} COMMAND [ARGUMENT…] [--db PATH] [--json]
`;
const FOOTER = `
"COMMAND --help" says more of each. The database is --db, else experiments.db in this folder. Commands
that only read need --allow-read; rename, note, tag, rm, restore, gc and import need --allow-write too;
work and launch need --allow-run, --allow-read, --allow-net and --allow-env, and whatever their script needs.
`;

/** The help of the program, of the name and the summary of each command. */
export function formatHelp(
  commands: readonly (readonly [name: string, summary: string])[],
): string {
  return `${HEADER}\n${alignPairs(commands)}${FOOTER}`;
}

/** The help of one command. */
export function formatCommandHelp(name: string, command: Command): string {
  const { args, summary, details, startsProgram } = command;
  const all = Object.entries(flagsOf(command));
  const words = startsProgram ? ["[FLAG…]", args] : [args, "[FLAG…]"];
  const usage = [PROGRAM, name, ...words].filter((part) => part !== "").join(" ");
  return `${summary}

Usage: ${usage}

${alignPairs(all.map(([flag, kind]) => [showFlag(flag, kind), kind.description]))}
${details.trim()}
`;
}

function showFlag(name: string, { alias, value }: Flag): string {
  const short = alias === undefined ? "    " : `-${alias}, `;
  return `${short}--${name}${value === undefined ? "" : ` ${value}`}`;
}

function alignPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([left]) => unicodeWidth(left)));
  return pairs.map(([left, right]) =>
    `  ${left}${" ".repeat(width - unicodeWidth(left))}  ${right}\n`
  ).join("");
}
