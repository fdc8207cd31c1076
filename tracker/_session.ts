import { encodeJson } from "./_config_json.ts";
import type { Connection } from "./_connection.ts";
import type { ProcessIdentity } from "./_process_identity.ts";
import type { Environment } from "./types.ts";

/** What is recorded of a logger that opens a database. */
export interface SessionRecord {
  uuid: string;
  identity: ProcessIdentity;
  environment: Environment;
  /** Whether it has a spool, of which the lock tells whether the process is alive. */
  isSpooled: boolean;
}

/** Records that a logger has opened the database; gives the id of the session. */
export function insertSession(connection: Connection, record: SessionRecord): number {
  const { host, pid, pidStart, bootId } = record.identity;
  const now = Date.now();
  const row = connection.prepare(
    `INSERT INTO session
       (uuid, host, pid, pid_start, boot_id, environment, is_spooled, start_ms,
        heartbeat_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  ).get(
    record.uuid,
    host,
    pid,
    pidStart,
    bootId,
    encodeJson(record.environment),
    record.isSpooled ? 1 : 0,
    now,
    now,
  );
  return Number(row?.id);
}

/** Records that a logger has closed the database. */
export function endSession(connection: Connection, id: number): void {
  connection.prepare("UPDATE session SET end_ms = ?2, heartbeat_ms = ?2 WHERE id = ?1")
    .run(id, Date.now());
}
