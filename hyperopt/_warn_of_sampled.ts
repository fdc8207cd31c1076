import { ADict, formatPath, parsePath } from "../adict/mod.ts";
import { printWarning } from "./_print_warning.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { SearchScope } from "./types.ts";

/** What may hide what the command line says. */
export interface SampledRequest {
  scope: SearchScope;
  searchSpaces: Readonly<Record<string, ParameterSpace>>;
  /** What the scope gave; undefined where it is paused. */
  config: unknown;
}

/** Says which values of the command line have no effect, for the search samples them. */
export function warnOfSampled({ scope, searchSpaces, config }: SampledRequest): void {
  if (scope.explain === undefined || config === undefined) return;
  for (const [name, { when }] of Object.entries(searchSpaces)) {
    // Where a parameter takes no part, and where the program has looked, the value counts.
    if (when !== undefined || wasRead(config, name)) continue;
    const writers = scope.explain(name).map(({ writer }) => writer)
      .filter(({ kind, phase }) => phase === "arguments" && kind !== "literal");
    for (const writer of new Set(writers.map((writer) => writer.name))) {
      const isAll = writer === `--${name}` || /^[^=+]*/.exec(writer)?.[0] === name;
      const effect = isAll ? "no effect" : `no effect on ${name}`;
      printWarning(`${writer} has ${effect}: the search samples ${isAll ? name : "it"}`);
    }
  }
}

/** Whether the program has read a value of the config, or all that is around it. */
function wasRead(config: unknown, name: string): boolean {
  if (config instanceof ADict) {
    return ADict.prototype.accessedKeys.call(config).includes(name);
  }
  const [scope = "", ...rest] = parsePath(name);
  const own = (config as Record<string, unknown>)[scope];
  return own instanceof ADict && wasRead(own, formatPath(rest));
}
