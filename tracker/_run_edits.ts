import { checkOptions, type OptionKind, REMARK, TEXT, TEXTS } from "./_check_options.ts";
import type { WaitOptions } from "./_connect_writer.ts";
import type { Connection } from "./_connection.ts";
import { explainFailure } from "./_failure.ts";
import { statDatabase } from "./_files.ts";
import { importSpools } from "./_leftover_spools.ts";
import { findCrashedRuns } from "./_liveness.ts";
import { missingError } from "./_missing.ts";
import { openWriter } from "./_open.ts";
import { FINDER_OPTIONS } from "./_option_kinds.ts";
import { hasRun, listRunIds } from "./_run_writer.ts";
import { readTarget, type Target } from "./_target.ts";
import { printWarning } from "./_warning.ts";
import type { SQLFinderOptions } from "./options.ts";
import type { TrashedRun } from "./run_editor.ts";
import { TrackerError } from "./tracker_error.ts";

const DEFAULT_BUSY_TIMEOUT = 30_000;

/** Opens a database for writing that is there already. */
async function openExisting(target: Target, options: WaitOptions): Promise<Connection> {
  const { path } = target;
  if (!await isThere(path)) {
    throw new TrackerError(
      `Cannot open "${path}": no such file, expected a database that SQLLogger has made`,
      { path },
    );
  }
  const connection = await openWriter(target, options);
  importLeftovers(connection);
  return connection;
}

// What a process has logged may still wait beside the database: that it has ended, for one
function importLeftovers(connection: Connection): void {
  try {
    importSpools(connection, printWarning);
  } catch (error) {
    connection.close();
    throw explainFailure(error, { action: "open", path: connection.path });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return path !== ":memory:" && await statDatabase(path) !== undefined;
  } catch (error) {
    throw explainFailure(error, { action: "open", path });
  }
}

/** Opens the database of an editor; see `RunEditor.open`. */
export async function openEdits(config: object, options: SQLFinderOptions): Promise<RunEdits> {
  const { busyTimeout = DEFAULT_BUSY_TIMEOUT } = options;
  checkOptions(options, { action: "open an editor", kinds: FINDER_OPTIONS });
  return new RunEdits(await openExisting(readTarget(config), { busyTimeout }));
}

/** Changes what an editor is told to; `RunEditor` describes each method. */
export class RunEdits {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  rename(runId: number, name: string | undefined): void {
    if (name !== undefined) check(name, TEXT, `rename run ${runId}`);
    this.#update(runId, "UPDATE run SET name = ?2 WHERE id = ?1", name ?? null);
  }

  setNotes(runId: number, notes: string | undefined): void {
    if (notes !== undefined) check(notes, REMARK, `set the notes of run ${runId}`);
    this.#update(runId, "UPDATE run SET notes = ?2 WHERE id = ?1", notes ?? null);
  }

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

  close(): void {
    this.#connection.close();
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
