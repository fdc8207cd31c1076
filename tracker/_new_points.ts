import type { Connection } from "./_connection.ts";
import type { Row } from "./_driver.ts";
import type { ReadModel } from "./_read_model.ts";

/** A metric, and how many of its points are known. */
export interface KnownPoints {
  runId: number;
  key: string;
  known: number;
  /** How many there are now. */
  count: number;
}

/** The rows of the points of a metric that were logged after those known, in the order logged. */
export function readNewPoints(
  { connection, model }: { connection: Connection; model: ReadModel },
  { runId, key, known, count }: KnownPoints,
): Row[] {
  const select = `SELECT step, seq, attempt, time_ms, value FROM (${model.points})
    WHERE run_id = ? AND key = ?`;
  if (model.countsPoints) {
    // Steps mostly rise, so the new points are those at the end of the index
    const last = connection.prepare(`${select} ORDER BY step DESC, seq DESC LIMIT ?`)
      .all(runId, key, count - known);
    const isWhole = last.every((row) => Number(row.seq) >= known && Number(row.seq) < count);
    if (isWhole) return last.sort(bySequence);
  }
  const all = connection.prepare(`${select} ORDER BY seq`).all(runId, key);
  return all.slice(known, count);
}

function bySequence(left: Row, right: Row): number {
  return Number(left.seq) - Number(right.seq);
}
