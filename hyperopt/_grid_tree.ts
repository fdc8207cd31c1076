import { isActive } from "./_conditions.ts";
import { refuse } from "./_refuse.ts";
import type { Axis } from "./_axis.ts";
import type { ParameterSpace } from "./parameter_space.ts";
import type { Samples } from "./types.ts";

/** So many combinations of values that others wait for are looked at; each is kept. */
const MAX_COMBINATIONS = 1_000_000;

/** A parameter and its grid values. */
export interface GridAxis {
  readonly name: string;
  readonly space: ParameterSpace;
  readonly axis: Axis;
}

/**
 * The points of a grid whose parameters may depend on each other, counted without listing them. What
 * lies below a parameter depends only on the values of those that somebody waits for, so only their
 * combinations are looked at; any other parameter is a factor.
 */
export class GridTree {
  readonly #axes: readonly GridAxis[];
  readonly #parents: ReadonlySet<string>;
  readonly #sizes = new Map<string, bigint>();

  constructor(axes: readonly GridAxis[]) {
    this.#axes = axes;
    this.#parents = new Set(axes.flatMap(({ space }) => Object.keys(space.when ?? {})));
  }

  /** The number of points. */
  get size(): bigint {
    return this.#sizeFrom(0, {}, "");
  }

  /** The point at an index. */
  at(index: bigint): Samples {
    const samples: Record<string, unknown> = {};
    let rest = index;
    let key = "";
    for (const [depth, { name, space, axis }] of this.#axes.entries()) {
      if (!isActive(space, samples)) continue;
      if (!this.#parents.has(name)) {
        const below = this.#sizeFrom(depth + 1, samples, key);
        samples[name] = axis.at(Number(rest / below));
        rest %= below;
        continue;
      }
      for (let place = 0; place < axis.size; place++) {
        samples[name] = axis.at(place);
        const below = this.#sizeFrom(depth + 1, samples, `${key},${depth}:${place}`);
        if (rest < below) {
          key = `${key},${depth}:${place}`;
          break;
        }
        rest -= below;
      }
    }
    return samples;
  }

  /** The number of ways to go on below; `key` stands for the values that others wait for. */
  #sizeFrom(depth: number, samples: Samples, key: string): bigint {
    const next = this.#axes[depth];
    if (next === undefined) return 1n;
    const known = this.#sizes.get(`${depth}|${key}`);
    if (known !== undefined) return known;
    const size = this.#count(next, { depth, samples, key });
    this.#sizes.set(`${depth}|${key}`, size);
    return size;
  }

  #count(
    { name, space, axis }: GridAxis,
    { depth, samples, key }: { depth: number; samples: Samples; key: string },
  ): bigint {
    if (!isActive(space, samples)) return this.#sizeFrom(depth + 1, samples, key);
    if (!this.#parents.has(name)) {
      return BigInt(axis.size) * this.#sizeFrom(depth + 1, samples, key);
    }
    if (this.#sizes.size + axis.size > MAX_COMBINATIONS) {
      refuse(
        name,
        `Cannot search "${name}" on a grid: it has ${axis.size} values and others wait for it, ` +
          `expected at most ${MAX_COMBINATIONS} combinations of such values: take fewer samples`,
      );
    }
    let total = 0n;
    for (let place = 0; place < axis.size; place++) {
      const chosen = { ...samples, [name]: axis.at(place) };
      total += this.#sizeFrom(depth + 1, chosen, `${key},${depth}:${place}`);
    }
    return total;
  }
}
