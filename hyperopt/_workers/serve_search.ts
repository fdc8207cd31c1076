import { type DriverLink, driverLink } from "./driver_link.ts";
import { estimateTrial } from "../_estimate_trial.ts";
import type { DriverMessage } from "./messages.ts";
import type { Turn } from "../_turns.ts";
import type { TrialChannel } from "../_trial_context.ts";
import {
  packError,
  packOutcome,
  unpackError,
  unpackJob,
  unpackResult,
  type WireResult,
} from "./wire.ts";
import type { WorkerRole } from "../_worker_role.ts";
import type { ParameterSpace } from "../parameter_space.ts";
import type { SearchReads } from "../search_reads.ts";
import type { SearchResult, SearchScope, TrialObjective } from "../types.ts";

/** Reported values wait this long for others, in milliseconds. */
const REPORT_INTERVAL = 100;
/** So many of them go at once. */
const MAX_REPORTS = 256;

/** What a worker process serves. */
export interface ServeOptions {
  role: WorkerRole;
  turn: Turn;
  scope: SearchScope;
  searchSpaces: Readonly<Record<string, ParameterSpace>>;
  objective: TrialObjective;
  reads: SearchReads | undefined;
}

type JobMessage = Extract<DriverMessage, { type: "job" }>;

/** Reported values on their way: few messages, none of them late. */
class Reports {
  readonly #send: (values: [number, number][]) => void;
  #values: [number, number][] = [];
  #last = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (values: [number, number][]) => void) {
    this.#send = send;
  }

  add(step: number, value: number): void {
    this.#values.push([step, value]);
    // By the clock, since no timer fires while an objective computes.
    const isDue = performance.now() - this.#last >= REPORT_INTERVAL;
    if (isDue || this.#values.length === MAX_REPORTS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), REPORT_INTERVAL);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    if (this.#values.length > 0) this.#send(this.#values);
    this.#values = [];
  }
}

function channelOf(
  link: DriverLink,
  { id, number, resume, trained }: JobMessage,
  { signal, reports }: { signal: AbortSignal; reports: Reports },
): TrialChannel {
  return {
    number,
    resume,
    trained,
    signal,
    report: (step, value) => reports.add(step, value),
    async beginCheckpoint(): Promise<string> {
      return await link.call({ name: "beginCheckpoint", id }) as string;
    },
    async endCheckpoint(folder, units): Promise<void> {
      reports.flush();
      await link.call({ name: "endCheckpoint", id, folder, units });
    },
  };
}

/** Serves the jobs of a search; never comes back. */
async function serveJobs(link: DriverLink, options: ServeOptions): Promise<never> {
  const { scope, objective, searchSpaces, reads } = options;
  const stops = new Map<number, AbortController>();

  async function run(message: JobMessage): Promise<void> {
    const { id } = message;
    const stop = new AbortController();
    const reports = new Reports((values) => link.send({ type: "reported", id, values }));
    stops.set(id, stop);
    try {
      const job = unpackJob(message.job, searchSpaces);
      const channel = channelOf(link, message, { signal: stop.signal, reports });
      const source = { scope, objective, logs: () => [], reads };
      const outcome = await estimateTrial(source, { job, channel });
      reports.flush();
      link.send({ type: "done", id, outcome: packOutcome(outcome), reads: reads?.takeNews() });
    } catch (error) {
      reports.flush();
      link.send({ type: "done", id, error: packError(error) });
    } finally {
      stops.delete(id);
    }
  }

  link.onMessage = (message) => {
    if (message.type === "job") run(message);
    else stops.get(message.id)?.abort(unpackError(message.reason));
  };
  link.send({ type: "ready" });
  return await new Promise<never>(() => {});
}

/**
 * What a search does in a worker process. That for which the process was started serves jobs. One
 * that the driver had before gives what the driver has found, so that the program goes on as it did.
 */
export async function serveSearch(options: ServeOptions): Promise<SearchResult> {
  const { role, turn } = options;
  const link = await driverLink(role);
  if (turn.number === role.search) return await serveJobs(link, options);
  const outcome = await link.call({ name: "outcome", search: turn.number });
  return unpackResult(outcome as WireResult);
}
