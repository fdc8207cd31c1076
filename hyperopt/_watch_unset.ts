import { ADict } from "../adict/mod.ts";
import { usedPaths } from "../adict/used_paths.ts";
import { printWarning } from "./_print_warning.ts";
import type { TrialObjective } from "./types.ts";

/** A parameter that nobody else sets, and the key that may be meant. */
export interface Unset {
  readonly path: string;
  readonly near: string;
}

/** Whether a value of a trial's config was read, a part of it, or what it is part of. */
function wasRead(accessed: readonly string[], path: string): boolean {
  return accessed.some((other) => {
    const [short, long] = other.length < path.length ? [other, path] : [path, other];
    return short === long || (long.startsWith(short) && ".[".includes(long[short.length]!));
  });
}

/**
 * Lets the first trial say which parameters it has not read, of those that nobody else sets: most are
 * typing errors. Whoever reads no key by its name uses the config as a whole.
 */
export function watchUnset(objective: TrialObjective, unset: readonly Unset[]): TrialObjective {
  if (unset.length === 0) return objective;
  return async (config, context) => {
    const metric = await objective(config, context);
    const { index, generation, attempt } = context;
    if (index !== 0 || generation !== 0 || attempt !== 1) return metric;
    const accessed = usedPaths(config);
    if (accessed === undefined || accessed.length === 0) return metric;
    for (const { path, near } of unset) {
      if (!ADict.prototype.has.call(new ADict(config), path) || wasRead(accessed, path)) continue;
      const state = "no view sets it, and the first trial has not read it";
      printWarning(`the search samples ${path}: ${state}; did you mean ${near}?`);
    }
    return metric;
  };
}
