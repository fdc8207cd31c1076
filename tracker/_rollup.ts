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

const NUMBERS = 5;

/**
 * The points of a block that a chart needs: the first, smallest, largest and last and the first that
 * is not finite. What is kept of several blocks together is what is kept of all that was kept of
 * each, so no spike is lost on the way up.
 */
export function rollUp(points: readonly RollupPoint[]): RollupPoint[] {
  return keepExtremes(points.toSorted((a, b) => a.step - b.step || a.seq - b.seq));
}

/** Five doubles for each point, little-endian: step, seq, time, attempt, value. */
export function packPoints(points: readonly RollupPoint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(points.length * NUMBERS * 8));
  points.forEach(({ step, seq, time, attempt, value }, i) => {
    [step, seq, time, attempt, value].forEach((number, j) => {
      view.setFloat64((i * NUMBERS + j) * 8, number, true);
    });
  });
  return new Uint8Array(view.buffer);
}

/** Reads what {@linkcode packPoints} has written. */
export function unpackPoints(bytes: Uint8Array): RollupPoint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  function at(point: number, number: number): number {
    return view.getFloat64((point * NUMBERS + number) * 8, true);
  }
  return Array.from({ length: bytes.length / (NUMBERS * 8) }, (_, i) => ({
    step: at(i, 0),
    seq: at(i, 1),
    time: at(i, 2),
    attempt: at(i, 3),
    value: at(i, 4),
  }));
}
