import { ADict } from "../adict/mod.ts";
import { type Axis, axisOf } from "./_axis.ts";
import { isActive } from "./_conditions.ts";
import { flattenSpaces } from "./_flatten_spaces.ts";
import { refuse } from "./_refuse.ts";
import type { ParameterSpace, SearchSpacesInput } from "./parameter_space.ts";
import type { Candidates, Samples } from "./types.ts";

/** So many combinations of values that others wait for are looked at; each is kept. */
const MAX_COMBINATIONS = 1_000_000;
const MAX_SIZE = BigInt(Number.MAX_SAFE_INTEGER);

/** The configs of a grid, made when they are asked for. */
export interface Distributions extends Iterable<ADict> {
  /** The number of configs. */
  readonly size: number;
  /**
   * The config at an index from 0 to `size - 1`, a new one each time.
   *
   * @throws {RangeError} If there is no such index.
   */
  at(index: number): ADict;
}

function* range(size: number): Generator<number> {
  for (let index = 0; index < size; index++) yield index;
}

/**
 * Every combination of the grid values of some parameters. No point exists before it is asked
 * for, so a grid of 10^12 points opens at once.
 *
 * The parameters keep the order in which they were given; the last one varies fastest. The two
 * ends of a range are always grid values. Those of a FLOAT lie at even steps or ratios. Those of
 * an INTEGER are the nearest integers to the exact spacing, ascending and none twice, so there may
 * be fewer of them than asked for. A parameter that waits for another, by `when`, is in the points in
 * which it takes part, once.
 *
 * @example Usage
 * ```ts
 * import { category, GridSpace, integer } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const grid = new GridSpace({
 *   model: { name: category(["resnet50", "vit"]), depth: integer(1, 3) },
 * });
 * assertEquals(grid.size, 6);
 * assertEquals(grid.at(4), { "model.name": "vit", "model.depth": 2 });
 * ```
 */
export class GridSpace implements Candidates, Iterable<Samples> {
  /** The number of points. */
  readonly size: number;
  readonly #axes: readonly GridAxis[];
  /** Counts the points where a parameter depends on another; there is none otherwise. */
  readonly #tree: GridTree | undefined;

  /**
   * Opens a grid.
   *
   * @param searchSpaces The parameters, as a plain object or as a config, nested or by dotted name.
   * @throws {SearchSpaceError} If a space is wrong, says nothing of the number of its samples, or
   * if there are 2^53 points or more; it names the parameter.
   */
  constructor(searchSpaces: SearchSpacesInput) {
    const spaces = flattenSpaces(searchSpaces);
    this.#axes = Object.entries(spaces).map(([name, space]) => (
      { name, space, axis: axisOf(name, space) }
    ));
    const isTree = this.#axes.some(({ space }) => space.when !== undefined);
    this.#tree = isTree ? new GridTree(this.#axes) : undefined;
    const size = this.#tree?.size ?? productOf(this.#axes);
    if (size > MAX_SIZE) refuseSize(this.#axes, isTree);
    this.size = Number(size);
  }

  /**
   * The point at an index.
   *
   * @param index From 0 to `size - 1`.
   * @returns The value of every parameter by dotted name, a new object each time.
   * @throws {RangeError} If there is no such index.
   *
   * @example Usage
   * ```ts
   * import { float, GridSpace, integer } from "@ato/core/hyperopt";
   * import { assertEquals } from "@std/assert";
   *
   * const grid = new GridSpace({
   *   lr: float(1e-5, 1e-1, { samples: 1e6, scale: "log" }),
   *   seed: integer(1, 1e6),
   * });
   * assertEquals(grid.size, 1e12);
   * assertEquals(grid.at(1e12 - 1), { lr: 1e-1, seed: 1e6 });
   * ```
   */
  at(index: number): Samples {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size) {
      throw new RangeError(
        `Cannot read point "${index}": the grid has ${this.size}, expected 0 to ${this.size - 1}`,
      );
    }
    if (this.#tree !== undefined) return this.#tree.at(BigInt(index));
    const places: number[] = [];
    let rest = index;
    for (const { axis } of this.#axes.toReversed()) {
      places.unshift(rest % axis.size);
      rest = Math.floor(rest / axis.size);
    }
    return Object.fromEntries(this.#axes.map(({ name, axis }, i) => [name, axis.at(places[i]!)]));
  }

  /**
   * All points, in the order of their index.
   *
   * @example Usage
   * ```ts
   * import { GridSpace, integer } from "@ato/core/hyperopt";
   * import { assertEquals } from "@std/assert";
   *
   * const grid = new GridSpace({ a: integer(1, 2), b: integer(7, 8) });
   * assertEquals([...grid].map(({ a, b }) => `${a}${b}`), ["17", "18", "27", "28"]);
   * ```
   */
  *[Symbol.iterator](): IterableIterator<Samples> {
    for (const index of range(this.size)) yield this.at(index);
  }

  /**
   * The configs of the grid: a base config with the values of each point written into it, dotted
   * names as paths. The base stays as it is.
   *
   * @param config The base, a plain object or a config.
   * @returns The configs, each made when it is asked for.
   * @throws {TypeError} When a config is made, if a path leads through what is no mapping.
   *
   * @example Usage
   * ```ts
   * import { float, GridSpace } from "@ato/core/hyperopt";
   * import { assertEquals } from "@std/assert";
   *
   * const grid = new GridSpace({ optimizer: { lr: float(0, 1, { samples: 3 }) } });
   * const configs = grid.prepareDistributions({ epochs: 10, optimizer: { name: "sgd" } });
   * assertEquals(configs.at(1).toObject(), { epochs: 10, optimizer: { name: "sgd", lr: 0.5 } });
   * assertEquals([...configs].map((config) => config.optimizer.lr), [0, 0.5, 1]);
   * ```
   */
  prepareDistributions(config: object = {}): Distributions {
    const base = new ADict(config);
    const { size } = this;
    const at = (index: number): ADict => {
      const prepared = ADict.prototype.clone.call(base);
      for (const [path, value] of Object.entries(this.at(index))) {
        ADict.prototype.set.call(prepared, path, value);
      }
      return prepared;
    };
    return {
      size,
      at,
      *[Symbol.iterator]() {
        for (const index of range(size)) yield at(index);
      },
    };
  }
}

/** A parameter and its grid values. */
interface GridAxis {
  readonly name: string;
  readonly space: ParameterSpace;
  readonly axis: Axis;
}

function productOf(axes: readonly GridAxis[]): bigint {
  return axes.reduce((product, { axis }) => product * BigInt(axis.size), 1n);
}

/** Names the parameter with which there are too many points. */
function refuseSize(axes: readonly GridAxis[], isTree: boolean): never {
  const sizes = axes.map((_, last) => {
    const first = axes.slice(0, last + 1);
    return isTree ? new GridTree(first).size : productOf(first);
  });
  const at = sizes.findIndex((size) => size > MAX_SIZE);
  const { name } = axes[at]!;
  refuse(
    name,
    `Cannot search "${name}" on a grid: together with the parameters before it there are ` +
      `${sizes[at]} points, expected fewer than 2^53: take fewer samples`,
  );
}

/**
 * The points of a grid whose parameters may depend on each other, counted without listing them. What
 * lies below a parameter depends only on the values of those that somebody waits for, so only their
 * combinations are looked at; any other parameter is a factor.
 */
class GridTree {
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
