import type { Run, SQLFinder } from "../tracker/mod.ts";
import { metricsToJson, runToJson, toJson } from "./_json.ts";
import type { ListedRun } from "./_run_columns.ts";

/** Which runs a list is of. */
export interface ListQuery {
  readonly filter: string | undefined;
  readonly project: string | undefined;
  readonly orderBy: string | undefined;
  readonly limit: number;
}

/** The runs of a list, with the summaries of their metrics. */
export function listRuns(finder: SQLFinder, query: ListQuery): ListedRun[] {
  const { filter, project, orderBy, limit } = query;
  const options = { limit, ...(orderBy === undefined ? {} : { orderBy }) };
  const runs = project === undefined
    ? finder.findRuns(filter, options)
    : finder.getRunsInProject(project, {
      ...options,
      ...(filter === undefined ? {} : { filter }),
    });
  return withSummaries(finder, runs);
}

function withSummaries(finder: SQLFinder, runs: readonly Run[]): ListedRun[] {
  const summaries = finder.getMetricSummariesOf(runs.map(({ id }) => id));
  return runs.map((run) => ({ run, summaries: summaries.get(run.id) ?? [] }));
}

/** A list as JSON. */
export function listToJson(listed: readonly ListedRun[]): string {
  return toJson(
    listed.map(({ run, summaries }) => ({ ...runToJson(run), metrics: metricsToJson(summaries) })),
  );
}
