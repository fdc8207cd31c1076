import { encodeJson } from "./_config_json.ts";
import type { Connection } from "./_connection.ts";
import { readTextIfGranted } from "./_granted.ts";
import type { Environment } from "./types.ts";

// Field 22 of /proc/<pid>/stat, counted behind the name, which may hold spaces and parentheses
const START_FIELD = 19;
/** A zombie, and one that is about to go. */
const DEAD_STATES: ReadonlySet<string> = new Set(["Z", "X"]);

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

/** Records that a session has a spool now. */
export function markSpooled(connection: Connection, id: number): void {
  connection.prepare("UPDATE session SET is_spooled = 1 WHERE id = ?").run(id);
}

/** Records that a logger has closed the database. */
export function endSession(connection: Connection, id: number): void {
  connection.prepare("UPDATE session SET end_ms = ?2, heartbeat_ms = ?2 WHERE id = ?1")
    .run(id, Date.now());
}

/** What tells a process from every other one, as far as this process may see it. */
interface ProcessIdentity {
  host: string | null;
  pid: number;
  /** When it began, in clock ticks since the machine was started: pids are used again. */
  pidStart: number | null;
  /** Names one uptime of one machine. */
  bootId: string | null;
}

/** The identity of this process. */
export function readIdentity(): ProcessIdentity {
  return {
    host: readHost() ?? null,
    pid: Deno.pid,
    pidStart: readPidStart(Deno.pid) ?? null,
    bootId: readBootId() ?? null,
  };
}

/** The name of this machine; undefined without the permission for it. */
export function readHost(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : undefined;
}

/** Names the time since this machine was started; undefined where that cannot be read. */
export function readBootId(): string | undefined {
  return readTextIfGranted("/proc/sys/kernel/random/boot_id")?.trim();
}

/** When a process of this machine began; undefined where that cannot be read, or there is none. */
export function readPidStart(pid: number): number | undefined {
  const text = readTextIfGranted(`/proc/${pid}/stat`);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const start = fields?.[START_FIELD];
  // One that has ended, and that its parent has not asked for yet, is listed but does nothing more.
  if (start === undefined || DEAD_STATES.has(fields![0]!)) return undefined;
  return Number(start);
}
