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

/** Compares a metric of two runs point by point; of several points of a step the last ones count. */
export function findParting(
  finder: SQLFinder,
  [leftId, rightId]: readonly [left: number, right: number],
  key: string,
): Parting {
  const left = lastOfSteps(finder, leftId, key);
  const right = lastOfSteps(finder, rightId, key);
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

function lastOfSteps(finder: SQLFinder, runId: number, key: string): Map<number, number> {
  const isLogged = finder.getMetricKeys(runId).includes(key);
  const points: MetricPoint[] = isLogged ? finder.getMetrics(runId, key) : [];
  return new Map(points.map(({ step, value }) => [step, value]));
}
