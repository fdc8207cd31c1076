import type { CheckedDistributed } from "../_check_distributed.ts";
import type { CheckedRunOptions } from "../_check_run_options.ts";
import { Interruption } from "../_interruption.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import type { Turn } from "../_turns.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import { SearchInterruptedError } from "../search_interrupted_error.ts";
import type { Budget, SearchResult } from "../types.ts";
import { readAddress } from "./address.ts";
import { Board } from "./board.ts";
import { QueueWorker } from "./queue_worker.ts";
import { unpackFound } from "./result_message.ts";
import { sayOnError } from "./say.ts";
import { Server } from "./server.ts";
import { explained } from "./server_error.ts";
import { isSame, noteOf, queueName } from "./study_note.ts";

/** After so long somebody who waits for the driver is told so, in milliseconds. */
const PATIENCE = 10_000;

/** A search as it is served by a process that does not drive it. */
export interface QueueService {
  distributed: CheckedDistributed;
  identity: StudyIdentity;
  budget: Budget | undefined;
  run: CheckedRunOptions;
  turn: Turn;
  spaces: Readonly<Record<string, ParameterSpace>>;
  /** The folder of all checkpoints, on this machine. */
  checkpoints: string | undefined;
}

/**
 * Works for a search that another process drives, until that has its result; which is what comes
 * back.
 *
 * @throws {HyperOptError} If the server is not there, or what is driven is another study.
 * @throws {SearchInterruptedError} If this process was stopped; the search goes on.
 * @throws The error by which the search ended.
 */
export async function serveQueue(service: QueueService): Promise<SearchResult> {
  const { distributed, identity, budget, run, turn, spaces, checkpoints } = service;
  const { prefix, url, backend, lockDuration, workers: count } = distributed;
  using interruption = new Interruption({ signal: run.signal, isInProcess: false });
  const broken = new AbortController();
  const signal = AbortSignal.any([interruption.signal, broken.signal]);
  let isFound = false;
  try {
    await using server = await Server.connect({ url, backend, prefix, say: sayOnError });
    const queue = await queueName(identity.name);
    const board = new Board(server, queue);
    await board.open();
    const mine = noteOf(identity, budget);
    const waiting = setTimeout(() => sayOnError(waitingText(server, identity)), PATIENCE);
    try {
      const accept = (note: unknown) => isSame(mine, note, identity.name) || undefined;
      await board.wait("study", accept, signal);
      isFound = true;
    } finally {
      clearTimeout(waiting);
    }
    await using worker = new QueueWorker({
      server,
      board,
      queue,
      workers: { count: 1, flags: [], ...run.workers, ...count !== undefined && { count } },
      turn,
      spaces,
      lockDuration,
      checkpoints,
      logs: () => [],
      onBroken: (error) => broken.abort(error),
    });
    const outcome = await board.wait("outcome", (note) => note, signal);
    await worker[Symbol.asyncDispose]();
    await worker.letGo();
    return unpackFound(outcome, { spaces, checkpoints });
  } catch (error) {
    if (!interruption.signal.aborted || error !== interruption.signal.reason) {
      throw explained(readAddress(distributed), error, { prefix });
    }
    const state = isFound ? "go on working for the study" : "work for the study";
    const rest = isFound ? "the search goes on without it" : "nobody has driven it so far";
    throw new SearchInterruptedError(
      `Cannot ${state} "${identity.name}": this worker was stopped; ${rest}`,
      { logs: [], cause: error, exitCode: interruption.exitCode },
    );
  }
}

function waitingText({ address }: Server, { name }: StudyIdentity): string {
  return `Waiting for whoever drives the study "${name}" at ${address.shown}: the same program with ` +
    `the same arguments, with rank 0.`;
}
