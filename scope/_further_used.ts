import { usedPaths } from "../adict/used_paths.ts";
import { withoutBranches } from "./_reasons.ts";
import { isUsedWhole, MAX_FURTHER } from "./_resolver.ts";
import type { ScopeCore } from "./_scope_core.ts";

/**
 * What was read of the configs that the program has composed by itself; undefined where that may be
 * all, as where it reads no key of one by its name.
 */
export function furtherUsed({ furtherConfigs }: ScopeCore): string[] | undefined {
  if (furtherConfigs.length > MAX_FURTHER) return undefined;
  const all: string[] = [];
  for (const { config, lateReads } of furtherConfigs) {
    const used = usedPaths(config);
    if (used === undefined || isUsedWhole(used)) return undefined;
    all.push(...used, ...lateReads.flatMap(withoutBranches));
  }
  return all;
}
