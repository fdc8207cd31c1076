import { canonicalText } from "./_canonical.ts";
import { toUnit } from "./_unit.ts";
import type { ParameterSpace } from "./parameter_space.ts";

/**
 * One parameter as a forest sees it: a place in [0, 1] on its own scale, or the number of a category.
 */
interface Dimension {
  readonly name: string;
  /** How many categories there are; 0 for a number. */
  readonly categories: number;
  /** Where a value lies. */
  coordinateOf(value: unknown): number;
}

/** The dimension of a parameter. */
export function dimensionOf(name: string, space: ParameterSpace): Dimension {
  if (space.paramType !== "CATEGORY") {
    return { name, categories: 0, coordinateOf: (value) => toUnit(space, Number(value)) };
  }
  const numbers = new Map(space.categories.map((value, i) => [canonicalText(value), i]));
  return {
    name,
    categories: space.categories.length,
    coordinateOf: (value) => numbers.get(canonicalText(value)) ?? 0,
  };
}

/** What a tree learns from. */
export interface Sample {
  readonly point: readonly number[];
  readonly value: number;
}

/**
 * A part of the space on which a tree is constant: for each dimension an interval of [0, 1], or the set
 * of categories that it holds.
 */
interface Leaf {
  readonly box: readonly Range[];
  readonly value: number;
}

/** A side of a box. */
export type Range =
  | { readonly low: number; readonly high: number }
  | { readonly held: readonly boolean[] };

/** How a tree grows. */
export interface TreeOptions {
  /** The fewest samples of a leaf. */
  minLeaf: number;
  /** How many dimensions are tried for each split. */
  tries: number;
  random: () => number;
}

/** Which of two sides a coordinate lies on. */
interface Split {
  readonly dimension: number;
  readonly isLeft: (coordinate: number) => boolean;
  readonly gain: number;
  /** The sides of the box left and right of it. */
  cut(range: Range): [Range, Range];
}

/** The share of a dimension that a side of a box covers. */
function shareOf(range: Range): number {
  if ("low" in range) return range.high - range.low;
  return range.held.filter(Boolean).length / range.held.length;
}

function wholeRange({ categories }: Dimension): Range {
  return categories === 0 ? { low: 0, high: 1 } : { held: new Array(categories).fill(true) };
}

function mean(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
}

/** The best place to cut samples that are in order: between which two, and how much better it is. */
function bestCut(
  sorted: readonly Sample[],
  { minLeaf, areApart }: { minLeaf: number; areApart: (i: number) => boolean },
): { at: number; gain: number } | undefined {
  const total = sorted.reduce((sum, { value }) => sum + value, 0);
  let best: { at: number; gain: number } | undefined;
  let left = 0;
  for (let at = 1; at < sorted.length; at++) {
    left += sorted[at - 1]!.value;
    if (at < minLeaf || sorted.length - at < minLeaf || !areApart(at)) continue;
    const right = total - left;
    const gain = left ** 2 / at + right ** 2 / (sorted.length - at) -
      total ** 2 / sorted.length;
    if (gain > (best?.gain ?? 0)) best = { at, gain };
  }
  return best;
}

function splitNumber(
  samples: readonly Sample[],
  dimension: number,
  minLeaf: number,
): Split | undefined {
  const sorted = samples.toSorted((a, b) => a.point[dimension]! - b.point[dimension]!);
  const at = (i: number) => sorted[i]!.point[dimension]!;
  const cut = bestCut(sorted, { minLeaf, areApart: (i) => at(i - 1) < at(i) });
  if (cut === undefined) return undefined;
  const threshold = (at(cut.at - 1) + at(cut.at)) / 2;
  return {
    dimension,
    gain: cut.gain,
    isLeft: (coordinate) => coordinate <= threshold,
    cut(range): [Range, Range] {
      const { low, high } = range as { low: number; high: number };
      return [{ low, high: threshold }, { low: threshold, high }];
    },
  };
}

/**
 * For a sum of squares the best of all two-part divisions of categories is found among those that
 * divide them in the order of their means (Breiman et al. 1984, section 9.4).
 */
function splitCategories(
  samples: readonly Sample[],
  dimension: number,
  { minLeaf, random }: TreeOptions,
): Split | undefined {
  const groups = [...Map.groupBy(samples, ({ point }) => point[dimension]!)]
    .map(([category, group]) => ({ category, group, mean: mean(group) }))
    .sort((a, b) => a.mean - b.mean);
  const sorted = groups.flatMap(({ group }) => group);
  const at = (i: number) => sorted[i]!.point[dimension]!;
  const cut = bestCut(sorted, { minLeaf, areApart: (i) => at(i - 1) !== at(i) });
  if (cut === undefined) return undefined;
  const left = new Set(sorted.slice(0, cut.at).map(({ point }) => point[dimension]!));
  const seen = new Set(groups.map(({ category }) => category));
  return {
    dimension,
    gain: cut.gain,
    isLeft: (coordinate) => left.has(coordinate),
    cut(range): [Range, Range] {
      const { held } = range as { held: readonly boolean[] };
      // One that no sample has seen may go either way.
      const goesLeft = held.map((_, category) =>
        seen.has(category) ? left.has(category) : random() < 0.5
      );
      return [
        { held: held.map((isHeld, i) => isHeld && goesLeft[i]!) },
        { held: held.map((isHeld, i) => isHeld && !goesLeft[i]!) },
      ];
    },
  };
}

/** Some different numbers below a limit. */
function pick(count: number, limit: number, random: () => number): number[] {
  const numbers = Array.from({ length: limit }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (limit - i));
    [numbers[i], numbers[other]] = [numbers[other]!, numbers[i]!];
  }
  return numbers.slice(0, count);
}

/** The leaves of a regression tree, which together are the whole space. */
export function growTree(
  dimensions: readonly Dimension[],
  samples: readonly Sample[],
  options: TreeOptions,
): Leaf[] {
  const leaves: Leaf[] = [];

  function findSplit(part: readonly Sample[]): Split | undefined {
    let best: Split | undefined;
    for (const d of pick(options.tries, dimensions.length, options.random)) {
      const split = dimensions[d]!.categories === 0
        ? splitNumber(part, d, options.minLeaf)
        : splitCategories(part, d, options);
      if (split !== undefined && split.gain > (best?.gain ?? 1e-12)) best = split;
    }
    return best;
  }

  function grow(part: readonly Sample[], box: readonly Range[]): void {
    const split = part.length < 2 * options.minLeaf ? undefined : findSplit(part);
    if (split === undefined) {
      leaves.push({ box, value: mean(part) });
      return;
    }
    const { dimension, isLeft } = split;
    const [left, right] = split.cut(box[dimension]!);
    grow(part.filter(({ point }) => isLeft(point[dimension]!)), box.with(dimension, left));
    grow(part.filter(({ point }) => !isLeft(point[dimension]!)), box.with(dimension, right));
  }

  grow(samples, dimensions.map(wholeRange));
  return leaves;
}

/** The parts of a dimension within which no leaf ends, and the share of each. */
function partsOf(
  dimension: Dimension,
  leaves: readonly Leaf[],
  d: number,
): { at: number; share: number }[] {
  if (dimension.categories > 0) {
    return Array.from({ length: dimension.categories }, (_, at) => (
      { at, share: 1 / dimension.categories }
    ));
  }
  const ends = leaves.flatMap(({ box }) => {
    const range = box[d]!;
    return "low" in range ? [range.low, range.high] : [];
  });
  const sorted = [...new Set([0, 1, ...ends])].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => (
    { at: (sorted[i]! + end) / 2, share: end - sorted[i]! }
  ));
}

function holds(leaf: Leaf, d: number, at: number): boolean {
  const range = leaf.box[d]!;
  return "low" in range ? range.low <= at && at < range.high : range.held[at]!;
}

/**
 * The share of the variance of a tree that each dimension explains by itself, exactly: for each of its
 * parts, the mean of the tree over all other dimensions, which is a sum over leaves; the variance of
 * these means is its share (Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing
 * Hyperparameter Importance", 2014, section 3). Undefined where the tree is constant.
 */
export function varianceShares(
  dimensions: readonly Dimension[],
  leaves: readonly Leaf[],
): number[] | undefined {
  const shares = leaves.map(({ box }) => box.map(shareOf));
  const volumes = shares.map((sides) => sides.reduce((product, side) => product * side, 1));
  const mean = leaves.reduce((sum, { value }, i) => sum + value * volumes[i]!, 0);
  const variance = leaves.reduce((sum, { value }, i) => sum + (value - mean) ** 2 * volumes[i]!, 0);
  if (!(variance > 1e-300)) return undefined;
  return dimensions.map((dimension, d) => {
    // What a leaf weighs in the mean over all other dimensions.
    const weights = shares.map((sides) =>
      sides.reduce((product, side, other) => other === d ? product : product * side, 1)
    );
    const parts = partsOf(dimension, leaves, d);
    const explained = parts.reduce((sum, { at, share }) => {
      const marginal = leaves.reduce(
        (total, leaf, i) => holds(leaf, d, at) ? total + leaf.value * weights[i]! : total,
        0,
      );
      return sum + (marginal - mean) ** 2 * share;
    }, 0);
    return explained / variance;
  });
}
