import type { Connection } from "./_connection.ts";
import { applyEvent, type RunEvent } from "./_events.ts";
import type { MetricWriter, Point } from "./_metric_writer.ts";
import type { SpoolRecord } from "./_record.ts";

/** Where records go. */
export interface ImportTarget {
  connection: Connection;
  metrics: MetricWriter;
  /** The uuid of the session that has written the records. */
  session: string;
  /** When its process was alive, in milliseconds since 1970; null where another one imports. */
  heartbeat: number | null;
}

/**
 * Writes records into the database, in one transaction, each exactly once, whoever imports them and
 * how often: how far a session is imported is written in the same transaction.
 */
export function importRecords(records: Iterable<SpoolRecord>, target: ImportTarget): void {
  try {
    importAll(records, target);
  } catch (error) {
    target.metrics.forget();
    throw error;
  }
}

function importAll(records: Iterable<SpoolRecord>, target: ImportTarget): void {
  const { connection, metrics, session, heartbeat } = target;
  connection.transaction(() => {
    const row = connection.prepare("SELECT last_sequence FROM session WHERE uuid = ?").get(session);
    if (row === undefined) return;
    const { points, events, last } = selectNew(records, Number(row.last_sequence));
    if (points.length > 0) metrics.writeAll(points);
    for (const event of events) applyEvent(connection, event);
    connection.prepare(
      `UPDATE session SET last_sequence = ?2, heartbeat_ms = coalesce(?3, heartbeat_ms)
       WHERE uuid = ?1`,
    ).run(session, last, heartbeat);
  });
}

/** The records that follow the one imported last, without a gap. */
function selectNew(
  records: Iterable<SpoolRecord>,
  imported: number,
): { points: Point[]; events: RunEvent[]; last: number } {
  const keys = new Map<number, string>();
  const points: Point[] = [];
  const events: RunEvent[] = [];
  let last = imported;
  for (const record of records) {
    if (record.kind === "header") continue;
    if (record.kind === "key") keys.set(record.key, record.text);
    if (record.sequence <= last) continue;
    if (record.sequence > last + 1) break;
    last = record.sequence;
    if (record.kind === "event") events.push(JSON.parse(record.text));
    if (record.kind !== "point") continue;
    const key = keys.get(record.key);
    if (key !== undefined) points.push({ ...record, key });
  }
  return { points, events, last };
}
