import type { CheckedDistributed } from "../_check_distributed.ts";
import type { CheckedRunOptions } from "../_check_run_options.ts";
import { Interruption } from "../_interruption.ts";
import type { StudyIdentity } from "../_study_identity.ts";
import type { Turn } from "../_turns.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import { SearchInterruptedError } from "../search_interrupted_error.ts";
import type { Budget, SearchResult } from "../types.ts";
import type { Repetition } from "../_repetitions.ts";
import { sayOnError } from "../_say_on_error.ts";
import { readAddress } from "./address.ts";
import { Board } from "./board.ts";
import { QueueWorker } from "./queue_worker.ts";
import { unpackFound } from "./result_message.ts";
import { Server } from "./server.ts";
import { explained } from "./server_error.ts";
import { digestOf, noteOf, queueName } from "./study_note.ts";
import { arrive, awaitRestart, findEnded, remembered, stay } from "./visit_study.ts";

/** After so long somebody who waits for the driver is told so, in milliseconds. */
const PATIENCE = 10_000;

/** A search as it is served by a process that does not drive it. */
export interface QueueService {
  distributed: CheckedDistributed;
  identity: StudyIdentity;
  /** The how many-th search of its name it is in this program. */
  repetition: Repetition;
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
  const { distributed, identity, repetition, budget, run, turn, spaces, checkpoints } = service;
  const { name } = identity;
  const { prefix, url, backend, lockDuration, workers: count } = distributed;
  using interruption = new Interruption({
    signal: run.signal,
    isInProcess: false,
    isLaunched: true,
  });
  const [broken, over] = [new AbortController(), new AbortController()];
  const signal = AbortSignal.any([interruption.signal, broken.signal]);
  let isFound = false;
  try {
    await using server = await Server.connect({ url, backend, prefix, say: sayOnError });
    const queue = await queueName(name, repetition.number);
    const board = new Board(server, queue);
    await board.open();
    const mine = noteOf(identity, budget);
    const visit = {
      board,
      mine,
      digest: await digestOf(server.secrets.hidden(mine)),
      name,
      lockDuration,
      signal,
    };
    if (repetition.number > 0) {
      const onRestart = () => broken.abort(restartError(name, repetition));
      awaitRestart(server, { ...visit, signal: AbortSignal.any([signal, over.signal]) })
        .then(onRestart, () => {});
    }
    const waiting = setTimeout(() => sayOnError(waitingText(server, identity)), PATIENCE);
    let ended: unknown;
    try {
      ended = await findEnded(visit, await arrive(visit));
      isFound = true;
    } finally {
      clearTimeout(waiting);
    }
    if (ended !== undefined) {
      repetition.count();
      return unpackFound(remembered(ended), { spaces, checkpoints });
    }
    await using worker = new QueueWorker({
      server,
      board,
      queue,
      study: visit.digest,
      workers: { count: 1, flags: [], ...run.workers, ...count !== undefined && { count } },
      turn,
      spaces,
      lockDuration,
      checkpoints,
      logs: () => [],
      onBroken: (error) => broken.abort(error),
      onForeign: () => board.look("study"),
    });
    const outcome = await stay(visit);
    repetition.count();
    await worker[Symbol.asyncDispose]();
    await worker.letGo();
    return unpackFound(remembered(outcome), { spaces, checkpoints });
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
  } finally {
    over.abort();
  }
}

function restartError(name: string, { number }: Repetition): HyperOptError {
  return new HyperOptError(
    `Cannot work for the study "${name}": its driver has begun anew with the first search of the name, ` +
      `this program is at the ${
        number + 1
      }. one, expected all to begin anew: start this program again`,
  );
}

function waitingText({ address }: Server, { name }: StudyIdentity): string {
  return `Waiting for whoever drives the study "${name}" at ${address.shown}: the same program with ` +
    `the same arguments, with rank 0.`;
}
