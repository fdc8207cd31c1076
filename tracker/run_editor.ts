import { reportMistakes } from "../adict/mod.ts";
import { checkOptions, type OptionKind, REMARK, TEXT, TEXTS } from "./_check_options.ts";
import type { Connection } from "./_connection.ts";
import { findCrashedRuns } from "./_liveness.ts";
import { missingError } from "./_missing.ts";
import { openExisting } from "./_open_existing.ts";
import { FINDER_OPTIONS } from "./_option_kinds.ts";
import { hasRun, listRunIds } from "./_run_writer.ts";
import { readTarget } from "./_target.ts";
import type { SQLFinderOptions } from "./options.ts";
import { TrackerError } from "./tracker_error.ts";

const DEFAULT_BUSY_TIMEOUT = 30_000;

/** A run in the trash. */
export interface TrashedRun {
  /** The number of the run. */
  readonly id: number;
  /** The name given to it, else "run-" and its id. */
  readonly name: string;
  /** The project it belongs to. */
  readonly projectName: string;
  /** When it was put there. */
  readonly trashedAt: Date;
}

/**
 * Changes what is said about runs after the fact: names, notes, tags, and the trash. What a run
 * recorded itself stays as it is. Runs may be changed while they are running, by other programs too.
 *
 * @example Name a run, and tag it
 * ```ts
 * import { RunEditor, SQLFinder, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
 * await using logger = await SQLLogger.open(config);
 * const id = await logger.track({ tags: ["wide"] }, (run) => run.id);
 *
 * await using editor = await RunEditor.open(config);
 * editor.rename(id, "the good one");
 * editor.setNotes(id, "reviewed");
 * editor.addTags(id, ["baseline"]);
 *
 * await using finder = await SQLFinder.open(config);
 * const run = finder.findRun(id);
 * assertEquals([run?.name, run?.notes, run?.tags], ["the good one", "reviewed", ["wide", "baseline"]]);
 * ```
 */
export class RunEditor implements AsyncDisposable {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Opens the database that the config names. One of the Python ato is upgraded in place, as
   * {@linkcode SQLLogger.open} does, after a copy.
   *
   * @throws {TrackerError} If there is no such file, it cannot be written, or an option is wrong.
   */
  static async open(config: object, options: SQLFinderOptions = {}): Promise<RunEditor> {
    reportMistakes();
    const { busyTimeout = DEFAULT_BUSY_TIMEOUT } = options;
    checkOptions(options, { action: "open an editor", kinds: FINDER_OPTIONS });
    return new RunEditor(await openExisting(readTarget(config), { busyTimeout }));
  }

  /**
   * Gives a run a name; undefined takes it away, so that it is called "run-" and its id again.
   *
   * @throws {TrackerError} If there is no such run, or the name is empty.
   */
  rename(runId: number, name: string | undefined): void {
    if (name !== undefined) check(name, TEXT, `rename run ${runId}`);
    this.#update(runId, "UPDATE run SET name = ?2 WHERE id = ?1", name ?? null);
  }

  /**
   * Replaces the notes of a run; undefined takes them away.
   *
   * @throws {TrackerError} If there is no such run.
   */
  setNotes(runId: number, notes: string | undefined): void {
    if (notes !== undefined) check(notes, REMARK, `set the notes of run ${runId}`);
    this.#update(runId, "UPDATE run SET notes = ?2 WHERE id = ?1", notes ?? null);
  }

  /**
   * Adds tags to those a run has. One that it has already stays where it is.
   *
   * @throws {TrackerError} If there is no such run, or a tag is empty.
   */
  addTags(runId: number, tags: readonly string[]): void {
    check(tags, TEXTS, `tag run ${runId}`);
    this.#edit(`tag run ${runId} in`, () => {
      this.#requireRun(runId);
      const insert = this.#connection.prepare(
        `INSERT INTO tag (run_id, name, position)
         VALUES (?1, ?2, (SELECT coalesce(max(position), -1) + 1 FROM tag WHERE run_id = ?1))
         ON CONFLICT (run_id, name) DO NOTHING`,
      );
      for (const tag of tags) insert.run(runId, tag);
    });
  }

  /**
   * Takes tags from a run.
   *
   * @throws {TrackerError} If there is no such run, or it lacks one of the tags; then it keeps all.
   */
  removeTags(runId: number, tags: readonly string[]): void {
    check(tags, TEXTS, `untag run ${runId}`);
    this.#edit(`untag run ${runId} in`, () => {
      this.#requireRun(runId);
      const rows = this.#connection.prepare(
        "SELECT name FROM tag WHERE run_id = ? ORDER BY position",
      ).all(runId);
      const candidates = rows.map((row) => String(row.name));
      for (const name of tags) {
        if (candidates.includes(name)) continue;
        const subject = `tag "${name}" of run ${runId}`;
        const { path } = this.#connection;
        throw missingError({ subject, name, candidates, kind: "tags", path });
      }
      const remove = this.#connection.prepare("DELETE FROM tag WHERE run_id = ? AND name = ?");
      for (const tag of tags) remove.run(runId, tag);
    });
  }

  /**
   * Puts runs into the trash, all of them or none: nothing but the trash shows them, and
   * {@linkcode collectGarbage} removes them for good.
   *
   * @throws {TrackerError} If one of the runs is not there, or is still running.
   *
   * @example There and back
   * ```ts
   * import { RunEditor, SQLFinder, SQLLogger } from "@ato/core/tracker";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
   * await using logger = await SQLLogger.open(config);
   * const id = await logger.track({}, (run) => run.id);
   *
   * await using editor = await RunEditor.open(config);
   * editor.trash([id]);
   * await using finder = await SQLFinder.open(config);
   * assertEquals([finder.findRun(id), editor.listTrash()[0]?.id], [undefined, id]);
   * editor.restore([id]);
   * assertEquals(finder.findRun(id)?.status, "completed");
   * ```
   */
  trash(runIds: readonly number[]): void {
    this.#edit("put runs into the trash of", () => {
      const crashed = findCrashedRuns(this.#connection);
      for (const id of runIds) {
        this.#requireRun(id);
        const row = this.#connection.prepare("SELECT status FROM run WHERE id = ?").get(id);
        if (row?.status !== "running" || crashed.includes(id)) continue;
        throw new TrackerError(
          `Cannot put run ${id} into the trash: it is running, expected one that has ended`,
        );
      }
      const update = this.#connection.prepare("UPDATE run SET trashed_ms = ? WHERE id = ?");
      for (const id of runIds) update.run(Date.now(), id);
    });
  }

  /**
   * Takes runs out of the trash, all of them or none.
   *
   * @throws {TrackerError} If one of the runs is not in the trash.
   */
  restore(runIds: readonly number[]): void {
    this.#edit("restore runs of", () => {
      const candidates = this.listTrash().map(({ id }) => String(id));
      for (const id of runIds) {
        if (candidates.includes(String(id))) continue;
        const subject = `run ${id} in the trash`;
        const { path } = this.#connection;
        throw missingError({ subject, name: "", candidates, kind: "runs", path });
      }
      const update = this.#connection.prepare("UPDATE run SET trashed_ms = NULL WHERE id = ?");
      for (const id of runIds) update.run(id);
    });
  }

  /** The runs in the trash, those put there first at the beginning. */
  listTrash(): TrashedRun[] {
    const rows = this.#connection.attempt("read", () =>
      this.#connection.prepare(
        `SELECT run.id, coalesce(run.name, 'run-' || run.id) AS name, trashed_ms,
           project.name AS project_name
         FROM run JOIN project ON project.id = project_id
         WHERE trashed_ms IS NOT NULL ORDER BY trashed_ms, run.id`,
      ).all());
    return rows.map((row) => ({
      id: Number(row.id),
      name: String(row.name),
      projectName: String(row.project_name),
      trashedAt: new Date(Number(row.trashed_ms)),
    }));
  }

  /** Closes the database. Closing twice does nothing. */
  // deno-lint-ignore require-await -- async turns what is thrown into a rejection
  async close(): Promise<void> {
    this.#connection.close();
  }

  /** Closes the editor at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #update(runId: number, sql: string, value: string | null): void {
    this.#edit(`change run ${runId} of`, () => {
      this.#requireRun(runId);
      this.#connection.prepare(sql).run(runId, value);
    });
  }

  #requireRun(id: number): void {
    if (hasRun(this.#connection, id)) return;
    const candidates = listRunIds(this.#connection).map(String);
    const { path } = this.#connection;
    throw missingError({ subject: `run ${id}`, name: "", candidates, kind: "runs", path });
  }

  #edit(action: string, work: () => void): void {
    this.#connection.attempt(action, () => this.#connection.transaction(work));
  }
}

function check(value: unknown, { accepts, expected }: OptionKind, action: string): void {
  if (accepts(value)) return;
  throw new TrackerError(`Cannot ${action}: it is ${Deno.inspect(value)}, expected ${expected}`);
}
