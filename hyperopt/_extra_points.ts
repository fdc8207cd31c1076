import { type Axis, axisOf } from "./_axis.ts";
import { canonicalText } from "./_canonical.ts";
import { Points, type PointsOptions } from "./_points.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { Samples } from "./types.ts";

/** Whether an axis of ascending numbers holds one. */
function holds(axis: Axis, value: unknown): boolean {
  let low = 0;
  let high = axis.size - 1;
  while (low <= high) {
    const middle = low + Math.floor((high - low) / 2);
    const number = axis.at(middle);
    if (number === value) return true;
    if ((number as number) < (value as number)) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function isOnGrid(
  samples: Samples,
  spaces: Readonly<Record<string, ParameterSpace>>,
): boolean {
  return Object.entries(samples).every(([name, value]) => {
    const space = spaces[name]!;
    return space.paramType === "CATEGORY" || holds(axisOf(name, space), value);
  });
}

/**
 * How many points a study of a whole grid has besides those of the grid, because somebody wants them
 * tried. What they leave out is drawn here as the study draws it, so the number is exact.
 *
 * @throws {SearchSpaceError} If one of them cannot be enqueued.
 */
export function countExtraPoints(enqueue: readonly Samples[], options: PointsOptions): number {
  const points = new Points(options);
  for (const samples of enqueue) points.enqueue(samples);
  const seen = new Set<string>();
  let extra = 0;
  for (const index of enqueue.keys()) {
    const samples = points.at(index);
    if (samples === undefined) break;
    const text = canonicalText(samples);
    const isOfGrid = !options.allowsRepeats && !seen.has(text) &&
      isOnGrid(samples, options.spaces);
    if (!isOfGrid) extra++;
    seen.add(text);
  }
  return extra;
}
