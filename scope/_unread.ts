import { formatPath, type PathKey } from "../adict/dotted_path.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { usedPaths } from "../adict/used_paths.ts";
import { printable } from "./_format_reasons.ts";
import type { Entry } from "./_journal.ts";
import { furtherUsed } from "./_further_used.ts";
import { findLastWrite } from "./_last_write.ts";
import { toPlainConfig } from "./_plain.ts";
import { branchesOf, leavesOf, withoutBranches } from "./_reasons.ts";
import { isUsedWhole, type Resolved, writeLine } from "./_resolver.ts";
import { declaresKey } from "./_validation.ts";
import { CommandLineError, type CommandLineProblem } from "./errors.ts";
import type { Writer } from "./types.ts";

type Path = readonly PathKey[];

/** An override of the command line of which nothing was read. */
interface Unread {
  readonly writer: Writer;
  /** The values that it wrote. */
  readonly paths: readonly Path[];
  readonly problem: CommandLineProblem;
}

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
    // The config as a whole has no path.
    return this.paths.has("") || this.paths.has(path) || this.#branches.has(path) ||
      branchesOf(path).some((branch) => this.paths.has(branch));
  }
}

/** The paths of the values that an argument wrote and that are what they are because of it. */
function* livingValues(entry: Entry, entries: readonly Entry[]): Generator<Path> {
  const { kind, path, value } = entry.write;
  if (kind === "delete") return;
  const leaves = kind === "set" ? [...leavesOf(value, path).values()] : [{ path }];
  for (const leaf of leaves) {
    const last = findLastWrite(entries, leaf.path);
    if (last !== undefined && entries[last.index]!.writer === entry.writer) yield leaf.path;
  }
}

/** For each argument of which nothing was read, the values that it wrote. */
function unreadArguments(entries: readonly Entry[], reads: Reads): Map<Writer, Path[]> {
  const unread = new Map<Writer, Path[]>();
  for (const entry of entries) {
    if (entry.writer.argument === undefined) continue;
    const paths = [...livingValues(entry, entries)];
    if (paths.length === 0 || paths.some((path) => reads.includes(formatPath(path)))) continue;
    unread.set(entry.writer, paths);
  }
  return unread;
}

/** One mistake for each override of the command line that nobody read. */
function findUnread(
  { core, composed }: Resolved,
  { isNamespaced, isSearch }: { isNamespaced: boolean; isSearch: boolean },
): Unread[] {
  const { config, entries, lateReads } = composed;
  const { furtherReads } = core;
  furtherReads?.recount();
  const used = usedPaths(config);
  const further = furtherUsed(core);
  if (core.unread === "ignore" || used === undefined || further === undefined) return [];
  if (furtherReads?.isUnknown) return [];
  if (!isSearch && isUsedWhole(used)) return [];
  const late = lateReads.flatMap(withoutBranches);
  const reads = new Reads([...used, ...late, ...further, ...furtherReads?.paths ?? []]);
  const prefix = isNamespaced ? `${core.name}.` : "";
  return [...unreadArguments(entries, reads)].filter(([writer]) => !furtherReads?.said.has(writer))
    .map(([writer, paths]) => {
      const { name, argument } = writer;
      const path = formatPath(paths[0]!);
      const near = nearestName(path, [...reads.paths].filter((other) => other !== path));
      const advice = near === undefined ? "" : `; did you mean ${prefix}${printable(near)}?`;
      const message = `${printable(name)} was never read${advice}`;
      return { writer, paths, problem: { message, argument: name, ...argument! } };
    });
}

/** Whether a value has a place in the config, whatever the command line says. */
async function isKnown({ core, composed }: Resolved, path: Path): Promise<boolean> {
  if (core.manuals.has(formatPath(path))) return true;
  const others = composed.entries.filter(({ writer }) => writer.argument === undefined);
  // An item of a list is what the list is.
  const item = path.findIndex((key) => typeof key === "number");
  const place = item === -1 ? path : path.slice(0, item);
  if (findLastWrite(others, place) !== undefined) return true;
  return await declaresKey(formatPath(place), toPlainConfig(composed.config), core.checks);
}

/** @throws {CommandLineError} If the scope's policy makes that an error. */
function report({ core }: Resolved, found: readonly Unread[]): void {
  const problems = found.map(({ problem }) => problem);
  if (core.unread === "error" && problems.length > 0) {
    throw new CommandLineError(problems.map(({ message }) => message).join("\n"), problems);
  }
  for (const { message } of problems) {
    if (core.onWarning === undefined) writeLine(Deno.stderr, `warning: ${message}`);
    else core.onWarning(message);
  }
}

/**
 * Says which overrides of the command line the program has not read: most are typing errors.
 *
 * @throws {CommandLineError} If the scope's policy makes that an error.
 */
export function reportUnread(
  resolved: readonly Resolved[],
  { isSearch = false }: { isSearch?: boolean } = {},
): void {
  const isNamespaced = resolved.length > 1;
  for (const member of resolved) report(member, findUnread(member, { isNamespaced, isSearch }));
}

/**
 * Says which overrides nobody has read, of keys that nobody else knows.
 *
 * @throws {CommandLineError} If the scope's policy makes that an error.
 */
export async function reportUnknown(resolved: readonly Resolved[]): Promise<void> {
  const isNamespaced = resolved.length > 1;
  for (const member of resolved) {
    const unknown: Unread[] = [];
    for (const unread of findUnread(member, { isNamespaced, isSearch: true })) {
      const known = await Promise.all(unread.paths.map((path) => isKnown(member, path)));
      if (!known.includes(true)) unknown.push(unread);
    }
    for (const { writer } of unknown) member.core.furtherReads?.said.add(writer);
    report(member, unknown);
  }
}
