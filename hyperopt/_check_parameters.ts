import { isActive } from "./_conditions.ts";
import { GENERATION_KEY } from "./_flatten_spaces.ts";
import { refuse } from "./_refuse.ts";
import type { Unset } from "./_watch_unset.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { Samples, SearchScope } from "./types.ts";

/** What the names of parameters are checked with. */
export interface ParametersRequest {
  scope: SearchScope;
  searchSpaces: Readonly<Record<string, ParameterSpace>>;
  /** What the scope gave; undefined where it is paused. */
  config: unknown;
}

/** Values of a parameter: all of a category, else both ends. */
function valuesOf(space: ParameterSpace): readonly unknown[] {
  return space.paramType === "CATEGORY" ? space.categories : space.paramRange;
}

/** Points that have every value of every parameter, but for those that take no part. */
function listPoints(spaces: ParametersRequest["searchSpaces"]): Samples[] {
  const lists = Object.entries(spaces).map(([name, space]) =>
    [name, space, valuesOf(space)] as const
  );
  const count = Math.max(...lists.map(([, , values]) => values.length));
  return Array.from({ length: count }, (_, k) => {
    const point: Record<string, unknown> = {};
    for (const [name, space, values] of lists) {
      if (isActive(space, point)) point[name] = values[k % values.length];
    }
    return { ...point, [GENERATION_KEY]: 0 };
  });
}

/**
 * Checks the parameters of a search against the config that its scope gave, before anything is trained.
 *
 * @returns Those that nobody else sets, though there is a key that is nearly called so.
 * @throws {SearchSpaceError} If no trial could have one.
 */
export async function checkParameters(
  { scope, searchSpaces, config }: ParametersRequest,
): Promise<readonly Unset[]> {
  if (scope.checkSamples === undefined || config === undefined) return [];
  const { problems, unset } = await scope.checkSamples(listPoints(searchSpaces));
  for (const { path, message, near } of problems) {
    const advice = near === undefined ? "" : `, did you mean "${near}"?`;
    refuse(path, `Cannot search "${path}": ${message}${advice}`);
  }
  return unset;
}
