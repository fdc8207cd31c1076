import { sayOnError } from "../_say_on_error.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import type { Board } from "./board.ts";
import type { QueueLead } from "./queue_lead.ts";
import type { QueueRunner } from "./queue_runner.ts";
import type { QueueWorker } from "./queue_worker.ts";
import { within } from "./within.ts";

/** So long the workers have to take the result, in milliseconds. */
const FAREWELL = 5000;
/** After so long a person is told that the server is away; so long it is waited for then, in milliseconds. */
const [END_LIMIT, AWAY_LIMIT] = [10_000, 120_000];
/** How often to look whether this process leads again, in milliseconds. */
const LEAD_INTERVAL = 50;

/** What belongs to a study that is over. */
export interface Ended {
  lead: QueueLead;
  board: Board;
  runner: QueueRunner;
  /** The trials that run on this machine, if any. */
  worker: QueueWorker | undefined;
  identity: StudyIdentity;
  /** Whether the study may be continued by another program. */
  isContinuable: boolean;
  /** Aborted where a person does not want to wait. */
  signal: AbortSignal;
}

/** How far it is told. */
interface State {
  isTold: boolean;
  /** Whether nobody waits for it any more. */
  isGivenUp: boolean;
}

/**
 * Tells all who worked on a study what became of it, and removes what was in its queue. A server that is
 * away is waited for, but not without end: whoever searched wants the result too.
 */
export async function tellOutcome(note: object, ended: Ended): Promise<void> {
  const { lead: { deposed }, identity, signal, isContinuable } = ended;
  if (deposed.aborted) return;
  const state = { isTold: false, isGivenUp: false };
  const telling = tell(note, ended, state);
  await within(END_LIMIT, () => telling);
  if (state.isTold || deposed.aborted) return;
  sayOnError(
    `The study "${identity.name}" is over, but its server does not answer: waiting for it, to tell ` +
      `the workers; Ctrl-C goes on without them.`,
  );
  await within(AWAY_LIMIT, () => Promise.race([telling, onceAborted(signal)]));
  state.isGivenUp = true;
  if (state.isTold || deposed.aborted) return;
  const advice = isContinuable ? "; start this program again to tell them" : "";
  sayOnError(`Nobody has told the workers that the study "${identity.name}" is over${advice}.`);
}

/** Puts up again what a server has forgotten, else whoever comes late would wait for it for good. */
export async function keepNote(board: Board, name: string, note: unknown): Promise<void> {
  try {
    if (await board.read(name) === undefined) await board.put(name, note);
  } catch {
    // The server is away; there is a next time.
  }
}

async function tell(
  note: object,
  { lead, board, runner, worker }: Ended,
  state: State,
): Promise<void> {
  if (!await isLeading(lead, state)) return;
  await board.put("outcome", note);
  state.isTold = true;
  await worker?.[Symbol.asyncDispose]();
  await runner.empty(FAREWELL);
  // Who has stood still meanwhile has perhaps lost the lead to somebody who uses the same names.
  if (!await isLeading(lead, state)) return;
  await keepNote(board, "outcome", note);
  await runner.clear();
  // Until then who has worked for it finds the outcome as late as he likes.
  await board.letGo();
}

/** Whether nobody else leads, as soon as that is sure. */
async function isLeading(lead: QueueLead, state: State): Promise<boolean> {
  while (!lead.isSure) {
    if (lead.deposed.aborted || state.isGivenUp) return false;
    await new Promise((resolve) => setTimeout(resolve, LEAD_INTERVAL));
  }
  return true;
}

function onceAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
