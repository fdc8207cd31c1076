import { formatPath, nearestName, parsePath } from "../adict/mod.ts";
import type { MetricSummary, Run } from "../tracker/mod.ts";
import { colourOfStatus } from "./_colour.ts";
import { formatDuration, formatOptional, formatTime, formatValue } from "./_format.ts";
import { configOf } from "./_json.ts";
import type { Cell, Column } from "./_table.ts";
import { UsageError } from "./_usage_error.ts";

/** A run with what is known of its metrics. */
export interface ListedRun {
  readonly run: Run;
  readonly summaries: readonly MetricSummary[];
}

/** A column of a list of runs. */
export interface RunColumn extends Column {
  /** What an expression calls it, where it is not there in every database. */
  readonly field?: string;
  read(listed: ListedRun): Cell;
}

type SummaryName = Exclude<keyof MetricSummary, "key">;

const SUMMARIES: readonly SummaryName[] = [
  "last",
  "min",
  "max",
  "count",
  "firstStep",
  "lastStep",
  "minStep",
  "maxStep",
  "firstNonFiniteStep",
];

const FIXED: Readonly<Record<string, RunColumn>> = {
  id: { title: "id", align: "right", read: ({ run }) => String(run.id) },
  name: { title: "name", minWidth: 8, read: ({ run }) => run.name },
  project: { title: "project", minWidth: 8, read: ({ run }) => run.projectName },
  status: {
    title: "status",
    read: ({ run: { status } }) => ({ text: status, colour: colourOfStatus(status) }),
  },
  started: { title: "started", read: ({ run }) => formatTime(run.startTime) },
  took: { title: "took", align: "right", read: ({ run }) => showDuration(run) },
  tags: { title: "tags", minWidth: 8, read: ({ run }) => run.tags.join(", ") },
  notes: { title: "notes", minWidth: 10, read: ({ run }) => run.notes ?? "" },
  error: { title: "error", minWidth: 10, read: ({ run }) => run.error ?? "" },
  attempt: { title: "attempt", align: "right", read: ({ run }) => String(run.attempt) },
  parent: { title: "parent", align: "right", read: ({ run }) => formatOptional(run.parentId) },
};

/** What of a run has columns of its own, and an example of one. */
const GROUPS: Readonly<Record<string, string>> = {
  config: "a key of it, such as config.lr",
  metrics: "one of them, such as metrics.loss.min",
};

/** The columns of that names: `id`, `config.lr`, `metrics.loss.min`. */
export function chooseColumns(names: readonly string[]): RunColumn[] {
  return names.map((name) => {
    if (Object.hasOwn(FIXED, name)) return FIXED[name]!;
    if (/^(?:config|metrics)\.$/.test(name)) throw unknownColumn(name);
    if (name.startsWith("config[")) return configColumn(name.slice("config".length));
    if (name.startsWith("config.")) return configColumn(name.slice("config.".length));
    if (name.startsWith("metrics.")) return metricColumn(name.slice("metrics.".length));
    throw unknownColumn(name);
  });
}

function unknownColumn(name: string): UsageError {
  const group = Object.keys(GROUPS).find((group) => name === group || name === `${group}.`);
  if (group !== undefined) {
    return new UsageError(`"${name}" alone is no column, expected ${GROUPS[group]}`);
  }
  const [first = "", ...rest] = name.split(".");
  const nearest = rest.length === 0
    ? nearestName(name, [...Object.keys(FIXED), ...Object.keys(GROUPS)])
    : nearestName(first, Object.keys(GROUPS));
  const hint = nearest === undefined
    ? `expected ${Object.keys(FIXED).join(", ")}, config.KEY or metrics.NAME.max`
    : `did you mean "${[nearest, ...rest].join(".")}"?`;
  return new UsageError(`there is no column "${name}", ${hint}`);
}

/** The columns of a list where none are named: the first metrics are at its end. */
export function defaultColumns(listed: readonly ListedRun[]): RunColumn[] {
  const isTagged = listed.some(({ run }) => run.tags.length > 0);
  const hasProjects = new Set(listed.map(({ run }) => run.projectName)).size > 1;
  const names = ["id", "name", ...hasProjects ? ["project"] : [], "status", "started", "took"];
  const metrics = new Set(listed.flatMap(({ summaries }) => summaries.map(({ key }) => key)));
  return [
    ...chooseColumns(isTagged ? [...names, "tags"] : names),
    ...[...metrics].sort().map((key) => summaryColumn(key, "last", key)),
  ];
}

function configColumn(path: string): RunColumn {
  let keys: readonly (string | number)[];
  try {
    keys = parsePath(path);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return {
    title: formatPath(keys),
    field: `config.${quoteKeys(keys)}`,
    minWidth: 8,
    read: ({ run }) => {
      let value: unknown = configOf(run);
      for (const key of keys) value = (value as Record<string, unknown> | null | undefined)?.[key];
      return formatValue(value);
    },
  };
}

function metricColumn(name: string): RunColumn {
  const [, key, summary] = /^(.+)\.([^.]+)$/.exec(name) ?? [];
  const plain = summary?.replaceAll("_", "").toLowerCase();
  const known = SUMMARIES.find((other) => other.toLowerCase() === plain);
  const isSummary = key !== undefined && known !== undefined;
  const metric = (isSummary ? key : name).replace(/^(["'`])(.*)\1$/, "$2");
  const column = summaryColumn(
    metric,
    isSummary ? known : "last",
    isSummary ? `${metric} ${known}` : metric,
  );
  // An expression knows the mean as well, which is no column
  const tail = isSummary ? `.${known}` : plain === "mean" ? ".last" : "";
  return { ...column, field: `metrics.${quoteKeys(metric.split("."))}${tail}` };
}

function quoteKeys(keys: readonly (string | number)[]): string {
  return keys.map((key) => `"${String(key).replaceAll(/["\\]/g, "\\$&")}"`).join(".");
}

/** One value of a metric. */
export function summaryColumn(key: string, name: SummaryName, title: string): RunColumn {
  return {
    title,
    align: "right",
    read: ({ summaries }) =>
      formatOptional(summaries.find((summary) => summary.key === key)?.[name]),
  };
}

/** How long a run took, or runs already. */
export function showDuration({ startTime, endTime, status }: Run): string {
  if (endTime !== undefined) return formatDuration(endTime.getTime() - startTime.getTime());
  return status === "running" ? `${formatDuration(Date.now() - startTime.getTime())}…` : "";
}
