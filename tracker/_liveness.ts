import type { Connection } from "./_connection.ts";
import type { Row } from "./_driver.ts";
import { readBootId, readHost, readPidStart } from "./_session.ts";
import { spoolPath } from "./_spool.ts";

/** How long a process of which nothing else can be seen may be silent, in milliseconds. */
const SILENCE_MS = 60 * 60 * 1000;

/** The runs that say "running" but whose process has died. */
export function findCrashedRuns(connection: Connection): number[] {
  const rows = connection.prepare(
    `SELECT run.id AS run_id, session.* FROM run
       JOIN attempt ON attempt.run_id = run.id AND attempt.number = run.attempt
       JOIN session ON session.id = attempt.session_id
     WHERE run.status = 'running'`,
  ).all();
  const verdicts = new Map<unknown, boolean>();
  function isDead(session: Row): boolean {
    const verdict = verdicts.get(session.uuid) ?? hasDied(session, connection.path);
    verdicts.set(session.uuid, verdict);
    return verdict;
  }
  return rows.filter(isDead).map((row) => Number(row.run_id));
}

/**
 * The lock on the spool is the best witness: the system takes it away when the process dies, and
 * leaves it with one that is stopped. Next come the pid and the time at which its process began.
 * Silence is no proof, so it counts only where it is long and nothing else can be seen.
 */
export function hasDied(session: Row, databasePath: string, patience = SILENCE_MS): boolean {
  if (session.end_ms !== null) return true;
  const lock = session.is_spooled === 1
    ? testLock(spoolPath(databasePath, String(session.uuid)))
    : "unknown";
  if (lock === "held") return false;
  switch (whereIs(session)) {
    case "earlier boot":
      return true;
    case "elsewhere":
      return isSilent(session, patience);
    case "here":
      return lock === "free" ||
        (isProcessGone(session) ?? (lock === "missing" || isSilent(session, patience)));
  }
}

/** What the lock on a spool says: it may be held, free, or not to be seen at all. */
function testLock(path: string): "held" | "free" | "missing" | "unknown" {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return "unknown";
  try {
    using file = Deno.openSync(path);
    return file.tryLockSync(false) ? "free" : "held";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "missing" : "unknown";
  }
}

/** The machine on which the process ran, seen from this one; containers of one machine share a boot. */
function whereIs(session: Row): "here" | "earlier boot" | "elsewhere" {
  const bootId = readBootId();
  const host = readHost();
  const isHost = host === undefined || session.host === null || session.host === host;
  if (bootId === undefined || session.boot_id === null) return isHost ? "here" : "elsewhere";
  if (session.boot_id === bootId) return "here";
  return isHost ? "earlier boot" : "elsewhere";
}

/** Whether there is no such process any more; undefined where that cannot be seen. */
function isProcessGone(session: Row): boolean | undefined {
  const canSee = readPidStart(Deno.pid) !== undefined && session.pid_start !== null;
  // Another host on the same machine is a container, which counts its processes by itself
  if (!canSee || session.host !== (readHost() ?? null)) return undefined;
  return readPidStart(Number(session.pid)) !== session.pid_start;
}

function isSilent(session: Row, patience: number): boolean {
  return Date.now() - Number(session.heartbeat_ms) > patience;
}
