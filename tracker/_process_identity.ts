import { readTextIfGranted } from "./_granted.ts";

// Field 22 of /proc/<pid>/stat, counted behind the name, which may hold spaces and parentheses
const START_FIELD = 19;

/** What tells a process from every other one, as far as this process may see it. */
export interface ProcessIdentity {
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
  const start = text?.slice(text.lastIndexOf(")") + 2).split(" ")[START_FIELD];
  return start === undefined ? undefined : Number(start);
}
