import type { Connection } from "./_connection.ts";
import { readTextIfGranted } from "./_granted.ts";
import { readPidStart } from "./_process_identity.ts";

/** The runs that say "running" but whose process has died. */
export function findCrashedRuns(connection: Connection): number[] {
  const rows = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'session'").all();
  if (rows.length === 0) return [];
  const running = connection.prepare(
    `SELECT run.id, pid, pid_start, boot_id FROM run
       JOIN attempt ON attempt.run_id = run.id AND attempt.number = run.attempt
       JOIN session ON session.id = attempt.session_id
     WHERE run.status = 'running'`,
  ).all();
  const bootId = readTextIfGranted("/proc/sys/kernel/random/boot_id")?.trim();
  if (bootId === undefined) return [];
  return running
    .filter((row) => row.boot_id === bootId && readPidStart(Number(row.pid)) !== row.pid_start)
    .map((row) => Number(row.id));
}
