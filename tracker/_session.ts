import { encodeJson } from "./_config_json.ts";
import type { Connection } from "./_connection.ts";
import type { ProcessIdentity } from "./_process_identity.ts";
import type { Environment } from "./types.ts";

/** What is recorded of a logger that opens a database. */
export interface SessionRecord {
  identity: ProcessIdentity;
  environment: Environment;
}

/** Records that a logger has opened the database; gives the id of the session. */
export function insertSession(connection: Connection, record: SessionRecord): number {
  const { host, pid, pidStart, bootId } = record.identity;
  const now = Date.now();
  const row = connection.prepare(
    `INSERT INTO session
       (uuid, host, pid, pid_start, boot_id, environment, start_ms, heartbeat_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  ).get(
    crypto.randomUUID(),
    host,
    pid,
    pidStart,
    bootId,
    encodeJson(record.environment),
    now,
    now,
  );
  return Number(row?.id);
}
