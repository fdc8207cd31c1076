import { absolutePath } from "./_checkpoints.ts";
import { checkRunOptions } from "./_check_run_options.ts";
import { checkStudyOptions } from "./_check_study_options.ts";
import { describeStudy } from "./_describe_study.ts";
import { driveSearch, type QueueOptions } from "./_drive_search.ts";
import type { FlatSpaces } from "./_flatten_spaces.ts";
import { SIGTERM_CODE } from "./_interruption.ts";
import { ENDLESS, isEndless } from "./_is_endless.ts";
import { LauncherWatch } from "./_launcher_watch.ts";
import { loadDistributed } from "./_load_distributed.ts";
import { openRunLedger } from "./_open_run_ledger.ts";
import { printWarning } from "./_print_warning.ts";
import type { Progress, ProgressOptions } from "./_progress.ts";
import { RecordedTrials } from "./_recorded_trials.ts";
import { type Repetition, takeRepetition } from "./_repetitions.ts";
import type { RunLedger } from "./_run_ledger.ts";
import { identifyStudy, type StudyIdentity } from "./_study_identity.ts";
import type { CheckedDistributed } from "./_check_distributed.ts";
import type { QueueLead } from "./_distributed/queue_lead.ts";
import type { Turn } from "./_turns.ts";
import type { HyperOptOptions } from "./hyper_opt_options.ts";
import { MemoryLedger } from "./memory_ledger.ts";
import { SearchInterruptedError } from "./search_interrupted_error.ts";
import type { SearchReads } from "./search_reads.ts";
import { Study } from "./study.ts";
import type { StudyOptions } from "./study_options.ts";
import type { Ledger, SearchResult, SearchScope, TrialObjective } from "./types.ts";

/** A search that is about to run. */
export interface SearchToConduct {
  scope: SearchScope;
  objective: TrialObjective;
  searchSpaces: FlatSpaces;
  studyOptions: StudyOptions;
  options: HyperOptOptions;
  turn: Turn;
  /** What the scope gave. */
  config: unknown;
  /** Where it runs on several machines. */
  distributed: CheckedDistributed | undefined;
  /** Takes what is read of the configs of its trials. */
  reads: SearchReads | undefined;
}

/** Runs a search with all that watches and records it. */
export async function conductSearch(search: SearchToConduct): Promise<SearchResult> {
  const { options, distributed } = search;
  const { tracker, metric } = options;
  const isNamed = tracker !== undefined || distributed !== undefined;
  const identity = isNamed ? await identifySearch(search) : undefined;
  using repetition = distributed && takeRepetition(identity!.name);
  const place = distributed && { distributed, identity: identity!, repetition: repetition! };
  if (place !== undefined && place.distributed.rank !== 0) return await serve(search, place);
  // Before anything is read or written of it: where the server cannot be used nothing has begun, and who
  // drove it before has written down all that he will.
  await using lead = place && await takeLead(place, options.signal);
  repetition?.count();
  const queue = place && { ...place, lead: lead! };
  if (tracker === undefined) {
    const ledger = options.ledger ?? new MemoryLedger();
    return await conduct(search, { ledger, queue, name: undefined });
  }
  using opened = openRunLedger({ tracker, identity: identity!, metric });
  const { ledger, name } = opened;
  return await conduct(search, { ledger, name, queue });
}

/** Which search on many machines it is. */
interface Place {
  readonly distributed: CheckedDistributed;
  readonly identity: StudyIdentity;
  /** The how many-th search of its name it is in this program. */
  readonly repetition: Repetition;
}

async function takeLead(place: Place, signal: AbortSignal | undefined): Promise<QueueLead> {
  const { identity } = place;
  const { QueueLead } = await loadDistributed();
  const alone = new AbortController();
  using _watch = new LauncherWatch(() => alone.abort(aloneError(identity)));
  const signals = [alone.signal, ...signal === undefined ? [] : [signal]];
  return await QueueLead.win({ ...place, signal: AbortSignal.any(signals) });
}

function aloneError({ name }: StudyIdentity): SearchInterruptedError {
  return new SearchInterruptedError(
    `Cannot drive the study "${name}": the launcher of this program has gone before it had the lead; ` +
      `start the same program again to go on`,
    { exitCode: SIGTERM_CODE },
  );
}

/** What the study of a search is, and what it is called. */
export async function identifySearch(
  { options, searchSpaces, studyOptions, config }: Pick<
    SearchToConduct,
    "options" | "searchSpaces" | "studyOptions" | "config"
  >,
): Promise<StudyIdentity> {
  const description = describeStudy(searchSpaces, checkStudyOptions(studyOptions));
  const { study, ignore = [] } = options;
  return await identifyStudy({ study, description, config, ignored: ignore });
}

/** Works for the search that another process drives. */
async function serve(
  { options, searchSpaces, turn }: SearchToConduct,
  place: Place,
): Promise<SearchResult> {
  const { serveQueue } = await loadDistributed();
  const run = checkRunOptions(options);
  const { tracker, ledger } = options;
  const folder = run.checkpoints ?? tracker?.checkpoints ?? ledger?.checkpoints;
  return await serveQueue({
    ...place,
    budget: options.budget,
    run,
    turn,
    spaces: searchSpaces,
    checkpoints: absolutePath(folder),
  });
}

async function conduct(
  { scope, objective, searchSpaces, studyOptions, options, turn, reads }: SearchToConduct,
  { ledger, name, queue }: {
    ledger: Ledger | RunLedger;
    name: string | undefined;
    queue: Omit<QueueOptions, "budget"> | undefined;
  },
): Promise<SearchResult> {
  const study = new Study(searchSpaces, { ...studyOptions, ledger });
  const runs = "end" in ledger ? ledger : undefined;
  const recorded = new RecordedTrials({ events: ledger.events, name });
  using progress = await openProgress(study, {
    ...options,
    scheduler: studyOptions.scheduler,
    name,
    recorded,
    isEndless: warnOfEndless(searchSpaces, { ...options, ...studyOptions }),
  });
  try {
    const result = await driveSearch(study, {
      source: {
        scope,
        objective,
        logs: () => study.logs,
        reads,
        onReasons: runs && ((job, reasons) => runs.explain(job, reasons)),
      },
      ledger,
      recorded,
      isContinuable: runs !== undefined || options.ledger !== undefined,
      run: checkRunOptions(options),
      turn,
      queue: queue && { ...queue, budget: options.budget },
      seconds: options.budget?.seconds,
      maxResource: studyOptions.scheduler.maxResource,
      progress,
      onTrial: options.onTrial,
      onRung: options.onRung,
    });
    runs?.end({ status: "completed", ...study.isOver ? {} : { reason: "its time was over" } });
    recorded.report(study, { isShown: options.progress === true });
    return result;
  } catch (error) {
    const isInterrupted = error instanceof SearchInterruptedError;
    endQuietly(runs, { status: isInterrupted ? "interrupted" : "failed", error });
    throw error;
  }
}

/** Says that nothing ends a search, unless its progress does, or the program may have a way. */
function warnOfEndless(spaces: FlatSpaces, options: HyperOptOptions & StudyOptions): boolean {
  const { progress, signal, onTrial, onRung } = options;
  if (!isEndless(spaces, options)) return false;
  if (!progress && signal === undefined && onTrial === undefined && onRung === undefined) {
    printWarning(`the search has no end: ${ENDLESS}`);
  }
  return true;
}

async function openProgress(
  study: Study,
  { progress, budget, scheduler, name, recorded, isEndless }:
    & Pick<HyperOptOptions, "progress" | "budget">
    & Pick<StudyOptions, "scheduler">
    & Omit<ProgressOptions, "plan" | "budget">,
): Promise<Progress | undefined> {
  if (!progress) return undefined;
  const { Progress } = await import("./_progress.ts");
  return new Progress(study, { plan: scheduler.plan, budget, name, recorded, isEndless });
}

// The error on its way is the one to report, and often the reason why nothing can be written.
function endQuietly(runs: RunLedger | undefined, end: Parameters<RunLedger["end"]>[0]): void {
  try {
    runs?.end(end);
  } catch {
    return;
  }
}
