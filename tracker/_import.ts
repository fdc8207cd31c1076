import type { Connection } from "./_connection.ts";
import { applyEvent, type RunEvent } from "./_events.ts";
import type { MetricWriter, Point } from "./_metric_writer.ts";
import type { Gap, SpoolRecord } from "./_record.ts";

/** Where records go. */
export interface ImportTarget {
  connection: Connection;
  metrics: MetricWriter;
  /** The uuid of the session that has written the records. */
  session: string;
  /** When its process was alive, in milliseconds since 1970; null where another one imports. */
  heartbeat: number | null;
}

/** How many records one transaction takes at most: a long backlog must not fill the memory. */
const MAX_RECORDS = 65_536;

/**
 * Writes records into the database, each exactly once, whoever imports them and how often: how far a
 * session is imported is written in the same transaction. Throws where that is not possible; what was
 * committed before stays.
 */
export function importRecords(records: Iterable<SpoolRecord | Gap>, target: ImportTarget): void {
  const iterator = records[Symbol.iterator]();
  const keys = new Map<number, string>();
  try {
    while (importSome(iterator, { ...target, keys })) { /* there may be more */ }
  } catch (error) {
    target.metrics.forget();
    throw error;
  }
}

/** Imports the next records in one transaction; gives whether there may be more. */
function importSome(
  records: Iterator<SpoolRecord | Gap>,
  target: ImportTarget & { keys: Map<number, string> },
): boolean {
  const { connection, metrics, session, heartbeat, keys } = target;
  return connection.transaction(() => {
    const row = connection.prepare("SELECT last_sequence FROM session WHERE uuid = ?").get(session);
    if (row === undefined) return false;
    const { points, events, last, isEnd } = selectNew(records, Number(row.last_sequence), keys);
    if (points.length > 0) metrics.writeAll(points);
    for (const event of events) applyEvent(connection, event);
    connection.prepare(
      `UPDATE session SET last_sequence = ?2, heartbeat_ms = coalesce(?3, heartbeat_ms)
       WHERE uuid = ?1`,
    ).run(session, last, heartbeat);
    return !isEnd;
  });
}

/** The records that follow the one imported last, without a gap but where one is said to be. */
function selectNew(
  records: Iterator<SpoolRecord | Gap>,
  imported: number,
  keys: Map<number, string>,
): { points: Point[]; events: RunEvent[]; last: number; isEnd: boolean } {
  const points: Point[] = [];
  const events: RunEvent[] = [];
  let last = imported;
  let isBehindGap = false;
  while (points.length < MAX_RECORDS) {
    const next = records.next();
    if (next.done) return { points, events, last, isEnd: true };
    const record = next.value;
    if (record.kind === "gap") {
      isBehindGap = true;
      continue;
    }
    if (record.sequence > last + 1 && !isBehindGap) return { points, events, last, isEnd: true };
    isBehindGap = false;
    if (record.kind === "key") keys.set(record.key, record.text);
    if (record.sequence <= last) continue;
    last = record.sequence;
    if (record.kind === "event") events.push(JSON.parse(record.text));
    if (record.kind !== "point") continue;
    const key = keys.get(record.key);
    if (key !== undefined) points.push({ ...record, key });
  }
  return { points, events, last, isEnd: false };
}
