import type { Connection } from "./_connection.ts";
import { classifyFailure } from "./_failure.ts";
import { importRecords } from "./_import.ts";
import { MetricWriter } from "./_metric_writer.ts";
import { type Gap, readAroundDamage, readRecords, type SpoolRecord } from "./_record.ts";
import { spoolFolder } from "./_spool.ts";

/** How long a file may be one that is being made, in milliseconds. */
const DRAFT_MS = 60_000;

/** The end of the name of a spool that was damaged, of which all that can be is imported. */
const DAMAGED = ".damaged";

const SESSION = /([^/]+)\.bin$/;

/** A file of the spool folder. */
export interface SpoolFile {
  path: string;
  size: number;
  modified: number;
}

/** The spools beside a database, of processes that live and of those that have died. */
export function listSpools(databasePath: string): SpoolFile[] {
  const folder = spoolFolder(databasePath);
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
      if (name.endsWith(DAMAGED)) return [];
      const path = `${folder}/${name}`;
      const info = statIfThere(path);
      return info?.isFile !== true
        ? []
        : [{ path, size: info.size, modified: info.mtime?.getTime() ?? 0 }];
    });
  } catch (error) {
    if (isHidden(error)) return [];
    throw error;
  }
}

// A process that may read the database alone leaves what waits beside it to others
function isHidden(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
}

/** How many processes, this one included, have a database open for logging. */
export function countWriters(databasePath: string): number {
  return listSpools(databasePath).filter(({ path }) => isInUse(path)).length;
}

function isInUse(path: string): boolean {
  try {
    using file = openIfThere(path);
    return file !== undefined && !file.tryLockSync(false);
  } catch (error) {
    if (isOfFile(error)) return true;
    throw error;
  }
}

/**
 * Brings what waits in all spools beside a database into it. One that cannot be read is told of and
 * left alone: it must keep nobody from logging.
 *
 * @throws {Error} If the database cannot be written.
 */
export function importSpools(connection: Connection, onWarning: (message: string) => void): void {
  for (const file of listSpools(connection.path)) {
    try {
      importSpool(connection, file, onWarning);
    } catch (error) {
      if (!isOfFile(error)) throw error;
      onWarning(describeUnreadable(file.path, error));
    }
  }
}

/** Whether the cause of a failed import is the spool, not the database. */
export function isOfFile(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || classifyFailure(error) === "other";
}

/** The warning for a spool that cannot be read. */
export function describeUnreadable(path: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `"${path}" cannot be read, so what a process has logged there is not in the database; ` +
    `it was left as it is (${reason})`;
}

/**
 * Brings what waits in a spool into the database, whether its process lives or not, and removes the
 * spool of one that has died. One that is damaged is kept under another name, for what is in it.
 */
export function importSpool(
  connection: Connection,
  { path, modified }: SpoolFile,
  onWarning: (message: string) => void,
): void {
  using file = openIfThere(path);
  if (file === undefined) return;
  const isDead = file.tryLockSync(true);
  if (path.endsWith(".new")) {
    if (isDead && Date.now() - modified > DRAFT_MS) removeSpool(path);
    return;
  }
  const bytes = readAll(file);
  const [header] = readRecords(bytes);
  // Where the header is damaged the name says it too
  const session = header === undefined ? SESSION.exec(path)?.[1] : readSession(header);
  if (session === undefined) return;
  if (!isKnown(connection, session)) {
    // Its process was killed before it had told the database of itself
    const [, next] = readAroundDamage(bytes);
    const isOld = Date.now() - modified > DRAFT_MS;
    if (isDead && isOld && header !== undefined && next === undefined) removeSpool(path);
    return;
  }
  let isDamaged = isDead && header === undefined && bytes.length > 0;
  // What a living process writes meanwhile may look like damage
  const records = isDead
    ? watchGaps(readAroundDamage(bytes), () => isDamaged = true)
    : readRecords(bytes);
  importRecords(records, {
    connection,
    metrics: new MetricWriter(connection),
    session,
    heartbeat: null,
  });
  if (isDamaged) keepDamaged(path, onWarning);
  else if (isDead) removeSpool(path);
}

function* watchGaps(
  records: Iterable<SpoolRecord | Gap>,
  onGap: () => void,
): Generator<SpoolRecord | Gap> {
  for (const record of records) {
    if (record.kind === "gap") onGap();
    yield record;
  }
}

function keepDamaged(path: string, onWarning: (message: string) => void): void {
  const kept = path + DAMAGED;
  try {
    Deno.renameSync(path, kept);
  } catch (error) {
    // Another process was faster, and has told of it
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  onWarning(
    `"${path}" is damaged, so some of what a process has logged there may be lost; all that can ` +
      `be read is in the database, and the file is kept as "${kept}"`,
  );
}

function isKnown(connection: Connection, session: string): boolean {
  return connection.prepare("SELECT 1 FROM session WHERE uuid = ?").get(session) !== undefined;
}

function readSession(header: SpoolRecord): string | undefined {
  if (header.kind !== "header") return undefined;
  const { format, session } = JSON.parse(header.text);
  return format === 1 ? session : undefined;
}

function readAll(file: Deno.FsFile): Uint8Array {
  const bytes = new Uint8Array(file.statSync().size);
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function openIfThere(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function removeSpool(path: string): void {
  try {
    Deno.removeSync(path);
    Deno.removeSync(path.slice(0, path.lastIndexOf("/")));
  } catch {
    // Another process was faster, or others have spools there
  }
}
