import { ADict } from "../adict/adict.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { findOverwritten, hasPath } from "./_find_overwritten.ts";
import { findTypeMismatch, listPaths } from "./_apply_argument.ts";
import { replay } from "./_journal.ts";
import { toPlainConfig, toPlainValue } from "./_plain.ts";
import { withoutBranches } from "./_reasons.ts";
import type { Composed, ScopeCore } from "./_scope_core.ts";
import { declaresKey, refusesKey } from "./_validation.ts";
import type { Phase, SampleCheck, SamplePoint, SampleProblem, UnsetSample } from "./types.ts";

/** The phases before samples are laid over a config. */
const PHASES: readonly Phase[] = ["flags", "config", "default", "named", "arguments"];
/** So many configs are merged at most to see what lazy views make of samples. */
const MAX_PROBES = 8;

const has = ADict.prototype.has as (path: string) => boolean;
const get = ADict.prototype.get as (path: string) => unknown;

/** The values that samples have, by path. */
function valuesByPath(samples: readonly SamplePoint[]): Map<string, unknown[]> {
  const values = new Map<string, unknown[]>();
  for (const point of samples) {
    for (const [path, value] of Object.entries(point)) {
      // What begins so is the search's own, as where samples are written.
      if (path.startsWith("__")) continue;
      if (!values.has(path)) values.set(path, []);
      values.get(path)!.push(value);
    }
  }
  return values;
}

/** Checks what a search is about to sample against the config that was resolved. */
export async function checkSamples(
  core: ScopeCore,
  samples: readonly SamplePoint[],
): Promise<SampleCheck> {
  const { entries } = core.composed!;
  const values = valuesByPath(samples);
  const config = new ADict(
    replay(entries.filter(({ writer }) => PHASES.includes(writer.phase))),
  ) as ADict;
  // Not the config itself, where what is asked here would count as read.
  const resolved = new ADict(replay(entries)) as ADict;
  const paths = listPaths(toPlainConfig(config)).filter((path) => !values.has(path));
  const problems: SampleProblem[] = [];
  const unset: UnsetSample[] = [];
  for (const [path, list] of values) {
    if (has.call(config, path)) {
      const message = core.strict ? findMismatch(list, get.call(config, path)) : undefined;
      if (message !== undefined) problems.push({ path, message });
      continue;
    }
    const near = nearestName(path, paths);
    const message = await describeRefusal(core, { path, config, value: list[0] });
    if (message !== undefined) problems.push({ path, message, near });
    else if (near !== undefined && !has.call(resolved, path)) unset.push({ path, near });
  }
  if (problems.length > 0) return { problems, unset: [], overwritten: [] };
  return {
    problems,
    unset: await withoutLateReads(core, { unset, samples }),
    overwritten: await findOverwritten(core, samples),
  };
}

function findMismatch(list: readonly unknown[], previous: unknown): string | undefined {
  const plain = toPlainValue(previous);
  const mismatch = list.map((value) => findTypeMismatch(value, plain))
    .find((mismatch) => mismatch !== undefined);
  return mismatch && `the scope is strict: ${mismatch}`;
}

/** Why every trial would refuse a key that nobody sets; undefined if none would. */
async function describeRefusal(
  { strict, checks, composed }: ScopeCore,
  { path, config, value }: { path: string; config: ADict; value: unknown },
): Promise<string | undefined> {
  if (strict) {
    if (await declaresKey(path, toPlainConfig(config), checks)) return undefined;
    return "the scope is strict and no view sets this key";
  }
  const merged = composed!.entries.filter(({ writer }) => writer.phase !== "schema");
  if (!await refusesKey(path, { value, config: replay(merged), checks })) return undefined;
  return "the schema does not know this key";
}

/** Leaves those out that a lazy view looks at, which may be there for nothing else. */
async function withoutLateReads(
  core: ScopeCore,
  { unset, samples }: { unset: readonly UnsetSample[]; samples: readonly SamplePoint[] },
): Promise<readonly UnsetSample[]> {
  if (unset.length === 0) return unset;
  const probes = await composeProbes(core, samples);
  if (probes === undefined) return [];
  const reads = [core.composed!, ...probes].flatMap(({ lateReads }) =>
    lateReads.flatMap(withoutBranches)
  );
  return unset.filter(({ path }) => !hasPath(reads, path));
}

/** Configs of trials; undefined where there is none, which trials themselves will say. */
async function composeProbes(
  core: ScopeCore,
  samples: readonly SamplePoint[],
): Promise<Composed[] | undefined> {
  const probes: Composed[] = [];
  try {
    for (const point of samples.slice(0, MAX_PROBES)) {
      probes.push(await core.compose(core.lastArguments, { samples: point }));
    }
    return probes;
  } catch {
    return undefined;
  }
}
