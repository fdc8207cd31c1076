import { canonicalText } from "./_canonical.ts";
import { copyPlain } from "./_copy.ts";
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

/** A point that somebody wants tried. */
interface Wanted {
  /** The values that are given. */
  readonly samples: Samples;
  /** A whole point that has them, and breaks no constraint. */
  readonly example: Samples;
}

/**
 * The points of a study: first those that somebody wants tried, then those of the sampler, but none
 * that breaks a constraint or was there before.
 */
export class Points implements Candidates {
  readonly #options: PointsOptions;
  readonly #sampler: Sampler;
  readonly #seen = new Set<string>();
  readonly #enqueued: Wanted[] = [];
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
   * @throws {SearchSpaceError} If it holds a name or a value that the spaces do not, or one that is
   * not active or breaks a constraint whatever the rest, or if the points have ended.
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
    this.#enqueued.push({ samples, example: this.#exampleOf(samples) });
    this.#wanted++;
    return samples;
  }

  #isAllowed(samples: Samples): boolean {
    const isRepeat = this.#seen.has(canonicalText(samples)) && !this.#options.allowsRepeats;
    return !isRepeat && this.#brokenBy(samples) === undefined;
  }

  /** The first constraint that a point breaks. */
  #brokenBy(samples: Samples): Constraint | undefined {
    return this.#options.constraints.find((constraint) => {
      // A copy: what it may change is not the point.
      const verdict = constraint(copyPlain(samples));
      if (typeof verdict === "boolean") return !verdict;
      refuse(
        "constraints",
        `Cannot search with "constraints": ${constraint.name || "one"} returned ` +
          `${describe(verdict)}, expected true or false`,
      );
    });
  }

  /**
   * A whole point that has some values.
   *
   * @throws {SearchSpaceError} If there seems to be none.
   */
  #exampleOf(samples: Samples): Samples {
    const { spaces, seed } = this.#options;
    const random = randomOf(seed, this.#wanted, STREAM);
    let inactive: string | undefined;
    let broken: Constraint | undefined;
    for (let attempt = 0; attempt < RANDOM_ATTEMPTS; attempt++) {
      const point = drawPoint(spaces, random, samples);
      const missing = Object.keys(samples).find((name) => !Object.hasOwn(point, name));
      const breaks = missing === undefined ? this.#brokenBy(point) : undefined;
      if (missing === undefined && breaks === undefined) return point;
      if (missing === undefined) [inactive, broken] = [undefined, breaks];
      else if (broken === undefined) inactive = missing;
      if (isWhole(point, samples)) break;
    }
    if (inactive !== undefined) {
      refuse(
        inactive,
        `Cannot enqueue "${inactive}": it is not active there, expected no value for it, ` +
          `or values of what it depends on with which it is`,
      );
    }
    const name = broken!.name === "" ? "a constraint" : `the constraint "${broken!.name}"`;
    refuse("enqueue", `Cannot enqueue a point: it breaks ${name}, expected a feasible point`);
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

  #complete(index: number, { samples, example }: Wanted): Samples | undefined {
    const { spaces, seed } = this.#options;
    // A whole point is tried again if somebody wants it.
    if (isWhole(example, samples)) return example;
    const random = randomOf(seed, index, STREAM);
    for (let attempt = 0; attempt < RANDOM_ATTEMPTS; attempt++) {
      const point = drawPoint(spaces, random, samples);
      if (hasAll(point, samples) && this.#isAllowed(point)) return point;
    }
    return this.#isAllowed(example) ? example : this.#sample(index);
  }

  #refuseAll(): never {
    const names = this.#options.constraints.map(({ name }) => name || "a function").join(", ");
    const { size } = this.#sampler;
    const tried = size === Infinity
      ? `${RANDOM_ATTEMPTS} that were drawn`
      : `the ${size} there are`;
    refuse(
      "constraints",
      `Cannot search with "constraints": ${names} refused every point of ${tried}, ` +
        `expected some that are feasible`,
    );
  }
}

/** Whether a point has every value that is given, since all of them are active in it. */
function hasAll(point: Samples, samples: Samples): boolean {
  return Object.keys(samples).every((name) => Object.hasOwn(point, name));
}

/** Whether every value of a point is given. */
function isWhole(point: Samples, samples: Samples): boolean {
  return Object.keys(point).every((name) => Object.hasOwn(samples, name));
}

/** Nobody would try it, and a study that is continued would try it too early. */
export function refuseLate(): never {
  refuse(
    "enqueue",
    "Cannot enqueue a point: the study has no further trial, " +
      "expected it while there are points that were not tried",
  );
}
