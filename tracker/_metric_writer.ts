import type { Connection } from "./_connection.ts";
import type { SqlValue } from "./_driver.ts";
import { insertPoints, Series } from "./_series.ts";

/** How many series are remembered from one transaction to the next. */
const MAX_SERIES = 4096;

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
  readonly #starts = new Map<number, number>();
  readonly #series = new Map<string, Series>();
  #dataVersion: unknown;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Writes all points or, where one fails, none, in the order given. Points of a run that is not
   * there any more are left out.
   */
  writeAll(points: readonly Point[]): void {
    try {
      this.#connection.transaction(() => {
        this.#checkMemory();
        const rows: SqlValue[] = [];
        for (const [runId, ofRun] of Map.groupBy(points, (point) => point.runId)) {
          for (const [key, series] of Map.groupBy(ofRun, (point) => point.key)) {
            this.#findSeries(runId, key)?.write(series, rows);
          }
        }
        insertPoints(this.#connection, rows);
      });
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** To be called where a transaction around `writeAll` is undone. */
  forget(): void {
    this.#dataVersion = undefined;
  }

  /** Forgets what other connections may have changed since. */
  #checkMemory(): void {
    const version = this.#connection.prepare("PRAGMA data_version").get()?.data_version;
    if (version === this.#dataVersion && this.#series.size < MAX_SERIES) return;
    this.#dataVersion = version;
    this.#keyIds.clear();
    this.#starts.clear();
    this.#series.clear();
  }

  #findSeries(runId: number, key: string): Series | undefined {
    const keyId = remember(this.#keyIds, key, () => this.#findOrInsertKey(key));
    const name = `${runId}/${keyId}`;
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    const start = this.#starts.get(runId) ?? this.#readStart(runId);
    if (start === undefined) return undefined;
    this.#starts.set(runId, start);
    const series = new Series(this.#connection, { runId, keyId, start });
    this.#series.set(name, series);
    return series;
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

function remember<K, V>(memory: Map<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
