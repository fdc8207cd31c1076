import { TrackerError } from "./tracker_error.ts";

/** A place in a file that cannot be imported. */
export interface ImportPlace {
  /** The file. */
  file: string;
  /** The line, from 1. */
  line: number;
  /** The character of the line, from 1. */
  column: number;
}

/**
 * A file of runs is not as it must be. Nothing of it has been imported.
 *
 * @example Where the mistake is
 * ```ts
 * import { ImportError, importRuns } from "@ato/core/tracker";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/runs.jsonl`, '{"record":"export","format":1}\n{"record":"rn"}\n');
 * const config = { experiment: { sql: { db_path: `${folder}/experiments.db` } } };
 *
 * const error = await assertRejects(() => importRuns(config, `${folder}/runs.jsonl`), ImportError);
 * assertEquals([error.line, error.column], [2, 2]);
 * ```
 */
export class ImportError extends TrackerError {
  /** The file. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /** The character of the line, from 1. */
  readonly column: number;

  /**
   * Makes an error.
   *
   * @param problem what is wrong, and what was expected
   * @param place where
   */
  constructor(problem: string, { file, line, column }: ImportPlace) {
    super(`Cannot import "${file}": ${file}:${line}:${column}: ${problem}`);
    Object.defineProperty(this, "name", { value: "ImportError" });
    this.file = file;
    this.line = line;
    this.column = column;
  }
}
