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
import type { HyperOptOptions, Ledger, Rung, SearchResult } from "./types.ts";

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

/** Checkpoints of the trials that a rung has decided about. */
function collectRung({ trials, promoted }: Rung, study: Study, checkpoints: Checkpoints): void {
  const best = promoted === 0 ? study.best?.index : undefined;
  for (const { index } of trials.slice(promoted)) {
    if (index !== best) checkpoints.collect(index);
  }
}

/** Drives a study to its end, in this process or by worker processes. */
export async function driveSearch(study: Study, options: DriveOptions): Promise<SearchResult> {
  const { ledger, run, isContinuable, seconds, progress, onTrial, onRung } = options;
  const folder = run.checkpoints ?? ledger.checkpoints;
  const { events } = ledger;
  const checkpoints = new Checkpoints({ folder, events, isContinuable });
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
        await onTrial?.(trial);
      },
      async onRung(rung): Promise<void> {
        collectRung(rung, study, checkpoints);
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
