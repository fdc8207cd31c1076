import type { Connection } from "./_connection.ts";

/** The first version that cannot damage a write-ahead log to which two connections write at once. */
const SAFE_VERSION = "3.51.3";

/**
 * What to tell where several processes write to a database with a library older than 3.51.3: from
 * 3.7.0 on, a checkpoint that meets a commit of another connection at the wrong instant could damage
 * the file (https://sqlite.org/releaselog/3_51_3.html).
 */
export function warnOfOldLibrary(connection: Connection, writers: number): string | undefined {
  if (writers < 2) return undefined;
  const version = String(connection.prepare("SELECT sqlite_version() AS version").get()?.version);
  if (!isOlder(version, SAFE_VERSION)) return undefined;
  return `${writers} processes write to "${connection.path}", this one with SQLite ${version}, which ` +
    `may damage a file that several write, expected ${SAFE_VERSION} or later: leave ` +
    'experiment.sql.driver out or set it to "node"';
}

/** Whether a version such as "3.40.1" is older than another. */
export function isOlder(version: string, other: string): boolean {
  const [left = [], right = []] = [version, other].map((text) => text.split(".").map(Number));
  const i = left.findIndex((number, i) => number !== (right[i] ?? 0));
  return i >= 0 && (left[i] ?? 0) < (right[i] ?? 0);
}
