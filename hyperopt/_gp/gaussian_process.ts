import { normalCdf } from "../_random.ts";
import { cholesky, invert, type Matrix, solveLower, solveUpper } from "./cholesky.ts";

const ROOT_5 = Math.sqrt(5);
/** Keeps a matrix of nearly equal points positive definite. */
const JITTER = 1e-8;
/** How far a parameter moves in a step at first, at least and at most. */
const STEP = { first: 0.2, least: 0.01, most: 0.6 };
/** Beyond these the logarithms mean nothing. */
const LIMIT = 9;
/** Where this is all that is left of the improvement, the logarithm goes on as an asymptote. */
const FAR = -6;

/**
 * Values with a mean of 0 and a variance of 1. The worse half is drawn together, since how bad it is
 * says little of where the best is; what failed counts as the worst.
 */
export function scaleValues(values: readonly number[]): number[] {
  const finite = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (finite.length === 0) return values.map(() => 0);
  const middle = finite[Math.floor(finite.length / 2)]!;
  const spread = middle - finite[0]! || 1;
  const drawn = values.map((value) => {
    const known = Number.isNaN(value) ? finite.at(-1)! : value;
    return known <= middle ? known : middle + spread * Math.log1p((known - middle) / spread);
  });
  const mean = drawn.reduce((sum, value) => sum + value) / drawn.length;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
  const deviation = Math.sqrt(variance) || 1;
  return drawn.map((value) => (value - mean) / deviation);
}

/** What was seen: where, with how much of the resource, and what. */
export interface Evidence {
  /** The place, each coordinate about 0 to 1; the last one is the resource, 1 where it is full. */
  readonly place: Float64Array;
  /** The value, scaled to mean 0 and variance 1; smaller is better. */
  readonly value: number;
}

/**
 * The parameters, as logarithms: a length for each coordinate, the variance of the function, the
 * variance of the noise without and with the full resource.
 */
export type Parameters = Float64Array;

/** What is likely of a parameter before anything was seen: the mean and deviation of its logarithm. */
interface Belief {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Lengths grow a little with the dimension, lest every point be far from every other; see Hvarfner et
 * al., "Vanilla Bayesian Optimization Performs Great in High Dimensions" (2024).
 */
function beliefs(coordinates: number): Belief[] {
  const length = { mean: Math.log(0.35) + 0.15 * Math.log(coordinates), deviation: 1 };
  return [
    ...Array.from({ length: coordinates }, () => length),
    { mean: 0, deviation: 1 },
    { mean: -2.5, deviation: 1.5 },
    { mean: -5, deviation: 1.5 },
  ];
}

/** The parameters that are likely before anything was seen. */
export function initialParameters(coordinates: number): Parameters {
  const parameters = Float64Array.from(beliefs(coordinates), ({ mean }) => mean);
  // Shorter than believed: it is easier to grow.
  parameters.fill(Math.log(0.5) + Math.log(coordinates) / 2, 0, coordinates);
  return parameters;
}

/**
 * A Gaussian process over points and resource, with the Matérn kernel of order 5/2 and a length for
 * each coordinate: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), chapters
 * 2 and 5.
 */
export class GaussianProcess {
  readonly #evidence: readonly Evidence[];
  readonly #coordinates: number;
  readonly #parameters: Parameters;
  readonly #inverseLengths: Float64Array;
  readonly #variance: number;
  readonly #lower: Matrix;
  readonly #weights: Float64Array;

  private constructor(evidence: readonly Evidence[], parameters: Parameters, lower: Matrix) {
    this.#evidence = evidence;
    this.#parameters = parameters;
    this.#coordinates = parameters.length - 3;
    this.#inverseLengths = parameters.slice(0, this.#coordinates).map((log) => Math.exp(-log));
    this.#variance = Math.exp(parameters[this.#coordinates]!);
    this.#lower = lower;
    const values = Float64Array.from(evidence, ({ value }) => value);
    this.#weights = solveUpper(lower, solveLower(lower, values));
  }

  /** The process that has seen some evidence; undefined if that is impossible in doubles. */
  static of(evidence: readonly Evidence[], parameters: Parameters): GaussianProcess | undefined {
    const size = evidence.length;
    const lower = cholesky(covariance(evidence, parameters), size);
    return lower === undefined ? undefined : new GaussianProcess(evidence, parameters, lower);
  }

  /** The mean and the variance of the function at a place. */
  predict(place: Float64Array): { mean: number; variance: number } {
    const size = this.#evidence.length;
    const near = new Float64Array(size);
    let mean = 0;
    for (let i = 0; i < size; i++) {
      const distance = distanceOf(this.#evidence[i]!.place, place, this.#inverseLengths);
      near[i] = this.#variance * matern(distance);
      mean += near[i]! * this.#weights[i]!;
    }
    let known = 0;
    for (const part of solveLower(this.#lower, near)) known += part * part;
    return { mean, variance: Math.max(this.#variance - known, 1e-12) };
  }

  /** The mean alone, which costs less. */
  mean(place: Float64Array): number {
    let mean = 0;
    for (let i = 0; i < this.#evidence.length; i++) {
      const distance = distanceOf(this.#evidence[i]!.place, place, this.#inverseLengths);
      mean += this.#variance * matern(distance) * this.#weights[i]!;
    }
    return mean;
  }

  /** The slope of the logarithm of the posterior density of the parameters. */
  slope(): Float64Array {
    const size = this.#evidence.length;
    const count = this.#coordinates;
    const slope = new Float64Array(this.#parameters.length);
    const inverse = invert(this.#lower, size);
    const [low, high] = [this.#parameters[count + 1]!, this.#parameters[count + 2]!];
    for (let i = 0; i < size; i++) {
      const a = this.#evidence[i]!.place;
      for (let j = 0; j <= i; j++) {
        const b = this.#evidence[j]!.place;
        const share = this.#weights[i]! * this.#weights[j]! - inverse[i * size + j]!;
        // The matrix is symmetric; half of it stands for both.
        const weight = i === j ? share / 2 : share;
        const distance = distanceOf(a, b, this.#inverseLengths);
        const decay = Math.exp(-ROOT_5 * distance);
        slope[count]! += weight * this.#variance * matern(distance);
        const common = weight * this.#variance * (5 / 3) * (1 + ROOT_5 * distance) * decay;
        for (let d = 0; d < count; d++) {
          const difference = (a[d]! - b[d]!) * this.#inverseLengths[d]!;
          slope[d]! += common * difference * difference;
        }
        if (i !== j) continue;
        const resource = a[count - 1]!;
        const noise = noiseOf(resource, low, high);
        slope[count + 1]! += weight * noise * (1 - resource);
        slope[count + 2]! += weight * noise * resource;
      }
    }
    for (const [i, { mean, deviation }] of beliefs(count).entries()) {
      slope[i]! -= (this.#parameters[i]! - mean) / deviation ** 2;
    }
    return slope;
  }
}

function distanceOf(a: Float64Array, b: Float64Array, inverseLengths: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) {
    const difference = (a[d]! - b[d]!) * inverseLengths[d]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

function matern(distance: number): number {
  const scaled = ROOT_5 * distance;
  return (1 + scaled + scaled * scaled / 3) * Math.exp(-scaled);
}

/** The variance of the noise: it changes evenly, as a logarithm, with the resource. */
function noiseOf(resource: number, low: number, high: number): number {
  return Math.exp(low * (1 - resource) + high * resource);
}

function covariance(evidence: readonly Evidence[], parameters: Parameters): Matrix {
  const size = evidence.length;
  const count = parameters.length - 3;
  const inverseLengths = parameters.slice(0, count).map((log) => Math.exp(-log));
  const variance = Math.exp(parameters[count]!);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const { place } = evidence[i]!;
    for (let j = 0; j < i; j++) {
      matrix[i * size + j] = variance *
        matern(distanceOf(place, evidence[j]!.place, inverseLengths));
    }
    const noise = noiseOf(place[count - 1]!, parameters[count + 1]!, parameters[count + 2]!);
    matrix[i * size + i] = variance + noise + JITTER;
  }
  return matrix;
}

/**
 * Moves the parameters to where the evidence is more likely, by the signs of the slope: iRprop of
 * Igel and Hüsken, "Empirical Evaluation of the Improved Rprop Learning Algorithms" (2003).
 */
export function fitParameters(
  evidence: readonly Evidence[],
  start: Parameters,
  rounds: number,
): Parameters {
  const parameters = Float64Array.from(start);
  const steps = new Float64Array(parameters.length).fill(STEP.first);
  let before = new Float64Array(parameters.length);
  let last = Float64Array.from(parameters);
  for (let round = 0; round < rounds; round++) {
    const slope = GaussianProcess.of(evidence, parameters)?.slope();
    if (slope === undefined || slope.some((value) => !Number.isFinite(value))) return last;
    last = Float64Array.from(parameters);
    for (let i = 0; i < parameters.length; i++) {
      const turn = Math.sign(slope[i]! * before[i]!);
      if (turn > 0) steps[i] = Math.min(steps[i]! * 1.2, STEP.most);
      if (turn < 0) {
        steps[i] = Math.max(steps[i]! * 0.5, STEP.least);
        slope[i] = 0;
      }
      const moved = parameters[i]! + Math.sign(slope[i]!) * steps[i]!;
      parameters[i] = Math.min(Math.max(moved, -LIMIT), LIMIT);
    }
    before = Float64Array.from(slope);
  }
  return parameters;
}

/** The logarithm of the expected improvement on a value: small ones differ, too. */
export function logExpectedImprovement(
  { mean, variance }: { mean: number; variance: number },
  best: number,
): number {
  const deviation = Math.sqrt(variance);
  const z = (best - mean) / deviation;
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  const improvement = z > FAR
    ? Math.log(z * normalCdf(z) + density)
    : -z * z / 2 - Math.log(Math.sqrt(2 * Math.PI) * z * z);
  return Math.log(deviation) + improvement;
}
