import { checkRunOptions } from "./_check_run_options.ts";
import { checkStudyOptions } from "./_check_study_options.ts";
import { describeStudy } from "./_describe_study.ts";
import { driveSearch } from "./_drive_search.ts";
import type { FlatSpaces } from "./_flatten_spaces.ts";
import { openRunLedger } from "./_open_run_ledger.ts";
import type { Progress } from "./_progress.ts";
import type { RunLedger } from "./_run_ledger.ts";
import type { Turn } from "./_turns.ts";
import { MemoryLedger } from "./memory_ledger.ts";
import { SearchInterruptedError } from "./search_interrupted_error.ts";
import { Study } from "./study.ts";
import type { StudyOptions } from "./study_options.ts";
import type {
  HyperOptOptions,
  Ledger,
  SearchResult,
  SearchScope,
  TrialObjective,
} from "./types.ts";

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
}

/** Runs a search with all that watches and records it. */
export async function conductSearch(search: SearchToConduct): Promise<SearchResult> {
  const { options, searchSpaces, studyOptions, config } = search;
  const { tracker, study, metric, ignore = [] } = options;
  if (tracker === undefined) {
    return await conduct(search, { ledger: options.ledger ?? new MemoryLedger(), name: undefined });
  }
  const description = describeStudy(searchSpaces, checkStudyOptions(studyOptions));
  const request = { tracker, study, metric, description, config, ignored: ignore };
  using opened = await openRunLedger(request);
  return await conduct(search, opened);
}

async function conduct(
  { scope, objective, searchSpaces, studyOptions, options, turn }: SearchToConduct,
  { ledger, name }: { ledger: Ledger | RunLedger; name: string | undefined },
): Promise<SearchResult> {
  const study = new Study(searchSpaces, { ...studyOptions, ledger });
  const runs = "end" in ledger ? ledger : undefined;
  using progress = await openProgress(study, {
    ...options,
    scheduler: studyOptions.scheduler,
    name,
  });
  try {
    const result = await driveSearch(study, {
      source: {
        scope,
        objective,
        logs: () => study.logs,
        onReasons: runs && ((job, reasons) => runs.explain(job, reasons)),
      },
      ledger,
      isContinuable: runs !== undefined || options.ledger !== undefined,
      run: checkRunOptions(options),
      turn,
      seconds: options.budget?.seconds,
      maxResource: studyOptions.scheduler.maxResource,
      progress,
      onTrial: options.onTrial,
      onRung: options.onRung,
    });
    runs?.end({ status: "completed", ...study.isOver ? {} : { reason: "its time was over" } });
    return result;
  } catch (error) {
    const isInterrupted = error instanceof SearchInterruptedError;
    endQuietly(runs, { status: isInterrupted ? "interrupted" : "failed", error });
    throw error;
  }
}

async function openProgress(
  study: Study,
  { progress, budget, scheduler, name }:
    & Pick<HyperOptOptions, "progress" | "budget">
    & { scheduler: StudyOptions["scheduler"]; name: string | undefined },
): Promise<Progress | undefined> {
  if (!progress) return undefined;
  const { Progress } = await import("./_progress.ts");
  return new Progress(study, { plan: scheduler.plan, budget, name });
}

// The error on its way is the one to report, and often the reason why nothing can be written.
function endQuietly(runs: RunLedger | undefined, end: Parameters<RunLedger["end"]>[0]): void {
  try {
    runs?.end(end);
  } catch {
    return;
  }
}
