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
  "model.depth": integer(1, 9),
  activation: category([Math.tanh, Math.abs, Math.sign]),
  since: category([new Date(0), new Date(1e12), null]),
};

/** Small studies, one a kind of scheduler. */
export const SCHEDULERS: Readonly<Record<string, SchedulerFactory>> = {
  halving: halvingScheduler({ rungs: [12, 4, 1], resources: [1, 3, 9] }),
  hyperband: hyperbandScheduler({ maxResource: 9 }),
  asha: ashaScheduler({ maxResource: 9 }),
};

/** The study of that name. */
export function studyOptions(name: string, ledger?: Ledger): StudyOptions {
  return { scheduler: SCHEDULERS[name]!, seed: 7, budget: { trials: 20 }, ledger };
}
