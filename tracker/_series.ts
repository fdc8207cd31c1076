import type { Connection } from "./_connection.ts";
import type { SqlValue } from "./_driver.ts";
import { BLOCK_SIZES, packPoints, rollUp, type RollupPoint, unpackPoints } from "./_rollup.ts";
import { Summary } from "./_summary.ts";

const SAVE_BLOCK = `INSERT INTO metric_rollup (run_id, key_id, level, block, points)
  VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET points = ?5`;
const READ_BLOCKS = `SELECT points FROM metric_rollup
  WHERE run_id = ? AND key_id = ? AND level = ? AND block BETWEEN ? AND ? ORDER BY block`;
const COLUMNS = ["run_id", "key_id", "step", "seq", "attempt", "elapsed_ms", "value"];
// A row of many in one statement costs a third of a row that is a statement of its own
const ROWS_AT_ONCE: readonly number[] = [32, 8, 1];
const STATEMENTS: ReadonlyMap<number, string> = new Map(ROWS_AT_ONCE.map((count) => {
  const row = `(${COLUMNS.map(() => "?").join(", ")})`;
  return [count, `INSERT INTO metric (${COLUMNS.join(", ")}) VALUES ${Array(count).fill(row)}`];
}));

const [BLOCK_SIZE = 1, ...LARGER_SIZES] = BLOCK_SIZES;

/** One metric of one run. */
export interface SeriesIds {
  runId: number;
  keyId: number;
  /** When the run began, in milliseconds since 1970. */
  start: number;
}

/**
 * One metric of one run with what is known of it without reading its points: the summary, and the
 * block that is not full yet. It holds for as long as nobody else writes to the database.
 */
export class Series {
  readonly #connection: Connection;
  readonly #ids: SeriesIds;
  readonly #summary: Summary;
  #openBlock: RollupPoint[];

  /** Reads what is known; to be used within a transaction. */
  constructor(connection: Connection, ids: SeriesIds) {
    this.#connection = connection;
    this.#ids = ids;
    this.#summary = new Summary(connection, ids);
    const block = Math.floor(this.#summary.count / BLOCK_SIZE);
    this.#openBlock = this.#summary.count % BLOCK_SIZE === 0
      ? []
      : this.#readBlocks({ level: 0, from: block, to: block });
  }

  /**
   * Writes points behind those that are there, but for their rows, which go behind `rows`: those of
   * many series take fewer statements together.
   */
  write(points: readonly Omit<RollupPoint, "seq">[], rows: SqlValue[]): void {
    const { runId, keyId, start } = this.#ids;
    for (const { step, value, attempt, time } of points) {
      const seq = this.#summary.count;
      const stored = Number.isNaN(value) ? null : value;
      rows.push(runId, keyId, step, seq, attempt, time - start, stored);
      this.#summary.add({ step, value });
      this.#openBlock.push({ step, seq, time, attempt, value });
      if (this.#summary.count % BLOCK_SIZE === 0) this.#closeBlock();
    }
    if (this.#openBlock.length > 0) {
      this.#openBlock = rollUp(this.#openBlock);
      this.#saveBlock(0, Math.floor(this.#summary.count / BLOCK_SIZE), this.#openBlock);
    }
    this.#summary.save();
  }

  /** Saves the block that is full now, and those above that are full with it. */
  #closeBlock(): void {
    const { count } = this.#summary;
    this.#saveBlock(0, count / BLOCK_SIZE - 1, rollUp(this.#openBlock));
    this.#openBlock = [];
    LARGER_SIZES.forEach((size, level) => {
      if (count % size !== 0) return;
      const ratio = size / (BLOCK_SIZES[level] ?? 1);
      const block = count / size - 1;
      const range = { level, from: block * ratio, to: (block + 1) * ratio - 1 };
      this.#saveBlock(level + 1, block, rollUp(this.#readBlocks(range)));
    });
  }

  #readBlocks(range: { level: number; from: number; to: number }): RollupPoint[] {
    const { runId, keyId } = this.#ids;
    const { level, from, to } = range;
    const rows = this.#connection.prepare(READ_BLOCKS).all(runId, keyId, level, from, to);
    return rows.flatMap((row) => unpackPoints(row.points as Uint8Array));
  }

  #saveBlock(level: number, block: number, points: readonly RollupPoint[]): void {
    const { runId, keyId } = this.#ids;
    this.#connection.prepare(SAVE_BLOCK).run(runId, keyId, level, block, packPoints(points));
  }
}

/** Writes rows of `metric`, their values one behind another in the order of its columns. */
export function insertPoints(connection: Connection, values: readonly SqlValue[]): void {
  let start = 0;
  for (const [count, sql] of STATEMENTS) {
    const length = count * COLUMNS.length;
    for (; start + length <= values.length; start += length) {
      connection.prepare(sql).run(...values.slice(start, start + length));
    }
  }
}
