import type { Connection } from "./_connection.ts";
import type { RunStatus } from "./types.ts";

/** What a run does besides logging points; travels through the spool, so it is not lost either. */
export type RunEvent = StatusEvent | ArtifactEvent;

/** A run changes its status. */
export interface StatusEvent {
  type: "status";
  runId: number;
  attempt: number;
  status: RunStatus;
  error: string | null;
  /** Milliseconds since 1970. */
  time: number;
  /** Whether a run that has another status than "running" keeps it. */
  onlyRunning: boolean;
}

/** A run has made a file. */
export interface ArtifactEvent {
  type: "artifact";
  runId: number;
  path: string;
  dataType: string | null;
  /** JSON of _config_json.ts. */
  metadata: string | null;
  size: number | null;
  sha256: string | null;
  isCopied: boolean;
  /** Milliseconds since 1970. */
  time: number;
}

/** Writes an event. One of a run that is not there any more does nothing. */
export function applyEvent(connection: Connection, event: RunEvent): void {
  if (event.type === "status") return setStatus(connection, event);
  insertArtifact(connection, event);
}

// A process that was thought dead must not end the run of the one that has resumed it
function setStatus(connection: Connection, event: StatusEvent): void {
  const { runId, attempt, status, error, time, onlyRunning } = event;
  connection.prepare(
    `UPDATE run SET status = ?3, end_ms = ?4, error = ?5
     WHERE id = ?1 AND attempt <= ?2 AND (NOT ?6 OR status = 'running')`,
  ).run(
    runId,
    attempt,
    status,
    status === "running" ? null : time,
    error,
    onlyRunning ? 1 : 0,
  );
}

function insertArtifact(connection: Connection, event: ArtifactEvent): void {
  const { runId, path, dataType, metadata, size, sha256, isCopied, time } = event;
  connection.prepare(
    `INSERT INTO artifact (run_id, path, data_type, metadata, size, sha256, is_copied, time_ms)
     SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM run WHERE id = ?1`,
  ).run(runId, path, dataType, metadata, size, sha256, isCopied ? 1 : 0, time);
}
