import type { Connection } from "./_connection.ts";
import type { Row } from "./_driver.ts";
import { readPidStart } from "./_process_identity.ts";
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
      `SELECT leader_id, leader_ms, host, pid, pid_start, boot_id
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
  if (leader.leader_id === sessionId) {
    throw new TrackerError(`${subject}: it is open in this logger, expected it closed`, { path });
  }
  const me = connection.prepare("SELECT host, boot_id FROM session WHERE id = ?").get(sessionId);
  const silence = Date.now() - Number(leader.leader_ms);
  const isSeen = isVisible(leader, me);
  const isAlive = isSeen
    ? readPidStart(Number(leader.pid)) === leader.pid_start
    : !isRestarted(leader, me) && silence < PATIENCE;
  if (!isAlive) return;
  const end = isSeen
    ? "wait for it, or end it"
    : `wait for it, or end it: ${
      Math.ceil((PATIENCE - silence) / 1000)
    } s from now without a sign ` +
      "of life it counts as dead";
  throw new TrackerError(
    `${subject}: ${describeProcess(leader)} is running it, expected nobody; ${end}`,
    { path },
  );
}

/** Whether this process sees the other one in /proc, which one in a container may not. */
function isVisible(leader: Row, me: Row | undefined): boolean {
  return leader.pid_start !== null && leader.boot_id !== null && leader.boot_id === me?.boot_id &&
    leader.host === me?.host;
}

/** Whether its machine is this one and was started again since. */
function isRestarted(leader: Row, me: Row | undefined): boolean {
  const isHere = leader.host !== null && leader.host === me?.host;
  return isHere && leader.boot_id !== null && me?.boot_id !== null &&
    leader.boot_id !== me?.boot_id;
}

function describeProcess({ host, pid }: Row): string {
  return `process ${pid}${host === null ? "" : ` on ${host}`}`;
}
