import type { AttemptRunner } from "./_attempt.ts";
import { Attempts } from "./_attempts.ts";
import { Checkpoints } from "./_checkpoints.ts";
import type { CheckedRunOptions } from "./_check_run_options.ts";
import { inProcessRunner, type TrialSource } from "./_estimate_trial.ts";
import { Interruption } from "./_interruption.ts";
import { runSearch } from "./_run_search.ts";
import type { Turn } from "./_turns.ts";
import { SearchInterruptedError } from "./search_interrupted_error.ts";
import type { Study } from "./study.ts";
import type { HyperOptOptions, Ledger, SearchResult, Trial } from "./types.ts";

/** What a search is driven with. */
export interface DriveOptions extends Pick<HyperOptOptions, "onTrial" | "onRung"> {
  source: TrialSource;
  ledger: Ledger;
  /** Whether the ledger is the user's, from which another program may go on. */
  isContinuable: boolean;
  run: CheckedRunOptions;
  turn: Turn;
  /** For so long trials begin. */
  seconds: number | undefined;
  /** The resource with which a trial is at its end, where no rung says so. */
  maxResource: number | undefined;
  /** Shows how it goes on. */
  progress: { update(): void } | undefined;
}

async function createRunner(study: Study, options: DriveOptions): Promise<AttemptRunner> {
  const { source, run, turn } = options;
  if (run.workers === undefined) return inProcessRunner(source, { capacity: run.concurrency });
  const { WorkerPool } = await import("./_workers/worker_pool.ts");
  return new WorkerPool({ ...run.workers, turn, spaces: study.searchSpaces, logs: source.logs });
}

function interruptedError(study: Study, options: DriveOptions, exitCode: number): Error {
  const { length } = study.trials;
  const state = `it was stopped when ${length} ${length === 1 ? "trial" : "trials"} had a result`;
  const advice = options.isContinuable
    ? "they are kept: start the same program again to go on"
    : "nothing of it is kept: give the search a ledger or a tracker to go on from next time";
  return new SearchInterruptedError(`Cannot finish the search: ${state}; ${advice}`, {
    logs: study.logs,
    cause: options.run.signal?.reason,
    exitCode,
  });
}

/** Removes the checkpoints of trials that do not go on, but for that of the best one. */
class Collector {
  readonly #study: Study;
  readonly #checkpoints: Checkpoints;
  #kept: number | undefined;

  constructor(study: Study, checkpoints: Checkpoints) {
    this.#study = study;
    this.#checkpoints = checkpoints;
  }

  /** Takes trials that are at their end. */
  end(trials: readonly Trial[]): void {
    const best = this.#study.best?.index;
    for (const { index } of trials) {
      if (index !== best) this.#checkpoints.collect(index);
    }
    if (!trials.some(({ index }) => index === best)) return;
    if (this.#kept !== undefined && this.#kept !== best) this.#checkpoints.collect(this.#kept);
    this.#kept = best;
  }
}

/** Drives a study to its end, in this process or by worker processes. */
export async function driveSearch(study: Study, options: DriveOptions): Promise<SearchResult> {
  const { ledger, run, isContinuable, seconds, maxResource, progress, onTrial, onRung } = options;
  const folder = run.checkpoints ?? ledger.checkpoints;
  const { events } = ledger;
  const checkpoints = new Checkpoints({ folder, events, isContinuable });
  const collector = new Collector(study, checkpoints);
  const isInProcess = run.workers === undefined;
  using interruption = new Interruption({ signal: run.signal, isInProcess });
  try {
    const { retry, timeLimit } = run;
    const attempts = { retry, timeLimit, checkpoints, events };
    await using executor = new Attempts(await createRunner(study, options), attempts);
    const result = await runSearch(study, {
      executor,
      ledger,
      signal: interruption.signal,
      seconds,
      onChange: () => progress?.update(),
      async onTrial(trial): Promise<void> {
        if (trial.status === "failed") checkpoints.collect(trial.index);
        else if (trial.resource === maxResource) collector.end([trial]);
        await onTrial?.(trial);
      },
      async onRung(rung): Promise<void> {
        collector.end(rung.trials.slice(rung.promoted));
        await onRung?.(rung);
      },
    });
    const winner = study.best?.index;
    await checkpoints.finish(winner);
    const checkpoint = winner === undefined ? undefined : checkpoints.of(winner)?.path;
    return checkpoint === undefined ? result : { ...result, checkpoint };
  } catch (error) {
    await checkpoints.leave();
    const isStopped = interruption.signal.aborted && error === interruption.signal.reason;
    throw isStopped ? interruptedError(study, options, interruption.exitCode) : error;
  }
}
