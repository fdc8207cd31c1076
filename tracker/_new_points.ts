import type { SqlValue } from "./_driver.ts";
import type { ReadModel } from "./_read_model.ts";
import { toPoint } from "./_rows.ts";
import type { MetricPoint } from "./types.ts";

/** Gives the rows of a query as lists. */
type Read = (sql: string, ...values: SqlValue[]) => SqlValue[][];

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
