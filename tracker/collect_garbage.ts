import { reportMistakes } from "../adict/mod.ts";

/** What to collect, and whether to. */
export interface GarbageOptions {
  /**
   * Whether only to say what would be removed.
   *
   * @default {false}
   */
  dryRun?: boolean;
  /** Leaves the runs alone that were put into the trash at this time or later. */
  trashedBefore?: Date;
}

/** What was removed, or would be. */
export interface GarbageReport {
  /** Runs that were in the trash. */
  readonly runs: number;
  /** Their logged values. */
  readonly points: number;
  /**
   * Copies of artifacts that no run uses any more, and what is left of copies that were killed an
   * hour ago or earlier.
   */
  readonly files: number;
  /** The bytes that those copies and the rows of the runs take on disk. */
  readonly bytes: number;
}

/**
 * Removes for good what nobody can see any more: runs in the trash with all that belongs to them,
 * and copies of artifacts that no run uses. The record of a study goes with the last of its runs, so that
 * a search of its name begins anew. The file of the database shrinks by what it held.
 *
 * @param config names the database, as for {@linkcode SQLLogger.open}
 * @param options what to remove, and whether only to say so
 * @throws {TrackerError} If there is no such database, or it cannot be written.
 *
 * @example What would be removed
 * ```ts
 * import { collectGarbage, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
 * await using logger = await SQLLogger.open(config);
 * logger.run();
 *
 * const report = await collectGarbage(config, { dryRun: true });
 * assertEquals(report, { runs: 0, points: 0, files: 0, bytes: 0 });
 * ```
 */
export async function collectGarbage(
  config: object,
  options: GarbageOptions = {},
): Promise<GarbageReport> {
  reportMistakes();
  const { collect } = await import("./_collect_garbage.ts");
  return await collect(config, options);
}
