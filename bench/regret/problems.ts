/**
 * The objectives of the regret benchmark, the same to 1e-12 as in problems.py.
 *
 * A curve is a pure function of the config, the seed and the resource: noise comes from a hash of them.
 * The values are regrets, so the optimum of each is 0.
 */
import { createHash } from "node:crypto";
import { category, float, type SearchSpaces } from "@ato/core/hyperopt";

/** The units of resource of a full training. */
export const MAX_RESOURCE = 81;

const UINT32 = 2 ** 32;

const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [.05, 10, 17, .1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, .05, 10, .1, 14],
];
const P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];
const ALPHA = [1, 1.2, 3, 3.2];

/** A problem: a point is a list of its categories, then of its numbers. */
export interface Problem {
  readonly name: string;
  readonly categories: number;
  readonly dimension: number;
  /** The regret without noise after a full training. */
  final(x: readonly number[]): number;
  /** What a training shows after some units of resource. */
  value(x: readonly number[], seed: number, resource: number): number;
}

/** The first 16 bytes of a hash, as four whole numbers below 2^32. */
function digest(point: readonly number[], seed: number, resource: number): number[] {
  const view = new DataView(new ArrayBuffer(8 * point.length + 8));
  point.forEach((value, i) => view.setFloat64(8 * i, value, true));
  view.setUint32(8 * point.length, seed, true);
  view.setUint32(8 * point.length + 4, resource, true);
  const hash = createHash("sha256").update(new Uint8Array(view.buffer)).digest();
  return [0, 4, 8, 12].map((offset) => hash.readUInt32LE(offset));
}

/** A normal number, by Box and Muller. */
function normal(point: readonly number[], seed: number, resource: number): number {
  const [a, b, c, d] = digest(point, seed, resource) as [number, number, number, number];
  const u = (a + (b + .5) / UINT32) / UINT32;
  const v = (c + d / UINT32) / UINT32;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}

function curve(
  final: number,
  tau: number,
  { point, seed, resource }: { point: readonly number[]; seed: number; resource: number },
): number {
  const noise = .05 * normal(point, seed, resource) / Math.sqrt(resource);
  return final + .6 * Math.exp(-resource / tau) + noise;
}

/** Six dimensions; how fast a curve falls depends on two of them. */
const hartmann: Problem = {
  name: "hartmann6",
  categories: 0,
  dimension: 6,
  final(x) {
    const total = ALPHA.reduce((sum, alpha, row) => {
      const distance = x.reduce(
        (all, value, i) => all + A[row]![i]! * (value - 1e-4 * P[row]![i]!) ** 2,
        0,
      );
      return sum + alpha * Math.exp(-distance);
    }, 0);
    return (3.32237 - total) / 3.32237;
  },
  value(x, seed, resource) {
    const tau = 2 + 20 * Math.abs(x[0]! - x[3]!);
    return curve(this.final(x), tau, { point: x, seed, resource });
  },
};

/** Two dimensions. */
const branin: Problem = {
  name: "branin",
  categories: 0,
  dimension: 2,
  final(x) {
    const [u, v] = [15 * x[0]! - 5, 15 * x[1]!];
    const bowl = (v - 5.1 / (4 * Math.PI ** 2) * u * u + 5 / Math.PI * u - 6) ** 2;
    return (bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(u) + 10 - .397887) / 50;
  },
  value(x, seed, resource) {
    return curve(this.final(x), 2 + 20 * x[1]!, { point: x, seed, resource });
  },
};

/** The finalizer of MurmurHash3: uniform numbers by counting. */
function mix(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** Eight categories of 0 and 1, eight probabilities of which 9 samples a unit are seen. */
const ones: Problem = {
  name: "ones",
  categories: 8,
  dimension: 16,
  final: (x) => 1 - x.reduce((sum, value) => sum + value) / 16,
  value(x, seed, resource) {
    const keys = digest(x, seed, 0);
    const count = 9 * resource;
    let total = x.slice(0, 8).reduce((sum, value) => sum + value);
    x.slice(8).forEach((probability, i) => {
      const key = (keys[i % 4]! + i * 0x632be5ab) | 0;
      let hits = 0;
      for (let n = 1; n <= count; n++) {
        if (mix(Math.imul(n, 0x9e3779b9) ^ key) < probability * UINT32) hits++;
      }
      total += hits / count;
    });
    return 1 - total / 16;
  },
};

/** All of them by name. */
export const PROBLEMS: ReadonlyMap<string, Problem> = new Map(
  [hartmann, ones, branin].map((problem) => [problem.name, problem]),
);

/** The search spaces of a problem, as Optuna gets them. */
export function spacesOf({ categories, dimension }: Problem): SearchSpaces {
  const names = Array.from({ length: dimension }, (_, i) => i);
  return Object.fromEntries(
    names.map((i) =>
      i < categories ? [`c${i}`, category([0, 1])] : [`x${i - categories}`, float(0, 1)]
    ),
  );
}
