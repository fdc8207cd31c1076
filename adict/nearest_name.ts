const MAX_EDITS = 3;
const LETTERS_PER_EDIT = 3;
/** Bounds the time: nobody mistypes a name longer than this and means another one. */
const MAX_LENGTH = 256;

/**
 * The candidate that a mistyped name most likely stands for.
 *
 * The distance is the restricted Damerau–Levenshtein distance (an inserted, deleted or replaced
 * letter, or two swapped neighbours, counts 1), blind to the case of letters. One edit for every
 * three letters of the name is allowed, at least 1 and at most 3. A dotted path counts as one name.
 *
 * @example Usage
 * ```ts
 * import { nearestName } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nearestName("bakcbone", ["depth", "backbone"]), "backbone");
 * assertEquals(nearestName("model.LR", ["model.lr", "model.l"]), "model.lr");
 * assertEquals(nearestName("scheduler", ["depth", "backbone"]), undefined);
 * ```
 *
 * @param name The name as it was typed.
 * @param candidates The names that exist.
 * @returns The nearest candidate, the first of equally near ones; undefined where none is near.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const folded = name.toLowerCase();
  let limit = Math.min(MAX_EDITS, Math.max(1, Math.floor(name.length / LETTERS_PER_EDIT)));
  let nearest: string | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    if (other === folded) return candidate;
    const distance = limit === 0 ? Infinity : editDistance(folded, other, limit);
    if (distance > limit || distance >= Math.max(folded.length, other.length)) continue;
    nearest = candidate;
    limit = distance - 1;
  }
  return nearest;
}

/**
 * The optimal string alignment distance, or Infinity where it exceeds the limit. Only the diagonal
 * band that the limit can reach is computed.
 */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return Infinity;
  if (Math.max(from.length, to.length) > MAX_LENGTH) return Infinity;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = new Array<number>(to.length + 1).fill(Infinity);
    if (row <= limit) current[0] = row;
    const last = Math.min(to.length, row + limit);
    let best = current[0]!;
    for (let column = Math.max(1, row - limit); column <= last; column++) {
      const same = from[row - 1] === to[column - 1];
      let distance = Math.min(
        previous[column - 1]! + (same ? 0 : 1),
        previous[column]! + 1,
        current[column - 1]! + 1,
      );
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      if (swapped) distance = Math.min(distance, beforePrevious[column - 2]! + 1);
      current[column] = distance;
      best = Math.min(best, distance);
    }
    // A swap can reach back two rows, hence the row before must be hopeless as well.
    if (best > limit && Math.min(...previous) > limit) return Infinity;
    beforePrevious = previous;
    previous = current;
  }
  const distance = previous[to.length]!;
  return distance <= limit ? distance : Infinity;
}
