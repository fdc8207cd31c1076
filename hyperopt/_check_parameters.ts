import { isActive } from "./_conditions.ts";
import { GENERATION_KEY } from "./_flatten_spaces.ts";
import { printWarning } from "./_print_warning.ts";
import { refuse } from "./_refuse.ts";
import type { Unset } from "./_watch_unset.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { Samples, ScheduledRung, SearchScope } from "./types.ts";

/** What the names of parameters are checked with. */
export interface ParametersRequest {
  scope: SearchScope;
  searchSpaces: Readonly<Record<string, ParameterSpace>>;
  /** What the scope gave; undefined where it is paused. */
  config: unknown;
  /** The rungs, where they are known. */
  plan: readonly ScheduledRung[] | undefined;
}

/** What there is to warn of. */
export interface ParameterDoubts {
  /** Parameters that nobody else sets, though there is a key that is nearly called so. */
  readonly unset: readonly Unset[];
  /** Why values of the command line have no effect in any trial. */
  readonly overwritten: readonly string[];
}

/** Values of a parameter: all of a category, else both ends. */
function valuesOf(space: ParameterSpace): readonly unknown[] {
  return space.paramType === "CATEGORY" ? space.categories : space.paramRange;
}

/** Points that have every value of every parameter, but for those that take no part. */
function listPoints(
  { searchSpaces: spaces, plan = [] }: Pick<ParametersRequest, "searchSpaces" | "plan">,
): Samples[] {
  const rungs = [...new Set([0, ...plan.map(({ generation }) => generation)])];
  const lists = Object.entries(spaces).map(([name, space]) =>
    [name, space, valuesOf(space)] as const
  );
  const count = Math.max(rungs.length, ...lists.map(([, , values]) => values.length));
  return Array.from({ length: count }, (_, k) => {
    const point: Record<string, unknown> = {};
    for (const [name, space, values] of lists) {
      if (isActive(space, point)) point[name] = values[k % values.length];
    }
    return { ...point, [GENERATION_KEY]: rungs[k % rungs.length] };
  });
}

/**
 * Checks the parameters of a search against the config that its scope gave, before anything is trained.
 *
 * @throws {SearchSpaceError} If no trial could have one.
 */
export async function checkParameters(
  { scope, searchSpaces, config, plan }: ParametersRequest,
): Promise<ParameterDoubts> {
  if (scope.checkSamples === undefined || config === undefined) {
    return { unset: [], overwritten: [] };
  }
  const points = listPoints({ searchSpaces, plan });
  const { problems, unset, overwritten } = await scope.checkSamples(points);
  for (const { path, message, near } of problems) {
    const advice = near === undefined ? "" : `, did you mean "${near}"?`;
    refuse(path, `Cannot search "${path}": ${message}${advice}`);
  }
  return { unset, overwritten };
}

/** Says which values of the command line no trial has. */
export function warnOfOverwritten(messages: readonly string[]): void {
  for (const message of messages) printWarning(message);
}
