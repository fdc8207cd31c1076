import type { Connection } from "./_connection.ts";
import { BLOCK_SIZES, packPoints, rollUp, type RollupPoint, unpackPoints } from "./_rollup.ts";
import { Summary } from "./_summary.ts";

const INSERT_POINT = `INSERT INTO metric (run_id, key_id, step, seq, attempt, elapsed_ms, value)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const SAVE_BLOCK = `INSERT INTO metric_rollup (run_id, key_id, level, block, points)
  VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET points = ?5`;
const READ_BLOCKS = `SELECT points FROM metric_rollup
  WHERE run_id = ? AND key_id = ? AND level = ? AND block BETWEEN ? AND ? ORDER BY block`;

/** A point about to be written. */
export interface Point {
  runId: number;
  key: string;
  value: number;
  step: number;
  /** The attempt at the run that logs it, from 1. */
  attempt: number;
  /** Milliseconds since 1970. */
  time: number;
}

/** Writes points, and with them what is known of their metrics without reading the points. */
export class MetricWriter {
  readonly #connection: Connection;
  readonly #keyIds = new Map<string, number>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Writes all points or, where one fails, none, in the order given. Points of a run that is not
   * there any more are left out.
   */
  writeAll(points: readonly Point[]): void {
    const added = new Map<string, number>();
    this.#connection.transaction(() => {
      for (const [runId, ofRun] of Map.groupBy(points, (point) => point.runId)) {
        const start = this.#readStart(runId);
        if (start === undefined) continue;
        for (const [key, series] of Map.groupBy(ofRun, (point) => point.key)) {
          const known = this.#keyIds.get(key) ?? added.get(key);
          const keyId = known ?? this.#findOrInsertKey(key);
          if (known === undefined) added.set(key, keyId);
          this.#writeSeries(series, { runId, keyId, start });
        }
      }
    });
    // Only now: a key of a transaction that was undone has no id
    for (const [key, id] of added) this.#keyIds.set(key, id);
  }

  #writeSeries(points: readonly Point[], { runId, keyId, start }: Series): void {
    const insert = this.#connection.prepare(INSERT_POINT);
    const summary = new Summary(this.#connection, runId, keyId);
    const first = summary.count;
    for (const { step, value, attempt, time } of points) {
      const stored = Number.isNaN(value) ? null : value;
      insert.run(runId, keyId, step, summary.count, attempt, time - start, stored);
      summary.add({ step, value });
    }
    summary.save();
    this.#rollUp(points.map((point, i) => ({ ...point, seq: first + i })), { runId, keyId });
  }

  /** Brings the blocks in which the points lie up to date, and those above that are full now. */
  #rollUp(points: readonly RollupPoint[], ids: SeriesIds): void {
    const [size = 1, ...larger] = BLOCK_SIZES;
    const first = points[0]?.seq ?? 0;
    const end = first + points.length;
    for (const [block, added] of Map.groupBy(points, ({ seq }) => Math.floor(seq / size))) {
      const isBegun = block * size < first;
      const before = isBegun ? this.#readBlocks(ids, { level: 0, from: block, to: block }) : [];
      this.#saveBlock(ids, { level: 0, block, points: [...before, ...added] });
    }
    larger.forEach((large, i) => {
      const ratio = large / (BLOCK_SIZES[i] ?? 1);
      for (let block = Math.floor(first / large); (block + 1) * large <= end; block++) {
        const range = { level: i, from: block * ratio, to: (block + 1) * ratio - 1 };
        this.#saveBlock(ids, { level: i + 1, block, points: this.#readBlocks(ids, range) });
      }
    });
  }

  #readBlocks(
    { runId, keyId }: SeriesIds,
    { level, from, to }: { level: number; from: number; to: number },
  ): RollupPoint[] {
    const rows = this.#connection.prepare(READ_BLOCKS).all(runId, keyId, level, from, to);
    return rows.flatMap((row) => unpackPoints(row.points as Uint8Array));
  }

  #saveBlock(
    { runId, keyId }: SeriesIds,
    { level, block, points }: { level: number; block: number; points: RollupPoint[] },
  ): void {
    this.#connection.prepare(SAVE_BLOCK)
      .run(runId, keyId, level, block, packPoints(rollUp(points)));
  }

  #readStart(runId: number): number | undefined {
    const row = this.#connection.prepare("SELECT start_ms FROM run WHERE id = ?").get(runId);
    return row && Number(row.start_ms);
  }

  #findOrInsertKey(name: string): number {
    this.#connection.prepare("INSERT INTO metric_key (name) VALUES (?) ON CONFLICT DO NOTHING")
      .run(name);
    return Number(
      this.#connection.prepare("SELECT id FROM metric_key WHERE name = ?").get(name)?.id,
    );
  }
}

/** One metric of one run. */
interface SeriesIds {
  runId: number;
  keyId: number;
}

interface Series extends SeriesIds {
  /** When the run began, in milliseconds since 1970. */
  start: number;
}
