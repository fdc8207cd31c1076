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
  const finite = bucket.filter((point) => Number.isFinite(point.value));
  const kept = new Set([
    bucket[0],
    bucket.at(-1),
    best(finite, (value, other) => value < other),
    best(finite, (value, other) => value > other),
    bucket.find((point) => !Number.isFinite(point.value)),
  ]);
  return bucket.filter((point) => kept.has(point));
}

function best<T extends { value: number }>(
  points: readonly T[],
  isBetter: (value: number, other: number) => boolean,
): T | undefined {
  let chosen = points[0];
  for (const point of points) {
    if (chosen !== undefined && isBetter(point.value, chosen.value)) chosen = point;
  }
  return chosen;
}
