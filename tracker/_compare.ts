import { encodeJson } from "./_config_json.ts";
import { flattenConfig } from "./_flatten.ts";
import { toPlainConfig } from "./_target.ts";
import type { ComparedKey, MetricComparison, MetricSummary, Run, RunComparison } from "./types.ts";

/** Sets runs side by side; `summaries` holds those of each run, in the order of the runs. */
export function compareRuns(
  runs: readonly Run[],
  summaries: readonly (readonly MetricSummary[])[],
): RunComparison {
  return { runs, config: compareConfigs(runs), metrics: compareMetrics(summaries) };
}

function compareConfigs(runs: readonly Run[]): ComparedKey[] {
  const configs = runs.map((run) => flattenConfig(toPlainConfig(run.config)));
  const paths = new Set(configs.flatMap((config) => [...config.keys()]));
  const rows = [...paths].map((path) => ({
    path,
    values: configs.map((config) => config.get(path)),
  }));
  return rows.filter(({ path, values }) => {
    // A key that holds undefined differs from a key that is not there
    const texts = values.map((value, i) => configs[i]?.has(path) ? encodeJson(value) : "absent");
    return new Set(texts).size > 1;
  });
}

function compareMetrics(summaries: readonly (readonly MetricSummary[])[]): MetricComparison[] {
  const keys = new Set(summaries.flatMap((ofRun) => ofRun.map((summary) => summary.key)));
  return [...keys].sort().map((key) => ({
    key,
    summaries: summaries.map((ofRun) => ofRun.find((summary) => summary.key === key)),
  }));
}
