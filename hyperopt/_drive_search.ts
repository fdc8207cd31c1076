import type { AttemptRunner } from "./_attempt.ts";
import { Attempts } from "./_attempts.ts";
import { absolutePath, Checkpoints } from "./_checkpoints.ts";
import type { CheckedDistributed } from "./_check_distributed.ts";
import type { CheckedRunOptions } from "./_check_run_options.ts";
import { inProcessRunner, type TrialSource } from "./_estimate_trial.ts";
import { Interruption } from "./_interruption.ts";
import { loadDistributed } from "./_load_distributed.ts";
import type { RecordedTrials } from "./_recorded_trials.ts";
import type { Repetition } from "./_repetitions.ts";
import { runSearch } from "./_run_search.ts";
import type { StudyIdentity } from "./_study_identity.ts";
import type { QueueLead } from "./_distributed/queue_lead.ts";
import type { Turn } from "./_turns.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";
import { SearchInterruptedError } from "./search_interrupted_error.ts";
import type { Study } from "./study.ts";
import { TrialError } from "./trial_error.ts";
import type { Budget, Ledger, SearchResult, Trial } from "./types.ts";

/** What a search on several machines has besides. */
export interface QueueOptions {
  lead: QueueLead;
  distributed: CheckedDistributed;
  identity: StudyIdentity;
  /** The how many-th search of its name it is in this program. */
  repetition: Repetition;
  budget: Budget | undefined;
}

/** What a search is driven with. */
export interface DriveOptions extends Pick<HyperOptOptions, "onTrial" | "onRung"> {
  source: TrialSource;
  ledger: Ledger;
  /** Tells results of before from those of now. */
  recorded: RecordedTrials;
  /** Whether the ledger is the user's, from which another program may go on. */
  isContinuable: boolean;
  run: CheckedRunOptions;
  turn: Turn;
  /** Where trials run on other machines. */
  queue: QueueOptions | undefined;
  /** For so long trials begin. */
  seconds: number | undefined;
  /** The resource with which a trial is at its end, where no rung says so. */
  maxResource: number | undefined;
  /** Shows how it goes on. */
  progress: { update(): void } | undefined;
}

/** What becomes of a search is told to whoever has worked for it elsewhere. */
type Runner = AttemptRunner & {
  announce?(result: SearchResult): Promise<void>;
  announceFailure?(error: unknown): Promise<void>;
};

/** What runners share with the search. */
interface RunnerParts {
  checkpoints: Checkpoints;
  folder: string | undefined;
  signal: AbortSignal;
}

async function createRunner(
  study: Study,
  options: DriveOptions,
  { checkpoints, folder, signal }: RunnerParts,
): Promise<Runner> {
  const { source, run, turn, queue, ledger, isContinuable } = options;
  const { searchSpaces } = study;
  if (queue !== undefined) {
    const { QueueDriver } = await loadDistributed();
    return await QueueDriver.open({
      ...queue,
      run,
      turn,
      spaces: searchSpaces,
      checkpoints: absolutePath(folder),
      folder: () => checkpoints.studyName,
      isNew: !ledger.events.some(({ type }) => type === "started"),
      isContinuable,
      logs: source.logs,
      reads: source.reads,
      signal,
    });
  }
  if (run.workers === undefined) return inProcessRunner(source, { capacity: run.concurrency });
  const { WorkerPool } = await import("./_workers/worker_pool.ts");
  const { logs, reads } = source;
  return new WorkerPool({ ...run.workers, turn, spaces: searchSpaces, logs, reads });
}

function interruptedError(study: Study, options: DriveOptions, exitCode: number): Error {
  const { length } = study.trials;
  const state = length === 0
    ? "it was stopped before any trial had a result"
    : `it was stopped when ${length} ${length === 1 ? "trial" : "trials"} had a result`;
  const kept = length === 0 ? "the study is" : "they are";
  const advice = options.isContinuable
    ? `${kept} kept: start the same program again to go on`
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

/** Whether a trial had no time to read what it would have, or to say so. */
function isCutOff({ error }: Trial): boolean {
  return error instanceof TrialError && (error.kind === "crash" || error.kind === "timeLimit");
}

/** Drives a study to its end, in this process or by worker processes. */
export async function driveSearch(study: Study, options: DriveOptions): Promise<SearchResult> {
  const { ledger, run, isContinuable, seconds, maxResource, progress, onTrial, onRung } = options;
  const folder = run.checkpoints ?? ledger.checkpoints;
  const { events } = ledger;
  const isShared = options.queue !== undefined;
  const checkpoints = new Checkpoints({
    folder,
    events,
    isContinuable,
    isShared,
    onClaimed: (path) => ledger.append({ type: "claimed", path }),
  });
  const collector = new Collector(study, checkpoints);
  const { reads } = options.source;
  const isInProcess = run.workers === undefined && !isShared;
  using interruption = new Interruption({ signal: run.signal, isInProcess, isLaunched: isShared });
  const { signal } = interruption;
  let runner: Runner | undefined;
  try {
    const { retry, timeLimit } = run;
    runner = await createRunner(study, options, { checkpoints, folder, signal });
    // What was read by trials of a program before this one nobody has written down.
    const isContinued = events.some(({ type }) => type === "started" || type === "finished");
    if (isContinued) reads?.addNews([]);
    await using executor = new Attempts(runner, { retry, timeLimit, checkpoints, events });
    const result = await runSearch(study, {
      executor,
      ledger,
      recorded: options.recorded,
      signal,
      seconds,
      onChange: () => progress?.update(),
      async onTrial(trial): Promise<void> {
        if (isCutOff(trial)) reads?.addNews([]);
        if (trial.status === "failed") checkpoints.collect(trial.index);
        else if (trial.resource === maxResource) collector.end([trial]);
        await onTrial?.(trial);
      },
      async onRung(rung): Promise<void> {
        collector.end(rung.trials.slice(rung.promoted));
        await onRung?.(rung);
      },
    }).catch(async (error) => {
      if (error !== signal.reason) await runner?.announceFailure?.(error);
      throw error;
    });
    const winner = study.best?.index;
    await checkpoints.finish(winner);
    const checkpoint = winner === undefined ? undefined : checkpoints.of(winner)?.path;
    const found = checkpoint === undefined ? result : { ...result, checkpoint };
    await runner.announce?.(found);
    return found;
  } catch (error) {
    await checkpoints.leave();
    const isStopped = interruption.signal.aborted && error === interruption.signal.reason;
    throw isStopped ? interruptedError(study, options, interruption.exitCode) : error;
  }
}
