import type { Row } from "./_driver.ts";
import type { TraceStatistics, TraceType } from "./types.ts";

/** The statistics of one trace, of rows of trace_id, trace_type and versions. */
export function toTraceStatistics(
  rows: readonly Row[],
  { projectName, traceId }: Pick<TraceStatistics, "projectName" | "traceId">,
): TraceStatistics {
  function versions(traceType: TraceType): number {
    const row = rows.find((row) => row.trace_id === traceId && row.trace_type === traceType);
    return Number(row?.versions ?? 0);
  }
  return {
    projectName,
    traceId,
    staticTraceVersions: versions("static"),
    runtimeTraceVersions: versions("runtime"),
  };
}
