import type { ScopeCore } from "./_scope_core.ts";

const cores: WeakMap<object, ScopeCore> = new WeakMap();

/** Makes a scope's core known to this module. */
export function setCore(scope: object, core: ScopeCore): void {
  cores.set(scope, core);
}

/** The core behind a scope. */
export function coreOf(scope: object): ScopeCore {
  return cores.get(scope)!;
}
