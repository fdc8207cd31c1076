import { describe, describeChoice } from "./_describe.ts";
import { FAILURE_KINDS } from "./_failure_kinds.ts";
import { checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";
import type { FailureKind } from "./types.ts";

/** Which failures are tried again. */
export interface CheckedRetry {
  readonly attempts: number;
  readonly on: readonly FailureKind[];
}

/** How many worker processes there are, and what they are started with. */
export interface CheckedWorkers {
  readonly count: number;
  readonly flags: readonly string[];
}

/** How the trials of a search are run, with the defaults. */
export interface CheckedRunOptions {
  readonly concurrency: number;
  /** Undefined where trials run in this process. */
  readonly workers: CheckedWorkers | undefined;
  /** In milliseconds; Infinity for none. */
  readonly timeLimit: number;
  readonly retry: CheckedRetry;
  readonly checkpoints: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The names of the options that say how trials are run. */
export const RUN_OPTION_NAMES: readonly string[] = [
  "concurrency",
  "workers",
  "timeLimit",
  "retry",
  "checkpoints",
  "signal",
] satisfies (keyof HyperOptOptions)[];

/** What a timer can hold. */
const MAX_TIME_LIMIT = 2 ** 31 - 1;

const DEFAULT_RETRY: CheckedRetry = { attempts: 3, on: ["crash"] };

function fail(name: string, value: unknown, expected: string): never {
  refuse(name, `Cannot search with "${name}": ${describe(value)}, expected ${expected}`);
}

function checkCount(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  fail(name, value, "a whole number of at least 1");
}

function checkWorkers(workers: unknown): CheckedWorkers | undefined {
  if (workers === undefined) return undefined;
  if (typeof workers !== "object" || workers === null) {
    return { count: checkCount("workers", workers), flags: [] };
  }
  checkOptions(workers, { action: "search with workers of", names: ["count", "flags"] });
  const { count, flags = [] } = workers as Record<string, unknown>;
  const isFlags = Array.isArray(flags) &&
    flags.every((flag) => typeof flag === "string" && flag !== "");
  if (!isFlags) fail("flags", flags, 'a list of flags such as ["--allow-read=data"]');
  return { count: checkCount("count", count), flags: flags as string[] };
}

function checkTimeLimit(timeLimit: unknown): number {
  if (timeLimit === undefined || timeLimit === Infinity) return Infinity;
  if (typeof timeLimit === "number" && timeLimit > 0 && timeLimit <= MAX_TIME_LIMIT) {
    return timeLimit;
  }
  fail("timeLimit", timeLimit, "milliseconds above 0, up to 2^31 - 1, or Infinity");
}

function checkRetry(retry: unknown): CheckedRetry {
  if (retry === undefined) return DEFAULT_RETRY;
  checkOptions(retry, { action: "retry with", names: ["attempts", "on"] });
  const { attempts, on = DEFAULT_RETRY.on } = retry as Record<string, unknown>;
  if (!Array.isArray(on)) fail("on", on, 'a list such as ["crash", "timeLimit"]');
  for (const kind of on) {
    if (!FAILURE_KINDS.includes(kind)) fail("on", kind, describeChoice(FAILURE_KINDS, kind));
  }
  return { attempts: checkCount("attempts", attempts ?? DEFAULT_RETRY.attempts), on };
}

function checkFolder(folder: unknown): string | undefined {
  if (folder === undefined) return undefined;
  if (typeof folder === "string" && folder !== "") return folder.replace(/(?<=.)[/\\]+$/, "");
  fail("checkpoints", folder, "the path of a folder");
}

/**
 * Checks how trials are to be run, and fills in the defaults.
 *
 * @throws {SearchSpaceError} If an option is wrong; it names it.
 */
export function checkRunOptions(options: HyperOptOptions): CheckedRunOptions {
  const { concurrency, signal } = options;
  const workers = checkWorkers(options.workers);
  if (workers !== undefined && concurrency !== undefined) {
    fail("concurrency", concurrency, "none beside workers: each of them runs one trial at a time");
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    fail("signal", signal, "an AbortSignal");
  }
  return {
    concurrency: checkCount("concurrency", concurrency ?? 1),
    workers,
    timeLimit: checkTimeLimit(options.timeLimit),
    retry: checkRetry(options.retry),
    checkpoints: checkFolder(options.checkpoints),
    signal,
  };
}
