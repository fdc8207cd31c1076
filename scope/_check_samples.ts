import { ADict } from "../adict/adict.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { findTypeMismatch, listPaths } from "./_apply_argument.ts";
import { replay } from "./_journal.ts";
import { toPlainConfig, toPlainValue } from "./_plain.ts";
import { branchesOf, withoutBranches } from "./_reasons.ts";
import type { Composed, ScopeCore } from "./_scope_core.ts";
import { declaresKey, refusesKey } from "./_validation.ts";
import type { Phase, SampleCheck, SamplePoint, SampleProblem, UnsetSample } from "./types.ts";

/** The phases before samples are laid over a config. */
const PHASES: readonly Phase[] = ["flags", "config", "default", "named", "arguments"];
/** So many configs are merged at most to see what lazy views make of samples, and what a schema says. */
const [MAX_PROBES, MAX_REFUSALS] = [8, 32];

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
      const isFree = !core.strict || core.checks.schema !== undefined;
      const message = isFree ? undefined : findMismatch(list, get.call(config, path));
      if (message !== undefined) problems.push({ path, message });
      continue;
    }
    const near = nearestName(path, paths);
    const points = samples.filter((point) => Object.hasOwn(point, path));
    const message = await describeRefusal(core, path, points);
    if (message !== undefined) problems.push({ path, message, near });
    else if (near !== undefined && !has.call(resolved, path)) unset.push({ path, near });
  }
  return { problems, unset: await withoutLateReads(core, { unset, samples }) };
}

/** Why none of the values can take the place of the one that is there; some may mean "none" or "auto". */
function findMismatch(list: readonly unknown[], previous: unknown): string | undefined {
  const plain = toPlainValue(previous);
  const mismatches = list.map((value) => findTypeMismatch(value, plain));
  const [first] = mismatches;
  return mismatches.includes(undefined) ? undefined : `the scope is strict: ${first}`;
}

/**
 * Why every trial would refuse a key that nobody sets; undefined if one might not. Whether a key is
 * known can hang on all the others, so the rest of each point is laid over the config first.
 */
async function describeRefusal(
  core: ScopeCore,
  path: string,
  points: readonly SamplePoint[],
): Promise<string | undefined> {
  for (const { [path]: value, ...rest } of points.slice(0, MAX_REFUSALS)) {
    if (!await isRefused(core, { path, value, rest })) return undefined;
  }
  if (points.length > MAX_REFUSALS) return undefined;
  return core.strict
    ? "the scope is strict and no view sets this key"
    : "the schema does not know this key";
}

async function isRefused(
  core: ScopeCore,
  { path, value, rest }: { path: string; value: unknown; rest: SamplePoint },
): Promise<boolean> {
  const { strict, checks, lastArguments } = core;
  const composed = await core.compose(lastArguments, { samples: rest }).catch(() => undefined);
  // What is wrong with the rest, trials themselves will say.
  if (composed === undefined || composed.findings.length > 0) return false;
  const config = replay(composed.entries.filter(({ writer }) => writer.phase !== "schema"));
  if (has.call(new ADict(config), path)) return false;
  if (strict) return !await declaresKey(path, config, checks);
  return await refusesKey(path, { value, config, checks });
}

/** Leaves those out that a lazy view looks at, which may be there for nothing else. */
async function withoutLateReads(
  core: ScopeCore,
  { unset, samples }: { unset: readonly UnsetSample[]; samples: readonly SamplePoint[] },
): Promise<readonly UnsetSample[]> {
  if (unset.length === 0) return unset;
  const probes = await composeProbes(core, samples);
  const reads = new Set(
    [core.composed!, ...probes ?? []].flatMap(({ lateReads }) =>
      lateReads.flatMap(withoutBranches)
    ),
  );
  const branches = new Set([...reads].flatMap(branchesOf));
  function isRead(path: string): boolean {
    return reads.has("") || reads.has(path) || branches.has(path) ||
      branchesOf(path).some((key) => reads.has(key));
  }
  return probes === undefined ? [] : unset.filter(({ path }) => !isRead(path));
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
