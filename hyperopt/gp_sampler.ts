import { isActive } from "./_conditions.ts";
import { describe } from "./_describe.ts";
import { drawPoint } from "./random_sampler.ts";
import {
  type Evidence,
  fitParameters,
  GaussianProcess,
  initialParameters,
  logExpectedImprovement,
  type Parameters,
  scaleValues,
} from "./_gp/gaussian_process.ts";
import { normalQuantile, type Random, randomOf } from "./_random.ts";
import { checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";
import { type Dimension, dimensionOf } from "./_tpe.ts";
import type { Sampler, SamplerContext, SamplerFactory, Samples, Trial } from "./types.ts";

/** Options of {@linkcode gpSampler}. */
export interface GpSamplerOptions {
  /**
   * How many trials must have a result before the model is used; until then points are random.
   *
   * @default {10}
   */
  startup?: number | undefined;
}

/** The work of a suggestion grows with the cube of this. */
const MAX_EVIDENCE = 90;
/** Rounds of fitting the parameters: at first, and whenever the evidence has grown by a tenth. */
const ROUNDS = { first: 40, further: 8 };
/** How many random points are looked at, and how many of them are improved. */
const RANDOM_POINTS = 200;
const IMPROVED_POINTS = 4;
/** Changes that are tried on each, ever smaller ones. */
const CHANGES = 80;
const CHANGE = { first: 0.3, last: 0.01 };

/** The last result of a trial. */
interface Observation {
  readonly trial: Trial;
  readonly samples: Samples;
}

class Gp implements Sampler {
  readonly size = Infinity;
  readonly #context: SamplerContext;
  readonly #startup: number;
  readonly #names: readonly string[];
  readonly #dimensions: readonly Dimension[];
  readonly #coordinates: number;
  readonly #observations = new Map<number, Observation>();
  /** The points of trials that have no result yet. */
  readonly #pending = new Map<number, Samples>();
  #parameters: Parameters;
  #fitted = 0;

  constructor(context: SamplerContext, startup: number) {
    this.#context = context;
    this.#startup = startup;
    this.#names = Object.keys(context.spaces);
    this.#dimensions = Object.values(context.spaces).map(dimensionOf);
    const sizes = this.#dimensions.map(({ categories }) => categories > 2 ? categories : 1);
    this.#coordinates = sizes.reduce((sum, size) => sum + size) + 1;
    this.#parameters = initialParameters(this.#coordinates);
  }

  sample(index: number, attempt: number): Samples {
    const random = randomOf(this.#context.seed, index, attempt);
    const isEarly = this.#observations.size < this.#startup;
    const samples = (isEarly ? undefined : this.#suggest(random)) ??
      drawPoint(this.#context.spaces, random);
    this.#pending.set(index, samples);
    return samples;
  }

  observe(trial: Trial): void {
    this.#pending.delete(trial.index);
    if (trial.status === "failed" && this.#observations.has(trial.index)) return;
    this.#observations.set(trial.index, { trial, samples: trial.samples });
  }

  /** The coordinates of a point: categories of more than two values get one each. */
  #placeOf(samples: Samples, resource: number): Float64Array {
    const place = new Float64Array(this.#coordinates);
    let at = 0;
    for (const [d, name] of this.#names.entries()) {
      const { categories, encode } = this.#dimensions[d]!;
      const isThere = Object.hasOwn(samples, name);
      const code = isThere ? encode(samples[name]) : 0.5;
      if (categories <= 2) place[at++] = code;
      else {
        if (isThere) place[at + code] = Math.SQRT1_2;
        at += categories;
      }
    }
    place[at] = resource;
    return place;
  }

  /** The results that count most: those of the longest training and best values, and the latest. */
  #chosen(): Observation[] {
    const all = [...this.#observations.values()];
    if (all.length <= MAX_EVIDENCE) return all;
    const sign = this.#context.mode === "max" ? -1 : 1;
    const ranked = all.toSorted((a, b) =>
      b.trial.generation - a.trial.generation || sign * (a.trial.metric - b.trial.metric)
    );
    const chosen = new Set(ranked.slice(0, Math.ceil(MAX_EVIDENCE * 2 / 3)));
    for (const observation of all.toReversed()) {
      if (chosen.size >= MAX_EVIDENCE) break;
      chosen.add(observation);
    }
    return [...chosen];
  }

  #evidence(): Evidence[] {
    const chosen = this.#chosen();
    const sign = this.#context.mode === "max" ? -1 : 1;
    const last = Math.max(...chosen.map(({ trial }) => trial.generation));
    const values = scaleValues(
      chosen.map(({ trial }) => trial.status === "failed" ? NaN : sign * trial.metric),
    );
    return chosen.map(({ trial, samples }, i) => ({
      // The longest training so far is the best that is known of a full one.
      place: this.#placeOf(samples, last === 0 ? 1 : trial.generation / last),
      value: values[i]!,
    }));
  }

  #model(): { model: GaussianProcess; evidence: Evidence[] } | undefined {
    const evidence = this.#evidence();
    const count = this.#observations.size;
    if (count >= this.#fitted * 1.1) {
      const rounds = this.#fitted === 0 ? ROUNDS.first : ROUNDS.further;
      this.#parameters = fitParameters(evidence, this.#parameters, rounds);
      this.#fitted = count;
    }
    const seen = GaussianProcess.of(evidence, this.#parameters);
    if (seen === undefined || this.#pending.size === 0) return seen && { model: seen, evidence };
    // Points without a result count as what is expected of them, which keeps workers apart.
    const expected = [...this.#pending.values()].map((samples) => {
      const place = this.#placeOf(samples, 1);
      return { place, value: seen.mean(place) };
    });
    const model = GaussianProcess.of([...evidence, ...expected], this.#parameters);
    return { model: model ?? seen, evidence };
  }

  /** The point from which the most improvement is expected after a full training. */
  #suggest(random: Random): Samples | undefined {
    const known = this.#model();
    if (known === undefined) return undefined;
    const { model, evidence } = known;
    const best = Math.min(...evidence.map(({ place }) => {
      const full = Float64Array.from(place);
      full[full.length - 1] = 1;
      return model.mean(full);
    }));
    const score = (samples: Samples) =>
      logExpectedImprovement(model.predict(this.#placeOf(samples, 1)), best);
    const { spaces } = this.#context;
    const leaders = [...this.#observations.values()].map(({ samples }) => samples);
    const starts = [
      ...Array.from({ length: RANDOM_POINTS }, () => drawPoint(spaces, random)),
      ...leaders.slice(-MAX_EVIDENCE),
    ]
      .map((samples) => ({ samples, score: score(samples) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, IMPROVED_POINTS);
    let winner: { samples: Samples; score: number } | undefined;
    for (const start of starts) {
      const improved = this.#improve(start, score, random);
      if (improved !== undefined && improved.score > (winner?.score ?? -Infinity)) {
        winner = improved;
      }
    }
    return winner?.samples;
  }

  /** The best allowed point on a walk uphill. */
  #improve(
    start: { samples: Samples; score: number },
    score: (samples: Samples) => number,
    random: Random,
  ): { samples: Samples; score: number } | undefined {
    let here = start;
    let allowed = this.#context.isAllowed(start.samples) ? start : undefined;
    for (let change = 0; change < CHANGES; change++) {
      const width = CHANGE.first * (CHANGE.last / CHANGE.first) ** (change / CHANGES);
      const samples = this.#change(here.samples, width, random);
      const next = { samples, score: score(samples) };
      if (next.score > here.score) here = next;
      const isBetter = next.score > (allowed?.score ?? -Infinity);
      if (isBetter && this.#context.isAllowed(samples)) allowed = next;
    }
    return allowed;
  }

  /** A point near another one: about two parameters differ. */
  #change(samples: Samples, width: number, random: Random): Samples {
    const changed: Record<string, unknown> = {};
    const share = Math.min(1, 2 / this.#names.length);
    const certain = Math.floor(random() * this.#names.length);
    for (const [d, name] of this.#names.entries()) {
      if (!isActive(this.#context.spaces[name]!, changed)) continue;
      const dimension = this.#dimensions[d]!;
      if (!Object.hasOwn(samples, name)) {
        changed[name] = dimension.decode(dimension.draw(random));
        continue;
      }
      const isChanged = d === certain || random() < share;
      changed[name] = isChanged ? changeOf(dimension, samples[name], width, random) : samples[name];
    }
    return changed;
  }
}

function changeOf(
  dimension: Dimension,
  value: unknown,
  width: number,
  random: Random,
): unknown {
  if (dimension.categories > 0) return dimension.decode(dimension.draw(random));
  const step = Math.max(width, 2 * dimension.halfStep) * normalQuantile(0.001 + 0.998 * random());
  return dimension.decode(Math.min(Math.max(dimension.encode(value) + step, 0), 1));
}

/**
 * Bayesian optimization by a Gaussian process: a model of the metric over the parameters and the
 * resource together, fitted to what is known of every trial, stopped early or not. It tries the point
 * from which, after a full training, the most improvement is expected.
 *
 * For trials that take minutes: a suggestion costs some tens of milliseconds, where
 * {@linkcode tpeSampler} takes about one. After Jones et al., "Efficient Global Optimization of
 * Expensive Black-Box Functions" (1998), with the resource as one more coordinate as in Swersky et
 * al., "Freeze-Thaw Bayesian Optimization" (2014) and Klein et al., "Fast Bayesian Optimization of
 * Machine Learning Hyperparameters on Large Datasets" (2017).
 *
 * @param options How long to draw at random.
 * @returns The sampler, for a {@linkcode Study} or a {@linkcode Search}.
 * @throws {SearchSpaceError} If an option is unknown or wrong; it names it.
 *
 * @example Usage
 * ```ts
 * import { float, gpSampler, halvingScheduler, Study } from "@ato/core/hyperopt";
 * import { assertLess } from "@std/assert";
 *
 * const study = new Study({ x: float(-10, 10), y: float(-10, 10) }, {
 *   sampler: gpSampler(),
 *   scheduler: halvingScheduler({ rungs: [30] }),
 *   mode: "min",
 *   parallelism: 1,
 * });
 * for (let job = study.ask(); job !== undefined; job = study.ask()) {
 *   const { x, y } = job.samples as { x: number; y: number };
 *   study.tell(job, (x - 3) ** 2 + (y + 4) ** 2);
 * }
 * assertLess(study.result().metric, 0.1);
 * ```
 */
export function gpSampler(options: GpSamplerOptions = {}): SamplerFactory {
  checkOptions(options, { action: "sample with", names: ["startup"] });
  const { startup = 10 } = options;
  if (!Number.isSafeInteger(startup) || startup < 1) {
    const expected = "a whole number of at least 1";
    refuse("startup", `Cannot sample with "startup": ${describe(startup)}, expected ${expected}`);
  }
  return { name: "gp", options: { startup }, create: (context) => new Gp(context, startup) };
}
