import type { RunRecord } from "../../tracker/_run_writer.ts";

/** A folder of its own for a test, removed at the end of the block. */
export class TestFolder implements Disposable {
  readonly path: string = Deno.makeTempDirSync();

  /** A config that names a database in the folder. */
  config(extra: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      experiment: { project_name: "digits", sql: { db_path: `sqlite:///${this.databasePath}` } },
      ...extra,
    };
  }

  /** The database that the config names. */
  get databasePath(): string {
    return `${this.path}/experiments.db`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** A config that names the given database. */
export function configFor(path: string, sql: Record<string, unknown> = {}): object {
  return { experiment: { project_name: "digits", sql: { db_path: path, ...sql } } };
}

/** The copy of a database that the Python ato has written. */
export const PYTHON_DATABASE: string = new URL("testdata/python_ato.db", import.meta.url).pathname;

/** A run of which nothing is known. */
export const PLAIN_RUN: RunRecord = {
  projectName: "digits",
  config: {},
  structuralHash: "",
  tags: [],
  name: null,
  notes: null,
  fingerprints: [],
  provenance: null,
  parentId: null,
  sessionId: null,
};
