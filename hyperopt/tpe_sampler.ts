import { isActive } from "./_conditions.ts";
import { describe } from "./_describe.ts";
import { drawPoint } from "./random_sampler.ts";
import { checkOptions } from "./_options.ts";
import { type Random, randomOf } from "./_random.ts";
import { byRank } from "./_rank.ts";
import { refuse } from "./_refuse.ts";
import { type Code, type Dimension, dimensionOf, ParzenEstimator } from "./_tpe.ts";
import type { Sampler, SamplerContext, SamplerFactory, Samples, Trial } from "./types.ts";

/** Options of {@linkcode tpeSampler}. */
export interface TpeSamplerOptions {
  /**
   * How many trials must have a result before the model is used; until then points are random.
   *
   * @default {10}
   */
  startup?: number | undefined;
  /**
   * How many points are drawn for each trial, of which the most promising is tried.
   *
   * @default {24}
   */
  candidates?: number | undefined;
}

/** The share of the trials that counts as good. */
const GOOD_SHARE = 0.1;
/** More good trials than this would blur what they have in common. */
const MAX_GOOD = 25;

/** The last result of a trial. */
interface Observation {
  readonly trial: Trial;
  readonly code: Code;
}

class Tpe implements Sampler {
  readonly size = Infinity;
  readonly #context: SamplerContext;
  readonly #startup: number;
  readonly #candidates: number;
  readonly #names: readonly string[];
  readonly #dimensions: readonly Dimension[];
  readonly #order: (a: Trial, b: Trial) => number;
  readonly #observations = new Map<number, Observation>();
  /** The points of trials that have no result yet. */
  readonly #pending = new Map<number, Code>();

  constructor(context: SamplerContext, { startup, candidates }: Required<TpeSamplerOptions>) {
    this.#context = context;
    this.#startup = startup!;
    this.#candidates = candidates!;
    this.#names = Object.keys(context.spaces);
    this.#dimensions = Object.values(context.spaces).map(dimensionOf);
    this.#order = byRank(context.mode);
  }

  sample(index: number, attempt: number): Samples {
    const random = randomOf(this.#context.seed, index, attempt);
    const isEarly = this.#observations.size < this.#startup;
    const samples = isEarly ? drawPoint(this.#context.spaces, random) : this.#suggest(random);
    this.#pending.set(index, this.#encode(samples));
    return samples;
  }

  observe(trial: Trial): void {
    this.#pending.delete(trial.index);
    const before = this.#observations.get(trial.index);
    // What fails at a later rung was good enough to get there.
    if (before !== undefined && trial.status === "failed") return;
    const code = before?.code ?? this.#encode(trial.samples);
    this.#observations.set(trial.index, { trial, code });
  }

  #encode(samples: Samples): Code {
    return Float64Array.from(
      this.#names,
      (name, d) => Object.hasOwn(samples, name) ? this.#dimensions[d]!.encode(samples[name]) : NaN,
    );
  }

  /**
   * The good points and the others. Trials that were trained longer rank first: they were chosen for
   * it among all of a rung. So every trial counts, by the most that is known of it. Points without a
   * result count as others, which keeps workers apart.
   */
  #split(): [good: Code[], others: Code[]] {
    const ranked = [...this.#observations.values()].sort((a, b) =>
      b.trial.generation - a.trial.generation || this.#order(a.trial, b.trial)
    );
    const codes = ranked.map(({ code }) => code);
    const count = Math.min(Math.ceil(GOOD_SHARE * codes.length), MAX_GOOD);
    return [codes.slice(0, count), [...codes.slice(count), ...this.#pending.values()]];
  }

  /** Of some points that the good ones suggest, the one with the largest ratio of densities. */
  #suggest(random: Random): Samples {
    const [good, others] = this.#split().map((points) =>
      new ParzenEstimator(this.#dimensions, points)
    ) as [ParzenEstimator, ParzenEstimator];
    let best: Samples | undefined;
    let highest = -Infinity;
    for (let count = 0; count < this.#candidates; count++) {
      const samples = this.#candidate(good, random);
      const code = this.#encode(samples);
      const score = good.logDensity(code) - others.logDensity(code);
      if (score <= highest || !this.#context.isAllowed(samples)) continue;
      [best, highest] = [samples, score];
    }
    return best ?? drawPoint(this.#context.spaces, random);
  }

  #candidate(density: ParzenEstimator, random: Random): Samples {
    const kernel = density.drawKernel(random);
    const samples: Record<string, unknown> = {};
    for (const [d, name] of this.#names.entries()) {
      if (!isActive(this.#context.spaces[name]!, samples)) continue;
      const dimension = this.#dimensions[d]!;
      const own = kernel?.[d] ?? NaN;
      const code = Number.isNaN(own) ? dimension.draw(random) : density.draw(own, d, random);
      samples[name] = dimension.decode(code);
    }
    return samples;
  }
}

function checkCount(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  const state = `${describe(value)}, expected a whole number of at least 1`;
  refuse(name, `Cannot sample with "${name}": ${state}`);
}

/**
 * The tree-structured Parzen estimator. It models where the good trials lie and where all others do,
 * and tries points where the ratio of both densities is largest, which is where the expected
 * improvement is.
 *
 * After Bergstra et al., "Algorithms for Hyper-Parameter Optimization" (2011), section 4, with
 * densities over all parameters together. Trials that were stopped early take part: those that were
 * trained longer rank before those that were not. A prior or a condition of a parameter is honoured.
 *
 * @param options How long to draw at random, and how many points to choose from.
 * @returns The sampler, for a {@linkcode Study} or a {@linkcode Search}.
 * @throws {SearchSpaceError} If an option is unknown or wrong; it names it.
 *
 * @example Usage
 * ```ts
 * import { float, halvingScheduler, Study, tpeSampler } from "@ato/core/hyperopt";
 * import { assertLess } from "@std/assert";
 *
 * const study = new Study({ x: float(-10, 10), y: float(-10, 10) }, {
 *   sampler: tpeSampler(),
 *   scheduler: halvingScheduler({ rungs: [100] }),
 *   mode: "min",
 *   parallelism: 4,
 * });
 * for (let job = study.ask(); job !== undefined; job = study.ask()) {
 *   const { x, y } = job.samples as { x: number; y: number };
 *   study.tell(job, (x - 3) ** 2 + (y + 4) ** 2);
 * }
 * assertLess(study.result().metric, 1);
 * ```
 */
export function tpeSampler(options: TpeSamplerOptions = {}): SamplerFactory {
  checkOptions(options, { action: "sample with", names: ["startup", "candidates"] });
  const startup = checkCount("startup", options.startup ?? 10);
  const candidates = checkCount("candidates", options.candidates ?? 24);
  return {
    name: "tpe",
    options: { startup, candidates },
    create: (context) => new Tpe(context, { startup, candidates }),
  };
}
