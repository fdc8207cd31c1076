import type { MetricPoint } from "./types.ts";

/** The fewest points that one bucket may keep: its first, minimum, maximum, last and first non-finite. */
export const MIN_POINTS = 5;

/**
 * At most `maxPoints` of points sorted by step that draw the same line. The range of steps is cut
 * into equal buckets, as many as a chart has columns; each keeps its first, smallest, largest and
 * last point (M4: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB
 * 2014), so a spike of a single step stays, and its first NaN or ±Infinity.
 */
export function downsample(points: readonly MetricPoint[], maxPoints: number): MetricPoint[] {
  if (points.length <= maxPoints) return [...points];
  const buckets = splitByStep(points, Math.floor(maxPoints / MIN_POINTS));
  return buckets.flatMap(keepExtremes);
}

function splitByStep(points: readonly MetricPoint[], count: number): MetricPoint[][] {
  const first = points[0]?.step ?? 0;
  const span = (points.at(-1)?.step ?? 0) - first + 1;
  const buckets: MetricPoint[][] = Array.from({ length: count }, () => []);
  for (const point of points) {
    const index = Math.min(count - 1, Math.floor((point.step - first) / span * count));
    buckets[index]?.push(point);
  }
  return buckets;
}

/** Of points sorted by step: the first, smallest, largest and last and the first that is not finite. */
export function keepExtremes<T extends { value: number }>(bucket: readonly T[]): T[] {
  let min = -1;
  let max = -1;
  let nonFinite = -1;
  bucket.forEach(({ value }, i) => {
    if (!Number.isFinite(value)) {
      if (nonFinite < 0) nonFinite = i;
      return;
    }
    if (min < 0 || value < bucket[min]!.value) min = i;
    if (max < 0 || value > bucket[max]!.value) max = i;
  });
  const last = bucket.length - 1;
  return bucket.filter((_, i) => {
    return i === 0 || i === last || i === min || i === max || i === nonFinite;
  });
}
