import { keepExtremes } from "./_downsample.ts";

/** One logged value, as it is packed. */
export interface RollupPoint {
  step: number;
  seq: number;
  /** Milliseconds since 1970. */
  time: number;
  attempt: number;
  value: number;
}

/** How many points a block of each level holds; each level's blocks are made of the one's below. */
export const BLOCK_SIZES: readonly number[] = [256, 4096, 65536];

const POINT_BYTES = 40;

/**
 * The points of a block that a chart needs: the first, smallest, largest and last and the first that
 * is not finite. What is kept of several blocks together is what is kept of all that was kept of
 * each, so no spike is lost on the way up.
 */
export function rollUp(points: readonly RollupPoint[]): RollupPoint[] {
  const isSorted = points.every((point, i) => i === 0 || compare(points[i - 1]!, point) < 0);
  return keepExtremes(isSorted ? points : points.toSorted(compare));
}

function compare(left: RollupPoint, right: RollupPoint): number {
  return left.step - right.step || left.seq - right.seq;
}

/** Five doubles for each point, little-endian: step, seq, time, attempt, value. */
export function packPoints(points: readonly RollupPoint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(points.length * POINT_BYTES));
  points.forEach(({ step, seq, time, attempt, value }, i) => {
    const start = i * POINT_BYTES;
    view.setFloat64(start, step, true);
    view.setFloat64(start + 8, seq, true);
    view.setFloat64(start + 16, time, true);
    view.setFloat64(start + 24, attempt, true);
    view.setFloat64(start + 32, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** Reads what {@linkcode packPoints} has written. */
export function unpackPoints(bytes: Uint8Array): RollupPoint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / POINT_BYTES }, (_, i) => {
    const start = i * POINT_BYTES;
    return {
      step: view.getFloat64(start, true),
      seq: view.getFloat64(start + 8, true),
      time: view.getFloat64(start + 16, true),
      attempt: view.getFloat64(start + 24, true),
      value: view.getFloat64(start + 32, true),
    };
  });
}
