import { describe } from "./_describe.ts";
import { refuse } from "./_refuse.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";

/** The names of the options that say how a search is recorded and shown. */
export const RECORD_OPTION_NAMES: readonly string[] = [
  "tracker",
  "study",
  "ignore",
  "metric",
  "progress",
  "dryRun",
] satisfies (keyof HyperOptOptions)[];

function fail(name: string, value: unknown, expected: string): never {
  refuse(name, `Cannot search with "${name}": ${describe(value)}, expected ${expected}`);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "" && !value.includes("\0");
}

function isTracker(value: unknown): boolean {
  return typeof value === "object" && value !== null && "openStudy" in value &&
    typeof value.openStudy === "function";
}

/**
 * Checks how a search is to be recorded and shown.
 *
 * @throws {SearchSpaceError} If an option is wrong; it names it.
 */
export function checkRecordOptions(
  options: HyperOptOptions,
  { isDistributed }: { isDistributed: boolean },
): void {
  const { tracker, ledger, study, ignore, metric, progress, dryRun } = options;
  if (tracker !== undefined && !isTracker(tracker)) {
    fail("tracker", tracker, "a logger such as await SQLLogger.open(config)");
  }
  if (tracker !== undefined && ledger !== undefined) {
    fail("ledger", ledger, "none beside a tracker, which has one");
  }
  for (const [name, value] of Object.entries({ study, metric })) {
    if (value !== undefined && !isText(value)) fail(name, value, "a text that is not empty");
  }
  // Whoever works for a study elsewhere finds it by its name.
  const onlyTracked = isDistributed ? { metric } : { study, ignore, metric };
  for (const [name, value] of Object.entries(onlyTracked)) {
    if (value !== undefined && tracker === undefined) {
      refuse(name, `Cannot search with "${name}": there is no tracker, expected one beside it`);
    }
  }
  if (ignore !== undefined && !(Array.isArray(ignore) && ignore.every(isText))) {
    fail("ignore", ignore, 'a list of keys such as ["output", "log.level"]');
  }
  if (progress !== undefined && typeof progress !== "boolean") {
    fail("progress", progress, "true or false");
  }
  if (dryRun !== undefined && typeof dryRun !== "boolean" && typeof dryRun !== "function") {
    fail("dryRun", dryRun, "true, false, or a function of the config");
  }
}
