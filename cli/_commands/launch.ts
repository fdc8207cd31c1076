import { HyperOptError } from "../../hyperopt/hyper_opt_error.ts";
import { Arrival } from "../_arrival.ts";
import type { Command } from "../_command.ts";
import { KeptWorker, RESTARTS, type WorkerRun } from "../_kept_worker.ts";
import { markLines } from "../_mark_lines.ts";
import { readCount } from "../_read_flags.ts";
import {
  checkArrival,
  checkShare,
  EndingSignals,
  send,
  SHARE_DETAILS,
  startScript,
  URL_FLAG,
} from "../_share.ts";
import type { Terminal } from "../_terminal.ts";

/** So long a worker may take to get the result, once the driver has it, in milliseconds. */
const FAREWELL = 10_000;
/** So long it may take where the driver has none. */
const FAILED_FAREWELL = 2000;

/** So long the worker waits for the driver to come to the server, in milliseconds. */
const HEAD_START = 10_000;

/** `launch`: all of a search, on this machine. */
export const LAUNCH: Command = {
  args: "SCRIPT [ARGUMENT…]",
  count: { min: 1, max: Infinity },
  startsProgram: true,
  database: "none",
  summary: "Starts a search on many machines on this one: its driver, and one worker.",
  flags: {
    workers: {
      alias: "n",
      value: "COUNT",
      description: "trials at once (default: as many as this machine has cores)",
    },
    url: URL_FLAG,
  },
  details:
    `Runs the script twice: as the driver (RANK=0), whose output and exit code are those of this command,
and as one worker (RANK=1) with COUNT processes for trials, whose output goes to the error output with
a mark before each line. A worker that dies is started again, ${RESTARTS} times in a row at most. Other
machines may help: "work" is their share.

${SHARE_DETAILS}`,

  async run(invocation) {
    const { args, flags, terminal } = invocation;
    const workers = readCount(flags, "workers", navigator.hardwareConcurrency, { least: 1 });
    const { url } = await checkShare(invocation);
    using arrival = new Arrival();
    const driver = startScript(args, { url, rank: 0, worldSize: 2 }, { env: arrival.env });
    using stack = new DisposableStack();
    stack.defer(() => send(driver, "SIGTERM"));
    let worker: KeptWorker | undefined;
    let isAsked = false;
    using _signals = new EndingSignals((signal) => {
      // The worker goes when the driver has gone, or is to go at once.
      send(driver, signal);
      if (isAsked) worker?.kill();
      isAsked = true;
    });
    // Of what is wrong with the program or the server one of them tells.
    if (await endsBefore(driver, arrival)) {
      const status = await driver.status;
      checkArrival({ code: status.code, arrival, script: args[0] });
      return tellEnd(status, { isAsked, terminal });
    }
    const start = () => startWorker(args, { url, workers, terminal });
    await using kept = worker = new KeptWorker(start, terminal);
    const failure = await Promise.race([driver.status.then(() => undefined), kept.failed]);
    if (failure !== undefined) {
      send(driver, "SIGTERM");
      await driver.status;
      throw new HyperOptError(
        `Cannot go on with "${args[0]}": ${failure}, expected a worker that stays`,
      );
    }
    const status = await driver.status;
    await kept.end(status.success ? FAREWELL : FAILED_FAREWELL);
    checkArrival({ code: status.code, arrival, script: args[0] });
    return tellEnd(status, { isAsked, terminal });
  },
};

/** Gives the exit code of the driver; one that was killed could not say itself that it has ended. */
function tellEnd(
  { code, signal }: Deno.CommandStatus,
  { isAsked, terminal }: { isAsked: boolean; terminal: Terminal },
): number {
  if (signal !== null && !isAsked) {
    terminal.writeError(
      `The driver was ended by ${signal}: the same command goes on where it was, with a tracker or a ledger.\n`,
    );
  }
  return code;
}

/** Whether the driver ends before it comes to the server; one that takes its time has not. */
async function endsBefore(driver: Deno.ChildProcess, arrival: Arrival): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, HEAD_START, false);
  driver.status.then(() => resolve(true));
  arrival.reached.then(() => resolve(false));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

// One process with as many for trials, not as many with one each: half the processes, and a trial that
// dies takes none of the others along in either case.
function startWorker(
  args: readonly string[],
  { url, workers, terminal }: { url: string | undefined; workers: number; terminal: Terminal },
): WorkerRun {
  const options = { url, workers, rank: 1, worldSize: 2 };
  const streams = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const child = startScript(args, options, streams);
  const print = (line: string) => terminal.writeError(`worker: ${line}\n`);
  const printed = [child.stdout, child.stderr].map((stream) => markLines(stream, print));
  const ended = Promise.all([child.status, ...printed]).then(([status]) => status);
  return { child, ended };
}
