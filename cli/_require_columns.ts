import { FilterError, type SQLFinder } from "../tracker/mod.ts";
import type { ListedRun, RunColumn } from "./_run_columns.ts";
import { UsageError } from "./_usage_error.ts";

/** Throws where a column would be empty because no run of the database has such a key or metric. */
export function requireColumns(
  columns: readonly RunColumn[],
  listed: readonly ListedRun[],
  finder: SQLFinder,
): void {
  for (const column of columns) {
    if (column.field === undefined || listed.some((item) => column.read(item) !== "")) continue;
    const problem = problemOf(column.field, finder);
    if (problem !== undefined && !isInside(column, finder)) throw new UsageError(problem);
  }
}

/** Why an expression cannot be about a field, with the nearest one that there is. */
function problemOf(field: string, finder: SQLFinder): string | undefined {
  try {
    finder.findRuns(`${field} is null`, { limit: 0 });
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error.problem;
    throw error;
  }
}

/** Whether a run has a mapping, or an item of a list, of that name: no expression is about those. */
function isInside(column: RunColumn, finder: SQLFinder): boolean {
  return finder.findRuns().some((run) => column.read({ run, summaries: [] }) !== "");
}
