import { ADict } from "../adict/mod.ts";
import { checkSampled } from "./_check_sampled.ts";
import { describe } from "./_describe.ts";
import { GENERATION_KEY } from "./_flatten_spaces.ts";
import { nest } from "./_nest.ts";
import type {
  ExecuteOptions,
  Executor,
  Job,
  SearchScope,
  Trial,
  TrialContext,
  TrialObjective,
} from "./types.ts";

/** What trials are run with, besides their jobs. */
export interface TrialExecutorOptions {
  /** How many run at once. */
  capacity: number;
  /** Every trial so far, by generation. */
  logs: () => readonly (readonly Trial[])[];
}

/** The name under which a scope explains where the values of a trial come from. */
const SOURCE = "hyperopt";

type Data = Record<string, unknown>;

async function composeConfig(scope: SearchScope, job: Job): Promise<ADict> {
  const { samples, generation } = job;
  // Among the samples, so that lazy views can read the rung.
  const values = { ...samples, [GENERATION_KEY]: generation };
  const config = await scope.compose(values, { source: SOURCE });
  const written = Object.getOwnPropertyDescriptor(config, GENERATION_KEY)?.value;
  if (written !== generation) config[GENERATION_KEY] = generation;
  return config;
}

/**
 * Whether an error says that no further trial could do better: a mistake of the user or a state of
 * the machine, marked by an exit code. A schema that refuses a config speaks of this one alone.
 */
function endsSearch(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || thrown.name === "InvalidConfigError") return false;
  return "exitCode" in thrown && typeof thrown.exitCode === "number";
}

function checkMetric(metric: unknown): number {
  if (Number.isFinite(metric)) return metric as number;
  throw new TypeError(
    `Cannot rank the trial: its metric is ${describe(metric)}, expected a finite number`,
  );
}

function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`The objective threw ${describe(thrown)}`, { cause: thrown });
}

function contextOf(job: Job, { signal, record }: ExecuteOptions): TrialContext {
  const { samples: _, ...rest } = job;
  const { index, generation } = job;
  return Object.freeze({
    ...rest,
    signal,
    resume: undefined,
    report(step: number, value: number): void {
      record({ type: "reported", index, generation, attempt: 0, step, value });
    },
    checkpoint(): Promise<void> {
      return Promise.reject(new Error("Cannot save a checkpoint: there is no folder for it"));
    },
  });
}

/**
 * Runs jobs in this process: composes the config, calls the objective, judges its metric. It
 * rejects with an error that has an exit code, as it is; any other makes a failed trial.
 */
export function trialExecutor(
  scope: SearchScope,
  objective: TrialObjective,
  { capacity, logs }: TrialExecutorOptions,
): Executor {
  async function execute(job: Job, options: ExecuteOptions): Promise<Trial> {
    const start = performance.now();
    // What is left to record when no config could be composed.
    let config: ADict = new ADict(nest(job));
    try {
      const composed = await composeConfig(scope, job);
      checkSampled(composed, { job, logs: logs() });
      // The objective owns the config it gets; the trial keeps what that was before.
      config = new ADict<Data>(composed);
      const metric = checkMetric(await objective(composed, contextOf(job, options)));
      const durationMs = performance.now() - start;
      return Object.freeze({ ...job, config, metric, status: "completed" as const, durationMs });
    } catch (thrown) {
      if (endsSearch(thrown)) throw thrown;
      const durationMs = performance.now() - start;
      const error = toError(thrown);
      return Object.freeze({
        ...job,
        config,
        metric: NaN,
        status: "failed" as const,
        error,
        durationMs,
      });
    }
  }
  return { capacity, execute };
}
