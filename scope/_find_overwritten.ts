import { ADict } from "../adict/adict.ts";
import { formatPath, type PathKey } from "../adict/dotted_path.ts";
import { printable } from "./_format_reasons.ts";
import type { Entry } from "./_journal.ts";
import { findLastWrite } from "./_last_write.ts";
import { isSame } from "./_plain.ts";
import { branchesOf, leavesOf, withoutBranches } from "./_reasons.ts";
import type { Composed, ScopeCore } from "./_scope_core.ts";
import { CommandLineError, type CommandLineProblem } from "./errors.ts";
import type { SamplePoint, Writer } from "./types.ts";

/** Of a search with more points than this nothing is said: a view may leave some alone. */
const MAX_POINTS = 32;

/** Whether one of some paths is a path, lies in it, or is around it. */
export function hasPath(paths: readonly string[], path: string): boolean {
  const around = branchesOf(path);
  return paths.some((other) =>
    other === path || around.includes(other) || branchesOf(other).includes(path)
  );
}

function isOverride({ phase, kind }: Writer): boolean {
  return phase === "arguments" && (kind === "argument" || kind === "flag");
}

/** The values that an override wrote; of a list to which it appends, the list. */
function leavesOfWrite(
  { write: { kind, path, value } }: Entry,
): { path: readonly PathKey[]; value?: unknown }[] {
  if (kind === "delete") return [];
  return kind === "set" ? [...leavesOf(value, path).values()] : [{ path }];
}

/** How an override is lost. */
interface Loss {
  readonly state: string;
  /** Whether what it set is there all the same, by chance. */
  readonly isKept: boolean;
}

/** The overrides that lazy views have overwritten in a config, all of what they set, and unread. */
function overwrittenIn({ config, entries, lateReads }: Composed): Map<string, Loss> {
  const merged = entries.filter(({ writer }) => writer.phase !== "schema");
  const early = merged.filter(({ writer }) => writer.phase !== "lazy");
  const reads = lateReads.flatMap(withoutBranches);
  const lost = new Map<string, Loss>();
  const effective = new Set<string>();
  for (const entry of early) {
    const { writer } = entry;
    if (!isOverride(writer)) continue;
    for (const leaf of leavesOfWrite(entry)) {
      const before = findLastWrite(early, leaf.path);
      if (before === undefined || early[before.index]!.writer !== writer) continue;
      const path = formatPath(leaf.path);
      const after = findLastWrite(merged, leaf.path)!;
      const { kind, name, phase } = merged[after.index]!.writer;
      const isKept = "value" in leaf && isSame(ADict.prototype.get.call(config, path), leaf.value);
      // What is around it is read on the way to the write.
      const isRead = reads.some((other) => other === path || branchesOf(other).includes(path));
      if (phase !== "lazy" || isRead) effective.add(writer.name);
      else {
        const view = kind === "view" ? `the lazy view ${name}` : "a lazy block";
        const state = `${view} sets ${path} after the command line in each trial`;
        lost.set(writer.name, { state, isKept: isKept && lost.get(writer.name)?.isKept !== false });
      }
    }
  }
  for (const name of effective) lost.delete(name);
  return lost;
}

/** The paths of what an override set, which the program may have read by itself. */
function wasRead(core: ScopeCore, name: string): boolean {
  const accessed: string[] = ADict.prototype.accessedKeys.call(core.composed!.config);
  return core.composed!.entries
    .filter(({ writer }) => isOverride(writer) && writer.name === name)
    .flatMap(leavesOfWrite)
    .some(({ path }) => hasPath(accessed, formatPath(path)));
}

/**
 * The overrides of the command line that lazy views overwrite in every trial of a search, though
 * nobody has read them: a message for each.
 *
 * @throws {CommandLineError} If there is one and the scope is strict.
 */
export async function findOverwritten(
  core: ScopeCore,
  samples: readonly SamplePoint[],
): Promise<string[]> {
  const overrides = core.composed!.entries.map(({ writer }) => writer).filter(isOverride);
  if (overrides.length === 0 || samples.length > MAX_POINTS) return [];
  let lost: Map<string, Loss> | undefined;
  for (const point of samples) {
    const found = await overwrittenFor(core, point);
    lost = lost === undefined ? found : joinLosses(lost, found);
    if (lost.size === 0) return [];
  }
  const left = [...lost ?? []].filter(([name, { isKept }]) => !isKept && !wasRead(core, name));
  const messages = left.map(([name, { state }]) => `${printable(name)} has no effect: ${state}`);
  if (!core.strict || messages.length === 0) return messages;
  const problems = left.map(([name], i): CommandLineProblem => {
    const writer = overrides.find((writer) => writer.name === name)!;
    const place = writer.argument ?? { index: 0, start: 0, end: 0 };
    return { message: messages[i]!, argument: name, ...place };
  });
  throw new CommandLineError(messages.join("\n"), problems);
}

/** What is lost in both. */
function joinLosses(
  losses: ReadonlyMap<string, Loss>,
  others: ReadonlyMap<string, Loss>,
): Map<string, Loss> {
  const joined = new Map<string, Loss>();
  for (const [name, { state, isKept }] of losses) {
    const other = others.get(name);
    if (other !== undefined) joined.set(name, { state, isKept: isKept && other.isKept });
  }
  return joined;
}

async function overwrittenFor(core: ScopeCore, point: SamplePoint): Promise<Map<string, Loss>> {
  let composed: Composed;
  try {
    composed = await core.compose(core.lastArguments, { samples: point });
  } catch {
    // A trial will tell of it.
    return new Map();
  }
  return overwrittenIn(composed);
}
