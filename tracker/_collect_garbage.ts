import {
  listStored,
  removeEmptyFolders,
  removeStored,
  type StoredFile,
} from "./_artifact_store.ts";
import { checkOptions, DATE, FLAG, type OptionKinds } from "./_check_options.ts";
import type { Connection } from "./_connection.ts";
import { classifyFailure, explainFailure } from "./_failure.ts";
import { statDatabase } from "./_files.ts";
import { importSpools } from "./_leftover_spools.ts";
import { openWriter } from "./_open.ts";
import { readTarget } from "./_target.ts";
import { printWarning } from "./_warning.ts";
import type { GarbageOptions, GarbageReport } from "./collect_garbage.ts";
import { TrackerError } from "./tracker_error.ts";

const BUSY_TIMEOUT = 30_000;
/** How long a copy without a record, or a draft, may be one that is being made, in milliseconds. */
const UNRECORDED_MS = 60 * 60 * 1000;
const GARBAGE_OPTIONS: OptionKinds<GarbageOptions> = { dryRun: FLAG, trashedBefore: DATE };

/** Removes what nobody can see any more; see `collectGarbage`. */
export async function collect(config: object, options: GarbageOptions): Promise<GarbageReport> {
  checkOptions(options, { action: "collect garbage", kinds: GARBAGE_OPTIONS });
  const { dryRun = false, trashedBefore } = options;
  const target = readTarget(config);
  const { path } = target;
  await requireFile(path);
  const connection = await openWriter(target, { busyTimeout: BUSY_TIMEOUT });
  try {
    const before = trashedBefore === undefined ? Number.MAX_SAFE_INTEGER : +trashedBefore;
    // Listed first: the record of a copy that another process makes meanwhile may not be there yet
    const stored = await listStored(path);
    importSpools(connection, printWarning);
    const rows = removeRuns(connection, { before, dryRun });
    const unused = stored.filter((file) => isUnused(file, rows));
    const files = dryRun ? unused : removeUnused(connection, unused);
    if (!dryRun) {
      await removeEmptyFolders(path);
      if (rows.runs > 0) shrink(connection);
    }
    const bytes = files.reduce((sum, { size }) => sum + size, rows.bytes);
    return { runs: rows.runs, points: rows.points, files: files.length, bytes };
  } catch (error) {
    throw explainFailure(error, { action: "collect the garbage of", path });
  } finally {
    connection.close();
  }
}

// The record of a copy follows it: one that no run has had yet may be of a run that is alive
function isUnused({ sha256, modified }: StoredFile, { recorded, used }: RemovedRows): boolean {
  if (sha256 !== null && recorded.has(sha256)) return !used.has(sha256);
  return Date.now() - modified > UNRECORDED_MS;
}

async function requireFile(path: string): Promise<void> {
  if (path !== ":memory:" && await statDatabase(path) !== undefined) return;
  throw new TrackerError(
    `Cannot collect the garbage of "${path}": no such file, expected a database that SQLLogger ` +
      "has made",
    { path },
  );
}

// Where others use the database, the room is used for what they write instead
function shrink(connection: Connection): void {
  try {
    connection.exec("VACUUM");
  } catch (error) {
    if (classifyFailure(error) !== "busy") throw error;
  }
}

interface RemovedRows {
  runs: number;
  points: number;
  bytes: number;
  /** The hashes of the copies that the runs have used, those removed included. */
  recorded: Set<string>;
  /** The hashes of the copies that the runs that stay use. */
  used: Set<string>;
}

// A dry run does the work and undoes it: only so the bytes are known rather than estimated
function removeRuns(
  connection: Connection,
  { before, dryRun }: { before: number; dryRun: boolean },
): RemovedRows {
  const undone = new Error("a dry run");
  let removed: RemovedRows = { runs: 0, points: 0, bytes: 0, recorded: new Set(), used: new Set() };
  try {
    connection.transaction(() => {
      removed = removeRunsNow(connection, before);
      if (dryRun) throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  return removed;
}

function removeRunsNow(connection: Connection, before: number): RemovedRows {
  const counts = connection.prepare(
    `SELECT count(*) AS runs, coalesce(sum((SELECT sum(count) FROM metric_summary
       WHERE run_id = run.id)), 0) AS points FROM run WHERE trashed_ms < ?`,
  ).get(before);
  const recorded = readHashes(connection);
  const freeBefore = readNumber(connection, "freelist_count");
  removeStudies(connection, before);
  connection.prepare("DELETE FROM run WHERE trashed_ms < ?").run(before);
  const freed = readNumber(connection, "freelist_count") - freeBefore;
  return {
    runs: Number(counts?.runs),
    points: Number(counts?.points),
    bytes: freed * readNumber(connection, "page_size"),
    recorded,
    used: readHashes(connection),
  };
}

/** Removes the record of a study with the last of its runs: it would have a search skip what is gone. */
function removeStudies(connection: Connection, before: number): void {
  connection.prepare(
    `DELETE FROM study WHERE id IN (
       SELECT study_id FROM study_run JOIN run ON run.id = run_id
       GROUP BY study_id HAVING min(coalesce(trashed_ms < ?, 0)) = 1
     )`,
  ).run(before);
}

function readNumber(connection: Connection, pragma: string): number {
  return Number(connection.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

/** Removes copies that no run uses now either, while none can begin to; gives what was removed. */
export function removeUnused(connection: Connection, files: readonly StoredFile[]): StoredFile[] {
  if (files.length === 0) return [];
  // What cannot be read was told of before
  importSpools(connection, () => {});
  return connection.transaction(() => {
    const used = readHashes(connection);
    return files.filter((file) =>
      (file.sha256 === null || !used.has(file.sha256)) && removeStored(file)
    );
  });
}

/** The hashes of the copies that the runs use. */
function readHashes(connection: Connection): Set<string> {
  const rows = connection.prepare("SELECT DISTINCT sha256 FROM artifact WHERE is_copied").all();
  return new Set(rows.map((row) => String(row.sha256)));
}
