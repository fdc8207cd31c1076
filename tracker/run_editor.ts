import { reportMistakes } from "../adict/mod.ts";
import type { RunEdits } from "./_run_edits.ts";
import type { SQLFinderOptions } from "./options.ts";

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
  readonly #edits: RunEdits;

  private constructor(edits: RunEdits) {
    this.#edits = edits;
  }

  /**
   * Opens the database that the config names. One of the Python ato is upgraded in place, as
   * {@linkcode SQLLogger.open} does, after a copy.
   *
   * @throws {TrackerError} If there is no such file, it cannot be written, or an option is wrong.
   */
  static async open(config: object, options: SQLFinderOptions = {}): Promise<RunEditor> {
    reportMistakes();
    const { openEdits } = await import("./_run_edits.ts");
    return new RunEditor(await openEdits(config, options));
  }

  /**
   * Gives a run a name; undefined takes it away, so that it is called "run-" and its id again.
   *
   * @throws {TrackerError} If there is no such run, or the name is empty.
   */
  rename(runId: number, name: string | undefined): void {
    this.#edits.rename(runId, name);
  }

  /**
   * Replaces the notes of a run; undefined takes them away.
   *
   * @throws {TrackerError} If there is no such run.
   */
  setNotes(runId: number, notes: string | undefined): void {
    this.#edits.setNotes(runId, notes);
  }

  /**
   * Adds tags to those a run has. One that it has already stays where it is.
   *
   * @throws {TrackerError} If there is no such run, or a tag is empty.
   */
  addTags(runId: number, tags: readonly string[]): void {
    this.#edits.addTags(runId, tags);
  }

  /**
   * Takes tags from a run.
   *
   * @throws {TrackerError} If there is no such run, or it lacks one of the tags; then it keeps all.
   */
  removeTags(runId: number, tags: readonly string[]): void {
    this.#edits.removeTags(runId, tags);
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
    this.#edits.trash(runIds);
  }

  /**
   * Takes runs out of the trash, all of them or none.
   *
   * @throws {TrackerError} If one of the runs is not in the trash.
   */
  restore(runIds: readonly number[]): void {
    this.#edits.restore(runIds);
  }

  /** The runs in the trash, those put there first at the beginning. */
  listTrash(): TrashedRun[] {
    return this.#edits.listTrash();
  }

  /** Closes the database. Closing twice does nothing. */
  // deno-lint-ignore require-await -- async turns what is thrown into a rejection
  async close(): Promise<void> {
    this.#edits.close();
  }

  /** Closes the editor at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
