import type { Connection } from "./_connection.ts";
import type { Row } from "./_driver.ts";
import { hasDied } from "./_liveness.ts";
import { TrackerError } from "./tracker_error.ts";

/** How often a leader gives a sign of life, in milliseconds. */
export const HEARTBEAT: number = 10_000;

/** After how long without one a leader counts as dead where nobody can look whether it is. */
const PATIENCE = 6 * HEARTBEAT;

/** What may be led: a study, by a logger. */
export interface Lease {
  studyId: number;
  sessionId: number;
  /** The name of the study, for messages. */
  name: string;
}

/**
 * Makes a session the leader of a study.
 *
 * @throws {TrackerError} If another one that is alive, or may be, leads it.
 */
export function takeLease(connection: Connection, { studyId, sessionId, name }: Lease): void {
  connection.transaction(() => {
    const leader = connection.prepare(
      `SELECT session.*, leader_ms AS heartbeat_ms
       FROM study JOIN session ON session.id = leader_id WHERE study.id = ?`,
    ).get(studyId);
    if (leader !== undefined) refuseIfAlive(connection, leader, { studyId, sessionId, name });
    connection.prepare("UPDATE study SET leader_id = ?2, leader_ms = ?3 WHERE id = ?1")
      .run(studyId, sessionId, Date.now());
  });
}

/** A sign of life. */
export function renewLease(connection: Connection, { studyId, sessionId }: Lease): void {
  connection.prepare("UPDATE study SET leader_ms = ?3 WHERE id = ?1 AND leader_id = ?2")
    .run(studyId, sessionId, Date.now());
}

/** Lets the next one lead. */
export function releaseLease(connection: Connection, { studyId, sessionId }: Lease): void {
  connection.prepare("UPDATE study SET leader_id = NULL WHERE id = ?1 AND leader_id = ?2")
    .run(studyId, sessionId);
}

/**
 * Throws where a session does not lead the study any more. In the transaction of a write this keeps
 * one that was asleep for long, and was thought dead, from writing.
 */
export function requireLease(connection: Connection, { studyId, sessionId, name }: Lease): void {
  const leader = connection.prepare(
    `SELECT leader_id, host, pid FROM study LEFT JOIN session ON session.id = leader_id
     WHERE study.id = ?`,
  ).get(studyId);
  if (leader?.leader_id === sessionId) return;
  const { path } = connection;
  const state = leader === undefined
    ? "it was deleted"
    : leader.leader_id === null
    ? "it was closed"
    : `${describeProcess(leader)} has taken it over`;
  throw new TrackerError(
    `Cannot write to the study "${name}" in "${path}": ${state}, expected to be its only writer`,
    { path },
  );
}

function refuseIfAlive(connection: Connection, leader: Row, { sessionId, name }: Lease): void {
  const { path } = connection;
  const subject = `Cannot open the study "${name}" in "${path}"`;
  if (leader.id === sessionId) {
    throw new TrackerError(`${subject}: it is open in this logger, expected it closed`, { path });
  }
  if (hasDied(leader, path, PATIENCE)) return;
  throw new TrackerError(
    `${subject}: ${describeProcess(leader)} is running it, expected nobody; wait for it, or end it`,
    { path },
  );
}

function describeProcess({ host, pid }: Row): string {
  return `process ${pid}${host === null ? "" : ` on ${host}`}`;
}
