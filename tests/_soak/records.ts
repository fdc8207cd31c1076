import { type LedgerEvent, MemoryLedger, Study } from "@ato/core/hyperopt";
import { SQLLogger } from "@ato/core/tracker";
import { readEvents } from "../hyperopt/testdata/programs/_file_ledger.ts";
import { soakOptions, SPACES } from "../hyperopt/testdata/programs/_soak_studies.ts";
import type { StudyRun } from "./cluster.ts";

/** What a ledger says of a study. */
export interface StudyRecord {
  readonly events: readonly LedgerEvent[];
  readonly hash: string;
  /** Whether no job is left. */
  readonly isOver: boolean;
  /** How many jobs have a result. */
  readonly jobs: number;
  /** The units of resource for which they were trained. */
  readonly units: number;
}

/** Reads the ledger of a study and plays it again. */
export async function readRecord({ study, name, ledger, folder }: StudyRun): Promise<StudyRecord> {
  const events = ledger === "file" ? readEvents(folder) : await readTracked(name, folder);
  const replayed = new Study(SPACES, soakOptions(study, new MemoryLedger(events)));
  const isOver = replayed.ask() === undefined && replayed.isOver;
  const { trials } = replayed;
  const units = trials.reduce((sum, { resource, trained }) => sum + resource - trained, 0);
  return { events, hash: await replayed.hash(), isOver, jobs: trials.length, units };
}

async function readTracked(name: string, folder: string): Promise<LedgerEvent[]> {
  const experiment = { "project_name": "soak", sql: { db_path: `${folder}/experiments.db` } };
  await using logger = await SQLLogger.open({ experiment });
  using ledger = logger.openStudy(name);
  return [...ledger.events];
}
