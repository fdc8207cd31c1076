import { ADict } from "../adict/adict.ts";
import { formatPath } from "../adict/dotted_path.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { printable } from "./_format_reasons.ts";
import type { Entry } from "./_journal.ts";
import { findLastWrite } from "./_last_write.ts";
import { branchesOf, leavesOf, withoutBranches } from "./_reasons.ts";
import { isUsedWhole, type Resolved, writeLine } from "./_resolver.ts";
import { CommandLineError, type CommandLineProblem } from "./errors.ts";
import type { Writer } from "./types.ts";

/** What was read of a config: leaves, and mappings and lists as a whole. */
class Reads {
  readonly paths: ReadonlySet<string>;
  readonly #branches: ReadonlySet<string>;

  constructor(paths: readonly string[]) {
    this.paths = new Set(paths);
    this.#branches = new Set(paths.flatMap(branchesOf));
  }

  /** Whether a value was read, a part of it, or what it is part of. */
  includes(path: string): boolean {
    return this.paths.has(path) || this.#branches.has(path) ||
      branchesOf(path).some((branch) => this.paths.has(branch));
  }
}

/** The paths of the values that an argument wrote and that are what they are because of it. */
function* livingValues(entry: Entry, entries: readonly Entry[]): Generator<string> {
  const { kind, path, value } = entry.write;
  if (kind === "delete") return;
  const leaves = kind === "set" ? [...leavesOf(value, path).values()] : [{ path }];
  for (const leaf of leaves) {
    const last = findLastWrite(entries, leaf.path);
    if (last !== undefined && entries[last.index]!.writer === entry.writer) {
      yield formatPath(leaf.path);
    }
  }
}

/** For each argument of which nothing was read, one value that it wrote. */
function unreadArguments(entries: readonly Entry[], reads: Reads): Map<Writer, string> {
  const unread = new Map<Writer, string>();
  for (const entry of entries) {
    if (entry.writer.argument === undefined) continue;
    const paths = [...livingValues(entry, entries)];
    if (paths.length === 0 || paths.some((path) => reads.includes(path))) continue;
    unread.set(entry.writer, paths[0]!);
  }
  return unread;
}

/** One mistake for each override of the command line that nobody read. */
function findUnread({ core, composed }: Resolved, isNamespaced: boolean): CommandLineProblem[] {
  const { config, entries, lateReads } = composed;
  const accessed: string[] = ADict.prototype.accessedKeys.call(config);
  if (isUsedWhole(accessed)) return [];
  const reads = new Reads([...accessed, ...lateReads.flatMap(withoutBranches)]);
  const prefix = isNamespaced ? `${core.name}.` : "";
  return [...unreadArguments(entries, reads)].map(([{ name, argument }, path]) => {
    const near = nearestName(path, [...reads.paths].filter((other) => other !== path));
    const advice = near === undefined ? "" : `; did you mean ${prefix}${near}?`;
    return { message: `${printable(name)} was never read${advice}`, argument: name, ...argument! };
  });
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
