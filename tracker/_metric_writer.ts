import type { Connection } from "./_connection.ts";
import type { Statement } from "./_driver.ts";

// One statement, hence one commit without a BEGIN: the trigger of _schema_1.ts keeps the summary,
// whose count also numbers the points
const INSERT_POINT = `INSERT INTO metric (run_id, key_id, step, seq, attempt, elapsed_ms, value)
  VALUES (?1, ?2, ?3,
    coalesce((SELECT count FROM metric_summary WHERE run_id = ?1 AND key_id = ?2), 0), ?4,
    ?5 - (SELECT start_ms FROM run WHERE id = ?1), ?6)`;

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

/** Writes points; what it has written when a method returns survives a kill of the process. */
export class MetricWriter {
  readonly #connection: Connection;
  readonly #keyIds = new Map<string, number>();
  #insert: Statement | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Writes one point. */
  write(point: Point): void {
    const keyId = this.#keyIds.get(point.key);
    if (keyId === undefined) return this.writeAll([point]);
    this.#insertPoint(point, keyId);
  }

  /** Writes all points or, where one fails, none. */
  writeAll(points: readonly Point[]): void {
    const added = new Map<string, number>();
    this.#connection.transaction(() => {
      for (const point of points) {
        const known = this.#keyIds.get(point.key) ?? added.get(point.key);
        const keyId = known ?? this.#findOrInsertKey(point.key);
        if (known === undefined) added.set(point.key, keyId);
        this.#insertPoint(point, keyId);
      }
    });
    // Only now: a key of a transaction that was undone has no id
    for (const [key, id] of added) this.#keyIds.set(key, id);
  }

  #insertPoint(point: Point, keyId: number): void {
    const value = Number.isNaN(point.value) ? null : point.value;
    this.#insert ??= this.#connection.prepare(INSERT_POINT);
    this.#insert.run(point.runId, keyId, point.step, point.attempt, point.time, value);
  }

  #findOrInsertKey(name: string): number {
    this.#connection.prepare("INSERT INTO metric_key (name) VALUES (?) ON CONFLICT DO NOTHING")
      .run(name);
    return Number(
      this.#connection.prepare("SELECT id FROM metric_key WHERE name = ?").get(name)?.id,
    );
  }
}
