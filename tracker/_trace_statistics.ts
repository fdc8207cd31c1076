import type { Row } from "./_driver.ts";
import type { TraceStatistics, TraceType } from "./types.ts";

/** The SELECT of trace_id, trace_type and the number of versions, for one project. */
export function traceVersionsSql(fingerprints: string, runs: string): string {
  return `SELECT trace_id, trace_type, count(DISTINCT fingerprint) AS versions
    FROM (${fingerprints}) AS trace JOIN (${runs}) AS run ON run.id = trace.run_id
    WHERE run.project_name = ? GROUP BY trace_id, trace_type`;
}

/** How many versions of one trace the rows of {@linkcode traceVersionsSql} count. */
export function countVersions(
  rows: readonly Row[],
  { project, traceId }: { project: string; traceId: string },
): TraceStatistics {
  function versions(traceType: TraceType): number {
    const row = rows.find((row) => row.trace_id === traceId && row.trace_type === traceType);
    return Number(row?.versions ?? 0);
  }
  return {
    projectName: project,
    traceId,
    staticTraceVersions: versions("static"),
    runtimeTraceVersions: versions("runtime"),
  };
}
