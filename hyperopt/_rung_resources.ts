import { describe } from "./_describe.ts";
import { checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";

/** How resource grows from rung to rung. */
export interface ResourceOptions {
  /** The most units of resource that a trial is trained to: a whole number. */
  maxResource: number;
  /**
   * The least: a whole number, at least 1.
   *
   * @default {1}
   */
  minResource?: number | undefined;
  /**
   * The reduction factor: one in `eta` goes on, and is trained `eta` times as long. A whole number,
   * at least 2.
   *
   * @default {3}
   */
  eta?: number | undefined;
}

/** The options with their defaults. */
export interface CheckedResources {
  readonly maxResource: number;
  readonly minResource: number;
  readonly eta: number;
}

function checkWhole(name: string, value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  refuse(
    name,
    `Cannot plan "${name}": ${describe(value)}, expected a whole number of at least ${least}`,
  );
}

/**
 * Checks options about resource and fills in their defaults.
 *
 * @throws {SearchSpaceError} If one is unknown or wrong; it names it.
 */
export function checkResources(
  options: ResourceOptions,
  furtherNames: readonly string[] = [],
): CheckedResources {
  const names = ["maxResource", "minResource", "eta", ...furtherNames];
  checkOptions(options, { action: "plan", names });
  const maxResource = checkWhole("maxResource", options.maxResource, 1);
  const minResource = checkWhole("minResource", options.minResource ?? 1, 1);
  const eta = checkWhole("eta", options.eta ?? 3, 2);
  if (minResource > maxResource) {
    refuse(
      "minResource",
      `Cannot plan "minResource": ${minResource}, expected at most maxResource, ${maxResource}`,
    );
  }
  return { maxResource, minResource, eta };
}

/**
 * The resource of every rung: `floor(R / eta^(last - rung))` for as many rungs as stay at or above
 * the least. Counted by whole divisions: a logarithm in doubles loses the last rung of 243 at an eta
 * of 3. Dividing repeatedly rounds like dividing once, since floor(floor(R / a) / b) =
 * floor(R / ab).
 */
export function rungResources({ maxResource, minResource, eta }: CheckedResources): number[] {
  const resources: number[] = [];
  for (
    let units = maxResource;
    units >= minResource;
    units = (units - units % eta) / eta
  ) resources.unshift(units);
  return resources;
}
