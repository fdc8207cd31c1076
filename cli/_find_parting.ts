import type { MetricPoint, SQLFinder } from "../tracker/mod.ts";

/** The first step at which two runs have logged other values. */
export interface Parting {
  readonly key: string;
  /** Missing where the metric is the same at every step. */
  readonly step?: number;
  /** Missing where a run has no value at that step. */
  readonly left?: number;
  readonly right?: number;
}

/**
 * Compares metrics of two runs point by point; of several points of a step the last ones count. The
 * names of the metrics of a run are asked for once, not for every metric.
 */
export function findPartings(
  finder: SQLFinder,
  ids: readonly [left: number, right: number],
  keys: readonly string[],
): Parting[] {
  const [left, right] = [loggedBy(finder, ids[0]), loggedBy(finder, ids[1])];
  return keys.map((key) =>
    findParting(key, lastOfSteps(finder, left, key), lastOfSteps(finder, right, key))
  );
}

interface LoggedRun {
  readonly id: number;
  /** The names of its metrics. */
  readonly keys: ReadonlySet<string>;
}

function loggedBy(finder: SQLFinder, id: number): LoggedRun {
  return { id, keys: new Set(finder.getMetricKeys(id)) };
}

function findParting(
  key: string,
  left: ReadonlyMap<number, number>,
  right: ReadonlyMap<number, number>,
): Parting {
  const steps = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
  for (const step of steps) {
    const [a, b] = [left.get(step), right.get(step)];
    if (Object.is(a, b)) continue;
    return {
      key,
      step,
      ...(a === undefined ? {} : { left: a }),
      ...(b === undefined ? {} : { right: b }),
    };
  }
  return { key };
}

function lastOfSteps(finder: SQLFinder, run: LoggedRun, key: string): Map<number, number> {
  const points: MetricPoint[] = run.keys.has(key) ? finder.getMetrics(run.id, key) : [];
  return new Map(points.map(({ step, value }) => [step, value]));
}
