import type { ADict } from "../adict/mod.ts";

/** What has become of a run. A run left open when its logger closes is "interrupted". */
export type RunStatus = "running" | "completed" | "failed" | "interrupted";

/** Where a fingerprint comes from: the code of a function, or the values that it produced. */
export type TraceType = "static" | "runtime";

/** The version of one traced function in one run. */
export interface Fingerprint {
  /** The name under which the function is traced. */
  readonly traceId: string;
  /** Where the fingerprint comes from. */
  readonly traceType: TraceType;
  /** A hash: equal fingerprints mean equal code, or equal values. */
  readonly fingerprint: string;
}

/** A project, which holds runs. */
export interface Project {
  /** The number of the project in this database. */
  readonly id: number;
  /** The name, unique in the database. */
  readonly name: string;
  /** What the project is about. */
  readonly description?: string;
  /** When its first run began. */
  readonly createdAt: Date;
}

/** One run of an experiment, as it was when it was read. */
export interface Run {
  /** The number of the run in this database. */
  readonly id: number;
  /** The name given to it, else "run-" and its id. */
  readonly name: string;
  /** The project it belongs to. */
  readonly projectName: string;
  /**
   * The config as it was when the run began. Where another program has stored one that cannot be
   * read, reading this throws a `TrackerError`.
   */
  readonly config: ADict;
  /**
   * A {@linkcode RunStatus}; "crashed" where the run says "running" but its process has died, which
   * is found out when the run is read; or whatever a Python program has written.
   */
  readonly status: string;
  /** Labels, in the order given. */
  readonly tags: readonly string[];
  /** A remark in plain text. */
  readonly notes?: string;
  /** When it began. */
  readonly startTime: Date;
  /** When it ended; missing while it runs. */
  readonly endTime?: Date;
  /** The hash of the config's keys and types. */
  readonly structuralHash: string;
  /** The message of the error that ended it; URLs in it without names and passwords. */
  readonly error?: string;
  /** The run that started it. */
  readonly parentId?: number;
  /** How often it has been begun: 1, and one more for each time it was resumed. */
  readonly attempt: number;
}

/** One process that has worked on a run. */
export interface Attempt {
  /** Counts from 1: the process that began the run. */
  readonly number: number;
  /** When it began, or resumed, the run. */
  readonly startTime: Date;
  /** The name of the machine; missing without `--allow-sys=hostname`. */
  readonly host?: string;
  /** The number of the process on that machine. */
  readonly pid?: number;
  /** What ran there. */
  readonly environment?: Environment;
}

/** What ran: as much as could be seen without asking for a permission. */
export interface Environment {
  /** The arguments of the program; URLs in them without names and passwords. */
  readonly argv: readonly string[];
  /** The program, as a URL. */
  readonly mainModule?: string;
  /** The versions of Deno, of V8 and of TypeScript. */
  readonly versions: Readonly<Record<string, string>>;
  /** The system and the kind of processor, such as "linux" and "x86_64". */
  readonly os: string;
  /** The kind of processor. */
  readonly arch: string;
  /** The state of the git repository in which the program was started. */
  readonly git?: GitState;
}

/** The state of a git repository. */
export interface GitState {
  /** The commit that was checked out, 40 hexadecimal digits (64 for SHA-256). */
  readonly commit: string;
  /** The branch; missing where none was checked out. */
  readonly branch?: string;
  /** Whether tracked files differed from the commit; missing without permission to run git. */
  readonly isDirty?: boolean;
}

/** One write of one value of a config: what `Scope.explain` says of it. */
export interface RecordedWrite {
  /** The dotted path of the value. */
  readonly path: string;
  /** Who wrote: a view, an argument. */
  readonly writer: {
    readonly kind: string;
    readonly name: string;
    readonly phase: string;
    readonly priority?: number;
  };
  /** The value before; undefined where there was none. */
  readonly before: unknown;
  /** The value after; undefined where it was removed. */
  readonly after: unknown;
  /** Whether the value was removed. */
  readonly removed: boolean;
  /** Where in the source the write stands. */
  readonly position?: { readonly file: string; readonly line: number; readonly column: number };
  /** The file that the value was loaded from. */
  readonly file?: { readonly path: string; readonly line?: number; readonly column?: number };
  /** What the writer had read before. */
  readonly reads?: readonly string[];
}

/** One logged value. */
export interface MetricPoint {
  /** The step it was logged for. */
  readonly step: number;
  /** The value; NaN and ±Infinity are as logged. */
  readonly value: number;
  /** When it was logged, to the millisecond. */
  readonly timestamp: Date;
  /** Which attempt at the run logged it, where that was not the first. */
  readonly attempt?: number;
}

/** What is known of one metric of one run without reading its points. */
export interface MetricSummary {
  /** The name of the metric. */
  readonly key: string;
  /** How many points there are. */
  readonly count: number;
  /** The lowest step. */
  readonly firstStep: number;
  /** The highest step. */
  readonly lastStep: number;
  /** The value at the highest step; of several there, the one logged last. */
  readonly last: number;
  /** The smallest finite value; missing where no value is finite. */
  readonly min?: number;
  /** The step at which {@linkcode MetricSummary.min} was logged first. */
  readonly minStep?: number;
  /** The largest finite value; missing where no value is finite. */
  readonly max?: number;
  /** The step at which {@linkcode MetricSummary.max} was logged first. */
  readonly maxStep?: number;
  /** The lowest step with NaN or ±Infinity; missing where all values are finite. */
  readonly firstNonFiniteStep?: number;
}

/** A file or folder that a run made. */
export interface Artifact {
  /** The number of the artifact in this database. */
  readonly id: number;
  /** The run that made it. */
  readonly runId: number;
  /** The path as it was given. */
  readonly path: string;
  /** What it is, such as "model". */
  readonly dataType?: string;
  /** Whatever was recorded with it. */
  readonly metadata?: unknown;
  /** In bytes, when it was logged; missing for a folder and for a file that was not there. */
  readonly size?: number;
  /** SHA-256 of the content in hex, when it was logged; missing where the size is. */
  readonly sha256?: string;
  /** Present where a copy of the content is kept beside the database; see `copy` of `logArtifact`. */
  readonly isCopied?: true;
}

/** How many versions of a traced function the runs of a project have seen. */
export interface TraceStatistics {
  /** The project. */
  readonly projectName: string;
  /** The name under which the function is traced. */
  readonly traceId: string;
  /** Versions of its code. */
  readonly staticTraceVersions: number;
  /** Versions of what it produced. */
  readonly runtimeTraceVersions: number;
}

/** A config key on which runs differ. */
export interface ComparedKey {
  /** The dotted path of the key; a key that holds a dot is written `["a.b"]`. */
  readonly path: string;
  /** The value of each run, in the order asked for; undefined where a run lacks the key. */
  readonly values: readonly unknown[];
}

/** One metric of several runs. */
export interface MetricComparison {
  /** The name of the metric. */
  readonly key: string;
  /** The summary of each run, in the order asked for; undefined where a run lacks the metric. */
  readonly summaries: readonly (MetricSummary | undefined)[];
}

/** Several runs side by side. */
export interface RunComparison {
  /** The runs, in the order asked for. */
  readonly runs: readonly Run[];
  /** The config keys whose values are not the same in all runs, by path. */
  readonly config: readonly ComparedKey[];
  /** All metrics that any of the runs has logged, by key. */
  readonly metrics: readonly MetricComparison[];
}

/** Something that happened in a study: plain data with a type. */
export interface StudyEvent {
  /** What happened. */
  readonly type: string;
  /** Whatever there is to say of it. */
  // deno-lint-ignore no-explicit-any -- what an event holds is the affair of who writes it
  readonly [detail: string]: any;
}

/** With what a run of a study begins. */
export interface StudyRunBeginning {
  /** What ran; see {@linkcode RunOptions.provenance} for where its values come from. */
  readonly config: object;
  /** A name; without one the run is called "run-" and its id. */
  readonly name?: string;
  /** Labels to find it by. */
  readonly tags?: readonly string[];
  /** The key of the run of this study that it belongs to. */
  readonly parent?: string;
  /** Whether another config will take the place of this one; until then its values are not indexed. */
  readonly isProvisional?: boolean;
  /** Who wrote each value of the config, by its path. */
  readonly provenance?: ReadonlyMap<string, readonly RecordedWrite[]>;
}

/** What happens to a run of a study, in this order; without `begin` the run is there already. */
export interface StudyRunChange {
  /** What tells the run from the others of the study. */
  readonly key: string;
  /** It begins; one that has begun before begins its next attempt, with the config that it has. */
  readonly begin?: StudyRunBeginning;
  /** The config in place of the one with which it began. */
  readonly config?: object;
  /** Who wrote each value of that config, by its path. */
  readonly provenance?: ReadonlyMap<string, readonly RecordedWrite[]>;
  /** What is logged. */
  readonly points?: readonly {
    /** The name of the metric. */
    readonly key: string;
    /** The value. */
    readonly value: number;
    /** A whole number, such as the epoch. */
    readonly step: number;
  }[];
  /** It ends. */
  readonly end?: {
    /** How it ended. */
    readonly status: Exclude<RunStatus, "running">;
    /** The message of the error by which it failed. */
    readonly error?: string;
  };
}
