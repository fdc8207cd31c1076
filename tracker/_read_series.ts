import { downsample, keepExtremes, MIN_POINTS } from "./_downsample.ts";
import type { SqlValue } from "./_driver.ts";
import type { ReadModel } from "./_read_model.ts";
import { BLOCK_SIZES, type RollupPoint, unpackPoints } from "./_rollup.ts";
import { toPoint } from "./_rows.ts";
import type { MetricPoint } from "./types.ts";

/** Gives the rows of a query as lists. */
type Read = (sql: string, ...values: SqlValue[]) => SqlValue[][];

/** Which points to read. */
export interface SeriesQuery {
  model: ReadModel;
  runId: number;
  key: string;
  maxPoints?: number;
}

/** The points of a metric by step; of a long one, if few are asked for, those that a chart needs. */
export function readSeries(read: Read, query: SeriesQuery): MetricPoint[] {
  const { model, runId, key, maxPoints = Infinity } = query;
  const level = chooseLevel(read, query);
  if (level !== undefined) {
    return readBlocks(read, query, level).map(({ step, value, time, attempt }) =>
      toPoint([step, value, time, attempt])
    );
  }
  const rows = read(
    `SELECT step, value, time_ms, attempt FROM (${model.points}) WHERE run_id = ? AND key = ?
     ORDER BY step, seq`,
    runId,
    key,
  );
  return downsample(rows.map(toPoint), maxPoints);
}

/** The level with the largest blocks of which there are enough; undefined where all points are read. */
function chooseLevel(read: Read, query: SeriesQuery): number | undefined {
  const { model, runId, key, maxPoints = Infinity } = query;
  if (model.blocks === undefined || maxPoints === Infinity) return undefined;
  const sql = `SELECT count FROM (${model.summaries}) WHERE run_id = ? AND key = ?`;
  const count = Number(read(sql, runId, key)[0]?.[0] ?? 0);
  const level = BLOCK_SIZES.findLastIndex((size) => count / size >= countBuckets(maxPoints));
  return level < 0 || count <= maxPoints ? undefined : level;
}

function countBuckets(maxPoints: number): number {
  return Math.floor(maxPoints / MIN_POINTS);
}

/**
 * What is kept of buckets of equally many blocks in the order in which they were logged. The blocks
 * of a level that are not full yet are read from the level below.
 */
function readBlocks(read: Read, query: SeriesQuery, level: number): RollupPoint[] {
  const { model, runId, key, maxPoints = Infinity } = query;
  const sql = `SELECT points FROM (${model.blocks})
    WHERE run_id = ? AND key = ? AND level = ? AND block >= ? ORDER BY block`;
  const blocks: RollupPoint[][] = [];
  let first = 0;
  for (let i = level; i >= 0; i--) {
    const rows = read(sql, runId, key, i, first);
    blocks.push(...rows.map(([points]) => unpackPoints(points as Uint8Array)));
    first = (first + rows.length) * (BLOCK_SIZES[i] ?? 1) / (BLOCK_SIZES[i - 1] ?? 1);
  }
  const count = countBuckets(maxPoints);
  const buckets = Map.groupBy(blocks.keys(), (i) => Math.floor(i * count / blocks.length));
  const points = [...buckets.values()].flatMap((bucket) =>
    keepExtremes(bucket.flatMap((i) => blocks[i] ?? []).toSorted(compare))
  );
  return points.toSorted(compare);
}

function compare(left: RollupPoint, right: RollupPoint): number {
  return left.step - right.step || left.seq - right.seq;
}

/** A metric, and how many of its points are known. */
export interface KnownPoints {
  model: ReadModel;
  runId: number;
  key: string;
  known: number;
  /** How many there are now. */
  count: number;
}

/** The points of a metric that were logged after those known, in the order logged. */
export function readNewPoints(read: Read, query: KnownPoints): MetricPoint[] {
  const { model, runId, key, known, count } = query;
  const select = `SELECT step, value, time_ms, attempt, seq FROM (${model.points})
    WHERE run_id = ? AND key = ?`;
  if (model.countsPoints) {
    // Steps mostly rise, so the new points are those at the end of the index
    const sql = `${select} ORDER BY step DESC, seq DESC LIMIT ?`;
    const last = read(sql, runId, key, count - known);
    const isWhole = last.every((row) => sequenceOf(row) >= known && sequenceOf(row) < count);
    if (isWhole) {
      return last.sort((left, right) => sequenceOf(left) - sequenceOf(right)).map(toPoint);
    }
  }
  return read(`${select} ORDER BY seq`, runId, key).slice(known, count).map(toPoint);
}

function sequenceOf(row: readonly SqlValue[]): number {
  return Number(row[4]);
}
