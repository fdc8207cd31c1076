import { canonicalText } from "./_canonical.ts";
import { describe } from "./_describe.ts";
import { drawPoint } from "./random_sampler.ts";
import { randomOf } from "./_random.ts";
import { refuse } from "./_refuse.ts";
import { checkValue } from "./_check_space.ts";
import { nearestName } from "../adict/mod.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type {
  Candidates,
  Constraint,
  Sampler,
  SamplerFactory,
  Samples,
  SearchMode,
  Trial,
} from "./types.ts";

/** How often a sampler is asked again for a point that is allowed. */
const SAMPLER_ATTEMPTS = 50;
/** How many random points are tried after that, before the space counts as exhausted. */
const RANDOM_ATTEMPTS = 20_000;
/** Sets the numbers of this file apart from those of a sampler. */
const STREAM = 0x706f696e;

/** What points are made of. */
export interface PointsOptions {
  spaces: Readonly<Record<string, ParameterSpace>>;
  sampler: SamplerFactory;
  seed: number;
  mode: SearchMode;
  constraints: readonly Constraint[];
  /** Whether the same point may come again. */
  allowsRepeats: boolean;
}

/**
 * The points of a study: first those that somebody wants tried, then those of the sampler, but none
 * that breaks a constraint or was there before.
 */
export class Points implements Candidates {
  readonly #options: PointsOptions;
  readonly #sampler: Sampler;
  readonly #seen = new Set<string>();
  readonly #enqueued: Samples[] = [];
  #wanted = 0;
  #hasEnded = false;

  constructor(options: PointsOptions) {
    const { spaces, seed, mode } = options;
    this.#options = options;
    const isAllowed = (samples: Samples) => this.#isAllowed(samples);
    this.#sampler = options.sampler.create({ spaces, seed, mode, isAllowed });
  }

  /** Those of the sampler, and as many more as were enqueued, which may be others. */
  get size(): number {
    return this.#sampler.size + this.#wanted;
  }

  /** The next point of a trial; each trial is asked for once. After the first that has none, none has. */
  at(index: number): Samples | undefined {
    if (this.#hasEnded || index >= this.size) return undefined;
    let samples: Samples | undefined;
    do {
      const wanted = this.#enqueued.shift();
      samples = wanted === undefined ? this.#sample(index) : this.#complete(index, wanted);
    } while (samples === undefined && this.#enqueued.length > 0);
    if (samples !== undefined) this.#seen.add(canonicalText(samples));
    else if (index === 0) this.#refuseAll();
    else this.#hasEnded = true;
    return samples;
  }

  /** Takes a result. */
  observe(trial: Trial): void {
    this.#sampler.observe(trial);
  }

  /**
   * Puts a point before those of the sampler. Parameters that it leaves out are drawn at random.
   *
   * @returns The point with its values as the search has them.
   * @throws {SearchSpaceError} If it holds a name or a value that the spaces do not, or breaks a
   * constraint whatever the rest, or if the points have ended.
   */
  enqueue(point: Samples): Samples {
    if (this.#hasEnded) refuseLate();
    const { spaces } = this.#options;
    const samples: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(point)) {
      const space = Object.hasOwn(spaces, name) ? spaces[name] : undefined;
      if (space === undefined) {
        const near = nearestName(name, Object.keys(spaces));
        const expected = near === undefined ? Object.keys(spaces).join(", ") : `"${near}"`;
        refuse(name, `Cannot enqueue "${name}": it is no parameter, expected ${expected}`);
      }
      samples[name] = checkValue(name, space, value);
    }
    const active = drawPoint(spaces, () => 0, samples);
    const isWhole = Object.keys(active).every((name) => Object.hasOwn(samples, name));
    if (isWhole) {
      for (const name of Object.keys(samples)) {
        if (Object.hasOwn(active, name)) continue;
        refuse(name, `Cannot enqueue "${name}": it is not active there, expected no value for it`);
      }
      const broken = this.#options.constraints.find((constraint) => !constraint(active));
      if (broken !== undefined) {
        const name = broken.name === "" ? "a constraint" : `the constraint "${broken.name}"`;
        refuse("enqueue", `Cannot enqueue a point: it breaks ${name}, expected a feasible point`);
      }
    }
    this.#enqueued.push(samples);
    this.#wanted++;
    return samples;
  }

  #isAllowed(samples: Samples): boolean {
    const { constraints, allowsRepeats } = this.#options;
    if (!allowsRepeats && this.#seen.has(canonicalText(samples))) return false;
    return this.#isFeasible(samples, constraints);
  }

  #isFeasible(samples: Samples, constraints: readonly Constraint[]): boolean {
    return constraints.every((constraint) => {
      const verdict = constraint(samples);
      if (typeof verdict === "boolean") return verdict;
      refuse(
        "constraints",
        `Cannot search with "constraints": ${constraint.name || "one"} returned ` +
          `${describe(verdict)}, expected true or false`,
      );
    });
  }

  #sample(index: number): Samples | undefined {
    const { spaces, seed } = this.#options;
    for (let attempt = 0; attempt < SAMPLER_ATTEMPTS; attempt++) {
      const samples = this.#sampler.sample(index, attempt);
      if (samples === undefined) return undefined;
      if (this.#isAllowed(samples)) return samples;
    }
    const random = randomOf(seed, index, STREAM);
    for (let attempt = 0; attempt < RANDOM_ATTEMPTS; attempt++) {
      const samples = drawPoint(spaces, random);
      if (this.#isAllowed(samples)) return samples;
    }
    return undefined;
  }

  #complete(index: number, wanted: Samples): Samples | undefined {
    const { spaces, seed, constraints } = this.#options;
    const random = randomOf(seed, index, STREAM);
    for (let attempt = 0; attempt < RANDOM_ATTEMPTS; attempt++) {
      const samples = drawPoint(spaces, random, wanted);
      // A whole point is tried again if somebody wants it.
      const isWhole = Object.keys(samples).every((name) => Object.hasOwn(wanted, name));
      if (isWhole ? this.#isFeasible(samples, constraints) : this.#isAllowed(samples)) {
        return samples;
      }
    }
    return this.#sample(index);
  }

  #refuseAll(): never {
    const names = this.#options.constraints.map(({ name }) => name || "a function").join(", ");
    refuse(
      "constraints",
      `Cannot search with "constraints": ${names} refused every point of ` +
        `${RANDOM_ATTEMPTS} that were drawn, expected some that are feasible`,
    );
  }
}

/** Nobody would try it, and a study that is continued would try it too early. */
export function refuseLate(): never {
  refuse(
    "enqueue",
    "Cannot enqueue a point: the study has no further trial, " +
      "expected it while there are points that were not tried",
  );
}
