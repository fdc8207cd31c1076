import {
  ANYTHING,
  atLeast,
  EXPRESSION,
  FLAG,
  FUNCTION,
  LIST,
  MAP,
  MILLISECONDS,
  oneOf,
  type OptionKinds,
  REMARK,
  required,
  TEXT,
  TEXT_OR_TEXTS,
  TEXTS,
  WHOLE_NUMBER,
} from "./_check_options.ts";
import { MIN_POINTS } from "./_downsample.ts";
import type {
  ArtifactOptions,
  BestRunQuery,
  FindRunsOptions,
  MetricsOptions,
  RunFilter,
  RunOptions,
  SQLFinderOptions,
  SQLLoggerOptions,
} from "./options.ts";

/** How a logger is opened. */
export const LOGGER_OPTIONS: OptionKinds<SQLLoggerOptions> = {
  busyTimeout: MILLISECONDS,
  durability: oneOf("process", "power"),
  strict: FLAG,
  onWarning: FUNCTION,
};

/** How a finder is opened. */
export const FINDER_OPTIONS: OptionKinds<SQLFinderOptions> = { busyTimeout: MILLISECONDS };

/** What is recorded of a run. */
export const RUN_OPTIONS: OptionKinds<RunOptions> = {
  tags: TEXTS,
  name: TEXT,
  notes: REMARK,
  fingerprints: LIST,
  provenance: MAP,
  parent: WHOLE_NUMBER,
};

/** What is recorded of an artifact. */
export const ARTIFACT_OPTIONS: OptionKinds<ArtifactOptions> = {
  dataType: TEXT,
  metadata: ANYTHING,
  copy: FLAG,
};

/** Which runs of a project to list. */
export const RUN_FILTER: OptionKinds<RunFilter> = {
  status: TEXT_OR_TEXTS,
  tags: TEXTS,
  filter: EXPRESSION,
  orderBy: EXPRESSION,
  limit: WHOLE_NUMBER,
};

/** Which runs to find. */
export const FIND_RUNS_OPTIONS: OptionKinds<FindRunsOptions & { filter?: string | undefined }> = {
  filter: EXPRESSION,
  project: TEXT,
  orderBy: EXPRESSION,
  limit: WHOLE_NUMBER,
};

/** What makes a run the best. */
export const BEST_RUN_QUERY: OptionKinds<BestRunQuery> = {
  project: required(TEXT),
  metric: required(TEXT),
  mode: required(oneOf("max", "min")),
};

/** Which points of a metric to give. */
export const METRICS_OPTIONS: OptionKinds<MetricsOptions> = { maxPoints: atLeast(MIN_POINTS) };
