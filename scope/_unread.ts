import { ADict } from "../adict/adict.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { CommandLineError, type CommandLineProblem } from "./command_line_error.ts";
import { reasonsFor } from "./_reasons.ts";
import { type Resolved, writeLine } from "./_resolver.ts";

/** Whether a leaf was read, or a mapping or list around it as a whole. */
function wasRead(path: string, read: readonly string[]): boolean {
  return read.some((other) =>
    path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`) ||
    other.startsWith(`${path}.`) || other.startsWith(`${path}[`)
  );
}

/** One mistake for each override of the command line that nobody read. */
function findUnread({ core, composed }: Resolved, isNamespaced: boolean): CommandLineProblem[] {
  const { config, entries } = composed;
  if (!entries.some(({ writer }) => writer.argument !== undefined)) return [];
  const read: string[] = ADict.prototype.accessedKeys.call(config);
  if (read.length === 0) return [];
  const prefix = isNamespaced ? `${core.name}.` : "";
  const problems = new Map<string, CommandLineProblem>();
  for (const [path, history] of reasonsFor(entries)) {
    const { writer, removed } = history.at(-1)!;
    if (writer.argument === undefined || removed || wasRead(path, read)) continue;
    const near = nearestName(path, read.filter((other) => other !== path));
    const advice = near === undefined ? "" : `; did you mean ${prefix}${near}?`;
    const message = `${writer.name} was never read${advice}`;
    problems.set(writer.name, { message, argument: writer.name, ...writer.argument });
  }
  return [...problems.values()];
}

/**
 * Says which overrides of the command line the program has not read: most are typing errors.
 *
 * @throws {CommandLineError} If the scope's policy makes that an error.
 */
export function reportUnread(resolved: readonly Resolved[]): void {
  for (const member of resolved) {
    const { unread, onWarning } = member.core;
    if (unread === "ignore") continue;
    const problems = findUnread(member, resolved.length > 1);
    if (unread === "error" && problems.length > 0) {
      const lines = problems.map(({ message }) => message);
      throw new CommandLineError(lines.join("\n"), problems);
    }
    for (const { message } of problems) {
      if (onWarning === undefined) writeLine(Deno.stderr, `warning: ${message}`);
      else onWarning(message);
    }
  }
}
