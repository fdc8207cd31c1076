import { describe } from "./_describe.ts";
import { checkMode, checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";
import { MemoryLedger } from "./memory_ledger.ts";
import { tpeSampler } from "./tpe_sampler.ts";
import type { StudyOptions } from "./study_options.ts";
import type { Budget, Ledger } from "./types.ts";

/** The options of a study with their defaults. */
export type CheckedStudyOptions = {
  readonly [Name in keyof StudyOptions]-?: Exclude<StudyOptions[Name], undefined>;
};

/** The names of the options of a study that those of a search have too. */
const STUDY_OPTION_NAMES: readonly string[] = [
  "sampler",
  "seed",
  "parallelism",
  "order",
  "constraints",
  "enqueue",
  "allowRepeats",
  "budget",
] satisfies (keyof StudyOptions)[];

function fail(name: string, value: unknown, expected: string): never {
  refuse(name, `Cannot search with "${name}": ${describe(value)}, expected ${expected}`);
}

function checkSeed(seed: unknown): number {
  if (Number.isSafeInteger(seed)) return seed as number;
  fail("seed", seed, "a whole number within ±(2^53 - 1)");
}

function checkParallelism(parallelism: unknown): number {
  const isWhole = Number.isSafeInteger(parallelism) || parallelism === Infinity;
  if (isWhole && (parallelism as number) >= 1) return parallelism as number;
  fail("parallelism", parallelism, "a whole number of at least 1, or Infinity");
}

function checkOrder(order: unknown): CheckedStudyOptions["order"] {
  if (order === "logical" || order === "resource" || order === "arrival") return order;
  fail("order", order, '"logical", "resource" or "arrival"');
}

function checkBudget(budget: unknown): Budget {
  checkOptions(budget, {
    action: "search with a budget of",
    names: ["trials", "resource", "target", "seconds"],
  });
  const { trials, resource, target, seconds } = budget as Record<string, unknown>;
  for (const [name, value] of Object.entries({ trials, resource })) {
    if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1)) continue;
    fail(name, value, "a whole number of at least 1");
  }
  if (target !== undefined && !Number.isFinite(target)) fail("target", target, "a finite number");
  if (seconds !== undefined && !(typeof seconds === "number" && seconds > 0)) {
    fail("seconds", seconds, "a number above 0");
  }
  return budget as Budget;
}

function checkList<T>(
  name: string,
  list: unknown,
  isItem: (item: unknown) => boolean,
): readonly T[] {
  if (Array.isArray(list) && list.every(isItem)) return list;
  const expected = name === "constraints" ? "a list of functions" : "a list of points";
  const wrong = Array.isArray(list) ? list.find((item) => !isItem(item)) : list;
  fail(name, wrong, expected);
}

function checkRepeats(allowRepeats: unknown): boolean {
  if (typeof allowRepeats === "boolean") return allowRepeats;
  fail("allowRepeats", allowRepeats, "true or false");
}

/** Its events are not read here: what reads a file does so when the search begins. */
function checkLedger(ledger: unknown): Ledger {
  const isLedger = typeof ledger === "object" && ledger !== null && "events" in ledger &&
    "append" in ledger && typeof ledger.append === "function";
  if (isLedger) return ledger as unknown as Ledger;
  fail("ledger", ledger, "a ledger such as new MemoryLedger()");
}

function checkFactory<T>(name: string, factory: unknown, example: string): T {
  const isFactory = typeof factory === "object" && factory !== null && "create" in factory &&
    typeof factory.create === "function";
  if (isFactory) return factory as T;
  fail(name, factory, example);
}

/** Those of the options of a search that its study has too. */
export function studyOptionsIn(
  options: Omit<StudyOptions, "scheduler" | "sampler">,
): Omit<StudyOptions, "scheduler" | "sampler"> {
  const { mode, seed, parallelism, order, constraints, enqueue, allowRepeats, budget, ledger } =
    options;
  return { mode, seed, parallelism, order, constraints, enqueue, allowRepeats, budget, ledger };
}

/**
 * Checks the options of a study and fills in their defaults.
 *
 * @throws {SearchSpaceError} If one is unknown or wrong; it names it.
 */
export function checkStudyOptions(options: StudyOptions): CheckedStudyOptions {
  const names = [...STUDY_OPTION_NAMES, "scheduler", "mode", "ledger"];
  checkOptions(options, { action: "search with", names });
  const scheduler = checkFactory<CheckedStudyOptions["scheduler"]>(
    "scheduler",
    options.scheduler,
    "a scheduler such as ashaScheduler()",
  );
  const order = checkOrder(options.order ?? "logical");
  const parallelism = order === "arrival" ? Infinity : scheduler.parallelism;
  return {
    scheduler,
    sampler: checkFactory(
      "sampler",
      options.sampler ?? tpeSampler(),
      "a sampler such as tpeSampler()",
    ),
    mode: checkMode(options.mode ?? "max"),
    seed: checkSeed(options.seed ?? 0),
    parallelism: checkParallelism(options.parallelism ?? parallelism),
    order,
    constraints: checkList(
      "constraints",
      options.constraints ?? [],
      (item) => typeof item === "function",
    ),
    enqueue: checkList(
      "enqueue",
      options.enqueue ?? [],
      (item) => typeof item === "object" && item !== null && !Array.isArray(item),
    ),
    allowRepeats: checkRepeats(options.allowRepeats ?? false),
    budget: checkBudget(options.budget ?? {}),
    ledger: checkLedger(options.ledger ?? new MemoryLedger()),
  };
}
