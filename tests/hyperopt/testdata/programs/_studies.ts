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
  type TrialContext,
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

/** What a trial has of {@linkcode SPACES}. */
interface StudyConfig {
  lr: number;
  model: { depth: number };
  activation: (x: number) => number;
  since: Date | null;
}

/**
 * Trains a state that depends on every unit, so that a wrong checkpoint shows in the metric. Two trials
 * fail.
 *
 * @param options.pause How long it takes besides, in milliseconds.
 */
export async function train(
  { lr, model, activation, since }: StudyConfig,
  context: TrialContext,
  { pause }: { pause: number },
): Promise<number> {
  const { index, resume, trained, resource } = context;
  let state = resume === undefined ? 1 : Number(await Deno.readTextFile(`${resume}/state`));
  for (let unit = trained + 1; unit <= resource; unit++) {
    state = Math.sin(state * 99 + unit + model.depth + activation(lr) + (since?.getTime() ?? 1));
    context.report(unit, state);
  }
  if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  if (index === 2) return NaN;
  if (index === 3) throw new RangeError(`trial ${index} is none`);
  await context.checkpoint((path) => Deno.writeTextFile(`${path}/state`, String(state)));
  return state;
}
