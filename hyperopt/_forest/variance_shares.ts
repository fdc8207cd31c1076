import type { Dimension } from "./dimensions.ts";
import { type Leaf, shareOf } from "./tree.ts";

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
