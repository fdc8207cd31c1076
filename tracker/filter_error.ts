import { TrackerError } from "./tracker_error.ts";

/** Which part of an expression is wrong, and how. */
export interface FilterProblem {
  /** The whole expression. */
  expression: string;
  /** What is wrong, what was expected, and the nearest name. */
  problem: string;
  /** The first character that is wrong, from 0. */
  start: number;
  /** Up to, not including, this character; the place after the last character is one too. */
  end: number;
}

/**
 * A filter expression, or the order of a list of runs, is not as it must be. The message shows the
 * expression with carets under the wrong part.
 *
 * @example Where the mistake is
 * ```ts
 * import { FilterError, SQLFinder, SQLLogger } from "@ato/core/tracker";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
 * await (await SQLLogger.open(config)).close();
 * await using finder = await SQLFinder.open(config);
 *
 * const error = assertThrows(() => finder.findRuns("stauts = 1"), FilterError);
 * assertEquals(
 *   error.message,
 *   [
 *     'Cannot read the filter: there is no field "stauts", did you mean "status"?',
 *     "",
 *     "  stauts = 1",
 *     "  ^^^^^^",
 *   ].join("\n"),
 * );
 * ```
 */
export class FilterError extends TrackerError {
  /** The code with which a program that meets this error exits. */
  override readonly exitCode: number = 2;
  /** The whole expression. */
  readonly expression: string;
  /** What is wrong, what was expected, and the nearest name. */
  readonly problem: string;
  /** The first character that is wrong, from 0. */
  readonly start: number;
  /** Up to, not including, this character. */
  readonly end: number;

  /**
   * Makes an error.
   *
   * @param message the text for a person, with the place drawn into it
   * @param problem the expression, the place in it and what is wrong there
   */
  constructor(message: string, { expression, problem, start, end }: FilterProblem) {
    super(message);
    Object.defineProperty(this, "name", { value: "FilterError" });
    this.expression = expression;
    this.problem = problem;
    this.start = start;
    this.end = end;
  }
}
