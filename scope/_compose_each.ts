import { ADict } from "../adict/adict.ts";
import type { Failure } from "./_composition.ts";
import { toPlainConfig } from "./_plain.ts";
import { NO_ARGUMENTS, type ScopeCore } from "./_scope_core.ts";

/** What the views of a scope make of its config, one at a time. */
export interface ComposedEach {
  configs: Record<string, unknown>[];
  /** What failed: the keys that it sets are in no config. */
  failures: Failure[];
  /** Whether these are all keys that may be set. */
  isComplete: boolean;
}

const has = ADict.prototype.has as (path: string) => boolean;
const set = ADict.prototype.set as (path: string, value: unknown) => void;

/**
 * The plain config without named views, and with each of them. The last one has the keys that are
 * required and that no view sets.
 */
export async function composeEach(core: ScopeCore): Promise<ComposedEach> {
  const named = [...core.views.values()].filter(({ isDefault }) => !isDefault);
  const configs: ADict[] = [];
  const failures = new Map<string, Failure>();
  for (const views of [[], ...named.map(({ name }) => [name])]) {
    const composed = await core.compose({ ...NO_ARGUMENTS, views }, { lenient: true });
    configs.push(composed.config);
    for (const failure of composed.failures) failures.set(failure.source, failure);
  }
  const further = new ADict();
  for (const path of core.checks.required) {
    if (!configs.some((config) => has.call(config, path))) set.call(further, path, undefined);
  }
  return {
    configs: [...configs, further].map(toPlainConfig),
    failures: [...failures.values()],
    isComplete: core.strict && failures.size === 0,
  };
}
