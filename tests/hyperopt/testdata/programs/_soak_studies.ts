import {
  ashaScheduler,
  category,
  float,
  halvingScheduler,
  hyperbandScheduler,
  integer,
  type Ledger,
  type SchedulerFactory,
  type StudyOptions,
} from "@ato/core/hyperopt";

/** Spaces whose values do not all survive JSON. */
export const SPACES = {
  lr: float(1e-4, 1, { scale: "log" }),
  depth: integer(1, 9),
  activation: category([Math.tanh, Math.abs, Math.sign]),
  since: category([new Date(0), new Date(1e12), null]),
};

/** Fewer than there are machines, so that one is free for what another has lost. */
const PARALLELISM = 3;
/** Enough for all but those that never end, also on a machine that others load, in milliseconds. */
export const TIME_LIMIT = 8000;

const SCHEDULERS: Readonly<Record<string, SchedulerFactory>> = {
  halving: halvingScheduler({ rungs: [45, 15, 5, 2], resources: [1, 3, 9, 27] }),
  hyperband: hyperbandScheduler({ maxResource: 27 }),
  asha: ashaScheduler({ maxResource: 27 }),
  poison: halvingScheduler({ rungs: [24, 8, 2], resources: [1, 3, 9] }),
};

/** The names of the studies. */
export const STUDIES: readonly string[] = Object.keys(SCHEDULERS);

/** The study of that name. */
export function soakOptions(
  name: string,
  ledger?: Ledger,
): StudyOptions & { scheduler: SchedulerFactory } {
  const budget = name === "asha" ? { trials: 50 } : undefined;
  return { scheduler: SCHEDULERS[name]!, seed: 7, parallelism: PARALLELISM, budget, ledger };
}

/** What is wrong with a trial, whichever attempt it is. */
export type Poison = "throws" | "nan" | "exits" | "eats memory" | "never ends";

/** What is wrong with the trial of that number, if anything. */
export function poisonOf(study: string, index: number): Poison | undefined {
  const poisons: (Poison | undefined)[] = [undefined, "throws", undefined, "nan"];
  if (study === "poison") poisons.push("exits", undefined, "eats memory", undefined, "never ends");
  return poisons[index];
}

/** Whether the trial of that number takes its process along, or never comes to an end. */
export function breaksOff(study: string, index: number): boolean {
  const poison = poisonOf(study, index);
  return poison !== undefined && poison !== "throws" && poison !== "nan";
}

/** Whether the trial of that number takes ten times as long as others. */
export function isStraggler(index: number): boolean {
  return index % 20 === 10;
}
